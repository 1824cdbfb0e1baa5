using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>From declared until an owner accepts.</summary>
    public RunningTarget? AcknowledgeBy { get; init; }

    /// <summary>From declared until resolved.</summary>
    public RunningTarget? ResolveBy { get; init; }
}

/// <summary>A promised time that runs.</summary>
/// <param name="From">When it began.</param>
/// <param name="Due">When it is due.</param>
/// <param name="Met">When it was met, or null while it runs.</param>
public sealed record RunningTarget(Instant From, Instant Due, Instant? Met = null)
{
    /// <summary>Whether it was, or is by now, missed.</summary>
    public bool IsMissed(Instant now) => (Met ?? now) > Due;

    /// <summary>A target of the policy that begins to run now.</summary>
    public static RunningTarget Start(
        Instant from,
        Target target,
        EscalationPolicy policy,
        string region
    ) => new(from, EscalationPolicy.Due(from, target, policy.CalendarOf(region)));
}
