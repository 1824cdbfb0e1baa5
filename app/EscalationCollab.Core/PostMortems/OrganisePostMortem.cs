using System.Globalization;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Core.PostMortems;

/// <summary>Who brings the post-mortem to its end, and when people meet about it.</summary>
internal static class OrganisePostMortem
{
    public const string Id = "postmortem.organise";

    /// <summary>How long people meet unless somebody says otherwise.</summary>
    public const int UsualMinutes = 60;

    private static readonly int[] Lengths = [30, 45, UsualMinutes, 90, 120];

    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture(
        "H:mm"
    );

    public static void Register(Slices slices) =>
        slices.Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit);

    public static Decision Decide(
        Escalation escalation,
        PersonId facilitator,
        LocalDateTime? meeting,
        Situation situation,
        int minutes = UsualMinutes
    ) =>
        PostMortemCommon.OnOpen(
            escalation,
            situation,
            postMortem =>
            {
                if (PostMortemCommon.CannotSee(escalation, [facilitator], situation) is { } no)
                    return Decision.Refuse(no, "facilitator");
                Instant? at = meeting is { } local
                    ? situation.ZoneOf(situation.Actor).AtLeniently(local).ToInstant()
                    : null;
                if (at != postMortem.MeetingAt && at <= situation.Now)
                    return Decision.Refuse(Phrase.Of("postmortem.meeting-past"), "date");
                if (
                    at is not null
                    && at != postMortem.MeetingAt
                    && postMortem.Participants.All(one => one.Person == facilitator)
                )
                    return Decision.Refuse(Phrase.Of("postmortem.meeting-nobody"), "date");
                return Decision
                    .That(new PostMortemOrganised(facilitator, at) { Minutes = minutes })
                    .Then(
                        postMortem.Facilitator is { } earlier && earlier != facilitator
                            ? new PostMortemNotice(earlier) { OnlyEdits = true }
                            : null,
                        new PostMortemNotice(facilitator)
                    )
                    .Saying(
                        Phrase.Of("postmortem.organised", ("person", new Mention(facilitator)))
                    );
            }
        );

    internal static Input[] MeetingInputs(
        Instant? meeting,
        Situation situation,
        int minutes = UsualMinutes
    )
    {
        var local = meeting?.InZone(situation.ZoneOf(situation.Actor)).LocalDateTime;
        return
        [
            new DateInput("date", Phrase.Of("postmortem.meeting-day"))
            {
                Required = false,
                Initial = local?.Date,
            },
            new TimeInput("time", Phrase.Of("postmortem.meeting-time"))
            {
                Required = false,
                Initial = local is { } known ? new LocalTime(known.Hour, known.Minute) : null,
                Hint = Phrase.Of("postmortem.meeting-hint"),
            },
            new ChoiceInput(
                "minutes",
                Phrase.Of("postmortem.meeting-length"),
                [
                    .. Lengths.Select(length => new Option(
                        length.ToString(CultureInfo.InvariantCulture),
                        Phrase.Of("postmortem.meeting-minutes", ("minutes", new Number(length)))
                    )),
                ]
            )
            {
                Initial = [minutes.ToString(CultureInfo.InvariantCulture)],
                Required = false,
            },
        ];
    }

    /// <summary>How long it was said to take.</summary>
    internal static int Minutes(Form form) =>
        int.TryParse(
            form.OptionalText("minutes", 4),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var minutes
        ) && Lengths.Contains(minutes)
            ? minutes
            : UsualMinutes;

    /// <summary>The meeting as it was written: a day with a time, or neither.</summary>
    internal static LocalDateTime? Meeting(Form form, Turn turn)
    {
        var date = form.OptionalDate("date");
        var raw = form.OptionalText("time", 10);
        var time = raw is null ? null : Clock.Parse(raw.Length > 5 ? raw[..5] : raw);
        if (time is { Success: false })
            form.Wrong("time", Phrase.Of("postmortem.not-a-time"));
        else if (date is not null && time is null)
            form.Wrong("time", Phrase.Of("form.required"));
        else if (date is null && time is not null)
            form.Wrong("date", Phrase.Of("form.required"));
        else if (date is { } day && time is { Success: true })
            return day + time.Value;
        return null;
    }

    private static Reply Show(Escalation escalation, Turn turn)
    {
        if (PostMortemCommon.Refusal(escalation, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var postMortem = escalation.PostMortem!;
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.Of("postmortem.organise.title"),
                Phrase.Of("button.save"),
                [
                    new PersonInput("facilitator", Phrase.Of("postmortem.facilitator"))
                    {
                        Initial = postMortem.Facilitator is { } known ? [known] : [],
                    },
                    .. MeetingInputs(
                        postMortem.MeetingAt,
                        turn.Situation,
                        postMortem.MeetingMinutes
                    ),
                ]
            )
            {
                Data = ActionData.For(escalation.Number),
            }.Checked()
        );
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var facilitator = form.Person("facilitator");
        var meeting = Meeting(form, turn);
        var minutes = Minutes(form);
        return form.Refused ?? turn.Decide((e, s) => Decide(e, facilitator, meeting, s, minutes));
    }
}

/// <summary>The post-mortem has a facilitator and perhaps a meeting.</summary>
[StoredAs("post-mortem-organised")]
public sealed record PostMortemOrganised(PersonId Facilitator, Instant? MeetingAt) : EscalationEvent
{
    /// <summary>How long it takes.</summary>
    public int Minutes { get; init; } = OrganisePostMortem.UsualMinutes;

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem! with
            {
                Facilitator = Facilitator,
                MeetingAt = MeetingAt,
                MeetingMinutes = Minutes,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.post-mortem-organised", ("person", new Mention(Facilitator)));
}
