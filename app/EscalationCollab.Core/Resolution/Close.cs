using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Resolution;

/// <summary>It is over.</summary>
/// <param name="How">Why.</param>
/// <param name="Note">What the person who closed it added, or empty.</param>
[StoredAs("closed")]
public sealed record Closed(ClosingReason How, string Note = "") : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Closed,
            ClosedAt = stamp.At,
            Resolution = before.Resolution with { ClosesAt = null, ClosedHow = How },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        How switch
        {
            ClosingReason.CustomerConfirmed => Phrase.Of("timeline.closed-confirmed"),
            ClosingReason.CustomerSilent => Phrase.Of("timeline.closed-silent"),
            _ => Phrase.Of("timeline.closed-by-hand", ("note", Note)),
        };
}
