using EscalationCollab.Core.Metrics;
using NodaTime;
using Period = EscalationCollab.Core.Metrics.Period;

namespace EscalationCollab.Tests.Metrics;

public sealed class PeriodsTests
{
    [Theory]
    [InlineData("2016-02-29", Period.Day, "2016-02-29")]
    [InlineData("2016-02-29", Period.Week, "2016-W09")]
    [InlineData("2016-01-03", Period.Week, "2015-W53")]
    [InlineData("2018-12-31", Period.Week, "2019-W01")]
    [InlineData("2016-02-29", Period.Month, "2016-02")]
    [InlineData("2016-03-31", Period.Quarter, "2016-Q1")]
    [InlineData("2016-10-01", Period.Quarter, "2016-Q4")]
    public void Name_Day_OfItsPeriodAndBack(string day, Period period, string name)
    {
        var date = NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value;

        Periods.Name(date, period).Should().Be(name);
        var (first, kind) = Periods.Parse(name)!.Value;
        kind.Should().Be(period);
        Periods.Of(first, kind, DateTimeZone.Utc).Name.Should().Be(name);
        date.Should().BeInRange(first, Periods.Of(first, kind, DateTimeZone.Utc).Last);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2016")]
    [InlineData("2016-13")]
    [InlineData("2016-Q5")]
    [InlineData("2016-W54")]
    [InlineData("2015-W00")]
    [InlineData("2016-02-30")]
    [InlineData("month")]
    [InlineData("9999-12-31")]
    [InlineData("-0044-03-15")]
    public void Parse_NoPeriod_Null(string text) => Periods.Parse(text).Should().BeNull();

    [Fact]
    public void Between_EveryZoneAndPeriodOverThreeYears_NoMomentMissedOrDouble()
    {
        var (from, to) = (new LocalDate(2025, 1, 1), new LocalDate(2027, 12, 31));
        foreach (
            var zone in DateTimeZoneProviders.Tzdb.Ids.Select(id => DateTimeZoneProviders.Tzdb[id])
        )
        foreach (var period in Enum.GetValues<Period>())
        {
            var spans = Periods.Between(from, to, period, zone);
            for (var i = 1; i < spans.Length; i++)
                if (
                    spans[i].Start != spans[i - 1].End
                    || spans[i].Start <= spans[i - 1].Start
                    || spans[i].Name == spans[i - 1].Name
                )
                    throw new InvalidOperationException($"{zone.Id} {spans[i]}");
            spans[0].Start.Should().Be(from.AtStartOfDayInZone(zone).ToInstant());
            spans[^1].End.Should().Be(to.PlusDays(1).AtStartOfDayInZone(zone).ToInstant());
        }
    }

    [Fact]
    public void Between_QuarterWithAClockChange_AnHourShorter()
    {
        var quarter = Periods.Of(
            new LocalDate(2026, 3, 29),
            Period.Quarter,
            DateTimeZoneProviders.Tzdb["Europe/Vilnius"]
        );

        (quarter.End - quarter.Start).Should().Be(Duration.FromDays(90) - Duration.FromHours(1));
    }

    [Fact]
    public void Between_PartOfAPeriod_CutToTheDaysAskedFor()
    {
        var spans = Periods.Between(
            new(2016, 2, 29),
            new(2016, 3, 2),
            Period.Month,
            DateTimeZone.Utc
        );

        spans
            .Select(span => (span.Name, span.First, span.Last))
            .Should()
            .Equal(
                ("2016-02", new(2016, 2, 29), new(2016, 2, 29)),
                ("2016-03", new(2016, 3, 1), new(2016, 3, 2))
            );
    }

    [Fact]
    public void Between_WrongOrderOrEndless_Refused()
    {
        var backwards = () =>
            Periods.Between(new(2016, 3, 2), new(2016, 3, 1), Period.Day, DateTimeZone.Utc);
        var endless = () =>
            Periods.Between(new(1, 1, 1), new(9999, 12, 31), Period.Day, DateTimeZone.Utc);

        backwards.Should().Throw<ArgumentException>();
        endless.Should().Throw<ArgumentException>();
    }
}
