using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>What became of a draft, in one line: on its cards, and to who presses a button that is out of date.</summary>
internal static class LetterOutcome
{
    public static Decision Refuse(Escalation escalation, int id, int? revision = null) =>
        Decision.Refuse(Line(escalation, id, revision));

    public static Phrase Line(Escalation escalation, int id, int? revision = null)
    {
        if (escalation.CustomerUpdates.EndOf(id) is { } end)
            return Ended(end);
        if (escalation.CustomerUpdates.Find(id) is not { } draft)
            return Phrase.Of("router.out-of-date");
        if (revision is { } seen && seen != draft.Revision)
            return Phrase.Of(
                "customer-update.outcome.changed",
                ("person", LetterCards.NameOf(draft.Authors[^1]))
            );
        return draft.State switch
        {
            DraftState.Sending when draft.ApprovedBy is not null => Decided(
                "customer-update.outcome.approved",
                draft
            ),
            DraftState.Sending => Decided("customer-update.outcome.released", draft),
            DraftState.SentBack => Phrase.Of(
                "customer-update.outcome.sent-back",
                ("person", LetterCards.NameOf(draft.DecidedBy ?? PersonId.Product)),
                ("when", At(draft.DecidedAt)),
                ("reason", draft.Why)
            ),
            DraftState.Refused or DraftState.Outdated => Phrase.Of(
                "customer-update.outcome.stuck",
                ("keeper", LetterCards.NameOf(draft.Keeper))
            ),
            DraftState.Unclear => Phrase.Of(
                "customer-update.outcome.unclear",
                ("keeper", LetterCards.NameOf(draft.Keeper))
            ),
            DraftState.AwaitingApproval => Phrase.Of(
                "customer-update.state.awaiting",
                ("people", Common.Names(draft.Asked))
            ),
            _ => Phrase.Of(
                "customer-update.outcome.written",
                ("keeper", LetterCards.NameOf(draft.Keeper))
            ),
        };
    }

    private static Phrase Ended(DraftEnd end) =>
        end switch
        {
            { Sent: false } => Phrase.Of(
                "customer-update.outcome.discarded",
                ("person", LetterCards.NameOf(end.By)),
                ("when", At(end.At))
            ),
            { ApprovedBy: { } approver } => Phrase.Of(
                "customer-update.outcome.approved-and-sent",
                ("person", LetterCards.NameOf(approver)),
                ("when", At(end.At))
            ),
            _ => Phrase.Of(
                "customer-update.outcome.sent",
                ("person", LetterCards.NameOf(end.By)),
                ("when", At(end.At))
            ),
        };

    private static Phrase Decided(string key, Draft draft) =>
        Phrase.Of(
            key,
            ("person", LetterCards.NameOf(draft.DecidedBy ?? PersonId.Product)),
            ("when", At(draft.DecidedAt))
        );

    private static Text At(Instant? at) =>
        at is { } known ? new Moment(known, MomentStyle.Exact) : Text.Empty;
}
