using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;

namespace EscalationCollab.Core.Tickets;

/// <summary>Making an escalation of a proposed ticket: the declare form, filled in from the ticket.</summary>
internal static class AcceptProposal
{
    public const string Route = "proposals.accept";

    private const int DetailsLength = 2_000;

    public static void Register(Slices slices) =>
        slices
            .Dialog(Route, Open, Submit)
            .Projects(
                (before, after, records) =>
                {
                    if (before.Version == 0 && after.Ticket is { Length: > 0 } ticket)
                        LinkAny(
                            new ProposalTable(records.Connection, records.Tenant),
                            ticket,
                            after.Number
                        );
                }
            );

    public static DeclareEscalation CommandOf(ProposedTicket proposed, Form form) =>
        new(
            form.Customer("customer")!,
            form.Text("summary", Declare.SummaryLength),
            form.Choice<Reason>("reason")
        )
        {
            Details = form.OptionalText("details") ?? "",
            Severity = form.OptionalChoice<Severity>("severity"),
            Restricted = form.Ticked("restricted"),
            Ticket = proposed.Ticket.Number,
            TicketPriority = proposed.Ticket.Priority,
        };

    private static Reply Open(Turn turn)
    {
        var proposed = DismissProposal.Named(turn);
        return DismissProposal.Refusal(proposed, turn.Situation) is { } refusal
            ? Turn.Refuse(refusal)
            : new Reply.Show(DialogOf(proposed!, turn.Situation, turn.Interaction.Data));
    }

    internal static Dialog DialogOf(
        ProposedTicket proposed,
        Situation situation,
        ActionData data
    ) =>
        new Dialog(
            Route,
            Phrase.Of("declare.title"),
            Phrase.Of("declare.submit"),
            Inputs(proposed, situation)
        )
        {
            Data = data,
            Introduction = [new Paragraph(ProposalCards.Line(proposed))],
        }.Checked();

    private static ImmutableArray<Input> Inputs(ProposedTicket proposed, Situation situation)
    {
        var (proposal, ticket) = (proposed.Proposal, proposed.Ticket);
        var customer =
            situation.Directory.ByName(ticket.Customer)
            ?? situation.Directory.CustomerNamedIn(
                $"{ticket.Customer} {ticket.Summary} {ticket.Text}"
            );
        return
        [
            new CustomerInput("customer", Phrase.Of("declare.customer")) { Initial = customer?.Id },
            new TextInput("summary", Phrase.Of("declare.summary"))
            {
                Initial = Cut(
                    ticket.Summary.Length > 0 ? ticket.Summary : ticket.Number,
                    Declare.SummaryLength
                ),
                MaxLength = Declare.SummaryLength,
                Hint = Phrase.Of("declare.summary.hint"),
            },
            new ChoiceInput("reason", Phrase.Of("declare.reason"), DeclareDialog.Options<Reason>())
            {
                Initial = proposal.Findings is [var worst, ..] ? [worst.Reason.ToString()] : [],
            },
            new TextInput("details", Phrase.Of("declare.details"))
            {
                Multiline = true,
                Required = false,
                Initial = Cut(ticket.Text, DetailsLength),
            },
            new ChoiceInput(
                "severity",
                Phrase.Of("declare.severity"),
                DeclareDialog.Options<Severity>()
            )
            {
                Required = false,
                Hint = Phrase.Of("declare.proposed.hint"),
            },
            new CheckInput("restricted", Phrase.Of("declare.restricted"))
            {
                Required = false,
                Hint = Phrase.Of("declare.restricted.hint"),
            },
        ];
    }

    private static Reply Submit(Turn turn)
    {
        var proposed = DismissProposal.Named(turn);
        if (DismissProposal.Refusal(proposed, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var form = turn.Form();
        var command = CommandOf(proposed!, form);
        if (form.Refused is { } wrong)
            return wrong;
        var number = default(EscalationNumber);
        var reply = turn.Create(
            (empty, situation) =>
            {
                number = empty.Number;
                return Declare.Decide(empty, command, situation);
            }
        );
        if (reply is Reply.Refused)
            return reply;
        var (situation, proposal) = (turn.Situation, proposed!.Proposal);
        var table = DismissProposal.TableOf(turn);
        table.Save(proposal.Accept(situation.Actor, number, situation.Now));
        table.Link(proposal.Source, proposal.Ticket, number);
        ProposalDigest.Send(turn.Records, situation.Policy, onlyEdits: true, situation.Now);
        return reply;
    }

    /// <summary>A ticket named when declaring by hand or through the API counts as escalated too.</summary>
    private static void LinkAny(ProposalTable table, string ticket, EscalationNumber number)
    {
        foreach (var source in table.Sources().ToList())
            table.Link(source, ticket, number);
    }

    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(longest - 1)].TrimEnd() + "…";
}
