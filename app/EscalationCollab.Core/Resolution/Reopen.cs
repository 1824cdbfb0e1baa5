using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Resolution;

/// <summary>It is not solved after all: back to work, with fresh targets.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ResolveBy">The target that runs from now.</param>
[StoredAs("reopened")]
public sealed record Reopened(string Reason, RunningTarget ResolveBy) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Acknowledged,
            MitigatedAt = null,
            ResolvedAt = null,
            ClosedAt = null,
            ResolveBy = ResolveBy,
            Resolution = before.Resolution with
            {
                Workaround = "",
                Outcome = null,
                ClosesAt = null,
                ClosedHow = null,
                Reopenings = before.Resolution.Reopenings + 1,
                ReopenedBecause = Reason,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.reopened", ("reason", Reason));
}
