using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Calendars;
using NodaTime.Text;

namespace EscalationCollab.Core.Metrics;

/// <summary>What figures are counted by.</summary>
public enum Period
{
    /// <summary>A local day, written <c>2016-02-29</c>.</summary>
    Day,

    /// <summary>An ISO week from Monday, written <c>2016-W09</c>.</summary>
    Week,

    /// <summary>A calendar month, written <c>2016-02</c>.</summary>
    Month,

    /// <summary>Three calendar months, written <c>2016-Q1</c>.</summary>
    Quarter,
}

/// <summary>One period, or the part of it that was asked for.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="First">Its first local day.</param>
/// <param name="Last">Its last local day.</param>
/// <param name="Start">The moment the first day begins.</param>
/// <param name="End">The moment after the last day: not part of it.</param>
public sealed record PeriodSpan(
    string Name,
    LocalDate First,
    LocalDate Last,
    Instant Start,
    Instant End
);

/// <summary>Local days, weeks, months and quarters as moments.</summary>
public static class Periods
{
    /// <summary>More periods than anybody reads; asked for by mistake.</summary>
    public const int Most = 4_000;

    /// <summary>Calendars end at 9999, and a period is shown with those around it.</summary>
    private const int LastYear = 9998;

    /// <summary>
    /// The periods from one day to another, both included. The first and the last are cut to these days, and named by the
    /// whole period they are of. Days begin when the zone's clock shows their first time, whatever clock changes do.
    /// </summary>
    /// <exception cref="ArgumentException">The days are in the wrong order, or further apart than <see cref="Most"/> periods.</exception>
    public static ImmutableArray<PeriodSpan> Between(
        LocalDate from,
        LocalDate to,
        Period period,
        DateTimeZone zone
    )
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (to < from)
            throw new ArgumentException("The last day is before the first.", nameof(to));
        if (NodaTime.Period.DaysBetween(from, to) / ShortestDays(period) >= Most)
            throw new ArgumentException($"These are more than {Most} periods.", nameof(to));
        var spans = ImmutableArray.CreateBuilder<PeriodSpan>();
        for (var day = from; day <= to; )
        {
            var end = LocalDate.Min(Last(day, period), to);
            spans.Add(Span(Name(day, period), day, end, zone));
            day = end.PlusDays(1);
        }
        return spans.ToImmutable();
    }

    /// <summary>The whole period a day is in.</summary>
    public static PeriodSpan Of(LocalDate day, Period period, DateTimeZone zone) =>
        Span(Name(day, period), First(day, period), Last(day, period), zone);

    /// <summary>How the period of a day is written.</summary>
    public static string Name(LocalDate day, Period period) =>
        period switch
        {
            Period.Week => string.Create(
                CultureInfo.InvariantCulture,
                $"{WeekYearRules.Iso.GetWeekYear(day):0000}-W{WeekYearRules.Iso.GetWeekOfWeekYear(day):00}"
            ),
            Period.Month => string.Create(
                CultureInfo.InvariantCulture,
                $"{day.Year:0000}-{day.Month:00}"
            ),
            Period.Quarter => string.Create(
                CultureInfo.InvariantCulture,
                $"{day.Year:0000}-Q{QuarterOf(day)}"
            ),
            _ => LocalDatePattern.Iso.Format(day),
        };

    /// <summary>Reads a written period, such as <c>2016-W09</c>; null when it is none.</summary>
    public static (LocalDate First, Period Period)? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim().ToUpperInvariant();
        if (LocalDatePattern.Iso.Parse(name) is { Success: true, Value: var day })
            return day.Year is >= 1 and <= LastYear ? (day, Period.Day) : null;
        if (
            name.Length is < 7 or > 8
            || name[4] != '-'
            || !Number(name[..4], 1, LastYear, out var year)
        )
            return null;
        if (
            name[5] == 'W'
            && Number(name[6..], 1, WeekYearRules.Iso.GetWeeksInWeekYear(year), out var week)
        )
            return (WeekYearRules.Iso.GetLocalDate(year, week, IsoDayOfWeek.Monday), Period.Week);
        if (name[5] == 'Q' && Number(name[6..], 1, 4, out var quarter))
            return (new LocalDate(year, (quarter * 3) - 2, 1), Period.Quarter);
        return name.Length == 7 && Number(name[5..], 1, 12, out var month)
            ? (new LocalDate(year, month, 1), Period.Month)
            : null;
    }

    /// <summary>The first day of the period that lies a number of periods before or after that of a day.</summary>
    public static LocalDate Step(LocalDate day, Period period, int steps)
    {
        var first = First(day, period);
        return period switch
        {
            Period.Week => first.PlusWeeks(steps),
            Period.Month => first.PlusMonths(steps),
            Period.Quarter => first.PlusMonths(steps * 3),
            _ => first.PlusDays(steps),
        };
    }

    private static PeriodSpan Span(
        string name,
        LocalDate first,
        LocalDate last,
        DateTimeZone zone
    ) =>
        new(
            name,
            first,
            last,
            zone.AtStartOfDay(first).ToInstant(),
            zone.AtStartOfDay(last.PlusDays(1)).ToInstant()
        );

    private static LocalDate First(LocalDate day, Period period) =>
        period switch
        {
            Period.Week => day.PlusDays(1 - (int)day.DayOfWeek),
            Period.Month => new LocalDate(day.Year, day.Month, 1),
            Period.Quarter => new LocalDate(day.Year, (QuarterOf(day) * 3) - 2, 1),
            _ => day,
        };

    private static LocalDate Last(LocalDate day, Period period) =>
        Step(day, period, 1).PlusDays(-1);

    private static int QuarterOf(LocalDate day) => ((day.Month - 1) / 3) + 1;

    private static int ShortestDays(Period period) =>
        period switch
        {
            Period.Week => 7,
            Period.Month => 28,
            Period.Quarter => 90,
            _ => 1,
        };

    private static bool Number(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= least
        && number <= most;
}
