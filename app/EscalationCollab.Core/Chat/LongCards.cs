using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>Cards that had to be shortened, kept whole for the button that shows the rest.</summary>
public sealed class LongCards(IStore store, TimeProvider time)
{
    /// <summary>How long a whole is kept: after that the button says that it is out of date.</summary>
    private static readonly Duration Memory = Duration.FromDays(90);

    /// <summary>By which a card is found again: the same for the same card, and not to be guessed.</summary>
    public static string KeyOf(Card card) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(card))))[..32];

    /// <summary>Keeps a card.</summary>
    public Task KeepAsync(TenantId tenant, Card card, CancellationToken cancellation)
    {
        var now = time.Moment();
        return store.WriteAsync(
            connection =>
                connection.Execute(
                    """
                    INSERT INTO long_card (tenant, key, card, at) VALUES (@tenant, @key, @card, @at)
                    ON CONFLICT (tenant, key) DO UPDATE SET at = excluded.at;
                    DELETE FROM long_card WHERE tenant = @tenant AND key IN (
                        SELECT key FROM long_card WHERE tenant = @tenant AND at < @oldest ORDER BY at LIMIT 2)
                    """,
                    new
                    {
                        tenant = tenant.Value,
                        key = KeyOf(card),
                        card = Write(card),
                        at = now.ToUnixTimeMilliseconds(),
                        oldest = (now - Memory).ToUnixTimeMilliseconds(),
                    }
                ),
            cancellation
        );
    }

    /// <summary>A card kept before, or null.</summary>
    public Task<Card?> FindAsync(TenantId tenant, string key, CancellationToken cancellation) =>
        store.ReadAsync(
            connection =>
                connection.ExecuteScalar<string?>(
                    "SELECT card FROM long_card WHERE tenant = @tenant AND key = @key",
                    new { tenant = tenant.Value, key }
                )
                    is { } card
                    ? JsonSerializer.Deserialize<Card>(card, Json.Options)
                    : null,
            cancellation
        );

    private static string Write(Card card) => JsonSerializer.Serialize(card, Json.Options);
}
