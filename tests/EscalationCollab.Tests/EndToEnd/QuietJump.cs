using Dapper;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// Jumps of the clock while the product runs. What is being performed is finished first: to an effect in the middle of its
/// work the jump would be hours of silence, after which another worker takes it over.
/// </summary>
internal static class QuietJump
{
    /// <summary>Moves the clock once nothing runs and nothing is due.</summary>
    public static async Task JumpWhenQuietAsync(this ManualTime time, IStore store, Duration length)
    {
        await Eventually.IsTrueAsync(
            () => RunningAsync(store, time.Moment()).GetAwaiter().GetResult() == 0,
            "the outbox to come to rest",
            seconds: 60
        );
        time.Jump(length);
    }

    private static Task<long> RunningAsync(IStore store, Instant now) =>
        store.ReadAsync(
            connection =>
                connection.ExecuteScalar<long>(
                    "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL "
                        + "AND (lease_owner IS NOT NULL OR next_at <= @now)",
                    new { now = now.ToUnixTimeMilliseconds() }
                ),
            CancellationToken.None
        );
}
