using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Everybody on the path who is asked to own it, in order, those asked already too.</summary>
    public ImmutableArray<PersonId> OwnersToAsk { get; init; } = [];

    /// <summary>Who was asked to own it, and what they answered.</summary>
    public OwnershipBoard Ownership { get; init; } = OwnershipBoard.Empty;
}

/// <summary>The search for an owner.</summary>
public sealed record OwnershipBoard
{
    /// <summary>Nobody asked yet.</summary>
    public static readonly OwnershipBoard Empty = new();

    /// <summary>Who was asked, the latest last.</summary>
    public ImmutableArray<Ask> Asked { get; init; } = [];

    /// <summary>Since when the owner of now has it, or null.</summary>
    public Instant? OwnedSince { get; init; }

    /// <summary>Whether everybody on the path was asked without anybody accepting.</summary>
    public bool NobodyLeft { get; init; }

    /// <summary>The request a person got, or null.</summary>
    public Ask? Of(PersonId person) => Asks.Of(Asked, person);
}

/// <summary>A person was asked for something and may say yes or no.</summary>
/// <param name="Until">From then on the next one is asked too; this one may still answer.</param>
/// <param name="DeclinedAt">When they said no, or null.</param>
public sealed record Ask(PersonId Person, Instant At, Instant Until, Instant? DeclinedAt = null)
{
    /// <summary>Whether an answer is still open.</summary>
    [JsonIgnore]
    public bool IsWaiting => DeclinedAt is null;
}

/// <summary>What lists of requests have in common.</summary>
internal static class Asks
{
    public static Ask? Of(ImmutableArray<Ask> asked, PersonId person) =>
        asked.FirstOrDefault(ask => ask.Person == person);

    public static ImmutableArray<Ask> Declined(
        ImmutableArray<Ask> asked,
        PersonId person,
        Instant at
    ) => [.. asked.Select(ask => ask.Person == person ? ask with { DeclinedAt = at } : ask)];

    /// <summary>Whether the timer of a request is the one that matters: the latest request, not answered.</summary>
    public static bool IsDue(ImmutableArray<Ask> asked, PersonId person, Instant due) =>
        asked is [.., { IsWaiting: true } last] && last.Person == person && last.Until == due;
}
