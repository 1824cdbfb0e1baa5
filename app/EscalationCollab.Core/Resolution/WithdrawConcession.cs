using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;

namespace EscalationCollab.Core.Resolution;

/// <summary>Taking back a concession that waits for approval: by who proposed it, or by the owner.</summary>
internal static class WithdrawConcession
{
    public const string Id = "concession.withdraw";

    public static void Register(Slices slices) =>
        slices
            .Action(Id, turn => turn.Decide((e, s) => Decide(e, DecideConcession.IdOf(turn), s)))
            .Offers(
                64,
                escalation =>
                    escalation.Resolution.Concessions.LastOrDefault(made =>
                        made.State == ConcessionState.Waiting
                    )
                        is { } waiting
                        ? new Does(
                            Phrase.Of("concession.withdraw"),
                            Id,
                            ActionData
                                .For(escalation.Number)
                                .With(
                                    "concession",
                                    waiting.Id.ToString(CultureInfo.InvariantCulture)
                                )
                        )
                        {
                            Style = ActionStyle.Danger,
                            Confirm = new Cards.Confirm(
                                Phrase.Of(
                                    "concession.withdraw.question",
                                    ("what", OfferConcession.Amount(waiting))
                                ),
                                Phrase.Of("concession.withdraw"),
                                Phrase.Of("button.cancel")
                            ),
                        }
                        : null,
                (escalation, situation) =>
                    escalation.Owner == situation.Actor
                    || escalation
                        .Resolution.Concessions.Last(made => made.State == ConcessionState.Waiting)
                        .By == situation.Actor
            );

    public static Decision Decide(Escalation escalation, int id, Situation situation)
    {
        if (escalation.Resolution.Find(id) is not { } made)
            return Decision.Refuse(Phrase.Of("router.out-of-date"));
        if (DecideConcession.DecidedAlready(made) is { } late)
            return late;
        if (situation.Actor != made.By && situation.Actor != escalation.Owner)
            return Decision.Refuse(
                Phrase.Of("concession.withdraw.not-yours", ("person", new Mention(made.By)))
            );
        return Decision
            .That(new ConcessionWithdrawn(id) { ByHand = true })
            .Then(DecideConcession.Refreshed(made))
            .Then(made.By == situation.Actor ? null : new ConcessionAnswer(made.By, id))
            .Saying(Phrase.Of("concession.withdrawn-said", ("what", OfferConcession.Amount(made))));
    }
}
