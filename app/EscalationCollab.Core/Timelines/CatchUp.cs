using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Timelines;

/// <summary>
/// <c>/escalate catchup</c>: what happened so far, short enough for a phone: how it stands, who has it, what is known,
/// what the customer was told, what is due, and the few events that turned it.
/// </summary>
internal static class CatchUp
{
    public const string Id = "timeline.catchup";

    /// <summary>How many turning points are told.</summary>
    public const int TurningPoints = 5;

    private const int MostCharacters = 110;

    public static void Register(Slices slices) => slices.Query("catchup", Show).Action(Id, Show);

    /// <summary>The card.</summary>
    public static Card Of(Escalation escalation, IReadOnlyList<RecordedEvent> events)
    {
        var title = Phrase.Of("catchup.title", ("number", escalation.Number.ToString()));
        var turns = Turns(escalation, events);
        return Card.Of(
            title,
            [
                new Header(title),
                new Paragraph(EscalationCard.Line(escalation)),
                Facts.Of(
                    (Phrase.For(Role.EscalationManager), Owner(escalation)),
                    (Phrase.Of("term.trend"), Trend(escalation)),
                    (Phrase.Of("catchup.known"), Known(escalation)),
                    (
                        Phrase.Of("catchup.customer"),
                        escalation.CustomerUpdates.Last is { } told
                            ? Phrase.Of(
                                "timeline.line",
                                ("when", new Moment(told.At, MomentStyle.Exact)),
                                ("who", Timeline.Who(told.Author)),
                                ("what", Timeline.Shortened(told.Subject, MostCharacters))
                            )
                            : Phrase.Of("catchup.customer.none")
                    ),
                    (Phrase.Of("catchup.due"), Due(escalation))
                ),
                .. turns.IsEmpty
                    ? []
                    : new Block[]
                    {
                        new Context(Phrase.Of("catchup.turns")),
                        new Paragraph(Text.Join("\n", turns.Select(Line))),
                    },
                .. Buttons(escalation),
            ]
        );
    }

    /// <summary>
    /// The events that turned it: those after which its state, severity, owner, level or trend is another, and decisions
    /// noted by people. The weightiest are chosen, of equals the latest, and told in order.
    /// </summary>
    public static ImmutableArray<TimelineEntry> Turns(
        Escalation escalation,
        IReadOnlyList<RecordedEvent> events
    )
    {
        var before = Escalation.None(escalation.Tenant, escalation.Number);
        var weighed = new List<(int Weight, TimelineEntry Entry)>();
        foreach (var recorded in events)
        {
            var after = before.With(recorded.Event, recorded.Stamp);
            var weight = Weight(before, after, recorded.Event);
            if (weight > 0 && Timeline.Entries([recorded]) is [var entry])
                weighed.Add((weight, entry));
            before = after;
        }
        return
        [
            .. weighed
                .OrderByDescending(turn => turn.Weight)
                .ThenByDescending(turn => turn.Entry.Sequence)
                .Take(TurningPoints)
                .Select(turn => turn.Entry)
                .OrderBy(entry => entry.Sequence),
        ];
    }

    private static int Weight(Escalation before, Escalation after, EscalationEvent happened) =>
        (before, after) switch
        {
            _ when before.Version == 0 || before.Status != after.Status => 6,
            _ when before.Severity != after.Severity => 5,
            _ when happened is NoteAdded { Kind: NoteKind.Decision } => 4,
            _ when happened is TargetMissed => 4,
            _ when before.Owner != after.Owner => 3,
            _ when before.Level != after.Level || before.ToldLevel != after.ToldLevel => 3,
            _ when before.StatusUpdates.Trend != after.StatusUpdates.Trend
                    && happened is StatusPosted => 2,
            _ when happened is StatusPosted => 1,
            _ => 0,
        };

    private static Text Line(TimelineEntry entry) =>
        Phrase.Of(
            "timeline.line",
            ("when", new Moment(entry.At, MomentStyle.Exact)),
            ("who", Timeline.Who(entry.By)),
            ("what", Timeline.Shortened(entry.What, MostCharacters))
        );

    private static Text Owner(Escalation escalation) =>
        escalation.Owner is { } owner ? new Mention(owner) : Phrase.Of("answer.nobody");

    private static Text? Trend(Escalation escalation) =>
        escalation.StatusUpdates.Trend is { } trend ? (Text)Phrase.For(trend) : null;

    private static Text Known(Escalation escalation) =>
        escalation.StatusUpdates.Last is { } last
            ? Phrase.Of(
                "timeline.line",
                ("when", new Moment(last.UnchangedAt ?? last.At, MomentStyle.Exact)),
                ("who", new Mention(last.UnchangedBy ?? last.By)),
                ("what", StatusCards.Shortened(last.Conditions, 2, 2 * MostCharacters))
            )
            : Phrase.Of("status.none-yet");

    private static Text? Due(Escalation escalation)
    {
        var updates = new[]
        {
            ("catchup.due.status", escalation.StatusUpdates.Cadence.Next),
            ("catchup.due.customer", escalation.CustomerUpdates.Cadence.Next),
        }.Select(update =>
            update.Item2 is { } next
                ? (Text)Phrase.Of(update.Item1, ("when", new Moment(next.Due)))
                : null
        );
        var targets = Enum.GetValues<PromisedTarget>()
            .Select(target =>
                TargetWarnings.Running(escalation, target) is { } running
                    ? (Text)
                        Phrase.Of(
                            $"catchup.due.{TargetWarnings.Key(target)}",
                            ("when", new Moment(running.Due))
                        )
                    : null
            );
        var lines = updates.Concat(targets).OfType<Text>().ToList();
        return lines.Count == 0 ? null : Text.Join("\n", lines);
    }

    private static IEnumerable<Block> Buttons(Escalation escalation)
    {
        yield return Actions.Of(
            RequestUpdate.Button(escalation),
            new Does(
                Phrase.Of("timeline.button"),
                TimelineView.Id,
                ActionData.For(escalation.Number)
            )
        );
    }

    private static Reply Show(Turn turn) =>
        turn.On(escalation => new Reply.Private(
            Of(escalation, turn.Records.Events(escalation.Number))
        ));
}
