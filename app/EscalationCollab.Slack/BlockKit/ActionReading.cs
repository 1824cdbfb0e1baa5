using System.Text.Json;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>What was pressed, out of an entry of <c>actions</c> in a <c>block_actions</c> payload.</summary>
internal static class ActionReading
{
    /// <summary>The act; null for a link, a field that was changed, or something that is not ours.</summary>
    public static Carried? Of(JsonElement action) =>
        action.Text("type") switch
        {
            "button" => Carried.Read(action.Text("value")),
            "overflow" => Carried.Read(action.Text("selected_option", "value")),
            _ => null,
        };
}
