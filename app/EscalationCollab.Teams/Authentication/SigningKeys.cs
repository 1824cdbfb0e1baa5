using System.Text.Json;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;

namespace EscalationCollab.Teams.Authentication;

/// <summary>The keys could not be asked for.</summary>
internal sealed class KeysUnavailableException(Exception inner)
    : Exception("The keys that Teams signs with could not be asked for", inner);

/// <summary>
/// The keys that Teams signs with and the channels each may speak for, from the metadata of the Bot Connector. Asked for
/// at the first activity and twice a day; a key never seen asks earlier, at most once in five minutes.
/// </summary>
internal sealed class SigningKeys(
    Uri metadata,
    HttpClient http,
    TimeProvider time,
    ILogger<SigningKeys> log
) : IDisposable
{
    /// <summary>How long keys are used without asking again.</summary>
    public static readonly Duration Memory = Duration.FromHours(12);

    /// <summary>A forged token names any key it likes: its sender cannot make us ask more often than this.</summary>
    public static readonly Duration Pause = Duration.FromMinutes(5);

    private const string EndorsementsOfKey = "endorsements";
    private readonly SemaphoreSlim _asking = new(1);
    private readonly HttpDocumentRetriever _retriever = new(http)
    {
        RequireHttps = !metadata.IsLoopback,
    };
    private volatile Known? _known;

    /// <summary>The keys known, asked for when there are none or they are old.</summary>
    /// <exception cref="KeysUnavailableException">None are known and they could not be asked for.</exception>
    public async Task<IReadOnlyList<SecurityKey>> CurrentAsync(CancellationToken cancellation) =>
        _known is { } known && time.Moment() - known.At < Memory
            ? known.Keys
            : await AskAsync(Memory, cancellation);

    /// <summary>The keys asked for anew, or null when that was done just before.</summary>
    public async Task<IReadOnlyList<SecurityKey>?> NewerAsync(CancellationToken cancellation) =>
        _known is { } known && time.Moment() - known.At < Pause
            ? null
            : await AskAsync(Pause, cancellation);

    /// <summary>Whether a key may speak for a channel, such as <c>msteams</c>.</summary>
    public static bool Endorses(SecurityKey key, string? channel) =>
        channel is { Length: > 0 }
        && key is JsonWebKey { AdditionalData: { } data }
        && data.TryGetValue(EndorsementsOfKey, out var value)
        && Names(value).Contains(channel, StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private async Task<IReadOnlyList<SecurityKey>> AskAsync(
        Duration oldest,
        CancellationToken cancellation
    )
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_known is { } fresh && time.Moment() - fresh.At < oldest)
                return fresh.Keys;
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(
                metadata.AbsoluteUri,
                _retriever,
                cancellation
            );
            var keys = configuration
                .JsonWebKeySet.Keys.Where(key => key.Kty == JsonWebAlgorithmsKeyTypes.RSA)
                .ToArray();
            _known = new Known(keys, time.Moment());
            log.LogInformation("{Count} keys of Teams are known", keys.Length);
            return keys;
        }
        catch (Exception away)
            when (away
                    is IOException
                        or HttpRequestException
                        or InvalidOperationException
                        or JsonException
            )
        {
            log.LogError(away, "The keys of Teams could not be asked for at {Address}", metadata);
            // Keys that were right twelve hours ago are nearly always right now: better than to hear nobody.
            return _known?.Keys ?? throw new KeysUnavailableException(away);
        }
        finally
        {
            _asking.Release();
        }
    }

    private static IEnumerable<string> Names(object value) =>
        value switch
        {
            JsonElement { ValueKind: JsonValueKind.Array } list => list.EnumerateArray()
                .Where(name => name.ValueKind == JsonValueKind.String)
                .Select(name => name.GetString()!),
            IEnumerable<object> list => list.OfType<string>(),
            _ => [],
        };

    private sealed record Known(IReadOnlyList<JsonWebKey> Keys, Instant At);
}
