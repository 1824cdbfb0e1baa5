using System.Diagnostics.Metrics;

namespace EscalationCollab.Core.Storage;

/// <summary>Figures of the database for whoever listens to the meter <c>EscalationCollab.Store</c>.</summary>
internal static class StoreMetrics
{
    private static readonly Meter Meter = new("EscalationCollab.Store");

    /// <summary>How long a shared commit took, from its beginning until everybody was answered.</summary>
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>(
        "escalationcollab.store.commit.duration",
        "s",
        "Time of one shared commit"
    );

    /// <summary>How many writes shared a commit.</summary>
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "escalationcollab.store.commit.writes",
        "{write}",
        "Writes that shared one commit"
    );
}
