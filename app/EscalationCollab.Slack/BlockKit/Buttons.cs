using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// The actions of a card as a row of buttons and a menu. An entry of the menu cannot ask a question of its own and carries
/// little, so what asks or carries more stays a button.
/// </summary>
internal sealed class Buttons(SlackReader reader)
{
    private readonly Dictionary<string, int> _ids = [];

    /// <summary>The row; null when none of the actions can be offered here.</summary>
    public JsonObject? Row(IEnumerable<CardAction> actions)
    {
        var offered = actions
            .Where(action =>
                action is not Visits visits || reader.AddressOf(visits.Address) is not null
            )
            .ToList();
        var (shown, menu) = Placed(offered);
        JsonObject[] elements = menu.Count == 0 ? [] : [Menu(menu)];
        elements = [.. shown.Select(Button), .. elements];
        return elements.Length == 0
            ? null
            : new JsonObject { ["type"] = "actions", ["elements"] = new JsonArray(elements) };
    }

    /// <summary>The button that shows the whole of a message that was shortened.</summary>
    public JsonObject Whole(string key)
    {
        var carried = new Carried(CarriedKind.ShowsWhole, key, ActionData.None);
        return new JsonObject
        {
            ["type"] = "actions",
            ["elements"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "button",
                    ["action_id"] = Unique("whole"),
                    ["text"] = Parts.Plain(
                        reader.Tell("cards.see-whole"),
                        BlockKitLimits.ButtonText
                    ),
                    ["value"] = carried.Write(),
                }
            ),
        };
    }

    private static (List<CardAction> Shown, List<CardAction> Menu) Placed(List<CardAction> actions)
    {
        var shown = actions.Take(CardRules.ButtonsShown).ToList();
        var menu = new List<CardAction>();
        foreach (var action in actions.Skip(CardRules.ButtonsShown))
            if (menu.Count < BlockKitLimits.OverflowOptions && FitsMenu(action))
                menu.Add(action);
            else
                shown.Add(action);
        // A menu of one is a detour.
        return menu.Count == 1 ? (actions, []) : (shown, menu);
    }

    private static bool FitsMenu(CardAction action) =>
        action.Confirm is null
        && (
            Carried.By(action) is not { } carried
            || carried.Write().Length <= BlockKitLimits.OptionValue
        );

    private JsonObject Button(CardAction action)
    {
        var label = reader.Tell(action.Label);
        var button = new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = IdOf(action),
            ["text"] = Parts.Plain(label, BlockKitLimits.ButtonText),
        };
        if (Carried.By(action) is { } carried)
            button["value"] = ValueOf(carried);
        if (action is Visits visits)
            button["url"] = reader.AddressOf(visits.Address);
        if (action.Style != ActionStyle.Default)
            button["style"] = action.Style == ActionStyle.Danger ? "danger" : "primary";
        if (action.Confirm is { } confirm)
            button["confirm"] = Parts.Confirm(
                label,
                reader.Tell(confirm.Question),
                reader.Tell(confirm.Yes),
                reader.Tell(confirm.No),
                action.Style == ActionStyle.Danger
            );
        return button;
    }

    private JsonObject Menu(List<CardAction> actions) =>
        new()
        {
            ["type"] = "overflow",
            ["action_id"] = Unique("more"),
            ["options"] = new JsonArray([.. actions.Select(Entry)]),
        };

    private JsonObject Entry(CardAction action)
    {
        var entry = new JsonObject
        {
            ["text"] = Parts.Plain(reader.Tell(action.Label), BlockKitLimits.OptionText),
        };
        if (Carried.By(action) is { } carried)
            entry["value"] = carried.Write();
        if (action is Visits visits)
        {
            entry["value"] = "visit";
            entry["url"] = reader.AddressOf(visits.Address);
        }
        return entry;
    }

    private static string ValueOf(Carried carried)
    {
        var value = carried.Write();
        return value.Length <= BlockKitLimits.ButtonValue
            ? value
            : throw new CardException($"the data of {carried.Route} does not fit into a button");
    }

    private string IdOf(CardAction action) =>
        Unique(
            action switch
            {
                Does does => "does:" + does.ActionId,
                Opens opens => "opens:" + opens.DialogId,
                _ => "visits",
            }
        );

    /// <summary>The same id for the same button every time, a counted one for its twin on the same surface.</summary>
    private string Unique(string id)
    {
        var count = _ids[id] = _ids.GetValueOrDefault(id) + 1;
        return count == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}#{count}");
    }
}
