using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Surveys;
using NodaTime;

namespace EscalationCollab.Core.ActionItems;

/// <summary>How an action item looks to its owner and to those who follow it.</summary>
internal static class ActionItemCard
{
    public static void Register(Slices slices) => slices.OnCard(55, Part);

    public static ActionData DataOf(Escalation escalation, ActionItem item) =>
        ActionData
            .For(escalation.Number)
            .With("item", item.Number.ToString(CultureInfo.InvariantCulture));

    public static Card Of(
        Escalation escalation,
        ActionItem item,
        PersonId reader,
        Situation situation
    ) =>
        Card.Of(
            Line(escalation, item, reader, situation),
            [
                new Header(Line(escalation, item, reader, situation), ToneOf(item, situation)),
                Facts.Of(
                    (Phrase.Of("term.escalation"), EscalationOf(escalation)),
                    (Phrase.Of("action-item.owner"), new Mention(item.Owner)),
                    (Phrase.Of("action-item.due"), Due(item, situation)),
                    (Phrase.Of("action-item.kind"), Phrase.For<ActionItemKind>(item.Kind)),
                    (Phrase.Of("action-item.source"), Phrase.For<ActionItemSource>(item.Source)),
                    (
                        Phrase.Of("action-item.reason"),
                        item.Reason.Length > 0 ? (Text)item.Reason : null
                    )
                ),
                .. !item.IsOpen ? [new Paragraph(ActionItemCommon.Ended(item))]
                : IsPassedOn(item, reader) ? []
                : new Block[] { new Actions(Buttons(escalation, item)) },
            ]
        ) with
        {
            Tone = ToneOf(item, situation),
        };

    /// <summary>Number, customer and summary of the escalation.</summary>
    public static Text EscalationOf(Escalation escalation) =>
        Phrase.Of(
            "action-item.escalation",
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name),
            ("summary", escalation.Summary)
        );

    /// <summary>The day with how long it is until then or past it.</summary>
    public static Text Due(ActionItem item, Situation situation)
    {
        var day = ActionItemCommon.DayText(item.DueOn);
        if (!item.IsOpen)
            return day;
        var left = Period.DaysBetween(situation.TodayOf(item.Owner), item.DueOn);
        return left switch
        {
            0 => Phrase.Of("action-item.due-today", ("day", day)),
            > 0 => Phrase.Of("action-item.due-in", ("day", day), ("count", new Number(left))),
            _ => Phrase.Of("action-item.due-late", ("day", day), ("count", new Number(-left))),
        };
    }

    private static Text Line(
        Escalation escalation,
        ActionItem item,
        PersonId reader,
        Situation situation
    )
    {
        (string, Text)[] places = [("number", escalation.Number.ToString()), ("title", item.Title)];
        if (!item.IsOpen)
            return Phrase.Of("action-item.line-ended", places);
        if (IsPassedOn(item, reader))
            return Phrase.Of(
                "action-item.line-passed-on",
                [("owner", new Mention(item.Owner)), .. places]
            );
        if (reader != item.Owner)
            return Phrase.Of(
                "action-item.line-late-other",
                [("owner", new Mention(item.Owner)), .. places]
            );
        if (item.IsOverdue(situation))
            return Phrase.Of("action-item.line-late", places);
        return item.Reminders == item.HandedAt
            ? Phrase.Of("action-item.line-new", places)
            : Phrase.Of("action-item.line-soon", places);
    }

    /// <summary>Whether it was the reader's, who has nothing more to do with it.</summary>
    private static bool IsPassedOn(ActionItem item, PersonId reader) =>
        reader != item.Owner && item.FormerOwners.Contains(reader) && !item.Told.Contains(reader);

    /// <summary>What its owner may do while it is open.</summary>
    public static ImmutableArray<CardAction> Buttons(Escalation escalation, ActionItem item)
    {
        var data = DataOf(escalation, item);
        return
        [
            new Does(Phrase.Of("button.done"), EndActionItem.DoneId, data)
            {
                Style = ActionStyle.Primary,
            },
            new Opens(Phrase.Of("action-item.move"), MoveActionItem.Id, data),
            new Opens(Phrase.Of("action-item.reassign"), ReassignActionItem.Id, data),
            new Opens(Phrase.Of("button.decline"), EndActionItem.DeclineId, data),
        ];
    }

    private static Tone ToneOf(ActionItem item, Situation situation) =>
        item.State == ActionItemState.Done ? Tone.Good
        : item.IsOverdue(situation) ? Tone.Bad
        : item.IsOpen && item.Reminders > item.HandedAt ? Tone.Warning
        : Tone.Neutral;

    private static IEnumerable<Block?> Part(Escalation escalation, Situation situation)
    {
        if (escalation.ActionItems.IsEmpty)
            yield break;
        var open = escalation
            .ActionItems.Where(item => item.IsOpen)
            .OrderBy(item => item.DueOn)
            .ToImmutableArray();
        yield return Facts.Of(
            (
                Phrase.Of("action-item.items"),
                Phrase.Of(
                    "action-item.counts",
                    ("open", new Number(open.Length)),
                    (
                        "done",
                        new Number(
                            escalation.ActionItems.Count(i => i.State == ActionItemState.Done)
                        )
                    ),
                    (
                        "declined",
                        new Number(
                            escalation.ActionItems.Count(i => i.State == ActionItemState.Declined)
                        )
                    )
                )
            ),
            (
                Phrase.Of("action-item.next"),
                open is [var next, ..]
                    ? Phrase.Of(
                        "action-item.next-line",
                        ("title", next.Title),
                        ("owner", new Mention(next.Owner)),
                        ("due", Due(next, situation))
                    )
                    : null
            )
        );
    }
}

/// <summary>The card of an action item for one person: its owner, or somebody who was told that it is late.</summary>
/// <param name="Item">The item's number.</param>
/// <param name="Reminder">0 for the first card; each reminder is a message of its own, because an edit wakes nobody.</param>
[StoredAs("action-item-notice")]
public sealed record ActionItemNotice(PersonId Person, int Item, int Reminder) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        string.Create(CultureInfo.InvariantCulture, $"action-item:{Item}:{Reminder}");

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.ActionItem(Item) switch
        {
            null => null,
            // Who follows up low marks needs the customer's words, in the same message.
            { Source: ActionItemSource.Survey, IsOpen: true } item
                when Reminder == 0
                    && Person == item.Owner
                    && escalation.Survey.Answers is { } answers => LowScore.CardOf(
                escalation,
                item,
                answers
            ),
            var item => ActionItemCard.Of(escalation, item, Person, situation),
        };

    /// <summary>Brings every card of an item up to date.</summary>
    internal static IEnumerable<ActionItemNotice> Refreshed(ActionItem item) =>
        Enumerable
            .Range(0, item.Reminders + 1)
            .Select(reminder => new ActionItemNotice(item.Owner, item.Number, reminder))
            .Concat(item.Told.Select(person => new ActionItemNotice(person, item.Number, 0)))
            .Select(notice => notice with { OnlyEdits = true });
}
