using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace EscalationCollab.Tests.Slack.LocalSlack;

/// <summary>What Slack would answer to methods that local-slack 0.1.8 does not know. Nothing is shown of them there.</summary>
internal static class MissingMethods
{
    private static readonly Dictionary<string, Func<JsonObject, JsonObject>> Known = new()
    {
        ["bookmarks.add"] = asked =>
            Yes(
                "bookmark",
                new JsonObject { ["id"] = "Bk1", ["title"] = asked["title"]?.DeepClone() }
            ),
        ["bookmarks.edit"] = _ => Yes("bookmark", new JsonObject { ["id"] = "Bk1" }),
        ["bookmarks.list"] = _ => Yes("bookmarks", new JsonArray()),
        ["chat.unfurl"] = _ => Yes(),
        ["conversations.archive"] = _ => Yes(),
        // What a workspace on a plan without canvases says.
        ["conversations.canvases.create"] = _ => No("free_teams_cannot_create_standalone_canvases"),
        ["conversations.invite"] = asked => Yes("channel", Channel(asked)),
        ["conversations.join"] = asked => Yes("channel", Channel(asked)),
        ["conversations.setPurpose"] = _ => Yes(),
        ["conversations.setTopic"] = asked => Yes("channel", Channel(asked)),
        ["pins.add"] = _ => Yes(),
        ["pins.remove"] = _ => Yes(),
        ["usergroups.list"] = _ => Yes("usergroups", new JsonArray()),
        ["usergroups.users.list"] = _ => Yes("users", new JsonArray()),
    };

    public static bool Answer(
        string method,
        [NotNullWhen(true)] out Func<JsonObject, JsonObject>? answer
    ) => Known.TryGetValue(method, out answer);

    private static JsonObject Yes() => new() { ["ok"] = true };

    private static JsonObject Yes(string name, JsonNode value) =>
        new() { ["ok"] = true, [name] = value };

    private static JsonObject No(string error) => new() { ["ok"] = false, ["error"] = error };

    private static JsonObject Channel(JsonObject asked) =>
        new() { ["id"] = asked["channel"]?.DeepClone() };
}
