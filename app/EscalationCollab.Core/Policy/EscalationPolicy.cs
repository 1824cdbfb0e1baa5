using System.Collections.Immutable;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Policy;

/// <summary>
/// The escalation matrix: everything a company decides about escalations without code. Immutable and complete: whoever
/// holds one may decide on it, whatever is edited meanwhile. Read from <c>policy.yaml</c> by <c>PolicyFile</c>.
/// </summary>
public sealed partial record EscalationPolicy
{
    /// <summary>Which text this is; recorded with each escalation decided under it.</summary>
    public required PolicyVersion Version { get; init; }

    /// <summary>The language of those whose own is not known; an IETF tag of <c>templates/words</c>.</summary>
    public required string DefaultLanguage { get; init; }

    /// <summary>The IANA zone of those whose own is not known.</summary>
    public required string DefaultZone { get; init; }

    /// <summary>The calendar of regions that name none, and of customers without a region.</summary>
    public required string DefaultCalendar { get; init; }

    /// <summary>Business hours, zones and holidays by name.</summary>
    public required ImmutableSortedDictionary<string, BusinessCalendar> Calendars { get; init; }

    /// <summary>Regions by key, such as <c>latam</c>.</summary>
    public required ImmutableSortedDictionary<string, RegionRule> Regions { get; init; }

    /// <summary>Customer tiers by key, such as <c>enterprise</c>.</summary>
    public required ImmutableSortedDictionary<string, TierRule> Tiers { get; init; }

    /// <summary>Products by key, with their name in words.</summary>
    public required ImmutableSortedDictionary<string, PolicyName> Products { get; init; }

    /// <summary>All four severities.</summary>
    public required ImmutableSortedDictionary<Severity, SeverityRule> Severities { get; init; }

    /// <summary>All four levels.</summary>
    public required ImmutableSortedDictionary<Level, LevelRule> Levels { get; init; }

    /// <summary>Teams by key, such as <c>escalation-managers</c>.</summary>
    public required ImmutableSortedDictionary<string, TeamRule> Teams { get; init; }

    /// <summary>Skills by key, such as <c>database</c>.</summary>
    public required ImmutableSortedDictionary<string, SkillRule> Skills { get; init; }

    /// <summary>Who is asked for what, in the order of the file. At least one applies to everything.</summary>
    public required ImmutableArray<PathRule> Paths { get; init; }

    /// <summary>Which customer messages somebody else must approve, and who may.</summary>
    public required ApprovalRules Approval { get; init; }

    /// <summary>What may be conceded to a customer, by whom and up to which amount.</summary>
    public required ConcessionRules Concessions { get; init; }

    /// <summary>Words to listen for.</summary>
    public required WordRules Words { get; init; }

    /// <summary>When a help-desk ticket becomes a proposed escalation.</summary>
    public required TriggerRules Triggers { get; init; }

    /// <summary>When customers are asked what they think.</summary>
    public required SurveyRules Surveys { get; init; }

    /// <summary>Who is reminded of what, and when the next level hears of it.</summary>
    public required NudgeRules Nudges { get; init; }

    /// <summary>Due dates and reminders of action items.</summary>
    public required ActionItemRules ActionItems { get; init; }

    /// <summary>How long a customer may stay silent after a resolution before the escalation is closed.</summary>
    public required Target SilenceUntilClosing { get; init; }

    /// <summary>Who may do what; every right is present.</summary>
    public required ImmutableSortedDictionary<Right, RightRule> Rights { get; init; }

    /// <summary>What guests of the company's chat and people of other companies in shared channels may do.</summary>
    public GuestRule Guests { get; init; } = GuestRule.Nothing;

    /// <summary>Whether guests may do anything at all.</summary>
    public bool WelcomesGuests => Guests.LikeEverybody || !Guests.Rights.IsEmpty;

    /// <summary>How long deliveries from chat platforms are remembered to recognise repeats; at least 7 days.</summary>
    public required Duration InboxRetention { get; init; }
}

/// <summary>Which text a policy was read from.</summary>
/// <param name="Name">What the file calls itself.</param>
/// <param name="Hash">The first twelve hexadecimal digits of the SHA-256 of the text.</param>
public sealed record PolicyVersion(string Name, string Hash)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Hash})";
}

/// <summary>A part of the world with its own office hours.</summary>
/// <param name="Name">In words.</param>
/// <param name="Calendar">A key of <see cref="EscalationPolicy.Calendars"/>.</param>
public sealed record RegionRule(string Key, PolicyName Name, string Calendar);

/// <summary>A customer tier and who must be told about escalations of such customers.</summary>
/// <param name="Name">In words.</param>
/// <param name="SuccessManager">The customer's own success manager is told, or the team in its place when there is none.</param>
/// <param name="AccountExecutive">The customer's own account executive is told, or the team in its place when there is none.</param>
/// <param name="Executives">Teams told at the severities of <paramref name="ExecutivesFrom"/> and higher.</param>
/// <param name="ExecutivesFrom">The lowest severity at which executives are told; null for never.</param>
public sealed record TierRule(
    string Key,
    PolicyName Name,
    bool SuccessManager,
    bool AccountExecutive,
    ImmutableArray<string> Executives,
    Severity? ExecutivesFrom
);

/// <summary>What is promised at one severity.</summary>
/// <param name="Name">In words.</param>
/// <param name="Acknowledge">From declared until an owner accepts.</param>
/// <param name="AskNextAfter">An owner who did not answer for this long: the next in the path is asked.</param>
/// <param name="Resolve">From declared until resolved.</param>
/// <param name="StatusCadence">Between two internal status updates.</param>
/// <param name="CustomerReceipt">From declared until the customer has the first message.</param>
/// <param name="CustomerCadence">Between two customer updates.</param>
/// <param name="Warnings">Percentages of each target at which its owner is warned, ascending, each 1 to 99.</param>
/// <param name="PostMortem">Resolving opens a post-mortem.</param>
/// <param name="PostMortemMeeting">From resolved until the post-mortem meeting; null when there is none.</param>
public sealed record SeverityRule(
    Severity Severity,
    PolicyName Name,
    Target Acknowledge,
    Target AskNextAfter,
    Target Resolve,
    Target StatusCadence,
    Target CustomerReceipt,
    Target CustomerCadence,
    ImmutableArray<int> Warnings,
    bool PostMortem,
    Target? PostMortemMeeting
);

/// <summary>Whom one level of the path asks.</summary>
/// <param name="Name">In words.</param>
/// <param name="Teams">Keys of <see cref="EscalationPolicy.Teams"/>, asked in this order.</param>
public sealed record LevelRule(Level Level, PolicyName Name, ImmutableArray<string> Teams);

/// <summary>A team.</summary>
/// <param name="Name">In words.</param>
/// <param name="Members">E-mail addresses; those whose <c>Person.Teams</c> names the team belong to it too.</param>
public sealed record TeamRule(string Key, PolicyName Name, ImmutableArray<string> Members);

/// <summary>Something a person can be asked for.</summary>
/// <param name="Name">In words.</param>
/// <param name="Teams">Teams in which everybody has it, asked after the people who name the skill themselves.</param>
public sealed record SkillRule(string Key, PolicyName Name, ImmutableArray<string> Teams);

/// <summary>What happens with escalations of a kind. All rules that match apply together.</summary>
/// <param name="Name">In words, unique.</param>
/// <param name="When">Which escalations it is about.</param>
/// <param name="Severity">At least this severity is proposed; null for no opinion.</param>
/// <param name="Level">At least this level; null for no opinion.</param>
/// <param name="Type">Null for no opinion; of several the one that reaches higher wins.</param>
/// <param name="Owners">Teams asked to own it, in order; the owners of earlier rules come first.</param>
/// <param name="Stakeholders">Teams that must be told.</param>
/// <param name="Teams">Teams invited to the war room.</param>
/// <param name="Skills">Skills asked for with an expert card.</param>
public sealed record PathRule(
    string Name,
    PathCondition When,
    Severity? Severity,
    Level? Level,
    EscalationType? Type,
    ImmutableArray<string> Owners,
    ImmutableArray<string> Stakeholders,
    ImmutableArray<string> Teams,
    ImmutableArray<string> Skills
);

/// <summary>Which escalations a rule is about; an empty list means any, several lists must all match.</summary>
/// <param name="Words">At least one word of one of these categories was said.</param>
public sealed record PathCondition(
    ImmutableArray<Reason> Reasons,
    ImmutableArray<EscalationType> Types,
    ImmutableArray<string> Products,
    ImmutableArray<string> Regions,
    ImmutableArray<string> Tiers,
    ImmutableArray<WordCategory> Words
)
{
    /// <summary>True for a rule about everything.</summary>
    public bool IsAny =>
        Reasons.IsEmpty
        && Types.IsEmpty
        && Products.IsEmpty
        && Regions.IsEmpty
        && Tiers.IsEmpty
        && Words.IsEmpty;
}
