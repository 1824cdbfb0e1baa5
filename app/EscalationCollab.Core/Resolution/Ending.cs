using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Resolution;

/// <summary>What the ways to the end have in common: who may, when not, and their part of the escalation card.</summary>
internal static class Ending
{
    public static void Register(Slices slices) =>
        slices.OnCard(40, (escalation, _) => OnCard(escalation));

    /// <summary>The refusal to somebody without the right, or about an escalation that continues elsewhere or was none; or null.</summary>
    public static Decision? NotNow(Escalation escalation, Situation situation)
    {
        if (!situation.May(Right.Resolve, escalation))
            return Decision.Refuse(Phrase.Of("resolution.not-allowed"));
        return escalation.Status is Status.Merged or Status.Declined
            ? Common.Over(escalation)
            : null;
    }

    /// <summary>The refusal of an act that does not fit where the escalation is: it says where that is, and what would fit.</summary>
    public static Decision WrongStatus(Escalation escalation) =>
        escalation switch
        {
            { Status: Status.Declared } => Decision.Refuse(Phrase.Of("resolution.accept-first")),
            { Status: Status.Acknowledged or Status.Mitigated } => Decision.Refuse(
                Phrase.Of("resolution.resolve-first")
            ),
            { Status: Status.Resolved, Resolution.Outcome: { } outcome } => Decision.Refuse(
                Phrase.Of(
                    "resolution.resolved-already",
                    ("person", new Mention(outcome.By)),
                    ("when", new Moment(outcome.At, MomentStyle.Exact))
                )
            ),
            { Status: Status.Closed, Resolution: { ClosedBy: { } by } }
                when by != PersonId.Product => Decision.Refuse(
                Phrase.Of(
                    "resolution.closed-already.by",
                    ("person", new Mention(by)),
                    (
                        "when",
                        new Moment(escalation.ClosedAt ?? escalation.ChangedAt, MomentStyle.Exact)
                    )
                )
            ),
            { Status: Status.Closed } => Decision.Refuse(
                Phrase.Of(
                    "resolution.closed-already",
                    (
                        "when",
                        new Moment(escalation.ClosedAt ?? escalation.ChangedAt, MomentStyle.Exact)
                    )
                )
            ),
            _ => Common.Over(escalation),
        };

    /// <summary>Whether the customer was told that it is solved, since it was last opened.</summary>
    public static bool IsTold(Escalation escalation) =>
        escalation.CustomerUpdates.ResolutionToldAt is not null;

    private static IEnumerable<Block?> OnCard(Escalation escalation)
    {
        var board = escalation.Resolution;
        return
        [
            escalation.Status == Status.Mitigated && board.Workaround.Length > 0
                ? new Quote(
                    StatusUpdates.StatusCards.Shortened(board.Workaround),
                    Phrase.Of("resolution.card.workaround")
                )
                : null,
            board.Outcome is { } outcome
                ? new Quote(
                    StatusUpdates.StatusCards.Shortened(outcome.Done),
                    Phrase.Of(
                        "resolution.card.resolved",
                        ("how", Phrase.For(outcome.Kind)),
                        ("person", new Mention(outcome.By)),
                        ("when", new Moment(outcome.At, MomentStyle.Exact))
                    )
                )
                : null,
            .. Conceded(board),
            Note(escalation),
        ];
    }

    private static IEnumerable<Block> Conceded(ResolutionBoard board)
    {
        var shown = board
            .Concessions.Where(c => c.State is ConcessionState.Waiting or ConcessionState.Approved)
            .TakeLast(4)
            .Select(c => new Fact(Phrase.Of("term.concession"), OfferConcession.Line(c)))
            .ToList();
        if (shown.Count > 0)
            yield return new Facts([.. shown]);
    }

    private static Context? Note(Escalation escalation) =>
        escalation switch
        {
            { Status: Status.Resolved } when !IsTold(escalation) => new Context(
                Phrase.Of("resolution.card.not-told")
            ),
            { Status: Status.Resolved, Resolution.ClosesAt: { } at } => new Context(
                Phrase.Of("resolution.card.closes", ("when", new Moment(at)))
            ),
            { IsOpen: true, Resolution: { Reopenings: > 0 } board } => new Context(
                Phrase.Of("resolution.card.reopened", ("reason", board.ReopenedBecause))
            ),
            _ => null,
        };
}
