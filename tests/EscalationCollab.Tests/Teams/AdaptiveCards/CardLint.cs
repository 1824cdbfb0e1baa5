using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>
/// What Teams would refuse or show wrongly in a payload, by the schema of Adaptive Cards 1.5 and Teams' limits. It reads the
/// JSON alone and knows nothing of how it was made.
/// </summary>
internal sealed partial class CardLint
{
    private const int MostBytes = 40_000;

    private static readonly string[] Chart = ["title", "showTitle", "data", "yMin", "fallback"];

    private static readonly Dictionary<string, (string[] Required, string[] Allowed)> Schema = new()
    {
        ["AdaptiveCard"] = (
            ["version", "body"],
            ["actions", "speak", "fallbackText", "msteams", "refresh"]
        ),
        ["TextBlock"] = (["text", "wrap"], ["size", "weight", "color", "isSubtle", "style"]),
        ["RichTextBlock"] = (["inlines"], []),
        ["TextRun"] = (
            ["text"],
            ["size", "weight", "color", "isSubtle", "fontType", "underline", "selectAction"]
        ),
        ["Container"] = (["items"], ["style", "bleed"]),
        ["ColumnSet"] = (["columns"], []),
        ["Column"] = (["items", "width"], []),
        ["Table"] = (["columns", "rows", "firstRowAsHeaders"], ["showGridLines"]),
        ["TableRow"] = (["cells"], []),
        ["TableCell"] = (["items"], []),
        ["Image"] = (["url", "altText"], ["size"]),
        ["Chart.Line"] = (Chart, ["yAxisTitle", "showLegend"]),
        ["Chart.VerticalBar"] = (Chart, ["yAxisTitle", "showBarValues"]),
        ["Chart.VerticalBar.Grouped"] = (Chart, ["yAxisTitle", "showLegend"]),
        ["ActionSet"] = (["actions"], []),
        ["Input.Text"] = (["id", "label"], ["isMultiline", "maxLength", "value"]),
        ["Input.ChoiceSet"] = (
            ["id", "label", "choices", "style", "wrap"],
            ["value", "isMultiSelect", "placeholder", "choices.data"]
        ),
        ["Input.Date"] = (["id", "label"], ["value"]),
        ["Input.Time"] = (["id", "label"], ["value"]),
        ["Input.Number"] = (["id", "label"], ["value", "min", "max"]),
        ["Input.Toggle"] = (["id", "title", "wrap"], ["value"]),
        ["Action.Execute"] = (["verb", "data"], ["title", "style", "mode", "fallback"]),
        ["Action.Submit"] = (["title", "data"], ["style", "mode", "associatedInputs"]),
        ["Action.OpenUrl"] = (["url"], ["title", "style", "mode"]),
        ["Action.ToggleVisibility"] = (["title", "targetElements"], ["style", "mode"]),
    };

    private static readonly Dictionary<string, string[]> Values = new()
    {
        ["size"] = ["Small", "Large", "ExtraLarge", "Stretch"],
        ["weight"] = ["Bolder"],
        ["color"] = ["Accent", "Good", "Warning", "Attention"],
        ["fontType"] = ["Monospace"],
        ["spacing"] = ["None", "Small", "Medium"],
        ["mode"] = ["secondary"],
        ["version"] = ["1.5"],
        ["style"] =
        [
            "heading",
            "emphasis",
            "good",
            "warning",
            "attention",
            "positive",
            "destructive",
            "compact",
            "expanded",
            "filtered",
        ],
    };

    private readonly List<string> _problems = [];
    private readonly List<string> _ids = [];
    private readonly List<string> _targets = [];
    private readonly List<string> _tags = [];

    private CardLint() { }

    /// <summary>The problems of a message or a task module; none when Teams takes it.</summary>
    public static IReadOnlyList<string> Of(JsonObject payload)
    {
        var lint = new CardLint();
        var bytes = Encoding.UTF8.GetByteCount(payload.ToJsonString(Payload.Writing));
        lint.Must(bytes < MostBytes, $"{bytes} bytes");
        if (payload["card"] is JsonObject attachment)
            lint.CheckTask(payload, attachment);
        else
            lint.CheckActivity(payload);
        return lint._problems;
    }

    /// <summary>Every text that people see, in reading order.</summary>
    public static IEnumerable<string> Texts(JsonNode? node, string name = "") =>
        node switch
        {
            JsonObject part => part.Where(p =>
                    p.Key is not ("data" or "msteams" or "refresh")
                    || p.Key == "data" && IsChart(part)
                )
                .SelectMany(p => Texts(p.Value, p.Key)),
            JsonArray list => list.SelectMany(item => Texts(item, name)),
            JsonValue value
                when name
                    is "text"
                        or "legend"
                        or "x"
                        or "title"
                        or "label"
                        or "altText"
                        or "errorMessage"
                        or "placeholder"
                        or "summary"
                        or "speak"
                        or "fallbackText" => [(string)value!],
            _ => [],
        };

    /// <summary>The Adaptive Card in a payload; null when it is a plain text.</summary>
    public static JsonObject? CardOf(JsonObject payload) =>
        (payload["card"] ?? payload["attachments"]?[0])?["content"] as JsonObject;

    private static bool IsChart(JsonObject part) =>
        (string?)part["type"] is ['C', 'h', 'a', 'r', 't', '.', ..];

    private void CheckTask(JsonObject task, JsonObject attachment)
    {
        Filled(task, "title");
        Must(((string)task["title"]!).Length <= 60, "a title that is too long");
        Must((string?)task["height"] is "small" or "medium" or "large", "height");
        CheckCard(attachment);
    }

    private void CheckActivity(JsonObject activity)
    {
        Filled(activity, "summary");
        if (activity["attachments"] is JsonArray { Count: 1 } attachments)
            CheckCard((JsonObject)attachments[0]!);
        else
        {
            Filled(activity, "text");
            Must((string?)activity["textFormat"] == "plain", "text with a format");
        }
    }

    private void CheckCard(JsonObject attachment)
    {
        Must(
            (string?)attachment["contentType"] == "application/vnd.microsoft.card.adaptive",
            "content type"
        );
        var card = (JsonObject)attachment["content"]!;
        Check(card);
        Must(_ids.Distinct().Count() == _ids.Count, "ids repeat");
        Must(_targets.TrueForAll(_ids.Contains), "a target that is nowhere");
        var entities = card["msteams"]?["entities"]?.AsArray() ?? [];
        Must(
            entities.Select(e => (string)e!["text"]!).ToHashSet().SetEquals(_tags),
            "mentions and entities differ"
        );
        foreach (var text in Texts(card).Concat(Texts(attachment["summary"])))
            Must(
                !text.Contains("{{", StringComparison.Ordinal)
                    && !text.Contains("${", StringComparison.Ordinal),
                $"something to be filled in: {text}"
            );
    }

    private void Check(JsonObject part)
    {
        var type = (string?)part["type"] ?? "";
        if (!Schema.TryGetValue(type, out var schema))
        {
            _problems.Add($"an unknown type '{type}'");
            return;
        }
        foreach (var required in schema.Required)
            Must(part[required] is not null, $"{type} without {required}");
        foreach (var (name, value) in part)
            Must(
                schema.Required.Contains(name)
                    || schema.Allowed.Contains(name)
                    || name is "type" or "spacing" or "separator" or "id" or "isVisible"
                    || (
                        type.StartsWith("Input.", StringComparison.Ordinal)
                        && name is "isRequired" or "errorMessage"
                    ),
                $"{type} with {name}"
            );
        foreach (var (name, allowed) in Values)
            if (part[name] is JsonValue value && value.TryGetValue<string>(out var said))
                Must(allowed.Contains(said), $"{type}.{name} is {said}");
        if ((string?)part["id"] is { } id)
            _ids.Add(id);
        CheckKind(type, part);
        foreach (var (name, value) in part)
            if (
                name is not ("data" or "msteams" or "choices" or "choices.data" or "columns")
                && !IsChart(part)
            )
                CheckInside(name, value);
        if (type == "ColumnSet")
            CheckInside("columns", part["columns"]);
    }

    private void CheckInside(string name, JsonNode? value)
    {
        if (value is JsonObject inner)
            Check(name == "refresh" ? (JsonObject)inner["action"]! : inner);
        else if (value is JsonArray list)
            foreach (var item in list.OfType<JsonObject>())
                Check(item);
    }

    private void CheckKind(string type, JsonObject part)
    {
        foreach (var name in new[] { "title", "text", "label", "altText", "value", "placeholder" })
            if (part[name] is JsonValue text && text.TryGetValue<string>(out _))
                Filled(part, name);
        foreach (var name in new[] { "body", "inlines", "cells", "rows", "actions", "choices" })
            if (part[name] is JsonArray list)
                Must(list.Count > 0, $"{type} with empty {name}");
        switch (type)
        {
            case "TextBlock":
                CheckMarkdown((string)part["text"]!);
                Must((bool)part["wrap"]!, "a text that does not wrap");
                break;
            case "Container" or "TableCell":
                Must(part["items"]!.AsArray().Count > 0, $"{type} with nothing in it");
                break;
            case "Table":
                Must(
                    part["rows"]!
                        .AsArray()
                        .All(r => r!["cells"]!.AsArray().Count == part["columns"]!.AsArray().Count),
                    "a row with another width"
                );
                break;
            case "ActionSet":
                var shown = part["actions"]!.AsArray().Count(a => a!["mode"] is null);
                Must(shown <= 6, $"{shown} buttons beside each other");
                break;
            case "Chart.Line" or "Chart.VerticalBar" or "Chart.VerticalBar.Grouped":
                CheckChart(part);
                break;
            case "Image":
                Must(Scheme(part) == "https", "a picture that Teams does not load");
                break;
            case "Action.OpenUrl":
                Must(Scheme(part) is "https" or "http" or "mailto", "an address of elsewhere");
                break;
            case "Action.Execute" or "Action.Submit":
                Must((int?)part["data"]!["ec"] == 1, "data without a version");
                Filled((JsonObject)part["data"]!, "act");
                break;
            case "Action.ToggleVisibility":
                _targets.AddRange(part["targetElements"]!.AsArray().Select(t => (string)t!));
                break;
            case "Input.ChoiceSet":
                CheckChoices(part);
                break;
        }
    }

    // Newer than the version that every client shows: whoever does not know it must not show a hole.
    private void CheckChart(JsonObject chart)
    {
        Must((string?)chart["fallback"] == "drop", "a chart without a fallback");
        var data = chart["data"]!.AsArray().OfType<JsonObject>().ToList();
        var series =
            (string)chart["type"]! == "Chart.VerticalBar"
                ? [data]
                : data.Select(one => one["values"]!.AsArray().OfType<JsonObject>().ToList())
                    .ToList();
        Must(series.Exists(points => points.Count > 0), "a chart with nothing in it");
        foreach (var points in series)
        {
            var labels = points.ConvertAll(point => (string?)point["x"] ?? "");
            Must(labels.Distinct().Count() == labels.Count, "labels of a chart repeat");
            Must(labels.TrueForAll(label => label.Length is > 0 and <= 20), "a label of a chart");
            Must(points.TrueForAll(point => (double?)point["y"] >= 0), "a value of a chart");
        }
        if (data.Count > 0 && data[0]["values"] is not null)
            Must(
                data.Select(one => (string?)one["legend"]).Distinct().Count() == data.Count,
                "names in a chart repeat"
            );
    }

    private void CheckChoices(JsonObject set)
    {
        var values = set["choices"]!.AsArray().Select(c => (string)c!["value"]!).ToList();
        Must(values.Distinct().Count() == values.Count, "values repeat");
        foreach (var choice in set["choices"]!.AsArray().OfType<JsonObject>())
        {
            Filled(choice, "title");
            Filled(choice, "value");
            CheckMarkdown((string)choice["title"]!);
        }
        var many = (bool?)set["isMultiSelect"] == true;
        if (many)
            Must(values.TrueForAll(v => !v.Contains(',', StringComparison.Ordinal)), "a comma");
        foreach (var chosen in ((string?)set["value"])?.Split(many ? [','] : []) ?? [])
            Must(values.Contains(chosen), $"{chosen} is chosen but not offered");
    }

    // Nothing but our own marks: mentions and links to the web.
    private void CheckMarkdown(string text)
    {
        foreach (Match tag in Tag().Matches(text))
            _tags.Add(tag.Value);
        var rest = OwnLink().Replace(Tag().Replace(text, ""), "");
        Must(!Marks().IsMatch(rest), $"Markdown: {text}");
    }

    private static string Scheme(JsonObject part) =>
        Uri.TryCreate((string?)part["url"], UriKind.Absolute, out var address)
            ? address.Scheme
            : "";

    // A run may be the blank between two others.
    private void Filled(JsonObject part, string name) =>
        Must(
            (string?)part["type"] == "TextRun"
                ? (string?)part[name] is { Length: > 0 }
                : !string.IsNullOrWhiteSpace((string?)part[name]),
            $"{(string?)part["type"]} with an empty {name}"
        );

    private void Must(bool holds, string problem)
    {
        if (!holds)
            _problems.Add(problem);
    }

    [GeneratedRegex("<at>[^<>]+</at>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\[[^\[\]\n]+\]\(https?://[^()\s]+\)")]
    private static partial Regex OwnLink();

    [GeneratedRegex(
        @"[*`~\\]|\]\(|\]:|\]\[|<(?!\u2060)[a-z/!?]|&[#a-z0-9]+;|^\s*(?:[-+>#=]|\d+[.)])(?=\s|$)|^(?: {4}|\t)|(?<![\p{L}\p{Nd}])_|_(?![\p{L}\p{Nd}])",
        RegexOptions.Multiline | RegexOptions.IgnoreCase
    )]
    private static partial Regex Marks();
}
