using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Resolution;

/// <summary>The customer accepted a workaround; the cause is still to be solved.</summary>
[StoredAs("mitigated")]
public sealed record Mitigated(string Workaround) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Mitigated,
            MitigatedAt = stamp.At,
            Resolution = before.Resolution with { Workaround = Workaround },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.mitigated", ("workaround", Workaround));
}
