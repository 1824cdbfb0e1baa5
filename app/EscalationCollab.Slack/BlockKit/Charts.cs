using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// Charts as Slack draws them (<c>data_visualization</c>, docs.slack.dev, "Data visualization block", as of 2026-08): every
/// series has a value for every category, so a series with a gap is not drawn but told.
/// </summary>
internal static class Charts
{
    /// <summary>The block, or null when nothing of the chart can be drawn truly.</summary>
    public static JsonObject? Block(Chart chart, SlackReader reader)
    {
        var categories = Different(chart.Categories.Select(reader.Tell));
        var whole = chart.Series.Where(series => series.Values.All(value => value is not null));
        var drawn = whole.Take(BlockKitLimits.ChartSeries).ToList();
        if (drawn.Count == 0 || categories.Count > BlockKitLimits.ChartCategories)
            return null;
        var names = Different(drawn.Select(series => reader.Tell(series.Name)));
        var axis = new JsonObject
        {
            ["categories"] = new JsonArray([.. categories.Select(name => JsonValue.Create(name))]),
        };
        if (chart.Scale == ChartScale.Share)
            axis["y_label"] = "%";
        return new JsonObject
        {
            ["type"] = "data_visualization",
            ["title"] = Literal.Shorten(
                reader.Tell(chart.Title).ReplaceLineEndings(" "),
                BlockKitLimits.ChartTitle
            ),
            ["chart"] = new JsonObject
            {
                ["type"] = chart.Kind == ChartKind.Bar ? "bar" : "line",
                ["series"] = new JsonArray([
                    .. drawn.Select(
                        (series, at) =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["name"] = names[at],
                                    ["data"] = Points(chart, series, categories),
                                }
                    ),
                ]),
                ["axis_config"] = axis,
            },
        };
    }

    private static JsonArray Points(Chart chart, ChartSeries series, List<string> categories) =>
        [
            .. categories.Select(
                (category, at) =>
                    new JsonObject
                    {
                        ["label"] = category,
                        ["value"] = Shown(series.Values[at] ?? 0, chart.Scale),
                    }
            ),
        ];

    // As many digits as the words have.
    private static double Shown(double value, ChartScale scale) =>
        scale == ChartScale.Share ? Math.Round(value * 100, 1) : Math.Round(value, 2);

    // Labels join values with their category, so two that were shortened to the same get a number.
    private static List<string> Different(IEnumerable<string> labels)
    {
        var all = new List<string>();
        foreach (var label in labels)
        {
            var line = label.ReplaceLineEndings(" ").Trim();
            var name = Literal.Shorten(line.Length == 0 ? "–" : line, BlockKitLimits.ChartLabel);
            for (var number = 2; all.Contains(name); number++)
                name = $"{Literal.Shorten(line, BlockKitLimits.ChartLabel - 3)} {number}";
            all.Add(name);
        }
        return all;
    }
}
