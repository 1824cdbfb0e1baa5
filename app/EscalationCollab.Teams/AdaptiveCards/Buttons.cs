using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// The actions of a card as a row of buttons, those beyond <see cref="CardRules.ButtonsShown"/> in its overflow menu.
/// Adaptive Cards ask nothing before an action: a button that has to unfolds its question below the row, with a button
/// to go on and one to fold it again. That needs no server, works in every client and reads in order, which a dialog of
/// its own would not; an <c>Action.ShowCard</c> has no words for "no".
/// </summary>
internal sealed class Buttons(TeamsReader reader)
{
    // An action that carries much goes without its twin for old clients: twice the data would crowd the message out.
    private const int MostWithFallback = 400;

    private int _questions;

    /// <summary>The row and the questions below it; nothing when none of the actions can be offered here.</summary>
    public List<JsonObject> Row(IEnumerable<CardAction> actions)
    {
        var offered = actions
            .Where(action =>
                action is not Visits visits || reader.AddressOf(visits.Address) is not null
            )
            .ToList();
        // A menu of one is a detour.
        var shown =
            offered.Count == CardRules.ButtonsShown + 1 ? offered.Count : CardRules.ButtonsShown;
        var questions = new List<JsonObject>();
        var row = offered
            .Select(
                (action, i) =>
                {
                    var button = action.Confirm is { } confirm
                        ? Asking(action, confirm, questions)
                        : Button(action, reader.Tell(action.Label));
                    if (i >= shown)
                        button["mode"] = "secondary";
                    return button;
                }
            )
            .ToList();
        return row.Count == 0 ? [] : [Set(row), .. questions];
    }

    /// <summary>The button that shows the whole of a message that was shortened.</summary>
    public JsonObject Whole(string key) =>
        Set([
            Submit(
                reader.Tell("cards.see-whole"),
                CardData.Fetching(new Carried(CarriedKind.ShowsWhole, key, ActionData.None))
            ),
        ]);

    /// <summary>The words of a button.</summary>
    public static string Title(string label) =>
        Safe.Shown(Literal.Shorten(label.ReplaceLineEndings(" "), CardLimits.ButtonText));

    /// <summary>An action that sends its data.</summary>
    public static JsonObject Submit(string label, JsonObject data) =>
        new()
        {
            ["type"] = "Action.Submit",
            ["title"] = Title(label),
            ["data"] = data,
        };

    private static JsonObject Set(IEnumerable<JsonObject> actions) =>
        new() { ["type"] = "ActionSet", ["actions"] = new JsonArray([.. actions]) };

    private JsonObject Button(CardAction action, string label)
    {
        var button = action switch
        {
            Visits visits => new JsonObject
            {
                ["type"] = "Action.OpenUrl",
                ["title"] = Title(label),
                ["url"] = reader.AddressOf(visits.Address),
            },
            Opens => Submit(label, CardData.Fetching(Carried.By(action)!)),
            _ => Execute(label, Carried.By(action)!),
        };
        return Styled(button, action.Style);
    }

    private static JsonObject Styled(JsonObject button, ActionStyle style)
    {
        if (style != ActionStyle.Default)
            button["style"] = style == ActionStyle.Danger ? "destructive" : "positive";
        return button;
    }

    /// <summary>An action that is answered with a new card; where a client does not know it, one that sends a message.</summary>
    public static JsonObject Execute(string label, Carried carried)
    {
        var data = CardData.Write(carried);
        var button = new JsonObject
        {
            ["type"] = "Action.Execute",
            ["title"] = Title(label),
            ["verb"] = carried.Route,
            ["data"] = data,
        };
        if (carried.Write().Length <= MostWithFallback)
            button["fallback"] = Submit(label, (JsonObject)data.DeepClone());
        return button;
    }

    private JsonObject Asking(CardAction action, Confirm confirm, List<JsonObject> questions)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"question{++_questions}");
        var no = Toggle(reader.Tell(confirm.No), id);
        questions.Add(
            new JsonObject
            {
                ["type"] = "Container",
                ["id"] = id,
                ["isVisible"] = false,
                ["style"] = "emphasis",
                ["items"] = new JsonArray(
                    RichText.Block(RichText.Runs(Question(confirm), reader, Look.Usual)),
                    Set([Button(action, reader.Tell(confirm.Yes)), no])
                ),
            }
        );
        return Styled(Toggle(reader.Tell(action.Label), id), action.Style);
    }

    private Text Question(Confirm confirm) =>
        Safe.Shown(Literal.Shorten(reader.Tell(confirm.Question), CardLimits.FieldText));

    private static JsonObject Toggle(string label, string id) =>
        new()
        {
            ["type"] = "Action.ToggleVisibility",
            ["title"] = Title(label),
            ["targetElements"] = new JsonArray(id),
        };
}
