using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.StatusUpdates;
using NodaTime;

namespace EscalationCollab.Tests.StatusUpdates;

public sealed class StatusClockTests
{
    private const string Morning = "2026-03-02T09:00:00Z";

    [Fact]
    public void Follow_Declared_PromisesNothing() =>
        Play.Declared(Morning).Escalation.StatusUpdates.Cadence.Next.Should().BeNull();

    [Fact]
    public void Timers_Sev2WithoutAnswer_AskThenWarnThenMissAtTheirTimes()
    {
        var play = Play.Owned(Morning);

        play.Until("2026-03-02T10:00:00Z");

        play.Local<StatusAsk>("Etc/UTC", "priya").Should().Equal("Mon 09:40:00");
        play.Local<StatusWarning>("Etc/UTC", "marco").Should().Equal("Mon 09:54:00");
        play.Escalation.StatusUpdates.Cadence.Missed.Should().Be(1);
        play.Escalation.StatusUpdates.Cadence.Next!.Due.Should()
            .Be(Play.Moment("2026-03-02T11:00:00Z"));
        play.Local<NextLevelNotice>("Etc/UTC", "helen").Should().Equal("Mon 10:00:00");
        play.Escalation.Owner.Should().Be(new PersonId("marco"), "nobody is replaced");
    }

    [Fact]
    public void Ask_NoTechnicalLead_GoesToOwner()
    {
        var play = Play.Declared(Morning);
        play.Accept();

        play.For(Duration.FromMinutes(45));

        play.Local<StatusAsk>("Etc/UTC", "marco").Should().Equal("Mon 09:40:00");
    }

    [Fact]
    public void Ask_StatusCameBefore_NobodyIsAskedAndTheClockStartsAgain()
    {
        var play = Play.Owned(Morning);
        play.For(Duration.FromMinutes(30));

        play.Post("priya", "We found the cause");
        play.Until("2026-03-02T10:05:00Z");

        play.Sent.Should().NotContain(sent => sent.Notice is StatusAsk);
        play.Escalation.StatusUpdates.Cadence.Next!.Due.Should()
            .Be(Play.Moment("2026-03-02T10:30:00Z"));
        play.Escalation.StatusUpdates.Cadence.Kept.Should().Be(1);
    }

    [Fact]
    public void Miss_PolicyClimbsAfterTwo_NextLevelsAreToldOneAfterTheOther()
    {
        var play = Play.Owned(
            Morning,
            policy: Play.Delivered with
            {
                Nudges = Play.Delivered.Nudges with { ClimbAfterMisses = 2 },
            }
        );

        play.For(Duration.FromHours(7));

        play.Events.Select(recorded => recorded.Event)
            .OfType<NextLevelTold>()
            .Select(told => told.Level)
            .Should()
            .Equal(Level.L3, Level.L4);
        play.Local<NextLevelNotice>("Etc/UTC", "helen")
            .Should()
            .Equal("Mon 11:00:00", "Mon 13:00:00");
        play.Escalation.StatusUpdates.Cadence.MissesInRow.Should().Be(7);
    }

    [Fact]
    public void Miss_NobodyAnswersForWeeks_IsAskedOnceAWorkingDayAndThenOnceAWeek()
    {
        // Ferri's office in Rome; every 30 minutes at first. Clocks go forward on Sunday 29 March, and Easter Monday is a
        // holiday.
        var play = Play.Owned("2026-03-16T09:00:00Z", Severity.Sev1, "ferri");

        play.For(Duration.FromDays(28));

        play.Events.Where(recorded => recorded.Event is StatusMissed)
            .Select(recorded =>
                recorded
                    .Stamp.At.InZone(DateTimeZoneProviders.Tzdb["Europe/Rome"])
                    .ToString("dd.MM. HH':'mm", System.Globalization.CultureInfo.InvariantCulture)
            )
            .Skip(7)
            .Should()
            .Equal(
                "16.03. 14:00",
                "17.03. 14:00",
                "18.03. 14:00",
                "19.03. 14:00",
                "20.03. 14:00",
                "23.03. 14:00",
                "30.03. 14:00",
                "07.04. 14:00"
            );
        play.Sent.Count(sent => sent.Notice is StatusAsk or StatusWarning)
            .Should()
            .BeLessThan(36, "two a question, and there were sixteen and one more");
        play.Sent.Where(sent => sent.At > Play.Moment("2026-03-16T14:00:00Z"))
            .Select(sent => sent.At.InZone(DateTimeZoneProviders.Tzdb["Europe/Rome"]).DayOfWeek)
            .Should()
            .NotContain([IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday]);
    }

    [Fact]
    public void Miss_QuietAndThenAnswered_TheUsualTimesComeBack()
    {
        var play = Play.Owned("2026-03-16T09:00:00Z", Severity.Sev1, "ferri");
        play.For(Duration.FromDays(10));

        play.Post("priya", "Back");

        (play.Escalation.StatusUpdates.Cadence.Next!.Due - play.Now)
            .Should()
            .Be(Duration.FromMinutes(30));
    }

    [Fact]
    public void Miss_SomebodyIsLeftToTell_IsNotQuietYet()
    {
        var play = Play.Owned(
            "2026-03-16T09:00:00Z",
            Severity.Sev1,
            "ferri",
            policy: Play.Delivered with
            {
                Nudges = Play.Delivered.Nudges with { ClimbAfterMisses = 20 },
            }
        );

        play.For(Duration.FromHours(9));

        play.Escalation.StatusUpdates.Cadence.MissesInRow.Should().Be(18);
    }

    [Fact]
    public void Miss_AfterAnUpdate_CountsFromOneAgain()
    {
        var play = Play.Owned(Morning);
        play.For(Duration.FromHours(2));

        play.Post("priya", "Back");

        play.Escalation.StatusUpdates.Cadence.MissesInRow.Should().Be(0);
        play.Escalation.StatusUpdates.Cadence.Missed.Should().Be(2);
    }

    [Fact]
    public void Timers_AfterLongOutage_OneMissNoAlarmAndNoBurst()
    {
        var play = Play.Owned(Morning);

        play.Outage(Duration.FromHours(8));
        play.For(Duration.FromMinutes(1));

        play.Escalation.StatusUpdates.Cadence.Missed.Should().Be(1);
        play.Sent.Should()
            .NotContain(sent => sent.Notice is StatusAsk || sent.Notice is StatusWarning);
        play.Events.Should()
            .NotContain(recorded =>
                recorded.Event is NextLevelTold
                && ((NextLevelTold)recorded.Event).Why.Key == "status.missed.why"
            );
        play.Escalation.StatusUpdates.Cadence.Next!.Due.Should()
            .Be(Play.Moment("2026-03-02T18:00:00Z"));
    }

    [Theory]
    [InlineData(Severity.Sev1, "2026-03-02T09:40:00Z")]
    [InlineData(Severity.Sev4, "2026-03-02T10:00:00Z")]
    public void Follow_SeverityChanged_TheShorterPromiseHolds(Severity severity, string due)
    {
        var play = Play.Owned(Morning);
        play.For(Duration.FromMinutes(10));

        play.Change(e => e with { Severity = severity });

        play.Escalation.StatusUpdates.Cadence.Next!.Due.Should().Be(Play.Moment(due));
        play.Until(Play.Moment(due) - Duration.FromMinutes(1));
        play.Sent.Count(sent => sent.Notice is StatusAsk).Should().Be(1);
    }

    [Fact]
    public void Follow_ResolvedThenReopened_StopsAndStartsAgain()
    {
        var play = Play.Owned(Morning);
        play.For(Duration.FromMinutes(30));

        play.Change(e => e with { Status = Status.Resolved, ResolvedAt = play.Now });
        play.For(Duration.FromHours(5));
        play.Sent.Should().NotContain(sent => sent.Notice is StatusAsk);
        play.Escalation.StatusUpdates.Cadence.Should().Be(Cadence.Idle);

        play.Change(e => e with { Status = Status.Acknowledged, ResolvedAt = null });
        play.Escalation.StatusUpdates.Cadence.Next.Should()
            .Be(
                new Promise(
                    Play.Moment("2026-03-02T14:30:00Z"),
                    Play.Moment("2026-03-02T15:30:00Z")
                )
            );
    }

    [Fact]
    public void Miss_Restricted_OnlyThoseWhoMaySeeItAreTold()
    {
        var noRight = Play.Delivered with
        {
            Rights = Play.Delivered.Rights.SetItem(
                Right.SeeRestricted,
                new RightRule(false, [], [])
            ),
        };
        var play = Play.Owned(
            Morning,
            customer: "ferri",
            restricted: true,
            severity: Severity.Sev2,
            policy: noRight
        );

        play.For(Duration.FromHours(4));

        play.Sent.Should().NotContain(sent => sent.Notice is NextLevelNotice);
        play.Escalation.StatusUpdates.Cadence.Missed.Should().Be(4);
    }

    [Fact]
    public void Cards_EveryPromise_AreEditedOnceItHasEnded()
    {
        var play = Play.Owned(Morning);
        play.For(Duration.FromMinutes(41));
        var ask = (StatusAsk)play.Sent.Single(sent => sent.Notice is StatusAsk).Notice;

        play.Post("priya", "Still looking");

        play.Edited.Should().ContainSingle(edit => edit.Notice.Slot == ask.Slot);
        ask.Compose(play.Escalation, play.As("product"))
            .Blocks.Should()
            .NotContain(block => block is Core.Cards.Actions);
    }
}

internal static class PlayStatus
{
    public static Decision Post(
        this Play play,
        string person,
        string conditions,
        string needs = "",
        Trend trend = Trend.Same
    ) =>
        play.Do(
            person,
            (e, s) => PostStatus.Decide(e, new PostStatusUpdate(conditions, "", needs, trend), s)
        );
}
