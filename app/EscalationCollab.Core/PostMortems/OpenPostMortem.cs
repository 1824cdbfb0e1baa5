using System.Collections.Immutable;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// Opening a post-mortem: by itself when the escalation is resolved and the policy says so, or by hand. Those who took
/// part are asked privately what they saw, while they remember it.
/// </summary>
internal static class OpenPostMortem
{
    public const string Id = "postmortem.open";

    /// <summary>More people than a meeting bears are not asked by themselves.</summary>
    public const int MostParticipants = 15;

    // Without a meeting in the policy people are asked once more after this.
    private static readonly Target WithoutMeeting = Target.BusinessDays(4);

    public static void Register(Slices slices) =>
        slices
            .Query("postmortem", turn => turn.On(e => Show(e, turn)))
            .Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit)
            .Follows(OnResolved)
            .Offers(
                72,
                escalation =>
                    escalation is { PostMortem: null, Status: Status.Resolved or Status.Closed }
                        ? new Opens(
                            Phrase.Of("postmortem.open"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                PostMortemCommon.MayWrite
            );

    /// <summary>What follows a resolution whose severity asks for a post-mortem; nothing when there is one already.</summary>
    public static Decision OnResolved(Escalation before, Escalation after, Situation situation) =>
        before.Status != Status.Resolved
        && after is { Status: Status.Resolved, PostMortem: null }
        && situation.Policy.Severities[after.Severity].PostMortem
            ? OpenFor(
                after,
                after.Owner,
                ParticipantsOf(after, situation),
                ProposedMeeting(after, situation),
                situation
            )
            : Decision.Nothing;

    /// <summary>Opens one by hand.</summary>
    public static Decision Decide(
        Escalation escalation,
        PersonId facilitator,
        ImmutableArray<PersonId> participants,
        LocalDateTime? meeting,
        Situation situation,
        int minutes = OrganisePostMortem.UsualMinutes
    )
    {
        if (escalation.PostMortem is { } known)
            return Decision.Refuse(
                Phrase.Of(
                    "postmortem.exists",
                    ("number", escalation.Number.ToString()),
                    ("when", new Moment(known.OpenedAt, MomentStyle.Exact))
                )
            );
        if (escalation.Status is Status.Declined or Status.Merged)
            return Common.Over(escalation);
        if (!PostMortemCommon.MayWrite(escalation, situation))
            return Decision.Refuse(Phrase.Of("postmortem.not-allowed"));
        if (
            PostMortemCommon.CannotSee(escalation, [facilitator, .. participants], situation) is
            { } no
        )
            return Decision.Refuse(no);
        Instant? at = meeting is { } local
            ? situation.ZoneOf(situation.Actor).AtLeniently(local).ToInstant()
            : null;
        if (at <= situation.Now)
            return Decision.Refuse(Phrase.Of("postmortem.meeting-past"), "date");
        return OpenFor(escalation, facilitator, participants, at, situation, minutes)
            .Saying(
                Phrase.Of(
                    "postmortem.opened",
                    ("number", new RoomLink(escalation.Number)),
                    ("count", new Number(participants.Length))
                )
            );
    }

    /// <summary>Those who took part: everybody with a role but observers, who declared it, the customer's own people here, experts who said yes.</summary>
    public static ImmutableArray<PersonId> ParticipantsOf(
        Escalation escalation,
        Situation situation
    )
    {
        var customer = situation.Directory.Find(escalation.Customer.Id);
        IEnumerable<PersonId?> people =
        [
            .. Enum.GetValues<Role>()
                .Where(role => role is not (Role.Observer or Role.Stakeholder))
                .SelectMany(role => escalation.Holders(role))
                .Cast<PersonId?>(),
            escalation.DeclaredBy,
            customer?.SuccessManager,
            customer?.AccountExecutive,
            .. escalation.Experts.Select(search => search.Found),
            escalation.StatusUpdates.Last?.By,
        ];
        return
        [
            .. people
                .OfType<PersonId>()
                .Distinct()
                .Where(person =>
                    situation.Directory.Find(person) is not null
                    && Visibility.Sees(escalation, situation with { Actor = person })
                )
                .Take(MostParticipants),
        ];
    }

    /// <summary>When the policy proposes to meet, or null.</summary>
    public static Instant? ProposedMeeting(Escalation escalation, Situation situation) =>
        situation.Policy.Severities[escalation.Severity].PostMortemMeeting is { } target
            ? EscalationPolicy.Due(
                escalation.ResolvedAt is { } resolved
                && resolved + Duration.FromDays(1) > situation.Now
                    ? resolved
                    : situation.Now,
                target,
                situation.Policy.CalendarOf(escalation.Customer.Region)
            )
            : null;

    private static Decision OpenFor(
        Escalation escalation,
        PersonId? facilitator,
        ImmutableArray<PersonId> participants,
        Instant? meeting,
        Situation situation,
        int minutes = OrganisePostMortem.UsualMinutes
    )
    {
        var asked = participants
            .Select(person => new Participant(
                person,
                situation.Now,
                RemindAt(escalation, person, meeting, situation)
            ))
            .ToImmutableArray();
        return Decision
            .That(new PostMortemOpened(facilitator, meeting, asked) { Minutes = minutes })
            .Then(facilitator is { } known ? new PostMortemNotice(known) : null)
            .Then(participants.Select(person => new QuestionsNotice(person)))
            .Then(
                asked.Select(participant =>
                    participant.RemindAt is { } due
                        ? new QuestionsReminder { Person = participant.Person, Due = due }
                        : null
                )
            );
    }

    /// <summary>The morning of the day half way to the meeting, but not today.</summary>
    private static Instant RemindAt(
        Escalation escalation,
        PersonId person,
        Instant? meeting,
        Situation situation
    )
    {
        var end =
            meeting
            ?? EscalationPolicy.Due(
                situation.Now,
                WithoutMeeting,
                situation.Policy.CalendarOf(escalation.Customer.Region)
            );
        var zone = situation.ZoneOf(person);
        var middle = (situation.Now + (end - situation.Now) / 2).InZone(zone).Date;
        var tomorrow = situation.TodayOf(person).PlusDays(1);
        return zone.AtLeniently(LocalDate.Max(middle, tomorrow).At(ReminderPlan.Morning))
            .ToInstant();
    }

    private static Reply Show(Escalation escalation, Turn turn)
    {
        if (escalation.PostMortem is not null)
            return new Reply.Private(PostMortemCards.Of(escalation, turn.Situation));
        if (escalation.Status is Status.Declined or Status.Merged)
            return Refusals.ToReply(Common.Over(escalation).Refusals);
        return PostMortemCommon.MayWrite(escalation, turn.Situation)
            ? new Reply.Show(DialogOf(escalation, turn.Situation))
            : Turn.Refuse(Phrase.Of("postmortem.not-allowed"));
    }

    internal static Dialog DialogOf(Escalation escalation, Situation situation) =>
        new Dialog(
            Id,
            Phrase.Of("postmortem.open.title"),
            Phrase.Of("button.open"),
            [
                new PersonInput("facilitator", Phrase.Of("postmortem.facilitator"))
                {
                    Initial = [escalation.Owner ?? situation.Actor],
                },
                .. OrganisePostMortem.MeetingInputs(
                    ProposedMeeting(escalation, situation),
                    situation
                ),
                new PersonInput("participants", Phrase.Of("postmortem.participants"))
                {
                    Many = true,
                    Required = false,
                    Initial = ParticipantsOf(escalation, situation),
                    Hint = Phrase.Of("postmortem.participants.hint"),
                },
            ]
        )
        {
            Data = ActionData.For(escalation.Number),
            Introduction = [new Context(Phrase.Of("postmortem.open.hint"))],
        }.Checked();

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var facilitator = form.Person("facilitator");
        var participants = form.People("participants");
        var meeting = OrganisePostMortem.Meeting(form, turn);
        var minutes = OrganisePostMortem.Minutes(form);
        return form.Refused
            ?? turn.Decide((e, s) => Decide(e, facilitator, participants, meeting, s, minutes));
    }
}

/// <summary>A post-mortem was opened, and those who took part are asked.</summary>
/// <param name="Facilitator">Who brings it to its end, or null while there is no owner.</param>
/// <param name="MeetingAt">When people meet, or null.</param>
[StoredAs("post-mortem-opened")]
public sealed record PostMortemOpened(
    PersonId? Facilitator,
    Instant? MeetingAt,
    ImmutableArray<Participant> Participants
) : EscalationEvent
{
    /// <summary>How long they meet.</summary>
    public int Minutes { get; init; } = OrganisePostMortem.UsualMinutes;

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = new PostMortem
            {
                OpenedAt = stamp.At,
                Facilitator = Facilitator,
                MeetingAt = MeetingAt,
                MeetingMinutes = Minutes,
                Participants = Participants,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.post-mortem-opened",
            ("count", new Number(Participants.Length)),
            (
                "facilitator",
                Facilitator is { } known ? new Mention(known) : Phrase.Of("answer.nobody")
            )
        );
}
