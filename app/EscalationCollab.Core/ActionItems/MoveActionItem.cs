using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.ActionItems;

/// <summary>Giving an action item another day, with a reason on the record.</summary>
internal static class MoveActionItem
{
    public const string Id = "action-item.move";

    public static void Register(Slices slices) =>
        slices.Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit);

    public static Decision Decide(
        Escalation escalation,
        int number,
        LocalDate day,
        string reason,
        Situation situation
    ) => escalation.OnOpenItem(number, situation, item => Move(item, day, reason, situation));

    private static Decision Move(ActionItem item, LocalDate day, string reason, Situation situation)
    {
        if (ActionItemCommon.Past(day, item.Owner, situation) is { } past)
            return Decision.Refuse(past);
        if (day == item.DueOn)
            return Decision.Refuse(
                Phrase.Of("action-item.same-day", ("day", ActionItemCommon.DayText(day))),
                "due"
            );
        var remindAt = ReminderPlan.First(day, item.Owner, situation);
        return Decision
            .That(new ActionItemMoved(item.Number, day, reason, remindAt))
            .Then(new ActionItemReminder { Item = item.Number, Due = remindAt })
            .Then(ActionItemNotice.Refreshed(item))
            .Saying(
                Phrase.Of(
                    "action-item.moved-said",
                    ("title", item.Title),
                    ("day", ActionItemCommon.DayText(day))
                )
            );
    }

    private static Reply Show(Escalation escalation, Turn turn) =>
        ActionItemDialog.WithReason(
            escalation,
            turn,
            Id,
            Phrase.Of("action-item.move.title"),
            item => new DateInput("due", Phrase.Of("action-item.due")) { Initial = item.DueOn }
        );

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var day = form.Date("due");
        var reason = form.Text("reason", EndActionItem.ReasonLength);
        return form.Refused
            ?? turn.Decide(
                (e, situation) => Decide(e, EndActionItem.ItemOf(turn), day, reason, situation)
            );
    }
}

/// <summary>An improvement has another day.</summary>
[StoredAs("action-item-moved")]
public sealed record ActionItemMoved(int Item, LocalDate DueOn, string Reason, Instant RemindAt)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Changing(
            Item,
            item =>
                item with
                {
                    DueOn = DueOn,
                    Reason = Reason,
                    Moves = item.Moves + 1,
                    RemindAt = RemindAt,
                    OverdueReminders = 0,
                }
        );

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.action-item-moved",
            ("item", new Number(Item)),
            ("due", ActionItemCommon.DayText(DueOn)),
            ("reason", Reason)
        );
}
