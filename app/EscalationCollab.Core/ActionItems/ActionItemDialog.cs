using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;

namespace EscalationCollab.Core.ActionItems;

/// <summary>The form in which one thing of an open action item is changed, with a reason.</summary>
internal static class ActionItemDialog
{
    /// <summary>Shows it, or says why it cannot be changed.</summary>
    /// <param name="change">What is asked for besides the reason.</param>
    public static Reply WithReason(
        Escalation escalation,
        Turn turn,
        string id,
        Text title,
        Func<ActionItem, Input> change
    ) =>
        escalation.ActionItem(EndActionItem.ItemOf(turn)) switch
        {
            null => Turn.Refuse(Phrase.Of("action-item.unknown")),
            { IsOpen: false } ended => Turn.Refuse(ActionItemCommon.Ended(ended)),
            var item => new Reply.Show(
                new Dialog(
                    id,
                    title,
                    Phrase.Of("button.save"),
                    [
                        change(item),
                        new TextInput("reason", Phrase.Of("action-item.reason"))
                        {
                            Multiline = true,
                            MaxLength = EndActionItem.ReasonLength,
                        },
                    ]
                )
                {
                    Data = ActionItemCard.DataOf(escalation, item),
                    Introduction = [new Paragraph(new Bold(item.Title))],
                }.Checked()
            ),
        };
}
