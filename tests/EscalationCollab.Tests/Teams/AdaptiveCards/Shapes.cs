using System.Text.Json.Nodes;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>Payloads without what their texts say: those that differ in their words alone need to be looked at once.</summary>
internal static class Shapes
{
    private static readonly string[] Words =
    [
        "text",
        "title",
        "label",
        "altText",
        "errorMessage",
        "placeholder",
        "summary",
        "speak",
        "fallbackText",
        "act",
        "verb",
        "name",
        "legend",
        "x",
    ];

    /// <summary>Each shape once.</summary>
    public static List<string> Of(IEnumerable<JsonNode> payloads) =>
        [.. payloads.Select(payload => Shape(payload)!.ToJsonString()).Distinct()];

    private static JsonNode? Shape(JsonNode? node, string name = "") =>
        node switch
        {
            JsonObject part => new JsonObject(
                part.Select(p => KeyValuePair.Create(p.Key, Shape(p.Value, p.Key)))
            ),
            // Of neighbours alike one is enough, but as many columns as cells.
            JsonArray list when name is "cells" or "columns" => new JsonArray([
                .. Inner(list, name),
            ]),
            JsonArray list => new JsonArray([
                .. Inner(list, name).DistinctBy(item => item?.ToJsonString()),
            ]),
            JsonValue value when value.TryGetValue<string>(out var text) => Word(text, name),
            _ => node?.DeepClone(),
        };

    private static IEnumerable<JsonNode?> Inner(JsonArray list, string name) =>
        list.Select(item => Shape(item, name));

    // Days and times of day stay what they are.
    private static string Word(string text, string name) =>
        name == "url" ? "https://support.example/"
        : Words.Contains(name) || (name == "value" && !char.IsDigit(text[0])) ? "text"
        : text;
}
