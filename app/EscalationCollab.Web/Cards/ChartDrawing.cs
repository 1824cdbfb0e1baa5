using System.Globalization;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Web.Cards;

/// <summary>Where everything of a chart stands, in units of its drawing. Pure.</summary>
internal sealed record ChartDrawing(
    IReadOnlyList<GridLine> Grid,
    IReadOnlyList<CategoryLabel> Categories,
    IReadOnlyList<DrawnSeries> Series
)
{
    /// <summary>The size of the drawing; narrow enough that its words stay readable on a phone.</summary>
    public const int Width = 420,
        Height = 190;

    /// <summary>Where the values begin.</summary>
    public const int Left = 52;

    /// <summary>How many looks (colour and dashes) series have before they repeat.</summary>
    public const int Looks = 6;

    private const double Top = 10;
    private const double Bottom = Height - 28;

    private static readonly double[] Steps = [1, 2, 4, 6, 8, 10];

    // More labels than this run into each other.
    private const int MostLabels = 6;

    /// <summary>Lays a chart out.</summary>
    public static ChartDrawing Of(Chart chart)
    {
        var top = Ceiling(chart.Series.SelectMany(series => series.Values).Max() ?? 0, chart.Scale);
        var slot = (Width - Left) / (double)chart.Categories.Length;
        return new ChartDrawing(
            [
                .. new[] { 0, top / 2, top }.Select(value => new GridLine(
                    Place(HeightOf(value, top)),
                    ChartWords.ValueOf(value, chart.Scale)
                )),
            ],
            [.. Labels(chart, slot)],
            [.. chart.Series.Select((series, at) => Draw(chart, series, at, slot, top))]
        );
    }

    private static IEnumerable<CategoryLabel> Labels(Chart chart, double slot)
    {
        var every = (chart.Categories.Length + MostLabels - 1) / MostLabels;
        // Counted from the newest, which is the one people look for.
        for (var at = chart.Categories.Length - 1; at >= 0; at -= every)
            yield return new CategoryLabel(Place(Middle(at, slot)), chart.Categories[at]);
    }

    private static DrawnSeries Draw(
        Chart chart,
        ChartSeries series,
        int at,
        double slot,
        double top
    ) =>
        chart.Kind == ChartKind.Bar
            ? new DrawnSeries(at % Looks, [.. Bars(chart, series, at, slot, top)], [], [])
            : new DrawnSeries(
                at % Looks,
                [],
                [.. Lines(series, slot, top)],
                [
                    .. series
                        .Values.Select((value, place) => (value, place))
                        .Where(point => point.value is not null)
                        .Select(point => new DrawnPoint(
                            Place(Middle(point.place, slot)),
                            Place(HeightOf(point.value!.Value, top))
                        )),
                ]
            );

    private static IEnumerable<DrawnBar> Bars(
        Chart chart,
        ChartSeries series,
        int at,
        double slot,
        double top
    )
    {
        var width = slot * .64 / chart.Series.Length;
        for (var place = 0; place < series.Values.Length; place++)
            if (series.Values[place] is { } value)
            {
                var y = HeightOf(value, top);
                yield return new DrawnBar(
                    Place(Left + (slot * place) + (slot * .18) + (width * at)),
                    Place(y),
                    Place(width),
                    Place(Bottom - y)
                );
            }
    }

    /// <summary>A line for each stretch without a gap.</summary>
    private static IEnumerable<string> Lines(ChartSeries series, double slot, double top)
    {
        var stretch = new List<string>();
        for (var place = 0; place <= series.Values.Length; place++)
            if (place < series.Values.Length && series.Values[place] is { } value)
                stretch.Add($"{Place(Middle(place, slot))} {Place(HeightOf(value, top))}");
            else
            {
                if (stretch.Count > 1)
                    yield return "M" + string.Join("L", stretch);
                stretch.Clear();
            }
    }

    private static double Middle(int place, double slot) => Left + (slot * (place + .5));

    private static double HeightOf(double value, double top) =>
        Bottom - ((Bottom - Top) * value / top);

    /// <summary>The next round value above; of shares at most the whole.</summary>
    private static double Ceiling(double value, ChartScale scale)
    {
        if (value <= 0)
            return scale == ChartScale.Share ? 1 : 2;
        var size = Math.Pow(10, Math.Floor(Math.Log10(value)));
        var round = Steps.First(step => step * size >= value * .999999) * size;
        return scale == ChartScale.Share ? Math.Min(round, Math.Max(1, value)) : Math.Max(2, round);
    }

    private static string Place(double value) =>
        value.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>A line across with its value.</summary>
internal sealed record GridLine(string Y, Text Label);

/// <summary>What stands below.</summary>
internal sealed record CategoryLabel(string X, Text Label);

/// <summary>One series, drawn.</summary>
internal sealed record DrawnSeries(
    int Look,
    IReadOnlyList<DrawnBar> Bars,
    IReadOnlyList<string> Lines,
    IReadOnlyList<DrawnPoint> Points
);

/// <summary>A bar.</summary>
internal sealed record DrawnBar(string X, string Y, string Width, string Height);

/// <summary>A point of a line.</summary>
internal sealed record DrawnPoint(string X, string Y);
