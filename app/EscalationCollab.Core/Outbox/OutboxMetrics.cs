using System.Diagnostics.Metrics;

namespace EscalationCollab.Core.Outbox;

/// <summary>Figures of the outbox for whoever listens to the meter <c>EscalationCollab.Outbox</c>.</summary>
internal static class OutboxMetrics
{
    private static readonly Meter Meter = new("EscalationCollab.Outbox");

    private static readonly Histogram<double> LagSeconds = Meter.CreateHistogram<double>(
        "escalationcollab.outbox.lag",
        "s",
        "How late an attempt began"
    );

    private static readonly Counter<long> AttemptCount = Meter.CreateCounter<long>(
        "escalationcollab.outbox.attempts",
        "{attempt}",
        "Attempts by lane, kind and outcome (done, later, failed)"
    );

    private static readonly Counter<long> DeadCount = Meter.CreateCounter<long>(
        "escalationcollab.outbox.dead",
        "{effect}",
        "Effects put aside for an administrator"
    );

    public static void Began(ClaimedRow row, double lateSeconds) =>
        LagSeconds.Record(lateSeconds, new KeyValuePair<string, object?>("lane", LaneOf(row)));

    public static void Attempted(ClaimedRow row, string outcome) =>
        AttemptCount.Add(
            1,
            new("lane", LaneOf(row)),
            new("kind", row.Kind),
            new("outcome", outcome)
        );

    // Lanes of single people would be as many figures.
    private static string LaneOf(ClaimedRow row) => row.Lane.Split(':')[0];

    public static void Died(ClaimedRow row) =>
        DeadCount.Add(1, new("lane", LaneOf(row)), new("kind", row.Kind));
}
