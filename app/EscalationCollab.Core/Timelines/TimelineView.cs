using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Timelines;

/// <summary><c>/escalate timeline</c>: what happened, newest last, a page at a time, for whoever may see the escalation.</summary>
internal static class TimelineView
{
    public const string Id = "timeline.earlier";

    /// <summary>Lines on one page: a screen or two of a phone.</summary>
    public const int Page = 15;

    /// <summary>Characters of each text that people wrote; the whole is in the post-mortem and on the page.</summary>
    private const int MostCharacters = 240;

    public static void Register(Slices slices) =>
        slices.Query("timeline", Typed).Action(Id, Earlier);

    /// <summary>One page of the timeline.</summary>
    /// <param name="before">Only lines before this place among the events.</param>
    public static Card Of(
        Escalation escalation,
        ImmutableArray<TimelineEntry> entries,
        int before = int.MaxValue
    )
    {
        var known = entries.Where(entry => entry.Sequence < before).ToList();
        var shown = known.TakeLast(Page).ToList();
        var left = known.Count - shown.Count;
        return Card.Of(
            Phrase.Of("timeline.title", ("number", escalation.Number.ToString())),
            [
                new Header(Phrase.Of("timeline.title", ("number", escalation.Number.ToString()))),
                new Context(EscalationCard.Title(escalation) + ": " + escalation.Summary),
                .. left == 0
                    ? []
                    : new Block[]
                    {
                        new Context(Phrase.Of("timeline.left-out", ("count", new Number(left)))),
                    },
                .. shown.Select(entry => new Paragraph(Line(escalation, entry))),
                .. left == 0
                    ? []
                    : new Block[]
                    {
                        Actions.Of(
                            new Does(
                                Phrase.Of("timeline.earlier"),
                                Id,
                                ActionData
                                    .For(escalation.Number)
                                    .With(
                                        "before",
                                        shown[0].Sequence.ToString(CultureInfo.InvariantCulture)
                                    )
                            )
                        ),
                    },
            ]
        );
    }

    /// <summary>One line of the timeline with everything that was written.</summary>
    public static Card Whole(Escalation escalation, TimelineEntry entry) =>
        Card.Of(
            Phrase.Of("timeline.title", ("number", escalation.Number.ToString())),
            new Header(Phrase.Of("timeline.title", ("number", escalation.Number.ToString()))),
            new Context(EscalationCard.Title(escalation) + ": " + escalation.Summary),
            new Paragraph(Line(entry, entry.What))
        );

    /// <summary>"14:02 Ana posted a status"; what is long is cut, and then the line says how to read the whole.</summary>
    private static Text Line(Escalation escalation, TimelineEntry entry)
    {
        var cut = Timeline.Shortened(entry.What, MostCharacters);
        var line = Line(entry, cut);
        return cut.Equals(entry.What)
            ? line
            : line
                + " "
                + Phrase.Of(
                    "timeline.whole",
                    (
                        "command",
                        new Code($"/escalate timeline {escalation.Number.Value} {entry.Sequence}")
                    )
                );
    }

    private static Text Line(TimelineEntry entry, Text what) =>
        Phrase.Of(
            "timeline.line",
            ("when", new Moment(entry.At, MomentStyle.Exact)),
            ("who", new Bold(Timeline.Who(entry.By))),
            ("what", what)
        );

    /// <summary><c>timeline 1042</c> shows the newest page, <c>timeline 1042 12</c> the whole of one line.</summary>
    private static Reply Typed(Turn turn) =>
        int.TryParse(turn.Words, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? turn.On(escalation =>
                Timeline
                    .Entries(turn.Records.Events(escalation.Number))
                    .FirstOrDefault(entry => entry.Sequence == sequence)
                    is { } entry
                    ? new Reply.Private(Whole(escalation, entry))
                    : Show(turn, int.MaxValue)
            )
            : Show(turn, int.MaxValue);

    private static Reply Earlier(Turn turn) =>
        Show(
            turn,
            int.TryParse(
                turn.Interaction.Data["before"],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var before
            )
                ? before
                : int.MaxValue
        );

    private static Reply Show(Turn turn, int before) =>
        turn.On(escalation => new Reply.Private(
            Of(
                escalation,
                Timeline.Entries(turn.Records.Events(escalation.Number, to: before)),
                before
            )
        ));
}
