using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Skills of the policy that are asked for with an expert card.</summary>
    public ImmutableArray<string> Skills { get; init; } = [];

    /// <summary>Which experts were asked, and what they answered.</summary>
    public ImmutableArray<ExpertSearch> Experts { get; init; } = [];

    /// <summary>The latest search for a skill or person, or null.</summary>
    public ExpertSearch? ExpertsFor(string key) =>
        Experts.LastOrDefault(search => search.Key == key);
}

/// <summary>The search for one expert.</summary>
/// <param name="Key">A skill of the policy, or <c>person:</c> and an id.</param>
/// <param name="Name">In words: the skill's name, or empty for a person.</param>
/// <param name="Question">What is needed, or null.</param>
/// <param name="By">Who asks for it.</param>
/// <param name="Queue">Who is asked, in order.</param>
public sealed record ExpertSearch(
    string Key,
    Text Name,
    string? Question,
    PersonId By,
    Instant Since,
    ImmutableArray<PersonId> Queue
)
{
    /// <summary>Who was asked, the latest last.</summary>
    public ImmutableArray<Ask> Asked { get; init; } = [];

    /// <summary>Who said yes, or null.</summary>
    public PersonId? Found { get; init; }

    /// <summary>When they said yes.</summary>
    public Instant? FoundAt { get; init; }

    /// <summary>Whether everybody was asked without a yes.</summary>
    public bool NobodyLeft { get; init; }

    /// <summary>The next one to ask, or null.</summary>
    [JsonIgnore]
    public PersonId? Next =>
        Queue.Where(person => Asks.Of(Asked, person) is null).Cast<PersonId?>().FirstOrDefault();
}
