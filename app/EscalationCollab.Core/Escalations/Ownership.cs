using System.Collections.Immutable;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Who is still to be asked to own it, the next one first.</summary>
    public ImmutableArray<PersonId> OwnersToAsk { get; init; } = [];

    /// <summary>Skills of the policy that are asked for with an expert card.</summary>
    public ImmutableArray<string> Skills { get; init; } = [];
}
