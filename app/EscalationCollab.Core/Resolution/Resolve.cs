using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.Resolution;

/// <summary>It is solved; the customer has not confirmed yet.</summary>
/// <param name="How">A fix, or a workaround for good.</param>
/// <param name="Done">What was done.</param>
/// <param name="Cause">A first idea of why it happened, or empty.</param>
/// <param name="ClosesAt">When it closes if the customer stays silent.</param>
[StoredAs("resolved")]
public sealed record Resolved(ResolutionKind How, string Done, string Cause, Instant ClosesAt)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Resolved,
            ResolvedAt = stamp.At,
            ResolveBy = before.ResolveBy is { Met: null } running
                ? running with
                {
                    Met = stamp.At,
                }
                : before.ResolveBy,
            Resolution = before.Resolution with
            {
                Outcome = new Outcome(How, Done, Cause, stamp.By, stamp.At),
                ClosesAt = ClosesAt,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.resolved", ("how", Phrase.For(How)), ("done", Done));
}
