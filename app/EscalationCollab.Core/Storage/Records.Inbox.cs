using Dapper;
using NodaTime;

namespace EscalationCollab.Core.Storage;

/// <content>Deliveries that were handled, so that a repeated one has one effect.</content>
public sealed partial class Records
{
    /// <summary>How long a delivery is remembered; chat platforms repeat one for less than that.</summary>
    public static readonly Duration InboxMemory = Duration.FromDays(7);

    /// <summary>Notes that a delivery is being handled in this transaction.</summary>
    /// <param name="inboxKey">What identifies it, chosen so that a repetition has the same.</param>
    /// <param name="now">The current moment.</param>
    /// <param name="reply">What to answer a repetition, if already known; see <see cref="KeepReply"/>.</param>
    /// <returns>False when it was handled before: do nothing again.</returns>
    public bool Remember(string inboxKey, Instant now, string? reply = null)
    {
        var added = _connection.Execute(
            """
            INSERT INTO inbox (tenant, key, at, reply) VALUES (@tenant, @inboxKey, @at, @reply)
            ON CONFLICT (tenant, key) DO NOTHING
            """,
            new
            {
                tenant = Tenant.Value,
                inboxKey,
                at = now.ToUnixTimeMilliseconds(),
                reply,
            }
        );
        if (added == 1)
            ForgetOldest(now);
        return added == 1;
    }

    /// <summary>A delivery handled before, or null.</summary>
    public Remembered? Recall(string inboxKey) =>
        _connection.QueryFirstOrDefault<Remembered>(
            "SELECT reply FROM inbox WHERE tenant = @tenant AND key = @inboxKey",
            new { tenant = Tenant.Value, inboxKey }
        );

    /// <summary>Keeps what was answered to a remembered delivery.</summary>
    public void KeepReply(string inboxKey, string reply) =>
        _connection.Execute(
            "UPDATE inbox SET reply = @reply WHERE tenant = @tenant AND key = @inboxKey",
            new
            {
                tenant = Tenant.Value,
                inboxKey,
                reply,
            }
        );

    /// <summary>Notes a delivery that is acknowledged now and decided later.</summary>
    /// <param name="pending">What is needed for that.</param>
    /// <returns>False when it was accepted or handled before.</returns>
    public bool Accept(string inboxKey, Instant now, string pending) =>
        _connection.Execute(
            """
            INSERT INTO inbox (tenant, key, at, pending) VALUES (@tenant, @inboxKey, @at, @pending)
            ON CONFLICT (tenant, key) DO NOTHING
            """,
            new
            {
                tenant = Tenant.Value,
                inboxKey,
                at = now.ToUnixTimeMilliseconds(),
                pending,
            }
        ) == 1;

    /// <summary>Notes that an accepted delivery is being decided in this transaction.</summary>
    /// <returns>False when it was decided before: do nothing again.</returns>
    public bool Settle(string inboxKey, Instant now)
    {
        var settled = _connection.Execute(
            """
            UPDATE inbox SET pending = NULL
            WHERE tenant = @tenant AND key = @inboxKey AND pending IS NOT NULL
            """,
            new { tenant = Tenant.Value, inboxKey }
        );
        if (settled == 1)
            ForgetOldest(now);
        return settled == 1;
    }

    // Each new one takes up to two old ones away: the table shrinks without a job that holds up the writer.
    private void ForgetOldest(Instant now) =>
        _connection.Execute(
            """
            DELETE FROM inbox WHERE tenant = @tenant AND key IN (
                SELECT key FROM inbox WHERE tenant = @tenant AND at < @oldest AND pending IS NULL ORDER BY at LIMIT 2)
            """,
            new { tenant = Tenant.Value, oldest = (now - InboxMemory).ToUnixTimeMilliseconds() }
        );
}
