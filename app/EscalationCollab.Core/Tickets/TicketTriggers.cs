using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>Why a ticket is proposed as an escalation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingKind>))]
public enum FindingKind
{
    /// <summary>Open longer than its priority allows.</summary>
    PastTarget,

    /// <summary>Sent from group to group more often than allowed.</summary>
    Reassigned,

    /// <summary>Opened again more often than allowed.</summary>
    Reopened,

    /// <summary>The customer used words the policy listens for.</summary>
    Words,
}

/// <summary>One reason why a ticket is proposed, with what is needed to say it.</summary>
public sealed record TicketFinding(FindingKind Kind)
{
    /// <summary>What the words are a sign of.</summary>
    public WordCategory? Category { get; init; }

    /// <summary>The words that were said.</summary>
    public string? Words { get; init; }

    /// <summary>How often it happened.</summary>
    public int Count { get; init; }

    /// <summary>How often the policy allows.</summary>
    public int Allowed { get; init; }

    /// <summary>When it was due.</summary>
    public Instant? Due { get; init; }

    /// <summary>Two findings with the same key are the same for somebody who said no to one: not proposed again.</summary>
    [JsonIgnore]
    public string Key => Category is { } category ? $"{Kind}:{category}" : Kind.ToString();

    /// <summary>How much it weighs when many tickets wait; larger is worse.</summary>
    [JsonIgnore]
    public int Weight =>
        (Kind, Category) switch
        {
            (FindingKind.Words, WordCategory.Legal) => 50,
            (FindingKind.Words, WordCategory.Cancellation) => 40,
            (FindingKind.Words, WordCategory.DemandForManager) => 25,
            (FindingKind.Words, _) => 20,
            (FindingKind.Reopened, _) => 15 + Math.Min(Count, 5),
            (FindingKind.Reassigned, _) => 10 + Math.Min(Count, 5),
            _ => 10,
        };

    /// <summary>The reason for which an escalation would be declared.</summary>
    [JsonIgnore]
    public Reason Reason =>
        (Kind, Category) switch
        {
            (FindingKind.PastTarget, _) => Reason.SlaBreach,
            (FindingKind.Words, WordCategory.Legal) => Reason.LegalThreat,
            (FindingKind.Words, WordCategory.Cancellation) => Reason.CancellationThreat,
            (FindingKind.Words, WordCategory.DemandForManager) => Reason.CustomerDemand,
            (FindingKind.Words, _) => Reason.Conflict,
            _ => Reason.MissingExpertise,
        };

    /// <summary>The finding in words.</summary>
    public Phrase Says() =>
        Kind switch
        {
            FindingKind.PastTarget => Phrase.Of(
                "finding.past-target",
                ("due", new Moment(Due ?? default, MomentStyle.Exact))
            ),
            FindingKind.Reassigned => Phrase.Of(
                "finding.reassigned",
                ("count", new Number(Count)),
                ("allowed", new Number(Allowed))
            ),
            FindingKind.Reopened => Phrase.Of(
                "finding.reopened",
                ("count", new Number(Count)),
                ("allowed", new Number(Allowed))
            ),
            _ => Phrase.Of(
                Category switch
                {
                    WordCategory.Legal => "finding.words-legal",
                    WordCategory.Cancellation => "finding.words-cancellation",
                    WordCategory.DemandForManager => "finding.words-manager",
                    WordCategory.Shouting => "finding.words-shouting",
                    _ => "finding.words-conflict",
                },
                ("words", Words ?? "")
            ),
        };
}

/// <summary>Looks at a ticket as the policy's triggers do.</summary>
public static class TicketTriggers
{
    /// <summary>Why the ticket should become an escalation, worst first; empty when it should not.</summary>
    /// <param name="asOf">The moment looked from; a ticket opened later is not looked at.</param>
    public static ImmutableArray<TicketFinding> Evaluate(
        Ticket ticket,
        EscalationPolicy policy,
        Instant asOf
    )
    {
        ArgumentNullException.ThrowIfNull(ticket);
        ArgumentNullException.ThrowIfNull(policy);
        if (ticket.Resolved || ticket.OpenedAt > asOf)
            return [];
        return
        [
            .. Late(ticket, policy, asOf)
                .Concat(
                    TooOften(
                        FindingKind.Reassigned,
                        ticket.Reassigned,
                        policy.Triggers.ReassignedMoreThan
                    )
                )
                .Concat(
                    TooOften(
                        FindingKind.Reopened,
                        ticket.Reopened,
                        policy.Triggers.ReopenedMoreThan
                    )
                )
                .Concat(Said(ticket, policy))
                .OrderByDescending(finding => finding.Weight),
        ];
    }

    /// <summary>The severity the policy proposes for the ticket's priority; the lowest for one it does not know.</summary>
    public static Severity SeverityOf(Ticket ticket, EscalationPolicy policy) =>
        PriorityOf(ticket, policy)?.Severity ?? Severity.Sev4;

    /// <summary>When an open ticket passes its target; null when no target is looked at.</summary>
    internal static Instant? DueOf(Ticket ticket, EscalationPolicy policy) =>
        policy.Triggers.PastTarget && !ticket.Resolved && PriorityOf(ticket, policy) is { } priority
            ? EscalationPolicy.Due(ticket.OpenedAt, priority.Resolve, policy.CalendarOf(null))
            : null;

    private static IEnumerable<TicketFinding> Late(
        Ticket ticket,
        EscalationPolicy policy,
        Instant asOf
    )
    {
        if (DueOf(ticket, policy) is { } due && due < asOf)
            yield return new TicketFinding(FindingKind.PastTarget) { Due = due };
    }

    private static IEnumerable<TicketFinding> TooOften(FindingKind kind, int count, int? allowed)
    {
        if (count > allowed)
            yield return new TicketFinding(kind) { Count = count, Allowed = allowed.Value };
    }

    private static IEnumerable<TicketFinding> Said(Ticket ticket, EscalationPolicy policy) =>
        ticket is { Summary: "", Text: "" } || policy.Triggers.Words.IsEmpty
            ? []
            : policy
                .WordsFound($"{ticket.Summary}\n{ticket.Text}")
                .Where(word => policy.Triggers.Words.Contains(word.Category))
                .GroupBy(word => word.Category)
                .Select(words => new TicketFinding(FindingKind.Words)
                {
                    Category = words.Key,
                    Words = string.Join(", ", words.Select(word => word.Phrase).Distinct().Take(3)),
                });

    private static TicketPriority? PriorityOf(Ticket ticket, EscalationPolicy policy) =>
        policy.Triggers.Priorities.GetValueOrDefault(ticket.Priority);
}
