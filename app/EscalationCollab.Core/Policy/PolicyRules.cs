using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using NodaTime;

namespace EscalationCollab.Core.Policy;

/// <summary>Which clock a target runs on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetClock>))]
public enum TargetClock
{
    /// <summary>Every hour counts.</summary>
    AroundTheClock,

    /// <summary>Only the hours in which the calendar is open count.</summary>
    BusinessHours,

    /// <summary>Working days of the calendar are counted.</summary>
    BusinessDays,
}

/// <summary>A promised length of time. Turn it into a moment with <see cref="EscalationPolicy.Due"/>.</summary>
/// <param name="Clock">What counts.</param>
/// <param name="Length">For the first two clocks; positive.</param>
/// <param name="Days">For <see cref="TargetClock.BusinessDays"/>; at least 1.</param>
public sealed record Target(TargetClock Clock, Duration Length, int Days = 0)
{
    /// <summary>Every hour counts.</summary>
    public static Target Around(Duration length) => new(TargetClock.AroundTheClock, length);

    /// <summary>Only open hours count.</summary>
    public static Target Business(Duration length) => new(TargetClock.BusinessHours, length);

    /// <summary>Working days count.</summary>
    public static Target BusinessDays(int days) =>
        new(TargetClock.BusinessDays, Duration.Zero, days);
}

/// <summary>A condition under which a customer message needs approval; an empty list means any.</summary>
public sealed record ApprovalCondition(
    ImmutableArray<CustomerMessageKind> Kinds,
    ImmutableArray<Severity> Severities,
    ImmutableArray<string> Tiers
);

/// <summary>Which customer messages need approval by someone other than the author. Who may approve is <see cref="Right.Approve"/>.</summary>
/// <param name="When">Approval is needed when any of these holds.</param>
public sealed record ApprovalRules(ImmutableArray<ApprovalCondition> When);

/// <summary>What may be conceded.</summary>
/// <param name="Kinds">Kinds by key, such as <c>credit</c>, with their name in words.</param>
/// <param name="Limits">Who may decide up to which amount. Without a limit nothing may be conceded.</param>
public sealed record ConcessionRules(
    ImmutableSortedDictionary<string, PolicyName> Kinds,
    ImmutableArray<ConcessionLimit> Limits
);

/// <summary>Up to which amount a team or a role may concede.</summary>
/// <param name="Team">A team, or null when the limit is for a role.</param>
/// <param name="Role">A role in the escalation, or null when the limit is for a team.</param>
/// <param name="Kind">A key of <see cref="ConcessionRules.Kinds"/>.</param>
/// <param name="Currency">An ISO 4217 code such as <c>EUR</c>, or <c>%</c> of the yearly price.</param>
/// <param name="Amount">At least 0; null is without limit.</param>
public sealed record ConcessionLimit(
    string? Team,
    Role? Role,
    string Kind,
    string Currency,
    decimal? Amount
);

/// <summary>What the words of a customer can be a sign of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WordCategory>))]
public enum WordCategory
{
    /// <summary>Insults and open anger.</summary>
    Conflict,

    /// <summary>They may leave.</summary>
    Cancellation,

    /// <summary>They speak of legal steps.</summary>
    Legal,

    /// <summary>They ask for somebody higher.</summary>
    DemandForManager,

    /// <summary>Capitals or repeated marks.</summary>
    Shouting,
}

/// <summary>Words to listen for.</summary>
/// <param name="Phrases">Whole phrases; case and accents do not matter, and <c>advoka*</c> stands for every word that begins so.</param>
/// <param name="ShoutingLetters">A text with at least this many letters...</param>
/// <param name="ShoutingPercent">...of which at least this percentage are capitals is shouting, 1 to 100.</param>
/// <param name="ShoutingMarks">This many exclamation or question marks in a row are shouting; at least 2.</param>
public sealed record WordRules(
    ImmutableArray<WordPhrase> Phrases,
    int ShoutingLetters,
    int ShoutingPercent,
    int ShoutingMarks
)
{
    /// <summary>Made once per policy, because it is used on every message and ticket.</summary>
    internal WordMatcher Matcher { get; } = new(Phrases);
}

/// <summary>A phrase to listen for.</summary>
/// <param name="Phrase">As written in the policy.</param>
/// <param name="Language">The language it is listed under.</param>
public sealed record WordPhrase(WordCategory Category, string Phrase, string Language);

/// <summary>A phrase that was said.</summary>
/// <param name="Phrase">As the customer wrote it, at most 40 characters.</param>
/// <param name="Language">The language it is listed under; empty for shouting.</param>
/// <param name="At">Where it begins, in characters from the start of the text.</param>
public sealed record WordFound(WordCategory Category, string Phrase, string Language, int At);

/// <summary>When a help-desk ticket becomes a proposed escalation.</summary>
/// <param name="Priorities">The help desk's priorities by name, as in its export, whatever their case.</param>
/// <param name="ReassignedMoreThan">At least 0; null turns the trigger off.</param>
/// <param name="ReopenedMoreThan">At least 0; null turns the trigger off.</param>
/// <param name="PastTarget">An open ticket past the target of its priority is proposed.</param>
/// <param name="Words">Categories of words that propose a ticket.</param>
public sealed record TriggerRules(
    ImmutableDictionary<string, TicketPriority> Priorities,
    int? ReassignedMoreThan,
    int? ReopenedMoreThan,
    bool PastTarget,
    ImmutableArray<WordCategory> Words
);

/// <summary>A priority of the help desk.</summary>
/// <param name="Name">As the help desk writes it.</param>
/// <param name="Severity">The severity proposed for such a ticket.</param>
/// <param name="Resolve">From opened until resolved.</param>
public sealed record TicketPriority(string Name, Severity Severity, Target Resolve);

/// <summary>When customers are asked what they think.</summary>
/// <param name="SendAfter">From closed until the survey is sent.</param>
/// <param name="RemindAfter">From sent until the one reminder; null for none.</param>
/// <param name="ExpireAfter">From sent until the link stops working; longer than <paramref name="RemindAfter"/>.</param>
/// <param name="Cooldown">The same contact is not asked again within this time.</param>
/// <param name="LowSatisfaction">A rating of resolution or communication (1-5) at or below this alerts the owner.</param>
/// <param name="LowRecommendation">A recommendation (0-10) at or below this alerts the owner.</param>
/// <param name="LowEffort">An effort rating (1-7, 7 is easiest) at or below this alerts the owner.</param>
public sealed record SurveyRules(
    Target SendAfter,
    Target? RemindAfter,
    Target ExpireAfter,
    Duration Cooldown,
    int LowSatisfaction,
    int LowRecommendation,
    int LowEffort
);

/// <summary>Who is reminded of what, and when the next level hears of it.</summary>
/// <param name="UnassignedRole">A role without a person for this long is nudged.</param>
/// <param name="UnassignedRoleTimes">How often at most; at least 1.</param>
/// <param name="Roles">Roles that must have a person.</param>
/// <param name="Snoozes">Choices offered, shortest first.</param>
/// <param name="ClimbAfterMisses">This many missed updates in a row tell the next level; at least 1.</param>
/// <param name="QuietAfterMisses">
/// After this many missed updates in a row, with nobody left to tell, an update is asked for once a working day only; at least 1.
/// </param>
/// <param name="Approvals">When silent approvers are reminded, for every kind.</param>
public sealed record NudgeRules(
    Target UnassignedRole,
    int UnassignedRoleTimes,
    ImmutableArray<Role> Roles,
    ImmutableArray<Duration> Snoozes,
    int ClimbAfterMisses,
    int QuietAfterMisses,
    ImmutableDictionary<ApprovalKind, ApprovalReminders> Approvals
);

/// <summary>When a question for approval that nobody answers is brought up again; both count from the question.</summary>
/// <param name="Approver">Those who were asked are reminded once.</param>
/// <param name="Owner">The owner is told once; later than <paramref name="Approver"/>.</param>
public sealed record ApprovalReminders(Target Approver, Target Owner);

/// <summary>Due dates and reminders of action items.</summary>
/// <param name="RemindDaysBefore">Days before the due date, largest first; 0 is the day itself.</param>
/// <param name="RemindOverdueEveryDays">Days between reminders once overdue; at least 1.</param>
/// <param name="PriorityDue">Proposed due date of items that matter most, in days from today.</param>
/// <param name="NormalDue">Proposed due date of the others, in days from today.</param>
/// <param name="LowScoreDue">Proposed due date of the item a low survey score opens, in days from today.</param>
public sealed record ActionItemRules(
    ImmutableArray<int> RemindDaysBefore,
    int RemindOverdueEveryDays,
    int PriorityDue,
    int NormalDue,
    int LowScoreDue
);

/// <summary>Something not everybody may do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Right>))]
public enum Right
{
    /// <summary>Open an escalation.</summary>
    Declare,

    /// <summary>Own an escalation.</summary>
    Accept,

    /// <summary>Give a role to someone else.</summary>
    Assign,

    /// <summary>Change severity, level or type.</summary>
    ChangeSeverity,

    /// <summary>Post a status update or snooze one.</summary>
    PostStatus,

    /// <summary>Draft and send customer messages.</summary>
    WriteToCustomer,

    /// <summary>Approve the customer message of somebody else.</summary>
    Approve,

    /// <summary>Say that it is mitigated, resolved or closed, and reopen it.</summary>
    Resolve,

    /// <summary>Continue one escalation under another's number.</summary>
    Merge,

    /// <summary>Say that it is no escalation.</summary>
    Decline,

    /// <summary>Publish a post-mortem.</summary>
    PublishPostMortem,

    /// <summary>Accept or dismiss escalations proposed from tickets.</summary>
    ReviewProposals,

    /// <summary>See restricted escalations without being invited.</summary>
    SeeRestricted,

    /// <summary>See dead letters, policy problems and settings.</summary>
    Administer,
}

/// <summary>What guests may do, beside what <see cref="RightRule"/> says of everybody.</summary>
/// <param name="LikeEverybody">As if they were of the company.</param>
/// <param name="Rights">Otherwise only these, and only in escalations they take part in; none for nothing at all.</param>
public sealed record GuestRule(bool LikeEverybody, ImmutableHashSet<Right> Rights)
{
    /// <summary>Nothing at all.</summary>
    public static readonly GuestRule Nothing = new(false, []);
}

/// <summary>Who has a right.</summary>
/// <param name="Everyone">Everybody in the company directory.</param>
/// <param name="Teams">Teams whose members have it.</param>
/// <param name="Roles">Roles in the escalation at hand that give it.</param>
public sealed record RightRule(
    bool Everyone,
    ImmutableArray<string> Teams,
    ImmutableArray<Role> Roles
);
