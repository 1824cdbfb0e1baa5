using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Tickets;

/// <summary>Saying no to a proposed escalation, with a reason. The ticket does not come up again for the same findings.</summary>
internal static class DismissProposal
{
    public const string Route = "proposals.dismiss";

    private const int ReasonLength = 500;

    public static void Register(Slices slices) => slices.Dialog(Route, Open, Submit);

    /// <summary>Why a person may not decide on the proposal now, or null when they may.</summary>
    public static Phrase? Refusal(ProposedTicket? proposed, Situation situation)
    {
        if (!situation.May(Right.ReviewProposals))
            return Phrase.Of("proposals.not-allowed");
        return proposed?.Proposal switch
        {
            null => Phrase.Of("proposals.gone"),
            {
                State: ProposalState.Accepted,
                Escalation: { } number,
                DecidedBy: { } by,
                DecidedAt: { } at
            } => Phrase.Of(
                "proposals.accepted-already",
                ("person", new Mention(by)),
                ("at", new Moment(at, MomentStyle.Exact)),
                ("number", new RoomLink(number))
            ),
            { State: ProposalState.Dismissed, DecidedBy: { } by, DecidedAt: { } at } => Phrase.Of(
                "proposals.dismissed-already",
                ("person", new Mention(by)),
                ("at", new Moment(at, MomentStyle.Exact))
            ),
            { State: ProposalState.Withdrawn } => Phrase.Of(
                "proposals.withdrawn-already",
                ("ticket", proposed.Ticket.Number)
            ),
            _ => null,
        };
    }

    public static ProposedTicket? Named(Turn turn) =>
        turn.Interaction.Data["source"] is { } source
        && turn.Interaction.Data["ticket"] is { } ticket
            ? TableOf(turn).FindWithTicket(source, ticket)
            : null;

    public static ProposalTable TableOf(Turn turn) =>
        new(turn.Records.Connection, turn.Records.Tenant);

    private static Reply Open(Turn turn)
    {
        var proposed = Named(turn);
        if (Refusal(proposed, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        return new Reply.Show(
            new Dialog(
                Route,
                Phrase.Of("proposals.dismiss.title"),
                Phrase.Of("proposals.dismiss"),
                [
                    new TextInput("reason", Phrase.Of("proposals.dismiss.reason"))
                    {
                        Multiline = true,
                        MaxLength = ReasonLength,
                        Hint = Phrase.Of("proposals.dismiss.hint"),
                    },
                ]
            )
            {
                Data = turn.Interaction.Data,
                Introduction = [new Paragraph(ProposalCards.Line(proposed!))],
            }.Checked()
        );
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var reason = form.Text("reason", ReasonLength);
        if (form.Refused is { } wrong)
            return wrong;
        var proposed = Named(turn);
        if (Refusal(proposed, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var (situation, records) = (turn.Situation, turn.Records);
        TableOf(turn).Save(proposed!.Proposal.Dismiss(situation.Actor, reason, situation.Now));
        ProposalDigest.Send(records, situation.Policy, onlyEdits: true, situation.Now);
        return Reply.Say(Phrase.Of("proposals.dismissed", ("ticket", proposed.Ticket.Number)));
    }
}
