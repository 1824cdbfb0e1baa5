using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Roles that were offered, and the reminder of roles nobody has.</summary>
    public RoleBoard RoleBoard { get; init; } = RoleBoard.Empty;
}

/// <summary>Roles on their way to somebody.</summary>
public sealed record RoleBoard
{
    /// <summary>Nothing offered.</summary>
    public static readonly RoleBoard Empty = new();

    /// <summary>Offers without an answer yet, and those declined or overtaken, the latest last.</summary>
    public ImmutableArray<RoleOffer> Offers { get; init; } = [];

    /// <summary>When the owner is next reminded of roles nobody has, or null.</summary>
    public Instant? NudgeAt { get; init; }

    /// <summary>How often the owner was reminded.</summary>
    public int Nudges { get; init; }

    /// <summary>The latest offer of a role to a person, or null.</summary>
    public RoleOffer? Of(Role role, PersonId person) =>
        Offers.LastOrDefault(offer => offer.Role == role && offer.To == person);

    /// <summary>The board with a person's offer of a role answered.</summary>
    internal RoleBoard Answered(Role role, PersonId person, RoleAnswer answer, Instant at) =>
        this with
        {
            Offers =
            [
                .. Offers.Select(offer =>
                    offer.Role == role && offer.To == person && offer.Answer == RoleAnswer.Waiting
                        ? offer with
                        {
                            Answer = answer,
                            AnsweredAt = at,
                        }
                        : offer
                ),
            ],
        };
}

/// <summary>A role was offered to somebody.</summary>
/// <param name="By">Who offered it.</param>
/// <param name="Note">What the giver wants to say, or null.</param>
public sealed record RoleOffer(
    Role Role,
    PersonId To,
    PersonId By,
    Instant At,
    string? Note,
    RoleAnswer Answer = RoleAnswer.Waiting,
    Instant? AnsweredAt = null
);

/// <summary>What became of a <see cref="RoleOffer"/>.</summary>
[System.Text.Json.Serialization.JsonConverter(
    typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RoleAnswer>)
)]
public enum RoleAnswer
{
    /// <summary>No answer yet.</summary>
    Waiting,

    /// <summary>They have the role.</summary>
    Accepted,

    /// <summary>They said no.</summary>
    Declined,
}

/// <summary>What is special about roles.</summary>
internal static class Roles
{
    /// <summary>Any number of people may have it, and nothing is expected of them.</summary>
    public static bool IsPassive(this Role role) => role is Role.Stakeholder or Role.Observer;

    /// <summary>Roles a person may choose from in a dialog, the working ones first.</summary>
    public static ImmutableArray<Option> Options() =>
        [.. Enum.GetValues<Role>().Select(role => new Option(role.ToString(), Phrase.For(role)))];
}
