using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Something that happened to an escalation. Append-only; the state is the fold of these. Each event knows how it
/// changes the state and how the timeline tells it, so a new slice adds events without touching a central switch.
/// Stored as JSON under the name given by <see cref="Outbox.StoredAsAttribute"/>.
/// </summary>
public abstract record EscalationEvent
{
    /// <summary>The state after this event. Must not look at anything but its arguments.</summary>
    public abstract Escalation Apply(Escalation before, Stamp stamp);

    /// <summary>How the timeline tells it (without the time and the person, which are shown beside it); null for technical events.</summary>
    public virtual Text? Tell() => null;
}

/// <summary>When an event happened, who caused it and its place in the escalation's stream, counted from 1.</summary>
public readonly record struct Stamp(Instant At, PersonId By, int Sequence);
