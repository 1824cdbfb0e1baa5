using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// One customer problem taken beyond first-line support: the fold of its events. Each room of the house keeps its part
/// in a record of its own, so that a slice reads and changes its own part only.
/// </summary>
public sealed partial record Escalation
{
    /// <summary>Before the first event.</summary>
    public static Escalation None(TenantId tenant, EscalationNumber number) =>
        new() { Tenant = tenant, Number = number };

    /// <summary>Whose it is.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Its number within the tenant.</summary>
    public required EscalationNumber Number { get; init; }

    /// <summary>How many events it has; guards against acting on an old picture.</summary>
    public int Version { get; init; }

    /// <summary>The hash of its last event, where the next one chains on; empty before the first.</summary>
    public string Chain { get; init; } = "";

    /// <summary>The time of its last event.</summary>
    public Instant ChangedAt { get; init; }

    /// <summary>The state after some more events.</summary>
    public Escalation With(EscalationEvent happened, Stamp stamp) =>
        happened.Apply(this, stamp) with
        {
            Version = stamp.Sequence,
            ChangedAt = stamp.At,
        };
}
