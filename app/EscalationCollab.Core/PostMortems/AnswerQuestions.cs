using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// The three questions each participant gets privately: one card, one dialog. Asked once more, once. Answers are named
/// inside the company only and may be changed until it is published.
/// </summary>
internal static class AnswerQuestions
{
    public const string Id = "postmortem.answer";
    public const string NothingId = "postmortem.nothing";

    // Later than this the reminder waits for the next morning.
    private static readonly Duration LatestHour = Duration.FromHours(4);

    public static void Register(Slices slices) =>
        slices
            .Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit)
            .Action(NothingId, turn => turn.Decide((e, s) => Decide(e, "", "", "", s)))
            .Timer<QuestionsReminder>(Remind)
            .Awaits(
                (escalation, situation) =>
                    Unanswered(escalation)
                        .Where(asked => asked.Person == situation.Actor)
                        .Select(asked => new Waiting(
                            QuestionsNotice.Line(escalation, asked.Person),
                            QuestionsNotice.Buttons(escalation, asked).Items
                        )),
                escalation => Unanswered(escalation).Select(asked => asked.Person)
            );

    private static IEnumerable<Participant> Unanswered(Escalation escalation) =>
        escalation.PostMortem is { IsOpen: true } postMortem
            ? postMortem.Participants.Where(asked => asked.Answer is null)
            : [];

    public static Decision Decide(
        Escalation escalation,
        string happened,
        string judged,
        string change,
        Situation situation
    )
    {
        if (Refusal(escalation, situation) is { } refusal)
            return Decision.Refuse(refusal);
        var participant = escalation.PostMortem!.Of(situation.Actor)!;
        return Decision
            .That(new QuestionsAnswered(happened, judged, change))
            .Then(
                participant.RemindedAt is null
                    ? new QuestionsNotice(situation.Actor) { OnlyEdits = true }
                    : new QuestionsNotice(situation.Actor) { OnlyEdits = true, Again = true },
                participant.RemindedAt is null
                    ? null
                    : new QuestionsNotice(situation.Actor) { OnlyEdits = true },
                escalation.PostMortem!.Facilitator is { } facilitator
                    ? new PostMortemNotice(facilitator) { OnlyEdits = true }
                    : null
            )
            .Saying(Phrase.Of("postmortem.thanks"));
    }

    public static Decision Remind(
        Escalation escalation,
        QuestionsReminder timer,
        Situation situation
    )
    {
        if (escalation.PostMortem is not { IsOpen: true } postMortem)
            return Decision.Nothing;
        if (
            postMortem.Of(timer.Person) is not { Answer: null, RemindAt: { } due }
            || due != timer.Due
        )
            return Decision.Nothing;
        if (situation.Now - timer.Due <= LatestHour)
            return Decision
                .That(new ParticipantReminded(timer.Person, null))
                .Then(new QuestionsNotice(timer.Person) { Again = true });
        var morning = ReminderPlan.NextMorning(timer.Person, situation);
        return Decision
            .That(new ParticipantReminded(timer.Person, morning))
            .Then(new QuestionsReminder { Person = timer.Person, Due = morning });
    }

    private static Phrase? Refusal(Escalation escalation, Situation situation)
    {
        if (escalation.PostMortem is not { } postMortem)
            return Phrase.Of("postmortem.none");
        if (postMortem.Publication is { } publication)
            return Phrase.Of(
                "postmortem.already-published",
                ("person", new Mention(publication.By)),
                ("when", new Moment(publication.At, MomentStyle.Exact))
            );
        return postMortem.Of(situation.Actor) is null ? Phrase.Of("postmortem.not-asked") : null;
    }

    private static Reply Show(Escalation escalation, Turn turn)
    {
        if (Refusal(escalation, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var answer = escalation.PostMortem!.Of(turn.Situation.Actor)!.Answer;
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.Of("postmortem.answer.title"),
                Phrase.Of("button.send"),
                [
                    Question(
                        "happened",
                        Phrase.Of("postmortem.question.happened"),
                        answer?.Happened
                    ) with
                    {
                        Hint = Phrase.Of("postmortem.question.happened.hint"),
                    },
                    Question("judged", Phrase.Of("postmortem.question.judged"), answer?.Judged),
                    Question("change", Phrase.Of("postmortem.question.change"), answer?.Change),
                ]
            )
            {
                Data = ActionData.For(escalation.Number),
                Introduction = [new Context(Phrase.Of("postmortem.answer.hint"))],
            }.Checked()
        );
    }

    private static TextInput Question(string id, Text label, string? initial) =>
        new(id, label)
        {
            Multiline = true,
            Required = false,
            Initial = initial ?? "",
        };

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var happened = form.OptionalText("happened") ?? "";
        var judged = form.OptionalText("judged") ?? "";
        var change = form.OptionalText("change") ?? "";
        if (form.Refused is null && happened.Length + judged.Length + change.Length == 0)
            form.Wrong("happened", Phrase.Of("postmortem.answer-one"));
        return form.Refused ?? turn.Decide((e, s) => Decide(e, happened, judged, change, s));
    }
}

/// <summary>A participant answered.</summary>
[StoredAs("post-mortem-answered")]
public sealed record QuestionsAnswered(string Happened, string Judged, string Change)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.ChangingParticipant(
            stamp.By,
            participant =>
                participant with
                {
                    Answer = new Answer(Happened, Judged, Change, stamp.At),
                    RemindAt = null,
                }
        );

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.post-mortem-answered");
}

/// <summary>A participant was asked once more, or will be the next morning instead.</summary>
/// <param name="Later">The morning it was put off to; null when it was sent.</param>
[StoredAs("post-mortem-reminded")]
public sealed record ParticipantReminded(PersonId Person, Instant? Later) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.ChangingParticipant(
            Person,
            participant =>
                participant with
                {
                    RemindAt = Later,
                    RemindedAt = Later is null ? stamp.At : null,
                }
        );
}

/// <summary>Asks whether a participant is to be asked once more.</summary>
[StoredAs("post-mortem-questions-reminder")]
public sealed record QuestionsReminder : TimerEffect
{
    /// <summary>Who.</summary>
    public required PersonId Person { get; init; }
}

/// <summary>Asks a participant the three questions.</summary>
[StoredAs("post-mortem-questions")]
public sealed record QuestionsNotice(PersonId Person) : Notice
{
    /// <summary>The one reminder, a message of its own.</summary>
    public bool Again { get; init; }

    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => Again ? "post-mortem-questions-again" : "post-mortem-questions";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.PostMortem is not { } postMortem || postMortem.Of(Person) is not { } asked)
            return null;
        var line = Again
            ? Phrase.Of(
                "postmortem.questions.again",
                ("person", new Mention(Person)),
                ("number", escalation.Number.ToString()),
                ("customer", escalation.Customer.Name)
            )
            : Line(escalation, Person);
        return Card.Of(
            line,
            [
                new Header(line),
                new Paragraph(ActionItemCard.EscalationOf(escalation)),
                .. asked.Answer is { } answer
                    ?
                    [
                        new Context(
                            Phrase.Of(
                                answer.IsEmpty ? "postmortem.questions.nothing"
                                    : postMortem.IsOpen ? "postmortem.questions.answered"
                                    : "postmortem.questions.given",
                                ("when", new Moment(answer.At, MomentStyle.Exact))
                            )
                        ),
                    ]
                    : new Block[] { new Context(Phrase.Of("postmortem.questions.why")) },
                .. postMortem.IsOpen ? [Buttons(escalation, asked)] : Array.Empty<Block>(),
            ]
        );
    }

    internal static Phrase Line(Escalation escalation, PersonId person) =>
        Phrase.Of(
            "postmortem.questions.line",
            ("person", new Mention(person)),
            ("number", escalation.Number.ToString()),
            ("customer", escalation.Customer.Name)
        );

    internal static Actions Buttons(Escalation escalation, Participant asked) =>
        Actions.Of(
            new Opens(
                asked.Answer is null
                    ? Phrase.Of("postmortem.answer")
                    : Phrase.Of("postmortem.answer.change"),
                AnswerQuestions.Id,
                ActionData.For(escalation.Number)
            )
            {
                Style = asked.Answer is null ? ActionStyle.Primary : ActionStyle.Default,
            },
            asked.Answer is null
                ? new Does(
                    Phrase.Of("postmortem.nothing"),
                    AnswerQuestions.NothingId,
                    ActionData.For(escalation.Number)
                )
                : null,
            MeetingFile.Button(escalation)
        );
}

internal static class ParticipantChanges
{
    /// <summary>The escalation with one participant changed.</summary>
    public static Escalation ChangingParticipant(
        this Escalation escalation,
        PersonId person,
        Func<Participant, Participant> change
    ) =>
        escalation with
        {
            PostMortem = escalation.PostMortem! with
            {
                Participants =
                [
                    .. escalation.PostMortem.Participants.Select(participant =>
                        participant.Person == person ? change(participant) : participant
                    ),
                ],
            },
        };
}
