using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Tickets;

/// <summary><c>/escalate proposals</c>: every ticket that waits for a decision, page by page.</summary>
internal static class ListProposals
{
    public const string Route = "proposals.list";

    public static void Register(Slices slices) =>
        slices.Query("proposals", Show).Action(Route, Show);

    private static Reply Show(Turn turn)
    {
        if (!turn.Situation.May(Right.ReviewProposals))
            return Turn.Refuse(Phrase.Of("proposals.not-allowed"));
        var table = new ProposalTable(turn.Records.Connection, turn.Records.Tenant);
        var asked =
            Number(turn.Interaction.Data["skip"])
            ?? ((Number(turn.Interaction.Argument) ?? 1) - 1) * ProposalCards.Page;
        var waiting = table.Waiting();
        // Decisions of others may have made the list shorter than the page that is asked for.
        var skip = asked >= 0 && asked < waiting ? asked : 0;
        return new Reply.Private(
            ProposalCards.List(table.Worst(ProposalCards.Page, skip), waiting, skip)
        );
    }

    private static int? Number(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < 100_000
            ? number
            : null;
}
