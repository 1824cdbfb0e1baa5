using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>Throwing a message away that was not sent.</summary>
internal static class DiscardLetter
{
    public const string Id = "customer.discard";

    public static void Register(Slices slices) =>
        slices.Action(Id, turn => LetterCards.On(turn, Decide));

    public static Decision Decide(Escalation escalation, int id, int? revision, Situation situation)
    {
        if (WriteLetter.NotNow(escalation, situation) is { } refused)
            return refused;
        if (
            ApproveLetter.Current(escalation, id, revision) is not { } draft
            || draft.State is DraftState.Sending or DraftState.Unclear
        )
            return LetterOutcome.Refuse(escalation, id, revision);
        return Decision
            .That(new CustomerUpdateDiscarded(id))
            .Then(LetterCards.Refreshed(draft))
            .Saying(Phrase.Of("customer-update.discarded"));
    }
}

/// <summary>A message was thrown away before it was sent.</summary>
[StoredAs("customer-update-discarded")]
public sealed record CustomerUpdateDiscarded(int Draft) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.CustomerUpdates.Find(Draft) is { } draft
            ? before with
            {
                CustomerUpdates = before.CustomerUpdates.Ending(
                    Draft,
                    new DraftEnd(
                        Draft,
                        draft.Text.Kind,
                        draft.Letter.Subject,
                        Sent: false,
                        stamp.By,
                        ApprovedBy: null,
                        stamp.At
                    )
                ),
            }
            : before;
}
