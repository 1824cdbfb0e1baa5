using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Resolution;

/// <summary>The customer said that it is solved: it closes.</summary>
internal static class Confirm
{
    public const string Id = "resolution.confirmed";

    public static void Register(Slices slices) =>
        slices
            .Command("confirmed", turn => turn.Decide(Decide))
            .Action(Id, turn => turn.Decide(Decide))
            .Offers(
                60,
                escalation => escalation.Status == Status.Resolved ? Button(escalation) : null,
                Right.Resolve
            );

    public static CardAction Button(Escalation escalation) =>
        new Does(Phrase.Of("resolution.button.confirmed"), Id, ActionData.For(escalation.Number))
        {
            Style = ActionStyle.Primary,
            Confirm = new Cards.Confirm(
                Phrase.Of("resolution.confirmed.question"),
                Phrase.Of("resolution.button.confirmed"),
                Phrase.Of("button.cancel")
            ),
        };

    public static Decision Decide(Escalation escalation, Situation situation)
    {
        if (Ending.NotNow(escalation, situation) is { } refused)
            return refused;
        return escalation.Status == Status.Resolved
            ? Close.With(escalation, ClosingReason.CustomerConfirmed, "")
            : Ending.WrongStatus(escalation);
    }
}
