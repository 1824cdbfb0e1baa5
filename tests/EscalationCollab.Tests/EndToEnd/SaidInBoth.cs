using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// What a message says, whether it is Slack's blocks or an adaptive card: its words and buttons in their order. Left out is
/// in what the two may differ: marks, and how a moment is written (Slack writes it in each reader's own way).
/// </summary>
internal static partial class SaidInBoth
{
    private static readonly CompanyFile Company = CompanyFile.Load(
        Path.Combine(Templates.Root, "sandbox", "company.yaml")
    );

    // Slack links a room by itself, Teams by the number of its escalation.
    private const string Number = "ESC-1001";

    // In the order in which they are read.
    private static readonly string[] Read =
    [
        "text",
        "title",
        "fallback",
        "user_id",
        "channel_id",
        "blocks",
        "body",
        "fields",
        "elements",
        "inlines",
        "rows",
        "cells",
        "items",
        "actions",
        "options",
    ];

    /// <summary>The words of a message.</summary>
    public static string Of(JsonNode message)
    {
        var all =
            message is JsonObject told && told["blocks"] is JsonArray blocks ? blocks : message;
        return Of(Spelled().Replace(string.Join(' ', Texts(all)), "").Replace("London time", ""));
    }

    /// <summary>The words of a sentence.</summary>
    public static string Of(string sentence) =>
        string.Join(' ', Word().Matches(sentence).Select(match => match.Value));

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray list => list.SelectMany(Texts),
            // A question that a button unfolds.
            JsonObject hidden when (bool?)hidden["isVisible"] == false => [],
            JsonObject told => Read.SelectMany(name =>
                told[name] is not { } part ? []
                : name == "user_id" ? [NameOf((string)part!)]
                : name == "channel_id" ? [Number]
                : part is JsonValue text ? [Plain((string)text!)]
                : name == "fallback" ? []
                : Texts(part)
            ),
            _ => [],
        };

    private static string Plain(string text) =>
        Mention()
            .Replace(
                RoomLink().Replace(Moment().Replace(text, "$1"), Number),
                match => NameOf(match.Groups[1].Value)
            )
            .Replace("&amp;", "&", StringComparison.Ordinal);

    private static string NameOf(string user) =>
        Company.Directory.People[new Core.PersonId(user["U0".Length..].ToLowerInvariant())].Name;

    [GeneratedRegex(@"<!date\^[^|>]*\|([^>]*)>")]
    private static partial Regex Moment();

    [GeneratedRegex("<#[A-Z0-9]+[^>]*>")]
    private static partial Regex RoomLink();

    [GeneratedRegex("<@([A-Z0-9]+)>")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\d+ \p{Lu}\p{Ll}+( \d{4})?, (?=\d\d:\d\d)|All times are London time\.")]
    private static partial Regex Spelled();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
