using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.StatusUpdates;

public sealed class StatusDecisionTests
{
    private const string Morning = "2026-03-02T09:00:00Z";
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    private readonly Play _play = Play.Owned(Morning);

    [Fact]
    public void Post_Stranger_Refused() =>
        Keys(_play.Post("stranger", "Fine")).Should().Equal("status.not-allowed");

    [Fact]
    public void Post_Closed_Refused()
    {
        _play.Change(e => e with { Status = Status.Closed });
        Keys(_play.Post("priya", "Fine")).Should().Equal("status.over");
    }

    [Fact]
    public void Post_Plain_OnlyTheCardChanges()
    {
        var decision = _play.Post("priya", "Looking into it");

        decision.Effects.Should().NotContain(effect => effect is StatusInRoom);
        decision.Said!.ToString().Should().Contain("status.posted.next");
        _play.Escalation.StatusUpdates.Last!.By.Should().Be(new PersonId("priya"));
    }

    [Fact]
    public void Post_NewNeed_RoomIsToldOnceAndNotAgainForTheSame()
    {
        _play
            .Post("priya", "Stuck", needs: "Access to the server")
            .Effects.Should()
            .ContainSingle(effect => effect is StatusInRoom);
        _play
            .Post("priya", "Still stuck", needs: "Access to the server")
            .Effects.Should()
            .NotContain(effect => effect is StatusInRoom);
    }

    [Fact]
    public void Post_Declining_RoomIsTold() =>
        _play
            .Post("priya", "More customers", trend: Trend.Declining)
            .Effects.Should()
            .ContainSingle(effect => effect is StatusInRoom);

    [Fact]
    public void NoChange_BeforeFirstStatus_Refused()
    {
        Keys(_play.Do("priya", (e, s) => NoChange.Decide(e, null, s)))
            .Should()
            .Equal("status.nothing-to-repeat");
        NoChange.Button(_play.Escalation).Should().BeNull();
    }

    [Fact]
    public void NoChange_SecondPressOnTheSameCard_SaysWhoWasFirst()
    {
        _play.Post("priya", "Looking");
        var token = StatusClock.Token(_play.Escalation.StatusUpdates.Cadence.Next);
        _play.For(Duration.FromMinutes(5));
        _play.Do("priya", (e, s) => NoChange.Decide(e, token, s)).IsRefused.Should().BeFalse();

        var second = _play.Do("tom", (e, s) => NoChange.Decide(e, token, s));

        Keys(second).Should().Equal("status.already-posted");
        second.Refusals[0].Sentence.Places["person"].Should().Be((Text)new Mention(new("priya")));
        _play.Escalation.StatusUpdates.Trend.Should().Be(Trend.Same);
    }

    [Fact]
    public void Request_Involved_LeadIsAskedAndAskerGetsTheAnswer()
    {
        _play
            .Do("ana", RequestUpdate.Decide)
            .Effects.OfType<StatusQuestion>()
            .Single()
            .Person.Should()
            .Be(new PersonId("priya"));
        Keys(_play.Do("marco", RequestUpdate.Decide)).Should().Equal("status.request.open");

        _play.For(Duration.FromMinutes(1));
        var answer = _play.Post("priya", "Fixed on our side");

        answer.Effects.OfType<StatusAnswer>().Single().Person.Should().Be(new PersonId("ana"));
        _play.Escalation.StatusUpdates.Request.Should().BeNull();
    }

    [Fact]
    public void Request_Refusals_SayWhy()
    {
        Keys(_play.Do("tom", RequestUpdate.Decide)).Should().Equal("status.request.not-involved");
        Keys(_play.Do("priya", RequestUpdate.Decide)).Should().Equal("status.request.yourself");
        Keys(Play.Declared(Morning).Do("ana", RequestUpdate.Decide))
            .Should()
            .Equal("status.request.nobody");
        _play.Change(e => e with { Status = Status.Resolved });
        Keys(_play.Do("ana", RequestUpdate.Decide)).Should().Equal("status.over");
    }

    [Fact]
    public void Snooze_ChoiceOfThePolicy_IsRecordedAndCountsAsWhatItIs()
    {
        _play.For(Duration.FromMinutes(45));

        var decision = _play.Do(
            "priya",
            (e, s) => Snooze.Decide(e, new SnoozeStatus(Duration.FromMinutes(30), "Deploying"), s)
        );

        decision.IsRefused.Should().BeFalse();
        var cadence = _play.Escalation.StatusUpdates.Cadence;
        cadence.Next!.Due.Should().Be(Play.Moment("2026-03-02T10:30:00Z"));
        (cadence.Snoozed, cadence.Kept, cadence.Missed).Should().Be((1, 0, 0));
        cadence.Last!.Reason.Should().Be("Deploying");
        _play.Until("2026-03-02T10:25:00Z");
        _play.Local<StatusAsk>("Etc/UTC").Should().Equal("Mon 09:40:00", "Mon 10:15:00");
    }

    [Fact]
    public void Snooze_BusinessHours_CountsOfficeTime()
    {
        // Italy closes at 18:00 (17:00 UTC): one hour after 18:00 is 10:00 of the next morning.
        var play = Play.Owned("2026-03-02T13:00:00Z", Severity.Sev3, "ferri");

        play.Do(
            "priya",
            (e, s) => Snooze.Decide(e, new SnoozeStatus(Duration.FromHours(1), "x"), s)
        );

        play.Escalation.StatusUpdates.Cadence.Next!.Due.Should()
            .Be(Play.Moment("2026-03-03T09:00:00Z"));
    }

    [Fact]
    public void Snooze_Refusals_SayWhy()
    {
        Keys(SnoozeFor(_play, 7)).Should().Equal("form.unknown-choice");
        Keys(SnoozeFor(Play.Declared(Morning), 30)).Should().Equal("status.nothing-due");
        Keys(
                _play.Do(
                    "priya",
                    (e, s) =>
                        Snooze.Decide(e, new SnoozeStatus(Duration.FromMinutes(30), "x", "1"), s)
                )
            )
            .Should()
            .Equal("status.out-of-date");
    }

    [Fact]
    public void Escalation_WrittenAndRead_IsTheSame()
    {
        _play.Post("priya", "Stuck", needs: "Access");
        _play.Do("ana", RequestUpdate.Decide);
        SnoozeFor(_play, 30);
        _play.For(Duration.FromHours(3));

        var json = JsonSerializer.Serialize(_play.Escalation, Json.Options);
        var read = JsonSerializer.Deserialize<Escalation>(json, Json.Options)!;

        JsonSerializer.Serialize(read, Json.Options).Should().Be(json);
        read.StatusUpdates.Should().Be(_play.Escalation.StatusUpdates);
        foreach (var recorded in _play.Events)
        {
            var written = StoredTypes<EscalationEvent>.Known.Write(recorded.Event);
            StoredTypes<EscalationEvent>
                .Known.Read(StoredTypes<EscalationEvent>.Known.Name(recorded.Event), written)
                .Should()
                .BeEquivalentTo(recorded.Event, o => o.RespectingRuntimeTypes());
        }
    }

    [Fact]
    public void Effects_WrittenAndRead_AreTheSame()
    {
        _play.Do("ana", RequestUpdate.Decide);
        _play.Post("priya", "Stuck", needs: "Access");
        _play.For(Duration.FromHours(9));

        var notices = _play.Sent.Concat(_play.Edited).Select(sent => (Effect)sent.Notice);
        var timers = StatusClock.Arm(
            _play.Escalation.StatusUpdates.Cadence.Next,
            _play.Escalation,
            _play.As("product")
        );
        foreach (var effect in notices.Concat(timers))
            StoredTypes<Effect>
                .Known.Read(
                    StoredTypes<Effect>.Known.Name(effect),
                    StoredTypes<Effect>.Known.Write(effect)
                )
                .Should()
                .Be(effect);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    [InlineData("it")]
    [InlineData("lt")]
    public void Cards_WholeLife_AreSaidInEveryLanguage(string language)
    {
        var said = new List<string>();
        var format = new ReaderFormat(Words, new Reader(language, "Etc/UTC"), _play.Now);
        void Say(Card? card)
        {
            if (card is null)
                return;
            card.Map(text =>
            {
                said.Add(PlainText.Of(text, format, Play.Company));
                return text;
            });
        }

        _play.Do("ana", RequestUpdate.Decide);
        foreach (var step in Enumerable.Range(0, 20))
        {
            _play.For(Duration.FromMinutes(41));
            if (step == 2)
                _play.Post("priya", "Stuck", needs: "Access", trend: Trend.Declining);
            if (step == 4)
                _play.Do("priya", (e, s) => NoChange.Decide(e, null, s));
            if (step == 6)
                SnoozeFor(_play, 30);
            foreach (var (_, notice) in _play.Sent)
                Say(notice.Compose(_play.Escalation, _play.As("product")));
            foreach (
                var block in StatusCards
                    .OnCard(_play.Escalation, Scenes.At("product"))
                    .OfType<Block>()
            )
                Say(Card.Of("x", block));
        }
        foreach (var recorded in _play.Events)
            if (recorded.Event.Tell() is { } told)
                said.Add(PlainText.Of(told, format, Play.Company));

        said.Should().NotBeEmpty();
        said.Should()
            .NotContain(text =>
                Regex.IsMatch(text, @"\b(status|target|timeline|climb|card)\.[a-z]")
            );
    }

    [Fact]
    public void Ask_InEnglish_NamesPersonThingAndTime()
    {
        _play.For(Duration.FromMinutes(40));
        var ask = (StatusAsk)_play.Sent.Single(sent => sent.Notice is StatusAsk).Notice;

        var card = ask.Compose(_play.Escalation, _play.As("product"));

        PlainText
            .Of(
                card.Summary,
                new ReaderFormat(Words, new Reader("en", "Etc/UTC"), _play.Now),
                Play.Company
            )
            .Should()
            .Be(
                "Priya Nair, the next status for Acme Pagamentos is due in 20 min, 10:00. Anything new?"
            );
    }

    [Fact]
    public void Shortened_LongText_ThreeLinesWithASign()
    {
        StatusCards.Shortened("a\nb\nc\nd").Should().Be("a\nb\nc…");
        StatusCards.Shortened(new string('x', 5_000)).Length.Should().BeLessThanOrEqualTo(280);
        StatusCards.Shortened("short").Should().Be("short");
    }

    [Fact]
    public async Task Projection_KeptSnoozedMissedWithdrawn_RowsForAdherence()
    {
        var folder = Directory.CreateTempSubdirectory("promises");
        var time = new ManualTime();
        await using (
            var store = SqliteStore.Open(
                Path.Combine(folder.FullName, "data.db"),
                time,
                NullLogger<SqliteStore>.Instance
            )
        )
        {
            var at = Play.Moment(Morning);
            Stamp By(Instant moment) => new(moment, new PersonId("priya"), 1);
            Promise To(int minute) => new(at, at + Duration.FromMinutes(minute));
            var first = Cadence.Idle.Promising(To(60));
            var kept = first.KeptBy(By(at + Duration.FromMinutes(50)), To(110));
            var snoozed = kept.SnoozedBy(By(at), "Deploying", To(140));
            var missed = snoozed.MissedAt(By(at + Duration.FromMinutes(140)), To(200));
            var steps = new[] { Cadence.Idle, first, kept, snoozed, missed, missed.Stopped() };
            var rows = await store.WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    foreach (var (before, after) in steps.Zip(steps.Skip(1)))
                        PromiseRows.Project(records, new(1042), "status", before, after);
                    return connection
                        .Query<(long Due, long? Met, long Snoozed)>(
                            "SELECT due_at, met_at, snoozed FROM promise ORDER BY due_at"
                        )
                        .ToList();
                },
                CancellationToken.None
            );
            long Ms(int minute) => (at + Duration.FromMinutes(minute)).ToUnixTimeMilliseconds();
            rows.Should().Equal((Ms(60), Ms(50), 0), (Ms(110), null, 1), (Ms(140), null, 0));
        }
        folder.Delete(recursive: true);
    }

    private static Decision SnoozeFor(Play play, int minutes) =>
        play.Do(
            "priya",
            (e, s) => Snooze.Decide(e, new SnoozeStatus(Duration.FromMinutes(minutes), "Later"), s)
        );

    private static IEnumerable<string> Keys(Decision decision) =>
        decision.Refusals.Select(refusal => refusal.Sentence.Key);
}
