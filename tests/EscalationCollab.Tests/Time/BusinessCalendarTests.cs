using System.Collections.Immutable;
using EscalationCollab.Core.Time;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace EscalationCollab.Tests.Time;

public sealed class BusinessCalendarTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    private static readonly ImmutableArray<OpenHours> Office = [new(540, 780), new(840, 1080)];

    /// <summary>Zones with their two clock changes of 2026, one with half-hour changes, one without any.</summary>
    private static readonly (string Zone, Instant[] Around)[] Edges =
    [
        (
            "Europe/Vilnius",
            [Instant.FromUtc(2026, 3, 29, 1, 0), Instant.FromUtc(2026, 10, 25, 1, 0)]
        ),
        (
            "America/New_York",
            [Instant.FromUtc(2026, 3, 8, 7, 0), Instant.FromUtc(2026, 11, 1, 6, 0)]
        ),
        (
            "Australia/Lord_Howe",
            [Instant.FromUtc(2026, 4, 4, 15, 0), Instant.FromUtc(2026, 10, 3, 15, 30)]
        ),
        ("America/Sao_Paulo", [Instant.FromUtc(2026, 12, 25, 12, 0)]),
    ];

    [Fact]
    public void AddAndBetween_AcrossBothClockChanges_AgreeWithCountingMinutes() =>
        Prop.ForAll(
                Cases().ToArbitrary(),
                sample =>
                {
                    var (calendar, from, minutes) = sample;
                    var expected = Naive.Add(calendar, from, minutes);
                    calendar.Add(from, Duration.FromMinutes(minutes)).Should().Be(expected);
                    calendar
                        .Between(from, expected)
                        .Should()
                        .Be(Duration.FromMinutes(Naive.Between(calendar, from, expected)));
                    calendar.NextOpening(from).Should().Be(Naive.NextOpening(calendar, from));
                    calendar.IsOpen(from).Should().Be(Naive.Open(calendar, from));
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-03-27T15:00", 1, "2026-03-31T15:00")] // Friday, one holiday between: Monday 30 is closed
    [InlineData("2026-03-28T12:00", 1, "2026-04-01T09:00")] // Saturday counts from Tuesday's opening
    [InlineData("2026-03-27T13:30", 2, "2026-04-01T14:00")] // in the lunch break: from the next opening
    public void AddDays_WorkingDaysAndHolidays_SameTimeOfDay(string from, int days, string expected)
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/Vilnius"];
        var calendar = Calendar(zone, [new Holiday.Once(new LocalDate(2026, 3, 30))]);

        var due = calendar.AddDays(Local(from, zone), days);

        due.Should().Be(Local(expected, zone));
    }

    [Fact]
    public void AddDays_ClosedAtThatTimeOfTheLastDay_IsItsLastClosing()
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/Vilnius"];
        var week = new Dictionary<IsoDayOfWeek, ImmutableArray<OpenHours>>
        {
            [IsoDayOfWeek.Thursday] = [new(480, 1020)],
            [IsoDayOfWeek.Friday] = [new(480, 945)],
        };
        var calendar = new BusinessCalendar("lt", zone, week, []);

        calendar
            .AddDays(Local("2026-03-05T16:30", zone), 1)
            .Should()
            .Be(Local("2026-03-06T15:45", zone));
    }

    [Fact]
    public void Between_Backwards_IsNegative()
    {
        var calendar = Calendar(DateTimeZone.Utc, []);
        var (early, late) = (
            Instant.FromUtc(2026, 3, 2, 10, 0),
            Instant.FromUtc(2026, 3, 3, 10, 0)
        );

        calendar.Between(late, early).Should().Be(-calendar.Between(early, late));
        calendar.Add(late, -Duration.FromHours(8)).Should().Be(early);
    }

    [Fact]
    public void NextOpening_HolidaysForEver_IsAnError()
    {
        var days = Enumerable
            .Range(0, 366)
            .Select(day => new LocalDate(2024, 1, 1).PlusDays(day))
            .Select(date => (Holiday)new Holiday.EveryYear(new AnnualDate(date.Month, date.Day)));
        var calendar = Calendar(DateTimeZone.Utc, [.. days]);

        FluentActions
            .Invoking(() => calendar.NextOpening(Instant.FromUtc(2026, 1, 1, 0, 0)))
            .Should()
            .Throw<InvalidOperationException>();
    }

    [Fact]
    public void Always_AnyTime_IsOpen()
    {
        var calendar = BusinessCalendar.Always(DateTimeZoneProviders.Tzdb["Europe/Vilnius"]);
        var at = Instant.FromUtc(2026, 10, 25, 0, 30);

        calendar.Add(at, Duration.FromDays(3)).Should().Be(at + Duration.FromDays(3));
    }

    [Theory]
    [InlineData(2024, 3, 31)]
    [InlineData(2025, 4, 20)]
    [InlineData(2026, 4, 5)]
    [InlineData(2027, 3, 28)]
    [InlineData(2038, 4, 25)]
    public void Easter_Year_IsThatSunday(int year, int month, int day) =>
        Holiday.Easter(year).Should().Be(new LocalDate(year, month, day));

    [Fact]
    public void WeekdayOf_FourthAndLast_FallOnce()
    {
        var thanksgiving = new Holiday.WeekdayOf(4, IsoDayOfWeek.Thursday, 11);
        var memorial = new Holiday.WeekdayOf(-1, IsoDayOfWeek.Monday, 5);
        var year = Enumerable
            .Range(0, 365)
            .Select(day => new LocalDate(2026, 1, 1).PlusDays(day))
            .ToList();

        year.Where(thanksgiving.Falls).Should().Equal(new LocalDate(2026, 11, 26));
        year.Where(memorial.Falls).Should().Equal(new LocalDate(2026, 5, 25));
    }

    private static Gen<(BusinessCalendar Calendar, Instant From, int Minutes)> Cases() =>
        from edge in Gen.Elements(Edges)
        from change in Gen.Elements(edge.Around)
        from offset in Gen.Choose(-3 * 1440, 3 * 1440)
        from minutes in Gen.Choose(-700, 700)
        from hours in Gen.Elements<ImmutableArray<OpenHours>>(
            Office,
            [new(0, 1440)],
            [new(0, 90), new(100, 101), new(1380, 1440)],
            [new(150, 210)]
        )
        from closed in Gen.Choose(-2, 2)
        let zone = DateTimeZoneProviders.Tzdb[edge.Zone]
        let holiday = new Holiday.Once(change.InZone(zone).Date.PlusDays(closed))
        select (
            new BusinessCalendar(
                "x",
                zone,
                Enumerable
                    .Range(1, 7)
                    .Where(day => day != 6)
                    .ToDictionary(day => (IsoDayOfWeek)day, _ => hours),
                [holiday]
            ),
            change + Duration.FromMinutes(offset),
            minutes
        );

    private static BusinessCalendar Calendar(DateTimeZone zone, ImmutableArray<Holiday> holidays) =>
        new(
            "office",
            zone,
            Enumerable.Range(1, 5).ToDictionary(day => (IsoDayOfWeek)day, _ => Office),
            holidays
        );

    private static Instant Local(string text, DateTimeZone zone) =>
        NodaTime
            .Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm")
            .Parse(text)
            .Value.InZoneStrictly(zone)
            .ToInstant();

    /// <summary>The same answers by looking at the wall clock every minute.</summary>
    private static class Naive
    {
        public static bool Open(BusinessCalendar calendar, Instant at)
        {
            var wall = at.InZone(calendar.Zone).LocalDateTime;
            var minute = (wall.Hour * 60) + wall.Minute;
            return !calendar.Holidays.Any(holiday => holiday.Falls(wall.Date))
                && calendar
                    .Hours(wall.DayOfWeek)
                    .Any(open => open.FromMinute <= minute && minute < open.ToMinute);
        }

        public static Instant Add(BusinessCalendar calendar, Instant at, int minutes)
        {
            for (; minutes > 0; at += Minute)
                if (Open(calendar, at))
                    minutes--;
            for (; minutes < 0; at -= Minute)
                if (Open(calendar, at - Minute))
                    minutes++;
            return at;
        }

        public static int Between(BusinessCalendar calendar, Instant from, Instant until)
        {
            var (count, sign) = (0, from <= until ? 1 : -1);
            var (first, last) = sign > 0 ? (from, until) : (until, from);
            for (var at = first; at < last; at += Minute)
                count += Open(calendar, at) ? sign : 0;
            return count;
        }

        public static Instant NextOpening(BusinessCalendar calendar, Instant at)
        {
            while (!Open(calendar, at))
                at += Minute;
            return at;
        }
    }
}
