using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>What the cards of this room have in common, and its part of the escalation card.</summary>
internal static class StatusCards
{
    /// <summary>Lines and characters of a status on a card; the whole is on the timeline.</summary>
    private const int MostLines = 3;
    private const int MostCharacters = 280;

    public static void Register(Slices slices) => slices.OnCard(20, OnCard);

    /// <summary>The first lines of a text.</summary>
    public static string Shortened(string text, int lines = MostLines, int length = MostCharacters)
    {
        var all = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var cut = string.Join('\n', all.Take(lines));
        if (cut.Length > length)
        {
            var end = cut.LastIndexOf(' ', length - 2);
            if (end < length / 2)
                end = length - 1 - (char.IsHighSurrogate(cut[length - 2]) ? 1 : 0);
            return cut[..end].TrimEnd() + "…";
        }
        return all.Length > lines ? cut + "…" : cut;
    }

    public static IEnumerable<Block?> OnCard(Escalation escalation, Situation situation)
    {
        var board = escalation.StatusUpdates;
        if (board.Last is null && board.Cadence.Next is null)
            return [];
        return
        [
            .. Status(escalation),
            board.Cadence.Next is { } next
                ? new ClockBlock(Phrase.Of("status.next"), next.From, next.Due)
                : null,
            Notes(escalation, situation),
        ];
    }

    /// <summary>The last status: its first lines, who and when, what is done and needed.</summary>
    public static IEnumerable<Block?> Status(Escalation escalation)
    {
        var board = escalation.StatusUpdates;
        if (board.Last is not { } last)
            return [new Context(Phrase.Of("status.none-yet"))];
        return
        [
            new Quote(Shortened(last.Conditions), Source(last)),
            Facts.Of(
                (Phrase.Of("term.trend"), Phrase.For(board.Trend ?? last.Trend)),
                (Phrase.Of("status.actions"), Optional(last.Actions)),
                (Phrase.Of("status.needs"), Optional(last.Needs))
            ),
            new[] { last.Conditions, last.Actions, last.Needs }.Any(IsShortened)
                ? new Context(
                    Phrase.Of(
                        "status.shortened",
                        ("command", new Code($"/escalate timeline {escalation.Number.Value}"))
                    )
                )
                : null,
        ];
    }

    /// <summary>The buttons that answer a question for a status.</summary>
    public static Actions Answers(Escalation escalation) =>
        Actions.Of(
            NoChange.Button(escalation),
            PostStatus.Button(escalation),
            Snooze.Button(escalation)
        );

    /// <summary>What somebody is asked now, as it stands on their own page; null when nobody asks them.</summary>
    public static Waiting? WaitingFor(Escalation escalation, Situation situation)
    {
        var question =
            escalation.StatusUpdates.Request is { } request && request.Of == situation.Actor
                ? StatusQuestion.Question(escalation, request.Of, request.By)
            : StatusClock.AskedNow(escalation, situation) is { } promise
                ? StatusAsk.Question(escalation, situation.Actor, promise.Due)
            : null;
        return question is null
            ? null
            : new Waiting(
                new Text(new Bold(question)) + "\n" + Title(escalation) + ": " + escalation.Summary,
                Answers(escalation).Items
            );
    }

    public static Text Title(Escalation escalation) => EscalationCard.Title(escalation);

    private static bool IsShortened(string text) =>
        Shortened(text).EndsWith('…') && !text.EndsWith('…');

    private static Text? Optional(string text) => text.Length == 0 ? null : (Text)Shortened(text);

    private static Text Source(StatusUpdate last) =>
        last is { UnchangedBy: { } by, UnchangedAt: { } at }
            ? Phrase.Of(
                "status.by.unchanged",
                ("person", new Mention(last.By)),
                ("when", new Moment(last.At, MomentStyle.Exact)),
                ("by", new Mention(by)),
                ("at", new Moment(at, MomentStyle.Exact))
            )
            : Phrase.Of(
                "status.by",
                ("person", new Mention(last.By)),
                ("when", new Moment(last.At, MomentStyle.Exact))
            );

    private static Context? Notes(Escalation escalation, Situation situation)
    {
        var board = escalation.StatusUpdates;
        var misses =
            board.Cadence.MissesInRow > 0
                ? (Text)Phrase.Of("status.misses", ("count", new Number(board.Cadence.MissesInRow)))
                : null;
        var snoozed = board.Cadence is { Next: not null, Last: { How: PromiseEnd.Snoozed } last }
            ? (Text)
                Phrase.Of(
                    "status.snoozed-by",
                    ("person", new Mention(last.By)),
                    ("when", new Moment(last.At, MomentStyle.Exact)),
                    ("reason", last.Reason)
                )
            : null;
        var asked = board.Request is { } request
            ? (Text)
                Phrase.Of(
                    "status.requested-by",
                    ("person", new Mention(request.By)),
                    ("when", new Moment(request.At, MomentStyle.Exact)),
                    ("asked", new Mention(request.Of))
                )
            : null;
        var quiet = Neglect.IsQuiet(board.Cadence.MissesInRow, escalation, situation)
            ? (Text)Phrase.Of("status.quiet")
            : null;
        var notes = new[] { misses, quiet, snoozed, asked }.OfType<Text>().ToList();
        return notes.Count == 0 ? null : new Context(Text.Join("\n", notes));
    }
}

/// <summary>Asks one person privately for the status that is due soon; afterwards it says what became of it.</summary>
[StoredAs("status-ask")]
public sealed record StatusAsk(PersonId Person, Instant Promised) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"status-ask:{Promised.ToUnixTimeMilliseconds()}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        if (StatusOutcome.Of(escalation, Promised) is { } outcome)
            return Card.Of(
                outcome,
                new Context(StatusCards.Title(escalation)),
                new Paragraph(outcome)
            );
        var question = Question(escalation, Person, Promised);
        return Card.Of(
            question,
            [
                new Paragraph(new Bold(question)),
                new Context(StatusCards.Title(escalation) + ": " + escalation.Summary),
                .. StatusCards.Status(escalation).OfType<Block>(),
                StatusCards.Answers(escalation),
            ]
        );
    }

    internal static Phrase Question(Escalation escalation, PersonId person, Instant promised) =>
        Phrase.Of(
            "status.ask",
            ("person", new Mention(person)),
            ("customer", escalation.Customer.Name),
            ("when", new Moment(promised))
        );
}

/// <summary>Warns the owner that a status is about to be missed; afterwards it says what became of it.</summary>
[StoredAs("status-warning")]
public sealed record StatusWarning(PersonId Person, Instant Promised) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"status-warning:{Promised.ToUnixTimeMilliseconds()}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        if (StatusOutcome.Of(escalation, Promised) is { } outcome)
            return Card.Of(
                outcome,
                new Context(StatusCards.Title(escalation)),
                new Paragraph(outcome)
            );
        var lead = StatusClock.Asked(escalation) is { } asked && asked != Person ? asked : Person;
        Text warning = Phrase.Of(
            lead == Person ? "status.warn.you" : "status.warn",
            ("person", new Mention(Person)),
            ("customer", escalation.Customer.Name),
            ("when", new Moment(Promised)),
            ("asked", new Mention(lead))
        );
        return Card.Of(
            warning,
            new Paragraph(new Bold(warning)),
            new Context(StatusCards.Title(escalation) + ": " + escalation.Summary),
            new Paragraph(
                Phrase.Of("status.warn.remedy", ("room", new RoomLink(escalation.Number)))
            ),
            StatusCards.Answers(escalation)
        ) with
        {
            Tone = Tone.Warning,
        };
    }
}

/// <summary>Asks one person privately for a status because somebody wants to know; afterwards it says what became of it.</summary>
/// <param name="By">Who wants to know.</param>
/// <param name="At">When they asked.</param>
[StoredAs("status-question")]
public sealed record StatusQuestion(PersonId Person, PersonId By, Instant At) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"status-question:{At.ToUnixTimeMilliseconds()}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        var board = escalation.StatusUpdates;
        var question = Question(escalation, Person, By);
        if (board.Request?.At == At)
            return Card.Of(
                question,
                [
                    new Paragraph(new Bold(question)),
                    new Context(StatusCards.Title(escalation) + ": " + escalation.Summary),
                    .. StatusCards.Status(escalation).OfType<Block>(),
                    StatusCards.Answers(escalation),
                ]
            );
        var answer = StatusOutcome.Answer(escalation);
        return Card.Of(answer, new Context(StatusCards.Title(escalation)), new Paragraph(answer));
    }

    internal static Phrase Question(Escalation escalation, PersonId person, PersonId by) =>
        Phrase.Of(
            "status.question",
            ("person", new Mention(person)),
            ("by", new Mention(by)),
            ("customer", escalation.Customer.Name)
        );
}

/// <summary>Tells the one who asked that there is an answer.</summary>
/// <param name="At">When the answer came.</param>
[StoredAs("status-answer")]
public sealed record StatusAnswer(PersonId Person, Instant At) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <summary>The answer to whoever asked; null when nobody did, or the same person answers.</summary>
    internal static StatusAnswer? For(Escalation escalation, Situation situation) =>
        escalation.StatusUpdates.Request is { } request && request.By != situation.Actor
            ? new StatusAnswer(request.By, situation.Now)
            : null;

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        var line = StatusOutcome.Answer(escalation);
        return Card.Of(
            line,
            [
                new Paragraph(line),
                new Context(StatusCards.Title(escalation) + ": " + escalation.Summary),
                .. StatusCards.Status(escalation).OfType<Block>(),
            ]
        );
    }
}

/// <summary>One short message in the war room: something is needed, or it is getting worse.</summary>
/// <param name="At">The status it is about; a later one has its own message.</param>
[StoredAs("status-in-room")]
public sealed record StatusInRoom(Instant At) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.StatusUpdates.Last is not { } last || last.At != At)
            return null;
        Text line = Phrase.Of(
            last.Trend == Trend.Declining ? "status.room.worse" : "status.room.needs",
            ("person", new Mention(last.By)),
            ("conditions", StatusCards.Shortened(last.Conditions, 1, 200))
        );
        return Card.Of(
            line,
            [
                new Paragraph(line),
                .. last.Needs.Length == 0
                    ? []
                    : new Block[]
                    {
                        new Paragraph(
                            Phrase.Of(
                                "status.room.needed",
                                ("needs", StatusCards.Shortened(last.Needs))
                            )
                        ),
                    },
            ]
        ) with
        {
            Tone = last.Trend == Trend.Declining ? Tone.Bad : Tone.Warning,
            Notify = escalation.Owner is { } owner && owner != last.By ? [owner] : [],
        };
    }
}

/// <summary>What became of a promised status, in one line.</summary>
internal static class StatusOutcome
{
    /// <summary>Null while the promise still runs.</summary>
    public static Text? Of(Escalation escalation, Instant promised)
    {
        var cadence = escalation.StatusUpdates.Cadence;
        if (cadence.Next?.Due == promised)
            return null;
        if (cadence.Last is not { } last || last.Promise.Due != promised)
            return Phrase.Of("status.outcome.withdrawn", ("status", Phrase.For(escalation.Status)));
        return last.How switch
        {
            PromiseEnd.Kept => Answer(escalation),
            PromiseEnd.Missed => Phrase.Of(
                "status.outcome.missed",
                ("due", new Moment(promised, MomentStyle.Exact))
            ),
            _ => Phrase.Of(
                "status.outcome.snoozed",
                ("person", new Mention(last.By)),
                ("when", new Moment(last.At, MomentStyle.Exact)),
                ("reason", last.Reason)
            ),
        };
    }

    /// <summary>Who said what about it last.</summary>
    public static Text Answer(Escalation escalation) =>
        escalation.StatusUpdates.Last switch
        {
            { UnchangedBy: { } by, UnchangedAt: { } at } => Phrase.Of(
                "status.outcome.unchanged",
                ("person", new Mention(by)),
                ("when", new Moment(at, MomentStyle.Exact))
            ),
            { } last => Phrase.Of(
                "status.outcome.posted",
                ("person", new Mention(last.By)),
                ("when", new Moment(last.At, MomentStyle.Exact))
            ),
            null => Phrase.Of(
                "status.outcome.withdrawn",
                ("status", Phrase.For(escalation.Status))
            ),
        };
}
