using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// Charts as Teams draws them beyond Adaptive Cards 1.5 (https://adaptivecards.microsoft.com, "Chart.Line",
/// "Chart.VerticalBar" and "Chart.VerticalBar.Grouped"): a series with a gap has no point there. Clients that do not know
/// them drop the drawing; the words below it say the same to everybody.
/// </summary>
internal static class Charts
{
    /// <summary>The drawing, or null when there is nothing to draw.</summary>
    public static JsonObject? Element(Chart chart, TeamsReader reader)
    {
        if (chart.Series.All(series => series.Values.All(value => value is null)))
            return null;
        var categories = Different(chart.Categories, CardLimits.ChartLabel, reader);
        var names = Different(
            chart.Series.Select(series => series.Name),
            CardLimits.ChartName,
            reader
        );
        var single = chart is { Kind: ChartKind.Bar, Series.Length: 1 };
        var element = new JsonObject
        {
            ["type"] =
                chart.Kind == ChartKind.Line ? "Chart.Line"
                : single ? "Chart.VerticalBar"
                : "Chart.VerticalBar.Grouped",
            ["title"] = Label(chart.Title, CardLimits.ChartTitle, reader),
            ["showTitle"] = true,
            ["data"] = single
                ? Points(chart, chart.Series[0], categories)
                : new JsonArray([
                    .. chart.Series.Select(
                        (series, at) =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["legend"] = names[at],
                                    ["values"] = Points(chart, series, categories),
                                }
                    ),
                ]),
            ["yMin"] = 0,
            ["fallback"] = "drop",
        };
        if (chart.Scale == ChartScale.Share)
            element["yAxisTitle"] = "%";
        if (single)
            element["showBarValues"] = true;
        else
            element["showLegend"] = chart.Series.Length > 1;
        return element;
    }

    private static JsonArray Points(Chart chart, ChartSeries series, List<string> categories) =>
        [
            .. categories
                .Select((category, at) => (Category: category, Value: series.Values[at]))
                .Where(point => point.Value is not null)
                .Select(point => new JsonObject
                {
                    ["x"] = point.Category,
                    ["y"] = Shown(point.Value!.Value, chart.Scale),
                }),
        ];

    // As many digits as the words have.
    private static double Shown(double value, ChartScale scale) =>
        scale == ChartScale.Share ? Math.Round(value * 100, 1) : Math.Round(value, 2);

    // Points are joined by their label, so two that were shortened to the same get a number.
    private static List<string> Different(IEnumerable<Text> texts, int most, TeamsReader reader)
    {
        var all = new List<string>();
        foreach (var text in texts)
        {
            var label = Label(text, most, reader);
            var name = label;
            for (var number = 2; all.Contains(name); number++)
                name = $"{Literal.Shorten(label, most - 3)} {number}";
            all.Add(name);
        }
        return all;
    }

    private static string Label(Text text, int most, TeamsReader reader)
    {
        var line = Safe.Plain(reader.Tell(text).ReplaceLineEndings(" ")).Trim();
        return Literal.Shorten(line.Length == 0 ? "–" : line, most);
    }
}
