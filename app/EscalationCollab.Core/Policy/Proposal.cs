using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;

namespace EscalationCollab.Core.Policy;

/// <summary>What is known when an escalation is declared.</summary>
/// <param name="Reason">Why first line could not finish it.</param>
/// <param name="Customer">Whose problem it is, or null when the customer is not in the directory.</param>
public sealed record PolicyInput(Reason Reason, Customer? Customer)
{
    /// <summary>Asked for by the person; null lets the policy choose.</summary>
    public EscalationType? Type { get; init; }

    /// <summary>A key of the policy's products, or null.</summary>
    public string? Product { get; init; }

    /// <summary>What the customer or the agent wrote, to listen for words.</summary>
    public string Text { get; init; } = "";

    /// <summary>The help desk's priority when it comes from a ticket.</summary>
    public string? TicketPriority { get; init; }
}

/// <summary>What the policy proposes, every part of it open to change by the person.</summary>
/// <param name="OwnerTeams">Teams asked to own it, in order.</param>
/// <param name="Owners">Their people in order of asking, each once; empty when no team has anybody.</param>
/// <param name="Stakeholders">People who must be told.</param>
/// <param name="Teams">Teams invited to the war room.</param>
/// <param name="Skills">Skills asked for.</param>
/// <param name="Words">What was said that mattered.</param>
/// <param name="Explanation">Sentences why, for the person who declares: severity first, then type and level, then owner.</param>
public sealed record Proposal(
    Severity Severity,
    EscalationType Type,
    Level Level,
    ImmutableArray<string> OwnerTeams,
    ImmutableArray<PersonId> Owners,
    ImmutableArray<PersonId> Stakeholders,
    ImmutableArray<string> Teams,
    ImmutableArray<string> Skills,
    ImmutableArray<WordFound> Words,
    ImmutableArray<Phrase> Explanation
);
