using NodaTime;

namespace EscalationCollab.Tests.Tickets;

public sealed class TicketImportTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2016, 3, 2, 12, 0);
    private readonly TicketDesk _desk = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Import_RealRowsTwice_SecondTimeNothingNew()
    {
        var first = await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap);
        var before = await _desk.Rows<string>(
            "SELECT group_concat(number || fingerprint || updated_at, ';') FROM ticket"
        );
        var second = await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap);

        first.Problems.Should().BeEmpty();
        (first.Rows, first.Tickets, first.Added, first.Rejected).Should().Be((5998, 890, 890, 0));
        (second.Added, second.Changed, second.Unchanged, second.Older).Should().Be((0, 0, 890, 0));
        (
            await _desk.Rows<string>(
                "SELECT group_concat(number || fingerprint || updated_at, ';') FROM ticket"
            )
        )
            .Should()
            .Equal(before);
        File.Exists(TicketDesk.RealFile + ".rejected.csv").Should().BeFalse();
    }

    [Fact]
    public async Task Import_UntilNoon_StateAndTriggersAsOfThen()
    {
        var result = await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap, Noon);
        var expected = LogRow
            .LatestUntil(Noon)
            .Values.Where(row => !row.IsResolved && (row.Reassigned > 4 || row.Due < Noon))
            .Select(row => row.Number);

        result.Tickets.Should().Be(734);
        result.Later.Should().Be(LogRow.All.Count(row => row.Updated > Noon));
        (await _desk.Rows<string>("SELECT ticket FROM proposal WHERE state = 'proposed'"))
            .Should()
            .BeEquivalentTo(expected);
        result.Review!.Proposed.Should().Be(expected.Count()).And.BeInRange(1, 60);
        (
            await _desk.Rows<long>(
                "SELECT count(*) FROM ticket WHERE resolved_at > 1456920000000 OR resolved = 0 AND resolved_at IS NOT NULL"
            )
        )
            .Should()
            .Equal(0);
    }

    [Fact]
    public async Task Import_ReplayedStepByStep_EndsAsImportedAtOnceAndProposalsAreWithdrawn()
    {
        await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap, Noon);
        var again = await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap, Noon);
        var whole = await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap);
        var backwards = await _desk.Import(TicketDesk.RealFile, TicketDesk.RealMap, Noon);

        again.Review!.Proposed.Should().Be(0);
        (whole.Added, whole.Review!.Waiting).Should().Be((156, 0));
        backwards.Older.Should().BeGreaterThan(500);
        (await _desk.Rows<long>("SELECT sum(resolved) FROM ticket")).Should().Equal(890);
    }

    [Fact]
    public async Task Import_BrokenRows_RejectedBesideWithLineAndReasonOthersTaken()
    {
        var path = _desk.FileOf(
            "id,opened,updated,moves,about,text,prio,replied,state\r\n"
                + "1,2026-03-02T09:00,2026-03-02T09:00,0,fine,-,P1,-,open\r\n"
                + "2,yesterday,2026-03-02T09:00,0,x,-,P1,-,open\r\n"
                + "3,2026-03-02T09:00,2026-03-02T09:00,-1,x,-,P1,-,open\r\n"
                + "4,2026-03-02T09:00\r\n"
                + "=HYPERLINK(\"http://x\"),2026-03-02T09:00,,0,x,-,P1,-,open\r\n"
                + "-,2026-03-02T09:00,2026-03-02T09:00,0,x,-,P1,-,open\r\n"
                + "7,2026-03-02T09:00,2026-03-02T09:00,0,\"lost,-,P1,-,open\r\n"
                + "8,2026-03-02T09:00,2026-03-02T09:00Z,0,\"two\nlines\",-,P1,2026-03-02T09:30+02:00,done\r\n"
        );

        var result = await _desk.Import(path, TicketDesk.SmallMap);

        (result.Rows, result.Added, result.Rejected, result.RejectedFile)
            .Should()
            .Be((8, 2, 6, path + ".rejected.csv"));
        var rejected = await File.ReadAllLinesAsync(result.RejectedFile!);
        rejected[0].Should().Be("line,reason,row");
        rejected
            .Skip(1)
            .Select(line => line.Split(',')[0])
            .Should()
            .Equal("3", "4", "5", "6", "7", "8");
        rejected[1].Should().Contain("'opened' is 'yesterday'");
        rejected[4].Should().Contain("\"'=HYPERLINK");
        (
            await _desk.Rows<string>(
                "SELECT number || summary || resolved FROM ticket ORDER BY number"
            )
        )
            .Should()
            .Equal("1fine0", "8two\nlines1");

        await _desk.Import(
            _desk.FileOf((await File.ReadAllTextAsync(path)).Split("2,yes")[0]),
            TicketDesk.SmallMap
        );
        File.Exists(path + ".rejected.csv").Should().BeFalse("nothing was rejected this time");
    }

    [Fact]
    public async Task Import_BytesThatAreNoText_RowIsRejected()
    {
        var path = _desk.FileOf("");
        await File.WriteAllBytesAsync(
            path,
            [
                .. "id,opened,updated,moves,about,text,prio,replied,state\n1,2026-03-02,2026-03-02,0,caf"u8,
                0xE9,
                .. ",-,P1,-,open\n2,2026-03-02,2026-03-02,0,ok,-,P1,-,open\n"u8,
            ]
        );

        var result = await _desk.Import(path, TicketDesk.SmallMap);

        (result.Added, result.Rejected).Should().Be((1, 1));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("id;opened;updated\n1;2;3", "has no column 'id'")]
    [InlineData("id,opened,updated,move,about,text,prio,replied,state\n", "has no column 'moves'")]
    [InlineData("\"id,opened", "no closing quote")]
    public async Task Import_FileThatDoesNotFit_RefusedWithReason(string text, string wrong)
    {
        var result = await _desk.Import(_desk.FileOf(text), TicketDesk.SmallMap);

        result.Problems.Should().Contain(problem => problem.Wrong.Contains(wrong));
        result.Rows.Should().Be(0);
    }

    [Fact]
    public async Task Import_MissingFile_Refused() =>
        (await _desk.Import("/nowhere.csv", TicketDesk.SmallMap)).Problems.Should().ContainSingle();

    [Fact]
    public async Task Import_RowsOfOneNumberInAnyOrder_LatestUpdateWinsThenTheLowerRow()
    {
        const string Heading = "id,opened,updated,moves,about,text,prio,replied,state\n";
        string[] rows =
        [
            "1,2026-03-02,2026-03-02T10:00,3,newest,-,P1,-,open",
            "1,2026-03-02,2026-03-02T09:00,1,older,-,P1,-,open",
            "2,2026-03-02,2026-03-02T09:00,1,first,-,P1,-,open",
            "2,2026-03-02,2026-03-02T09:00,1,second,-,P1,-,open",
        ];

        await _desk.Import(_desk.FileOf(Heading + string.Join('\n', rows)), TicketDesk.SmallMap);
        (await _desk.Rows<string>("SELECT summary FROM ticket ORDER BY number"))
            .Should()
            .Equal("newest", "second");
        var again = await _desk.Import(
            _desk.FileOf(Heading + string.Join('\n', rows)),
            TicketDesk.SmallMap
        );
        again.Unchanged.Should().Be(2);
        var corrected = await _desk.Import(
            _desk.FileOf(Heading + rows[0].Replace("newest", "corrected")),
            TicketDesk.SmallMap
        );
        corrected.Changed.Should().Be(1);
        var stale = await _desk.Import(_desk.FileOf(Heading + rows[1]), TicketDesk.SmallMap);
        (stale.Older, stale.Changed).Should().Be((1, 0));
    }

    [Fact]
    public async Task Import_LocalTimesAroundAClockChange_ReadInTheMappingsZone()
    {
        await _desk.Import(
            _desk.FileOf(
                "id,opened,updated,moves,about,text,prio,replied,state\n"
                    + "1,2026-03-29T02:30,2026-03-29T03:30,0,-,-,P1,-,open\n"
                    + "2,2026-03-29T03:30,2026-03-29T04:30,0,-,-,P1,-,open\n" // skipped: read an hour on
                    + "3,2026-10-25T03:30,2026-10-25T03:30,0,-,-,P1,-,open\n" // shown twice: the first
                    + "4,2026-10-25T03:30+02:00,2026-10-25T03:30+02:00,0,-,-,P1,-,open\n"
            ),
            TicketDesk.SmallMap
        );

        (await _desk.Rows<long>("SELECT opened_at FROM ticket ORDER BY number"))
            .Select(Instant.FromUnixTimeMilliseconds)
            .Should()
            .Equal(
                Instant.FromUtc(2026, 3, 29, 0, 30),
                Instant.FromUtc(2026, 3, 29, 1, 30),
                Instant.FromUtc(2026, 10, 25, 0, 30),
                Instant.FromUtc(2026, 10, 25, 1, 30)
            );
    }
}
