using NodaTime;

namespace EscalationCollab.Core.Time;

/// <summary>A day on which an office is closed, once or every year.</summary>
public abstract record Holiday
{
    private Holiday() { }

    /// <summary>True when the holiday is on that local date.</summary>
    public abstract bool Falls(LocalDate date);

    /// <summary>One date only.</summary>
    public sealed record Once(LocalDate Date) : Holiday
    {
        /// <inheritdoc/>
        public override bool Falls(LocalDate date) => date == Date;
    }

    /// <summary>The same day every year, such as 25 December.</summary>
    public sealed record EveryYear(AnnualDate Date) : Holiday
    {
        /// <inheritdoc/>
        public override bool Falls(LocalDate date) =>
            date.Month == Date.Month && date.Day == Date.Day;
    }

    /// <summary>Days after Easter Sunday of the western churches; negative is before it.</summary>
    public sealed record AroundEaster(int Days) : Holiday
    {
        /// <inheritdoc/>
        public override bool Falls(LocalDate date) => Easter(date.Year).PlusDays(Days) == date;
    }

    /// <summary>The fourth Thursday of November and its like.</summary>
    /// <param name="Which">1 to 4, or -1 for the last one of the month.</param>
    /// <param name="Month">1 to 12.</param>
    public sealed record WeekdayOf(int Which, IsoDayOfWeek Day, int Month) : Holiday
    {
        /// <inheritdoc/>
        public override bool Falls(LocalDate date) =>
            date.Month == Month
            && date.DayOfWeek == Day
            && (
                Which < 0
                    ? date.Day > date.Calendar.GetDaysInMonth(date.Year, Month) - 7
                    : (date.Day - 1) / 7 == Which - 1
            );
    }

    /// <summary>Easter Sunday by the Gregorian computus.</summary>
    /// <param name="year">1583 or later.</param>
    internal static LocalDate Easter(int year)
    {
        var golden = year % 19;
        var (century, rest) = (year / 100, year % 100);
        var epact =
            (
                (19 * golden)
                + century
                - (century / 4)
                - ((century - ((century + 8) / 25) + 1) / 3)
                + 15
            ) % 30;
        var weekday = (32 + (2 * (century % 4)) + (2 * (rest / 4)) - epact - (rest % 4)) % 7;
        var late = (golden + (11 * epact) + (22 * weekday)) / 451;
        var sum = epact + weekday - (7 * late) + 114;
        return new LocalDate(year, sum / 31, (sum % 31) + 1);
    }
}
