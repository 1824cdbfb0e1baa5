using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.BlockKit;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>
/// What Slack would refuse in a payload, by its published limits. It reads the JSON alone and knows nothing of how it was
/// made.
/// </summary>
internal sealed class LimitsLint
{
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _blockIds = [];

    private LimitsLint() { }

    /// <summary>The problems of a message, a modal or a Home; none when Slack takes it.</summary>
    public static IReadOnlyList<string> Of(JsonObject payload)
    {
        var lint = new LimitsLint();
        if (payload["type"] is null)
            lint.CheckMessage(payload);
        else
            lint.CheckView(payload);
        return lint._problems;
    }

    private void CheckMessage(JsonObject message)
    {
        Length(message, "text", 1, BlockKitLimits.MessageText, "message");
        var blocks = Objects(message["blocks"]);
        Count(blocks, 1, BlockKitLimits.MessageBlocks, "blocks");
        Must(
            Surfaces.WeightOf(blocks) <= BlockKitLimits.MessageWeight,
            $"all blocks together weigh {Surfaces.WeightOf(blocks)}"
        );
        Must(
            blocks.Count(b => TypeOf(b) == "table") <= BlockKitLimits.Tables,
            "more than one table"
        );
        Must(
            blocks.Count(b => TypeOf(b) == "data_visualization") <= BlockKitLimits.Charts,
            "more than two charts"
        );
        Must(blocks.TrueForAll(b => TypeOf(b) != "input"), "an input in a message");
        Blocks(blocks);
    }

    private void CheckView(JsonObject view)
    {
        var blocks = Objects(view["blocks"]);
        Count(blocks, 1, BlockKitLimits.ViewBlocks, "blocks");
        Must(blocks.TrueForAll(b => TypeOf(b) != "table"), "a table in a view");
        Must(blocks.TrueForAll(b => TypeOf(b) != "data_visualization"), "a chart in a view");
        Must(
            Encoding.UTF8.GetByteCount(view.ToJsonString(Payload.Writing))
                <= BlockKitLimits.ViewBytes,
            "a view of too many bytes"
        );
        Length(view, "private_metadata", 0, BlockKitLimits.PrivateMetadata, "view");
        Length(view, "callback_id", 0, BlockKitLimits.Id, "view");
        if (TypeOf(view) == "modal")
        {
            Words(view, "title", BlockKitLimits.ViewTitle, needed: true);
            Words(view, "submit", BlockKitLimits.ViewTitle);
            Words(view, "close", BlockKitLimits.ViewTitle);
            Must(
                view["submit"] is not null || blocks.TrueForAll(b => TypeOf(b) != "input"),
                "inputs without a submit"
            );
        }
        Blocks(blocks);
    }

    private void Blocks(List<JsonObject> blocks)
    {
        foreach (var block in blocks)
        {
            Length(block, "block_id", 1, BlockKitLimits.Id, TypeOf(block));
            if ((string?)block["block_id"] is { } id)
                Must(_blockIds.Add(id), $"block_id {id} twice");
            CheckBlock(block);
        }
        var ids = blocks
            .Where(b => TypeOf(b) == "actions")
            .SelectMany(b => Objects(b["elements"]))
            .Select(e => (string?)e["action_id"])
            .ToList();
        Must(ids.Distinct().Count() == ids.Count, "an action_id twice on a surface");
    }

    private void CheckBlock(JsonObject block)
    {
        switch (TypeOf(block))
        {
            case "header":
                Words(block, "text", BlockKitLimits.Header, needed: true);
                break;
            case "section":
                Words(block, "text", BlockKitLimits.Text, needed: block["fields"] is null);
                if (block["fields"] is JsonArray fields)
                {
                    Count(Objects(fields), 1, BlockKitLimits.Fields, "fields");
                    foreach (var field in Objects(fields))
                        Length(field, "text", 1, BlockKitLimits.FieldText, "field");
                }
                break;
            case "context":
                Count(Objects(block["elements"]), 1, BlockKitLimits.ContextElements, "context");
                foreach (var element in Objects(block["elements"]))
                    Length(element, "text", 1, BlockKitLimits.Text, "context");
                break;
            case "rich_text":
                RichText(block);
                break;
            case "actions":
                Count(Objects(block["elements"]), 1, BlockKitLimits.ActionElements, "actions");
                foreach (var element in Objects(block["elements"]))
                    Element(element);
                break;
            case "input":
                Words(block, "label", BlockKitLimits.Label, needed: true);
                Words(block, "hint", BlockKitLimits.Label);
                Element((JsonObject)block["element"]!);
                break;
            case "image":
                Length(block, "image_url", 1, BlockKitLimits.Url, "image");
                Length(block, "alt_text", 1, BlockKitLimits.AltText, "image");
                Must(block["alt_text"] is not null, "an image without words");
                break;
            case "table":
                Table(block);
                break;
            case "data_visualization":
                Chart(block);
                break;
            case "divider":
                break;
            default:
                _problems.Add($"an unknown block {TypeOf(block)}");
                break;
        }
    }

    // @slack/types 3.2 does not know this block, so its members are looked at here too.
    private void Chart(JsonObject block)
    {
        Members(block, "type", "title", "chart");
        Length(block, "title", 1, BlockKitLimits.ChartTitle, "chart");
        var chart = (JsonObject)block["chart"]!;
        Members(chart, "type", "series", "axis_config");
        Must((string?)chart["type"] is "line" or "bar", "a chart of an unknown type");
        var axis = (JsonObject)chart["axis_config"]!;
        Must(
            axis.All(part => part.Key is "categories" or "x_label" or "y_label"),
            "an axis with something unknown"
        );
        var categories = axis["categories"]!.AsArray().Select(name => (string)name!).ToList();
        Must(
            categories.Count is >= 1 and <= BlockKitLimits.ChartCategories,
            "a chart with too many categories or none"
        );
        Must(
            categories.TrueForAll(name => name.Length is >= 1 and <= BlockKitLimits.ChartLabel),
            "a category that is too long"
        );
        var series = Objects(chart["series"]);
        Count(series, 1, BlockKitLimits.ChartSeries, "series");
        Must(
            series.Select(one => (string)one["name"]!).Distinct().Count() == series.Count,
            "two series of one name"
        );
        foreach (var one in series)
        {
            Members(one, "name", "data");
            Length(one, "name", 1, BlockKitLimits.ChartLabel, "series");
            var points = Objects(one["data"]);
            Must(
                points.Select(point => (string)point["label"]!).SequenceEqual(categories),
                "a series whose labels are not the categories"
            );
            foreach (var point in points)
            {
                Members(point, "label", "value");
                Must(
                    point["value"]!.GetValueKind() == System.Text.Json.JsonValueKind.Number,
                    "a value that is no number"
                );
            }
        }
    }

    private void Members(JsonObject part, params string[] names) =>
        Must(
            part.Select(member => member.Key).ToHashSet().SetEquals(names),
            $"members {string.Join(", ", part.Select(member => member.Key))}"
        );

    private void RichText(JsonObject block)
    {
        var elements = Objects(block["elements"]);
        Count(elements, 1, 1_000, "rich_text");
        foreach (var element in elements)
        {
            var sections =
                TypeOf(element) == "rich_text_list" ? Objects(element["elements"]) : [element];
            Count(sections, 1, 1_000, TypeOf(element));
            foreach (var section in sections)
            {
                var leaves = Objects(section["elements"]);
                Count(leaves, 1, 1_000, "leaves");
                Must(
                    leaves.Sum(EscalationCollab.Slack.BlockKit.RichText.LengthOf)
                        <= BlockKitLimits.Text,
                    "too long a rich text"
                );
                foreach (var leaf in leaves)
                {
                    Length(leaf, "text", 1, BlockKitLimits.Text, "leaf");
                    Length(leaf, "url", 1, BlockKitLimits.Url, "leaf");
                    Must(
                        TypeOf(leaf) is "text" or "user" or "channel" or "date" or "link",
                        $"a leaf {TypeOf(leaf)}"
                    );
                }
            }
        }
    }

    private void Table(JsonObject table)
    {
        var rows = (JsonArray)table["rows"]!;
        Must(rows.Count is > 0 and <= BlockKitLimits.TableRows, $"{rows.Count} rows");
        foreach (var row in rows.Cast<JsonArray>())
        {
            Must(row.Count is > 0 and <= BlockKitLimits.TableColumns, $"{row.Count} columns");
            foreach (var cell in Objects(row))
                if (TypeOf(cell) == "rich_text")
                    RichText(cell);
                else
                    Length(cell, "text", 1, BlockKitLimits.Text, "cell");
        }
        Must(Texts(table).Sum(text => text.Length) <= BlockKitLimits.TableText, "too long a table");
    }

    private void Element(JsonObject element)
    {
        var type = TypeOf(element);
        Length(element, "action_id", 1, BlockKitLimits.Id, type);
        Must(element["action_id"] is not null, $"{type} without action_id");
        Words(element, "placeholder", BlockKitLimits.Placeholder);
        if (element["confirm"] is JsonObject confirm)
        {
            Words(confirm, "title", BlockKitLimits.ConfirmTitle, needed: true);
            Words(confirm, "text", BlockKitLimits.ConfirmText, needed: true);
            Words(confirm, "confirm", BlockKitLimits.ConfirmButton, needed: true);
            Words(confirm, "deny", BlockKitLimits.ConfirmButton, needed: true);
        }
        switch (type)
        {
            case "button":
                Words(element, "text", BlockKitLimits.ButtonText, needed: true);
                Length(element, "value", 1, BlockKitLimits.ButtonValue, type);
                Length(element, "url", 1, BlockKitLimits.Url, type);
                break;
            case "overflow":
                Options(element, BlockKitLimits.OverflowOptions);
                break;
            case "checkboxes" or "radio_buttons":
                Options(element, BlockKitLimits.BoxOptions);
                break;
            case "static_select" or "multi_static_select":
                Options(element, BlockKitLimits.SelectOptions);
                break;
            case "plain_text_input":
                var most = (int?)element["max_length"] ?? BlockKitLimits.Answer;
                Must(most is > 0 and <= BlockKitLimits.Answer, $"max_length {most}");
                Length(element, "initial_value", 1, most, type);
                break;
        }
    }

    private void Options(JsonObject element, int most)
    {
        var options = Objects(element["options"]);
        Count(options, 1, most, "options");
        foreach (var option in options)
        {
            Words(option, "text", BlockKitLimits.OptionText, needed: true);
            Words(option, "description", BlockKitLimits.OptionText);
            Length(option, "value", 1, BlockKitLimits.OptionValue, "option");
            Length(option, "url", 1, BlockKitLimits.Url, "option");
        }
        var values = options.Select(o => (string?)o["value"]).ToList();
        Must(
            TypeOf(element) == "overflow" || values.Distinct().Count() == values.Count,
            "a value twice"
        );
        var chosen = element["initial_option"] is JsonObject one
            ? [one]
            : Objects(element["initial_options"]);
        Must(
            chosen.TrueForAll(c => options.Exists(o => JsonNode.DeepEquals(o, c))),
            "an initial option that is no option"
        );
    }

    private void Words(JsonObject of, string name, int most, bool needed = false)
    {
        if (of[name] is JsonObject words)
            Length(words, "text", 1, most, $"{TypeOf(of)}.{name}");
        else
            Must(!needed, $"{TypeOf(of)} without {name}");
    }

    private void Length(JsonObject of, string name, int least, int most, string where)
    {
        if (of[name] is null)
            return;
        var text = (string?)of[name] ?? "";
        Must(
            (least == 0 || text.Length >= least) && text.Length <= most,
            $"{where}: {name} of {text.Length}, {least} to {most} allowed"
        );
    }

    private void Count(List<JsonObject> items, int least, int most, string what) =>
        Must(items.Count >= least && items.Count <= most, $"{items.Count} {what}");

    private void Must(bool holds, string otherwise)
    {
        if (!holds)
            _problems.Add(otherwise);
    }

    /// <summary>Every text inside that is shown.</summary>
    public static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonObject part => part.SelectMany(p =>
                p.Key == "text" && p.Value is JsonValue value ? [(string)value!] : Texts(p.Value)
            ),
            JsonArray list => list.SelectMany(Texts),
            _ => [],
        };

    private static string TypeOf(JsonObject of) => (string?)of["type"] ?? "";

    private static List<JsonObject> Objects(JsonNode? list) =>
        list is JsonArray array ? [.. array.OfType<JsonObject>()] : [];
}
