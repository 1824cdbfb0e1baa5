namespace EscalationCollab.Core.Cards;

/// <summary>
/// What every card must keep to on every platform, checked when it is built: a mistake shows in the first test that
/// composes the card, not in a customer's workspace. Lengths of people's texts are not refused here; renderers shorten.
/// </summary>
public static class CardRules
{
    /// <summary>Buttons shown at once; the rest go into the overflow menu.</summary>
    public const int ButtonsShown = 5;

    /// <summary>Blocks in one card (Slack allows 50 in a message; a renderer may need two for one of ours).</summary>
    public const int MostBlocks = 24;

    /// <summary>Entries of the overflow menu (Slack allows 5).</summary>
    public const int MostInOverflow = 5;

    /// <summary>Bytes of an action's data (Slack allows 2,000 characters with its name).</summary>
    public const int MostActionData = 1_500;

    /// <summary>Series of a chart, and values of each (what Slack draws).</summary>
    public const int MostSeries = 12,
        MostCategories = 20;

    /// <summary>Rows and columns of a table (Slack allows 100 by 20; a phone shows far fewer).</summary>
    public const int MostRows = 50;

    /// <exception cref="CardException">The card breaks a rule.</exception>
    internal static void Check(Card card)
    {
        Require(!card.Summary.IsEmpty, "a card needs a summary: it is what a phone shows");
        Require(
            card.Blocks.Length is > 0 and <= MostBlocks,
            $"a card has 1 to {MostBlocks} blocks"
        );
        foreach (var block in card.Blocks)
            Check(block);
    }

    /// <exception cref="CardException">The dialog breaks a rule.</exception>
    internal static void Check(Dialog dialog)
    {
        foreach (var block in dialog.Introduction)
            Check(block);
        var ids = dialog.Inputs.Select(input => input.Id).ToList();
        Require(ids.Distinct().Count() == ids.Count, $"input ids repeat in dialog {dialog.Id}");
        foreach (var input in dialog.Inputs)
        {
            Require(
                input is not ChoiceInput { Options.Length: 0 },
                $"choice {input.Id} has no options"
            );
            Require(
                input is not ChoiceInput { Options.Length: > 100 },
                $"choice {input.Id} has more than 100 options"
            );
        }
        CheckData(dialog.Data, dialog.Id);
    }

    private static void Check(Block block)
    {
        switch (block)
        {
            case Actions { Items: var actions }:
                Require(actions.Length > 0, "an empty row of actions");
                Require(
                    actions.Length <= ButtonsShown + MostInOverflow,
                    "more actions than buttons and menu hold"
                );
                foreach (var action in actions)
                    CheckAction(action);
                break;
            case Facts { Items.Length: 0 }:
                throw new CardException("facts without a fact");
            case Chart chart:
                CheckChart(chart);
                break;
            case Table table:
                Require(table.Rows.Length <= MostRows, $"a table has at most {MostRows} rows");
                Require(
                    table.Rows.All(row => row.Length == table.Headings.Length),
                    "a row with another width"
                );
                break;
        }
    }

    private static void CheckChart(Chart chart)
    {
        Require(!chart.Title.IsEmpty, "a chart without a title");
        Require(!chart.Alternative.IsEmpty, "a chart without words for those who cannot see it");
        Require(
            chart.Series.Length is > 0 and <= MostSeries,
            $"a chart has 1 to {MostSeries} series"
        );
        Require(
            chart.Categories.Length is > 0 and <= MostCategories,
            $"a chart has 1 to {MostCategories} categories"
        );
        Require(
            chart.Series.All(series => series.Values.Length == chart.Categories.Length),
            "a series with another number of values than there are categories"
        );
        Require(
            chart
                .Series.SelectMany(series => series.Values)
                .All(value => value is null or (>= 0 and < double.PositiveInfinity)),
            "a chart draws no negative values"
        );
    }

    private static void CheckAction(CardAction action)
    {
        Require(!action.Label.IsEmpty, "an action without a label");
        if (action.Style == ActionStyle.Danger)
            Require(
                action.Confirm is not null || action is Opens,
                "a destructive action asks first"
            );
        if (action is Does does)
            CheckData(does.Data, does.ActionId);
        if (action is Opens opens)
            CheckData(opens.Data, opens.DialogId);
    }

    /// <summary>Whether data can have travelled with an action or dialog of ours.</summary>
    internal static bool Fits(ActionData data) =>
        data.Values.Sum(v => v.Key.Length + v.Value.Length + 6) <= MostActionData;

    private static void CheckData(ActionData data, string of) =>
        Require(Fits(data), $"too much data in {of}");

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new CardException(rule);
    }
}

/// <summary>A card or dialog that was put together wrongly: a bug, never a person's mistake.</summary>
public sealed class CardException(string message) : Exception(message);
