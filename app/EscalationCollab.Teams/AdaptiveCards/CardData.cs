using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// What travels in the <c>data</c> of an action and comes back with the click, among the answers of a dialog's inputs. The
/// version lets a card that hangs in a chat for a year be told that it is out of date instead of being misread.
/// </summary>
internal static class CardData
{
    /// <summary>What this program writes and understands.</summary>
    public const int Version = 1;

    private const string VersionKey = "ec";
    private const string ActKey = "act";

    // Twice what the rules for cards allow, since lengths are written beside the values.
    private const int Longest = 2 * CardRules.MostActionData;

    /// <summary>As the data of an action.</summary>
    /// <exception cref="CardException">It is too long.</exception>
    public static JsonObject Write(Carried carried)
    {
        var act = carried.Write();
        return act.Length <= Longest
            ? new JsonObject { [VersionKey] = Version, [ActKey] = act }
            : throw new CardException($"the data of {carried.Route} does not fit into a button");
    }

    /// <summary>As the data of an <c>Action.Submit</c> that opens a dialog, which <c>Action.Execute</c> cannot.</summary>
    public static JsonObject Fetching(Carried carried)
    {
        var data = Write(carried);
        data["msteams"] = new JsonObject { ["type"] = "task/fetch" };
        return data;
    }

    /// <summary>Reads what came back; null when it is none of ours or was changed on the way.</summary>
    public static Pressed? Read(JsonElement data) =>
        data.Part(VersionKey) is not { ValueKind: JsonValueKind.Number } version ? null
        : !version.TryGetInt32(out var number) || number != Version ? Pressed.OutOfDate
        : data.Text(ActKey) is { Length: <= Longest } act && Carried.Read(act) is { } carried
            ? new Pressed(carried)
        : null;
}

/// <summary>What was pressed.</summary>
/// <param name="Act">What it does; null when the card is of another version: answer it with <see cref="Answers.OutOfDate"/>.</param>
internal sealed record Pressed(Carried? Act)
{
    /// <summary>A card of ours that this program does not understand any more, or not yet.</summary>
    public static readonly Pressed OutOfDate = new((Carried?)null);
}
