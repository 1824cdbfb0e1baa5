using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>The small objects that Block Kit is made of.</summary>
internal static class Parts
{
    /// <summary>Text without markup; colons stay colons.</summary>
    public static JsonObject Plain(string text, int most) =>
        new()
        {
            ["type"] = "plain_text",
            ["text"] = Literal.Shorten(text.Length == 0 ? "…" : text, most),
            ["emoji"] = false,
        };

    /// <summary>Text in Slack's markup, in which nothing but our own marks is looked for.</summary>
    public static JsonObject Marked(string mrkdwn) =>
        new()
        {
            ["type"] = "mrkdwn",
            ["text"] = mrkdwn,
            ["verbatim"] = true,
        };

    /// <summary>A line between parts.</summary>
    public static JsonObject Divider() => new() { ["type"] = "divider" };

    /// <summary>Label and value pairs or figures, side by side where there is room.</summary>
    public static JsonObject Fields(IEnumerable<string> mrkdwn) =>
        new() { ["type"] = "section", ["fields"] = new JsonArray([.. mrkdwn.Select(Marked)]) };

    /// <summary>Small print.</summary>
    public static JsonObject Context(string mrkdwn) =>
        new() { ["type"] = "context", ["elements"] = new JsonArray(Marked(mrkdwn)) };

    /// <summary>
    /// A question before an action. Its words are shortened where they are too long: what it is about stands on the card.
    /// </summary>
    public static JsonObject Confirm(
        string title,
        string question,
        string yes,
        string no,
        bool danger
    ) =>
        new()
        {
            ["title"] = Plain(title, BlockKitLimits.ConfirmTitle),
            ["text"] = Plain(question, BlockKitLimits.ConfirmText),
            ["confirm"] = Plain(yes, BlockKitLimits.ConfirmButton),
            ["deny"] = Plain(no, BlockKitLimits.ConfirmButton),
            ["style"] = danger ? "danger" : "primary",
        };
}
