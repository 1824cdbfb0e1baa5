using System.Diagnostics;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Metrics;
using EscalationCollab.Tests.Tickets;
using NodaTime;
using Period = EscalationCollab.Core.Metrics.Period;

namespace EscalationCollab.Tests.Metrics;

public sealed class MetricsQueryTests : IAsyncLifetime
{
    private static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];
    private static readonly Instant Start = Instant.FromUtc(2026, 5, 4, 9, 0);
    private readonly TicketDesk _desk = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Theory]
    [InlineData(Period.Day, null)]
    [InlineData(Period.Week, null)]
    [InlineData(Period.Month, null)]
    [InlineData(Period.Quarter, null)]
    [InlineData(Period.Day, "2016-03-02T12:00:00Z")]
    [InlineData(Period.Month, "2016-03-02T12:00:00Z")]
    public async Task Run_RealTickets_AgreesWithCountingTheRowsOneByOne(
        Period period,
        string? untilText
    )
    {
        Instant? until = untilText is null
            ? null
            : NodaTime.Text.InstantPattern.General.Parse(untilText).Value;
        await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap, until);
        var expected = LogRow
            .LatestUntil(until ?? Instant.MaxValue)
            .Values.GroupBy(row => Periods.Name(row.OpenedLocal.Date, period))
            .OrderBy(rows => rows.Key, StringComparer.Ordinal)
            .Select(rows =>
                (
                    rows.Key,
                    (long)rows.Count(),
                    (long)rows.Count(row => row.IsEscalated),
                    (long)rows.Count(row => row.IsResolved),
                    (long)rows.Count(row => row.IsFirstContact),
                    (long)rows.Count(row => row.MadeSla)
                )
            );

        var rows = await Run(new(2016, 2, 29), new(2016, 3, 2), period);

        rows.Select(row =>
                (
                    row.Period,
                    row.Tickets,
                    row.Escalated,
                    row.Resolved,
                    row.FirstContactResolved,
                    row.SlaMet
                )
            )
            .Should()
            .Equal(expected);
        rows[0]
            .EscalationRate.Should()
            .BeApproximately((double)rows[0].Escalated / rows[0].Tickets, 1e-12);
    }

    [Fact]
    public async Task Run_RealTickets_AgreesWithPython()
    {
        await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap);
        using var python = Process.Start(
            new ProcessStartInfo(
                "python3",
                [
                    Path.Combine(Path.GetDirectoryName(TicketDesk.RealFile)!, "count.py"),
                    TicketDesk.RealFile,
                ]
            )
            {
                RedirectStandardOutput = true,
            }
        );
        var counted = JsonDocument.Parse(await python!.StandardOutput.ReadToEndAsync());

        foreach (var period in Enum.GetValues<Period>())
        {
            var rows = JsonDocument.Parse(
                MetricsJson.Write(await Run(new(2016, 2, 29), new(2016, 3, 2), period))
            );
            var expected = counted
                .RootElement.GetProperty(period.ToString().ToLowerInvariant())
                .EnumerateArray()
                .ToList();
            rows.RootElement.GetArrayLength().Should().Be(expected.Count);
            foreach (var (row, other) in rows.RootElement.EnumerateArray().Zip(expected))
            foreach (var figure in other.EnumerateObject())
                row.GetProperty(figure.Name)
                    .ToString()
                    .Should()
                    .Be(figure.Value.ToString(), figure.Name);
        }
    }

    [Fact]
    public async Task Json_EmptyPeriod_ListedFieldsFirstAndNullIsNoZero()
    {
        var json = MetricsJson.Write(await Run(new(2026, 1, 1), new(2026, 1, 1), Period.Day));

        var row = JsonDocument.Parse(json).RootElement[0];
        row.EnumerateObject()
            .Take(8)
            .Select(field => field.Name)
            .Should()
            .Equal(
                "period",
                "tickets",
                "escalated",
                "escalationRate",
                "resolved",
                "firstContactResolved",
                "fcr",
                "slaMet"
            );
        row.GetProperty("tickets").GetInt64().Should().Be(0);
        foreach (var figure in Enum.GetValues<MetricFigure>())
            (await Run(new(2026, 1, 1), new(2026, 1, 1), Period.Day))[0]
                [figure]
                .Should()
                .BeNull(figure.ToString());
        row.GetProperty("fcr").ValueKind.Should().Be(JsonValueKind.Null);
        row.GetProperty("nps").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task Run_TicketAtTheEdgeOfADay_CountsInTheZonesDay()
    {
        await _desk.Import(
            _desk.FileOf(
                "id,opened,updated,moves,about,text,prio,replied,state\n"
                    + "1,2026-03-31T23:59Z,2026-04-01T09:00Z,0,-,-,P,2026-04-01T00:09Z,open\n"
                    + "2,2026-03-31T22:30Z,2026-04-01T09:00Z,0,-,-,P,2026-03-31T22:50Z,open\n"
            ),
            TicketDesk.SmallMap
        );

        var london = await Run(new(2026, 3, 1), new(2026, 6, 30), Period.Quarter);
        var utc = await Run(new(2026, 3, 1), new(2026, 6, 30), Period.Quarter, DateTimeZone.Utc);

        london
            .Select(row => (row.Period, row.Tickets, row.FirstResponseSeconds))
            .Should()
            .Equal(("2026-Q1", 1, 1200), ("2026-Q2", 1, 600));
        utc.Select(row => (row.Period, row.Tickets, row.FirstResponseSeconds))
            .Should()
            .Equal(("2026-Q1", 2, 900), ("2026-Q2", 0, null));
    }

    [Fact]
    public async Task Run_Escalations_MediansRepeatsAndAdherence()
    {
        await Escalation(
            1001,
            "acme",
            Start,
            acknowledged: 10,
            mitigated: 60,
            resolved: 120,
            status: "Closed"
        );
        await Escalation(
            1002,
            "acme",
            Start + Duration.FromDays(1),
            acknowledged: 20,
            resolved: 600,
            status: "Resolved"
        );
        await Escalation(
            1003,
            "other",
            Start + Duration.FromDays(1),
            acknowledged: 60,
            cause: "disk"
        );
        await Escalation(1004, "third", Start + Duration.FromDays(2), cause: "disk");
        await Escalation(
            1005,
            "acme",
            Start + Duration.FromDays(2),
            acknowledged: 1,
            status: "Declined"
        );
        await Escalation(1006, "acme", Start + Duration.FromDays(92), status: "Declared");
        var at = Start.ToUnixTimeMilliseconds();
        await _desk.Run(
            $"""
            INSERT INTO promise (tenant, number, kind, due_at, met_at, snoozed) VALUES
                ('default', 1001, 'customer', {at}, {at}, 0), ('default', 1001, 'customer', {at
                + 1}, {at + 2}, 0),
                ('default', 1001, 'customer', {at
                + 3}, NULL, 1), ('default', 1001, 'status', {at}, NULL, 0),
                ('other-tenant', 1, 'status', {at}, {at}, 0), ('default', 1002, 'status', {at
                + 999999999}, NULL, 0);
            INSERT INTO survey (tenant, number, token_hash, sent_at, expires_at, answered_at, resolution, communication, effort, recommendation) VALUES
                ('default', 1001, 'a', {at}, 0, {at}, 5, 2, 7, 10), ('default', 1002, 'b', {at}, 0, {at}, 3, NULL, 4, 6),
                ('default', 1003, 'c', {at}, 0, {at}, 4, 4, NULL, 9), ('default', 1004, 'd', {at}, 0, NULL, NULL, NULL, NULL, NULL);
            INSERT INTO action_item (tenant, number, item, owner, kind, title, due_on, state, created_at, done_at, declined_at) VALUES
                ('default', 1001, 1, 'ana', 'fix', 't', '2026-05-04', 'done', 0, {at}, NULL),
                ('default', 1001, 2, 'ana', 'fix', 't', '2026-05-03', 'done', 0, {at}, NULL),
                ('default', 1001, 3, 'ana', 'fix', 't', '2026-05-04', 'open', 0, NULL, NULL),
                ('default', 1001, 4, 'ana', 'fix', 't', '2026-05-04', 'declined', 0, NULL, {at}),
                ('default', 1001, 5, 'ana', 'fix', 't', '2026-06-30', 'open', 0, NULL, NULL);
            """
        );

        var row = (await Run(new(2026, 4, 1), new(2026, 6, 30), Period.Quarter)).Single();

        (row.Escalations, row.AcknowledgeSeconds, row.MitigateSeconds, row.ResolveSeconds)
            .Should()
            .Be((4, 1200, 3600, 7200));
        (row.Repeats, row.RepeatRate).Should().Be((2, 0.5));
        (row.CustomerDue, row.CustomerOnTime, row.CustomerAdherence, row.Snoozed)
            .Should()
            .Be((2, 1, 0.5, 1));
        (row.StatusDue, row.StatusOnTime, row.StatusAdherence).Should().Be((1, 0, 0.0));
        (row.SurveysSent, row.SurveysAnswered, row.ResponseRate).Should().Be((4, 3, 0.75));
        (row.Csat, row.CsatCommunication).Should().Be((2 / 3.0, 0.5));
        (row.Nps, row.Ces).Should().Be(((2 - 1) / 3.0, 5.5));
        (row.ActionsDue, row.ActionsDone, row.ActionClosure, row.ActionsDeclined)
            .Should()
            .Be((3, 1, 1 / 3.0, 1));
        row.FirstResponseSeconds.Should().BeNull();
        (await Run(new(2026, 8, 1), new(2026, 8, 31), Period.Month))
            .Single()
            .Repeats.Should()
            .Be(0, "more than 90 days have passed since the last one");
    }

    [Fact]
    public async Task Evidence_EveryFigure_CountsAsManyAsTheFigureAndNamesNoRestrictedOne()
    {
        await Run_Escalations_MediansRepeatsAndAdherence();
        await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap);
        var quarter = Periods.Of(new(2026, 4, 1), Period.Quarter, London);
        var log = Periods.Of(new(2016, 1, 1), Period.Quarter, London);

        (await Evidence(MetricFigure.EscalationRate, log))
            .Count(item => item.Counts)
            .Should()
            .Be(201);
        (await Evidence(MetricFigure.FirstContactResolution, log))
            .Count(item => item.Counts)
            .Should()
            .Be(497);
        (await Evidence(MetricFigure.SlaMet, log)).Count(item => item.Counts).Should().Be(495);
        (await Evidence(MetricFigure.Acknowledge, quarter))
            .Select(item => item.Value)
            .Should()
            .Equal(3600, 1200, 600);
        (await Evidence(MetricFigure.RepeatEscalation, quarter))
            .Where(item => item.Counts)
            .Select(item => item.Escalation!.Value.Value)
            .Should()
            .BeEquivalentTo([1002L, 1004L]);
        foreach (var figure in Enum.GetValues<MetricFigure>())
            (await Evidence(figure, quarter))
                .Should()
                .NotContain(item => item.Escalation == null && item.Ticket == null);

        await _desk.Run("UPDATE escalation SET restricted = 1 WHERE number = 1003");
        (await Evidence(MetricFigure.Acknowledge, quarter, restricted: false))
            .Select(item => item.Value)
            .Should()
            .Equal(1200, 600);
    }

    [Fact]
    public async Task Card_WithAndWithoutData_SaysNoDataAndFormulas()
    {
        await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap);
        var rows = await Run(new(2016, 2, 1), new(2016, 3, 31), Period.Month);

        var card = MetricsCards.Of(rows, Period.Month, new(2016, 3, 1));

        var figures = card.Blocks.OfType<Core.Cards.Figures>().Single().Items;
        figures.Should().OnlyContain(figure => figure.Note != null);
        figures[0].Value.Parts[0].Should().Be(new Core.Cards.Number((decimal)(168 / 683.0), "P1"));
        figures[3].Value.ToString().Should().Contain("metrics.no-data");
        card.Blocks.OfType<Core.Cards.Table>()
            .Single()
            .Rows[0][0]
            .ToString()
            .Should()
            .Be("2016-03");
        MetricsCards.EvidenceOf(MetricFigure.Csat, "2016-03", []).Blocks.Should().NotBeEmpty();
        MetricsCards
            .Read("WEEK", new(2016, 3, 1))
            .Should()
            .Be((new LocalDate(2016, 3, 1), Period.Week));
        MetricsCards
            .Read("2016-Q1", new(2016, 3, 1))
            .Should()
            .Be((new LocalDate(2016, 1, 1), Period.Quarter));
        MetricsCards.Read("1", new(2016, 3, 1)).Should().BeNull();
    }

    [Fact]
    public async Task Csv_Rows_NoDataIsAnEmptyField()
    {
        var text = new StringWriter();
        MetricsCsv.Write(text, await Run(new(2016, 1, 1), new(2016, 1, 1), Period.Day));

        var lines = text.ToString().Split("\r\n");
        lines[0].Should().StartWith("period,tickets,escalated,escalationRate");
        lines[1].Should().StartWith("2016-01-01,0,0,,0,0,,0,,0,");
    }

    private Task<System.Collections.Immutable.ImmutableArray<MetricsRow>> Run(
        LocalDate from,
        LocalDate to,
        Period period,
        DateTimeZone? zone = null
    ) =>
        MetricsQuery.RunAsync(
            _desk.Store,
            TenantId.Default,
            from,
            to,
            period,
            zone ?? London,
            Start + Duration.FromDays(1),
            TicketDesk.None
        );

    private Task<IReadOnlyList<MetricEvidence>> Evidence(
        MetricFigure figure,
        PeriodSpan span,
        bool restricted = true
    ) =>
        MetricEvidenceQuery.RunAsync(
            _desk.Store,
            TenantId.Default,
            figure,
            span,
            London,
            Start + Duration.FromDays(1),
            restricted,
            1000,
            TicketDesk.None
        );

    private Task Escalation(
        long number,
        string customer,
        Instant declared,
        int? acknowledged = null,
        int? mitigated = null,
        int? resolved = null,
        string status = "Acknowledged",
        string? cause = null
    )
    {
        var at = declared.ToUnixTimeMilliseconds();
        string After(int? minutes) =>
            minutes is { } m
                ? (at + (m * 60_000L)).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : "NULL";
        return _desk.Run(
            $"""
            INSERT INTO escalation (tenant, number, version, status, severity, level, type, reason, customer, restricted, declared_at,
                acknowledged_at, mitigated_at, resolved_at, changed_at, snapshot, root_cause)
            VALUES ('default', {number}, 1, '{status}', 2, 2, 'Functional', 'Conflict', '{customer}', 0, {at},
                {After(acknowledged)}, {After(mitigated)}, {After(resolved)}, {at}, '', {(
                cause is null ? "NULL" : $"'{cause}'"
            )});
            """
        );
    }
}
