using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.ActionItems;

/// <summary>Ending an action item: done with one press, or declined with a reason. There is no third way.</summary>
internal static class EndActionItem
{
    public const string DoneId = "action-item.done";
    public const string DeclineId = "action-item.decline";

    /// <summary>Longest reason, in characters.</summary>
    public const int ReasonLength = 500;

    public static void Register(Slices slices) =>
        slices
            .Action(DoneId, turn => turn.Decide((e, s) => Done(e, ItemOf(turn), s)))
            .Dialog(
                DeclineId,
                open: turn => turn.On(e => ShowDecline(e, turn)),
                submit: SubmitDecline
            );

    /// <summary>The number of the item a button or dialog is about; 0 for none.</summary>
    public static int ItemOf(Turn turn) =>
        int.TryParse(
            turn.Interaction.Data["item"],
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var item
        )
            ? item
            : 0;

    public static Decision Done(Escalation escalation, int number, Situation situation) =>
        escalation.OnOpenItem(
            number,
            situation,
            item =>
                Decision
                    .That(new ActionItemDone(number))
                    .Then(ActionItemNotice.Refreshed(item))
                    .Saying(Phrase.Of("action-item.done-said", ("title", item.Title)))
        );

    public static Decision Decline(
        Escalation escalation,
        int number,
        string reason,
        Situation situation
    ) =>
        escalation.OnOpenItem(
            number,
            situation,
            item =>
                Decision
                    .That(new ActionItemDeclined(number, reason))
                    .Then(ActionItemNotice.Refreshed(item))
                    .Then(DeclinedNotice.For(escalation, item, situation))
                    .Saying(Phrase.Of("action-item.declined-said", ("title", item.Title)))
        );

    private static Reply ShowDecline(Escalation escalation, Turn turn) =>
        escalation.ActionItem(ItemOf(turn)) switch
        {
            null => Turn.Refuse(Phrase.Of("action-item.unknown")),
            { IsOpen: false } ended => Turn.Refuse(ActionItemCommon.Ended(ended)),
            var item => new Reply.Show(
                new Dialog(
                    DeclineId,
                    Phrase.Of("action-item.decline.title"),
                    Phrase.Of("button.decline"),
                    [
                        new TextInput("reason", Phrase.Of("action-item.reason"))
                        {
                            Hint = Phrase.Of("action-item.decline.hint"),
                            Multiline = true,
                            MaxLength = ReasonLength,
                        },
                    ]
                )
                {
                    Data = ActionItemCard.DataOf(escalation, item),
                    Introduction = [new Paragraph(new Bold(item.Title))],
                }.Checked()
            ),
        };

    private static Reply SubmitDecline(Turn turn)
    {
        var form = turn.Form();
        var reason = form.Text("reason", ReasonLength);
        return form.Refused
            ?? turn.Decide((e, situation) => Decline(e, ItemOf(turn), reason, situation));
    }
}

/// <summary>An improvement was made.</summary>
[StoredAs("action-item-done")]
public sealed record ActionItemDone(int Item) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Changing(
            Item,
            item =>
                item with
                {
                    State = ActionItemState.Done,
                    EndedBy = stamp.By,
                    EndedAt = stamp.At,
                    RemindAt = null,
                }
        );

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.action-item-done", ("item", new Number(Item)));
}

/// <summary>An improvement will not be made.</summary>
[StoredAs("action-item-declined")]
public sealed record ActionItemDeclined(int Item, string Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Changing(
            Item,
            item =>
                item with
                {
                    State = ActionItemState.Declined,
                    EndedBy = stamp.By,
                    EndedAt = stamp.At,
                    Reason = Reason,
                    RemindAt = null,
                }
        );

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.action-item-declined", ("item", new Number(Item)), ("reason", Reason));
}

/// <summary>Tells the escalation's owner that an improvement will not be made, and why.</summary>
[StoredAs("action-item-declined-notice")]
public sealed record DeclinedNotice(PersonId Person, int Item) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    internal static DeclinedNotice? For(
        Escalation escalation,
        ActionItem item,
        Situation situation
    ) =>
        escalation.Owner is { } owner && owner != situation.Actor
            ? new DeclinedNotice(owner, item.Number)
            : null;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.ActionItem(Item) is { State: ActionItemState.Declined } item
            ? Card.Of(
                Phrase.Of(
                    "action-item.declined-line",
                    ("number", new RoomLink(escalation.Number)),
                    ("person", new Mention(item.EndedBy ?? item.Owner)),
                    ("title", item.Title)
                ),
                new Paragraph(
                    Phrase.Of(
                        "action-item.declined-line",
                        ("number", new RoomLink(escalation.Number)),
                        ("person", new Mention(item.EndedBy ?? item.Owner)),
                        ("title", item.Title)
                    )
                ),
                new Quote(item.Reason, new Mention(item.EndedBy ?? item.Owner))
            )
            : null;
}
