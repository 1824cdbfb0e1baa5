using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace EscalationCollab.Core.Cards;

/// <summary>
/// Values over periods or other categories, drawn. Whoever cannot see it is told the same by <paramref name="Alternative"/>,
/// which <see cref="ChartWords"/> makes of the values; platforms that cannot draw say it instead.
/// </summary>
/// <param name="Title">What is drawn, in a few words; Slack cuts at 50 characters.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Categories">What the values stand for, from the left; 1 to <see cref="CardRules.MostCategories"/>.</param>
/// <param name="Series">1 to <see cref="CardRules.MostSeries"/>, each with a value or none for every category.</param>
/// <param name="Alternative">The same in words, to be read aloud. Never empty.</param>
public sealed record Chart(
    Text Title,
    ChartKind Kind,
    ImmutableArray<Text> Categories,
    ImmutableArray<ChartSeries> Series,
    Text Alternative
) : Block
{
    /// <summary>What the values are.</summary>
    public ChartScale Scale { get; init; } = ChartScale.Count;

    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        this with
        {
            Title = change(Title),
            Categories = [.. Categories.Select(change)],
            Series = [.. Series.Select(series => series with { Name = change(series.Name) })],
            Alternative = change(Alternative),
        };
}

/// <summary>Values that belong together.</summary>
/// <param name="Name">What they are; different from the other series' names.</param>
/// <param name="Values">One for each category, 0 or more; null where there is no data, which is not zero. A share is 0 to 1.</param>
public sealed record ChartSeries(Text Name, ImmutableArray<double?> Values);

/// <summary>How a <see cref="Chart"/> is drawn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChartKind>))]
public enum ChartKind
{
    /// <summary>Lines, for how something changes.</summary>
    Line,

    /// <summary>Bars, for how much there is.</summary>
    Bar,
}

/// <summary>What the values of a <see cref="Chart"/> are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChartScale>))]
public enum ChartScale
{
    /// <summary>Things that were counted.</summary>
    Count,

    /// <summary>Shares, 0 to 1, shown in per cent.</summary>
    Share,
}

/// <summary>Charts with their words.</summary>
public static class ChartWords
{
    /// <summary>A chart whose alternative tells where each series begins and ends, its lowest and highest value, and what is missing.</summary>
    public static Chart Chart(
        Text title,
        ChartKind kind,
        ChartScale scale,
        ImmutableArray<Text> categories,
        ImmutableArray<ChartSeries> series
    ) =>
        new(
            title,
            kind,
            categories,
            series,
            title + ". " + Text.Join(" ", series.Select(one => Tell(one, categories, scale)))
        )
        {
            Scale = scale,
        };

    /// <summary>A value as it is shown.</summary>
    public static Text ValueOf(double value, ChartScale scale) =>
        new Number((decimal)value, scale == ChartScale.Share ? "P1" : "N0");

    private static Text Tell(ChartSeries series, ImmutableArray<Text> categories, ChartScale scale)
    {
        var known = series
            .Values.Select((value, at) => (Value: value, At: at))
            .Where(point => point.Value is not null)
            .Select(point => (Value: point.Value!.Value, Where: categories[point.At]))
            .ToList();
        Text said = known switch
        {
            [] => Phrase.Of("chart.none", ("name", series.Name)),
            [var only] => Phrase.Of(
                "chart.one",
                ("name", series.Name),
                ("value", ValueOf(only.Value, scale)),
                ("at", only.Where)
            ),
            _ => Phrase.Of(
                "chart.several",
                ("name", series.Name),
                ("first", ValueOf(known[0].Value, scale)),
                ("from", known[0].Where),
                ("last", ValueOf(known[^1].Value, scale)),
                ("to", known[^1].Where),
                ("low", ValueOf(known.MinBy(point => point.Value).Value, scale)),
                ("lowest", known.MinBy(point => point.Value).Where),
                ("high", ValueOf(known.MaxBy(point => point.Value).Value, scale)),
                ("highest", known.MaxBy(point => point.Value).Where)
            ),
        };
        var missing = categories.Where((_, at) => series.Values[at] is null).ToList();
        return missing.Count == 0 || known.Count == 0
            ? said
            : said + " " + Phrase.Of("chart.missing", ("periods", Text.Join(", ", missing)));
    }
}
