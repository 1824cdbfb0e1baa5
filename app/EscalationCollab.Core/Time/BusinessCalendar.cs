using System.Collections.Immutable;
using NodaTime;

namespace EscalationCollab.Core.Time;

/// <summary>Opening hours within one local day.</summary>
/// <param name="FromMinute">Minutes after local midnight, 0 to 1439.</param>
/// <param name="ToMinute">Minutes after local midnight at which it is closed again, 1 to 1440 (midnight).</param>
public readonly record struct OpenHours(int FromMinute, int ToMinute);

/// <summary>
/// When an office works: a time zone, opening hours by weekday, and holidays. A moment is open when the clock on the
/// office wall says so; an hour that the wall clock shows twice in autumn therefore counts twice, one that it skips in
/// spring does not count. Immutable, and every answer depends on the arguments only.
/// </summary>
public sealed class BusinessCalendar
{
    /// <summary>After this many days without opening, a calendar is taken to be never open.</summary>
    private const int LongestClosure = 800;

    private readonly ImmutableArray<ImmutableArray<OpenHours>> week;

    /// <summary>Builds a calendar.</summary>
    /// <param name="name">The name in the policy.</param>
    /// <param name="zone">The zone of the wall clock.</param>
    /// <param name="week">Opening hours by day; missing days are closed. Must not overlap within a day.</param>
    /// <param name="holidays">Closed days.</param>
    /// <exception cref="ArgumentException">There is no opening hour at all.</exception>
    public BusinessCalendar(
        string name,
        DateTimeZone zone,
        IReadOnlyDictionary<IsoDayOfWeek, ImmutableArray<OpenHours>> week,
        ImmutableArray<Holiday> holidays
    )
    {
        ArgumentNullException.ThrowIfNull(week);
        if (week.Values.All(day => day.IsDefaultOrEmpty))
            throw new ArgumentException("A calendar needs opening hours.", nameof(week));
        Name = name;
        Zone = zone;
        Holidays = holidays;
        this.week =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(day =>
                    week.TryGetValue((IsoDayOfWeek)day, out var hours)
                        ? [.. hours.OrderBy(open => open.FromMinute)]
                        : ImmutableArray<OpenHours>.Empty
                ),
        ];
    }

    /// <summary>The name in the policy, such as <c>italy</c>.</summary>
    public string Name { get; }

    /// <summary>The zone of the wall clock.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>Closed days.</summary>
    public ImmutableArray<Holiday> Holidays { get; }

    /// <summary>A calendar that never closes.</summary>
    public static BusinessCalendar Always(DateTimeZone zone) =>
        new(
            "always",
            zone,
            Enumerable
                .Range(1, 7)
                .ToDictionary(
                    day => (IsoDayOfWeek)day,
                    _ => ImmutableArray.Create(new OpenHours(0, 1440))
                ),
            []
        );

    /// <summary>Opening hours of a weekday, earliest first.</summary>
    public ImmutableArray<OpenHours> Hours(IsoDayOfWeek day) => week[(int)day];

    /// <summary>True when the office works on that local date at some time.</summary>
    public bool IsWorkingDay(LocalDate date) =>
        !Hours(date.DayOfWeek).IsEmpty && !Holidays.Any(holiday => holiday.Falls(date));

    /// <summary>True when the office is open at that moment.</summary>
    public bool IsOpen(Instant at)
    {
        var local = at.InZone(Zone);
        var minute = local.TimeOfDay.TickOfDay / (double)NodaConstants.TicksPerMinute;
        return IsWorkingDay(local.Date)
            && Hours(local.Date.DayOfWeek)
                .Any(open => open.FromMinute <= minute && minute < open.ToMinute);
    }

    /// <summary>The moment itself when open, otherwise the next opening.</summary>
    /// <exception cref="InvalidOperationException">Holidays leave no opening within two years.</exception>
    public Instant NextOpening(Instant at)
    {
        foreach (var (start, end) in SegmentsFrom(at))
            if (end > at)
                return Instant.Max(start, at);
        throw NeverOpen();
    }

    /// <summary>The moment at which <paramref name="length"/> of open time has passed since <paramref name="from"/>.</summary>
    /// <param name="length">Open time; negative counts backwards. Zero gives <paramref name="from"/> itself.</param>
    /// <exception cref="InvalidOperationException">Holidays leave no opening within two years.</exception>
    public Instant Add(Instant from, Duration length)
    {
        if (length == Duration.Zero)
            return from;
        return length > Duration.Zero ? Forward(from, length) : Backward(from, -length);
    }

    /// <summary>
    /// The same time of day, <paramref name="days"/> working days later. Counting starts at the next opening; where the
    /// office is closed at that time of the last day, the answer is its last closing before it.
    /// </summary>
    /// <param name="days">At least 1.</param>
    public Instant AddDays(Instant from, int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        var start = NextOpening(from).InZone(Zone);
        var date = start.Date;
        for (var (left, scanned) = (days, 0); left > 0; scanned++)
        {
            if (scanned > LongestClosure + (days * 7))
                throw NeverOpen();
            date = date.PlusDays(1);
            if (IsWorkingDay(date))
                left--;
        }
        var wanted = date.At(start.TimeOfDay).InZoneLeniently(Zone).ToInstant();
        return IsOpen(wanted) ? wanted : ClosingBefore(wanted, date);
    }

    /// <summary>Open time from one moment to another; negative when <paramref name="until"/> is earlier.</summary>
    public Duration Between(Instant from, Instant until)
    {
        if (until < from)
            return -Between(until, from);
        var total = Duration.Zero;
        var last = until.InZone(Zone).Date.PlusDays(1);
        for (var date = from.InZone(Zone).Date.PlusDays(-1); date <= last; date = date.PlusDays(1))
            foreach (var (start, end) in Segments(date))
                if (end > from && start < until)
                    total += Instant.Min(end, until) - Instant.Max(start, from);
        return total;
    }

    private Instant Forward(Instant from, Duration left)
    {
        foreach (var (start, end) in SegmentsFrom(from))
        {
            if (end <= from)
                continue;
            var begin = Instant.Max(start, from);
            if (end - begin >= left)
                return begin + left;
            left -= end - begin;
        }
        throw NeverOpen();
    }

    private Instant Backward(Instant from, Duration left)
    {
        var closed = 0;
        for (
            var date = from.InZone(Zone).Date.PlusDays(1);
            closed <= LongestClosure;
            date = date.PlusDays(-1)
        )
        {
            closed++;
            foreach (var (start, end) in Enumerable.Reverse(Segments(date)))
            {
                if (start >= from)
                    continue;
                closed = 0;
                var finish = Instant.Min(end, from);
                if (finish - start >= left)
                    return finish - left;
                left -= finish - start;
            }
        }
        throw NeverOpen();
    }

    private Instant ClosingBefore(Instant wanted, LocalDate date)
    {
        var segments = Segments(date);
        var closings = segments.Where(segment => segment.End <= wanted).ToList();
        return closings.Count > 0 ? closings[^1].End : segments[0].Start;
    }

    private IEnumerable<(Instant Start, Instant End)> SegmentsFrom(Instant from)
    {
        var closed = 0;
        for (
            var date = from.InZone(Zone).Date.PlusDays(-1);
            closed <= LongestClosure;
            date = date.PlusDays(1)
        )
        {
            closed++;
            foreach (var segment in Segments(date))
            {
                closed = 0;
                yield return segment;
            }
        }
    }

    /// <summary>The open stretches of one local date, in order; a clock change can cut one in two.</summary>
    private List<(Instant Start, Instant End)> Segments(LocalDate date)
    {
        if (!IsWorkingDay(date))
            return [];
        var found = new List<(Instant Start, Instant End)>(2);
        var midnight = date.AtMidnight();
        var around = new Interval(
            midnight.InUtc().ToInstant() - Duration.FromHours(20),
            midnight.InUtc().ToInstant() + Duration.FromHours(44)
        );
        foreach (var zoneInterval in Zone.GetZoneIntervals(around))
        foreach (var open in Hours(date.DayOfWeek))
        {
            var offset = zoneInterval.WallOffset;
            var start = midnight.PlusMinutes(open.FromMinute).WithOffset(offset).ToInstant();
            var end = midnight.PlusMinutes(open.ToMinute).WithOffset(offset).ToInstant();
            if (zoneInterval.HasStart && zoneInterval.Start > start)
                start = zoneInterval.Start;
            if (zoneInterval.HasEnd && zoneInterval.End < end)
                end = zoneInterval.End;
            if (start < end)
                found.Add((start, end));
        }
        found.Sort();
        return found;
    }

    private InvalidOperationException NeverOpen() =>
        new($"Calendar {Name} has no opening within {LongestClosure} days.");
}
