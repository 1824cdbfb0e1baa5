using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Something waits for a yes or no and nobody answers: those asked are reminded once, and later the owner hears of it once
/// and may ask somebody else. Whatever is answered, changed or taken back meanwhile is left alone.
/// </summary>
internal static class SilentApprovers
{
    public static void Register(Slices slices) =>
        slices.Follows(Follow).Timer<ApprovalSilent>(Decide);

    /// <summary>A question begins its two timers; an answer brings the reminders in sight up to date.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation)
    {
        var earlier = WaitingApproval.Of(before).ToList();
        var now = WaitingApproval.Of(after).ToList();
        var begun = now.Where(waiting => !earlier.Exists(waiting.IsSameAs));
        var ended = earlier.Where(waiting => !now.Exists(waiting.IsSameAs));
        var widened = now.Where(waiting =>
            earlier.Exists(other =>
                waiting.IsSameAs(other) && waiting.Asked.Length != other.Asked.Length
            )
        );
        return Decision
            .Nothing.Then(begun.SelectMany(waiting => Arm(waiting, after, situation)))
            .Then(
                ended
                    .SelectMany(waiting => Reminders(waiting).Concat(Overdue(waiting, before)))
                    .Concat(widened.SelectMany(waiting => Overdue(waiting, after)))
                    .Select(notice => notice with { OnlyEdits = true })
            );
    }

    public static Decision Decide(Escalation escalation, ApprovalSilent timer, Situation situation)
    {
        if (WaitingApproval.Find(escalation, timer.Kind, timer.Id, timer.Since) is not { } waiting)
            return Decision.Nothing;
        if (timer.ToOwner)
            return Decision.Nothing.Then(Overdue(waiting, escalation));
        // After an outage both moments have passed: the owner is told, and the others not twice in a row.
        return situation.Now >= OwnerAt(waiting, escalation, situation)
            ? Decision.Nothing
            : Decision.Nothing.Then(Reminders(waiting));
    }

    private static IEnumerable<Effect> Arm(
        WaitingApproval waiting,
        Escalation escalation,
        Situation situation
    )
    {
        var rule = WaitingApproval.Rule(waiting.Kind, situation);
        foreach (
            var (due, toOwner) in new[]
            {
                (Due(waiting, rule.Approver, escalation, situation), false),
                (Due(waiting, rule.Owner, escalation, situation), true),
            }
        )
            yield return new ApprovalSilent
            {
                Due = due,
                Kind = waiting.Kind,
                Id = waiting.Id,
                Since = waiting.Since,
                ToOwner = toOwner,
            };
    }

    private static Instant OwnerAt(
        WaitingApproval waiting,
        Escalation escalation,
        Situation situation
    ) => Due(waiting, WaitingApproval.Rule(waiting.Kind, situation).Owner, escalation, situation);

    private static Instant Due(
        WaitingApproval waiting,
        Policy.Target target,
        Escalation escalation,
        Situation situation
    ) =>
        Policy.EscalationPolicy.Due(
            waiting.Since,
            target,
            situation.Policy.CalendarOf(escalation.Customer.Region)
        );

    private static IEnumerable<Notice> Reminders(WaitingApproval waiting) =>
        waiting.Asked.Select(person => new ApprovalReminder(
            person,
            waiting.Kind,
            waiting.Id,
            waiting.Since
        ));

    private static IEnumerable<Notice> Overdue(WaitingApproval waiting, Escalation escalation) =>
        [
            new ApprovalOverdue(
                escalation.Owner ?? waiting.By,
                waiting.Kind,
                waiting.Id,
                waiting.Since
            ),
        ];
}

/// <summary>Somebody was asked for a yes or no a while ago.</summary>
[StoredAs("approval-silent")]
public sealed record ApprovalSilent : TimerEffect
{
    /// <summary>What waits.</summary>
    public required ApprovalKind Kind { get; init; }

    /// <summary>Which one.</summary>
    public required int Id { get; init; }

    /// <summary>The question it is about.</summary>
    public required Instant Since { get; init; }

    /// <summary>For the owner; otherwise for those who were asked.</summary>
    public bool ToOwner { get; init; }
}

/// <summary>Reminds one person of a question that waits for them, with its buttons.</summary>
[StoredAs("approval-reminder")]
public sealed record ApprovalReminder(PersonId Person, ApprovalKind Kind, int Id, Instant Since)
    : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"approval-reminder:{WaitingApproval.Key(Kind)}:{Id}:{Since.ToUnixTimeMilliseconds()}"
        );

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (
            WaitingApproval.Find(escalation, Kind, Id, Since) is not { } waiting
            || Question(escalation).Compose(escalation, situation) is not { } question
        )
            return RequestCard.Answered(escalation, Phrase.Of("approval.answered"));
        Text line = Phrase.Of(
            $"approval.reminder.{WaitingApproval.Key(Kind)}",
            ("customer", escalation.Customer.Name),
            ("person", new Mention(waiting.By)),
            ("since", new Moment(Since, MomentStyle.Exact))
        );
        return Card.Of(line, [new Paragraph(new Bold(line)), .. question.Blocks]) with
        {
            Tone = Tone.Warning,
        };
    }

    private Notice Question(Escalation escalation) =>
        Kind switch
        {
            ApprovalKind.CustomerUpdate => new ApprovalRequest(
                Person,
                Id,
                escalation.CustomerUpdates.Find(Id)?.Revision ?? 0
            ),
            ApprovalKind.Concession => new ConcessionRequest(Person, Id),
            _ => new ReviewNotice(Person),
        };
}

/// <summary>Tells the owner that nobody has answered, and offers to ask somebody else.</summary>
[StoredAs("approval-overdue")]
public sealed record ApprovalOverdue(PersonId Person, ApprovalKind Kind, int Id, Instant Since)
    : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"approval-overdue:{WaitingApproval.Key(Kind)}:{Id}:{Since.ToUnixTimeMilliseconds()}"
        );

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (WaitingApproval.Find(escalation, Kind, Id, Since) is not { } waiting)
            return RequestCard.Answered(escalation, Phrase.Of("approval.answered"));
        Text line = Phrase.Of(
            $"approval.overdue.{WaitingApproval.Key(Kind)}",
            ("customer", escalation.Customer.Name),
            ("people", Common.Names(waiting.Asked)),
            ("since", new Moment(Since, MomentStyle.Exact))
        );
        var others = waiting.Entitled(escalation, situation).Except(waiting.Asked);
        return Card.Of(
            line,
            [
                new Paragraph(new Bold(line)),
                new Context(EscalationCard.Line(escalation)),
                .. others.Any()
                    ?
                    [
                        Actions.Of(
                            new Opens(
                                Phrase.Of("approval.ask-other"),
                                AskAnotherApprover.Id,
                                AskAnotherApprover.DataOf(escalation, Kind, Id)
                            )
                        ),
                    ]
                    : new Block[] { new Paragraph(Phrase.Of("approval.nobody-else")) },
            ]
        ) with
        {
            Tone = Tone.Warning,
        };
    }
}
