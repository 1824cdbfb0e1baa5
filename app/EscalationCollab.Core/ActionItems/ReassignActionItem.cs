using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.ActionItems;

/// <summary>Giving an action item to somebody else, with a reason on the record. The day stays.</summary>
internal static class ReassignActionItem
{
    public const string Id = "action-item.reassign";

    public static void Register(Slices slices) =>
        slices.Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit);

    public static Decision Decide(
        Escalation escalation,
        int number,
        PersonId owner,
        string reason,
        Situation situation
    ) =>
        escalation.OnOpenItem(
            number,
            situation,
            item => Reassign(escalation, item, owner, reason, situation)
        );

    private static Decision Reassign(
        Escalation escalation,
        ActionItem item,
        PersonId owner,
        string reason,
        Situation situation
    )
    {
        if (owner == item.Owner)
            return Decision.Refuse(
                Phrase.Of("action-item.same-owner", ("owner", new Mention(owner))),
                "owner"
            );
        if (!Visibility.Sees(escalation, situation with { Actor = owner }))
            return Decision.Refuse(
                Phrase.Of("action-item.cannot-see", ("owner", new Mention(owner))),
                "owner"
            );
        var remindAt = ReminderPlan.First(item.DueOn, owner, situation);
        return Decision
            .That(new ActionItemReassigned(item.Number, owner, reason, remindAt))
            .Then(
                new ActionItemNotice(owner, item.Number, item.Reminders + 1),
                new ActionItemReminder { Item = item.Number, Due = remindAt }
            )
            .Then(ActionItemNotice.Refreshed(item))
            .Saying(
                Phrase.Of(
                    "action-item.reassigned-said",
                    ("title", item.Title),
                    ("owner", new Mention(owner))
                )
            );
    }

    private static Reply Show(Escalation escalation, Turn turn) =>
        ActionItemDialog.WithReason(
            escalation,
            turn,
            Id,
            Phrase.Of("action-item.reassign.title"),
            _ => new PersonInput("owner", Phrase.Of("action-item.owner"))
            {
                Hint = Phrase.Of("action-item.owner.hint"),
            }
        );

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var owner = form.Person("owner");
        var reason = form.Text("reason", EndActionItem.ReasonLength);
        return form.Refused
            ?? turn.Decide(
                (e, situation) => Decide(e, EndActionItem.ItemOf(turn), owner, reason, situation)
            );
    }
}

/// <summary>An improvement belongs to somebody else.</summary>
[StoredAs("action-item-reassigned")]
public sealed record ActionItemReassigned(int Item, PersonId Owner, string Reason, Instant RemindAt)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Changing(
            Item,
            item =>
                item with
                {
                    Owner = Owner,
                    FormerOwners = [.. item.FormerOwners.Remove(Owner), item.Owner],
                    Reason = Reason,
                    RemindAt = RemindAt,
                    Reminders = item.Reminders + 1,
                    HandedAt = item.Reminders + 1,
                    OverdueReminders = 0,
                }
        );

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.action-item-reassigned",
            ("item", new Number(Item)),
            ("owner", new Mention(Owner)),
            ("reason", Reason)
        );
}
