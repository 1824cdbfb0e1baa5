using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>
/// Payloads as TypeScript against Slack's own <c>@slack/types</c>. Types do not look at what a text says, so payloads that
/// differ in their words alone are checked once.
/// </summary>
internal static class TypeCheck
{
    private const string Peers = "slack";

    /// <summary>What the compiler says; empty when it takes everything.</summary>
    public static Task<string> RunAsync(IEnumerable<JsonObject> payloads) =>
        StrictTypeScript.CheckAsync(Peers, Source(payloads));

    /// <summary>What the compiler says of an app's manifest as the official client takes it; empty when it takes it.</summary>
    public static Task<string> RunAsync(JsonObject manifest) =>
        StrictTypeScript.CheckAsync(
            Peers,
            "import type { AppsManifestCreateArguments } from \"@slack/web-api\";\n"
                + $"export const manifest: AppsManifestCreateArguments[\"manifest\"] = {manifest.ToJsonString()};\n"
        );

    private static string Source(IEnumerable<JsonObject> payloads)
    {
        var source = new StringBuilder(
            "import type { HomeView, KnownBlock, ModalView } from \"@slack/types\";\n"
        );
        var shapes = payloads
            .Select(payload =>
                (
                    Type: TypeOf(payload),
                    Shape: Shape(Known(payload["type"] is null ? payload["blocks"]! : payload))!
                        .ToJsonString()
                )
            )
            .Distinct()
            .Select((shape, i) => (shape, i));
        foreach (var ((type, shape), i) in shapes)
            source.Append(
                CultureInfo.InvariantCulture,
                $"export const payload{i}: {type} = {shape};\n"
            );
        return source.ToString();
    }

    // @slack/types 3.2 has no type for charts yet: LimitsLint looks at all their members instead.
    private static JsonNode Known(JsonNode payload) =>
        payload is JsonArray blocks
            ? new JsonArray([
                .. blocks
                    .Where(block => (string?)block!["type"] != "data_visualization")
                    .Select(block => block!.DeepClone()),
            ])
            : payload;

    private static string TypeOf(JsonObject payload) =>
        (string?)payload["type"] switch
        {
            "modal" => "ModalView",
            "home" => "HomeView",
            _ => "KnownBlock[]",
        };

    private static JsonNode? Shape(JsonNode? node, string name = "") =>
        node switch
        {
            JsonObject part => new JsonObject(
                part.Select(p => KeyValuePair.Create(p.Key, Shape(p.Value, p.Key)))
            ),
            JsonArray list => new JsonArray([.. list.Select(item => Shape(item, name))]),
            JsonValue value
                when value.TryGetValue<string>(out _)
                    && name is not ("type" or "style" or "align") => "text",
            _ => node?.DeepClone(),
        };
}
