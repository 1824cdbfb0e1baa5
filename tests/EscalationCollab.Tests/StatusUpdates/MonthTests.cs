using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.StatusUpdates;
using NodaTime;

namespace EscalationCollab.Tests.StatusUpdates;

/// <summary>A month of clock, across a change of summer time: everything once, at the right local time.</summary>
public sealed class MonthTests
{
    private static readonly string[] Week = ["Mon", "Tue", "Wed", "Thu", "Fri"];

    /// <summary>What is looked at here is the clock, not that it is asked less often after a while.</summary>
    private static readonly EscalationPolicy NeverQuiet = Play.Delivered with
    {
        Nudges = Play.Delivered.Nudges with { QuietAfterMisses = 1000 },
    };

    [Fact]
    public void BusinessHours_MonthAcrossSpringChange_SameWallClockEveryWorkingDay()
    {
        // Italy opens 09:00-13:00 and 14:00-18:00; clocks go forward on Sunday 29 March 2026. A Sev3 status is due
        // every four office hours: at 13:00 and at 18:00, asked for after 2 h 40 min, the owner warned after 3 h 36 min.
        var play = Play.Owned("2026-03-02T08:00:00Z", Severity.Sev3, "ferri", policy: NeverQuiet);

        play.Until("2026-04-02T22:00:00Z");

        var days = Enumerable.Range(0, 24).Select(day => Week[day % 5]).ToList();
        play.Local<StatusAsk>("Europe/Rome", "priya")
            .Should()
            .Equal(days.SelectMany(day => new[] { $"{day} 11:40:00", $"{day} 16:40:00" }));
        play.Local<StatusWarning>("Europe/Rome", "marco")
            .Should()
            .Equal(days.SelectMany(day => new[] { $"{day} 12:36:00", $"{day} 17:36:00" }));
        MissedAt(play, "Europe/Rome")
            .Should()
            .Equal(days.SelectMany(day => new[] { $"{day} 13:00", $"{day} 18:00" }));
        play.Local<NextLevelNotice>("Europe/Rome", "helen")
            .Should()
            .Equal(
                ["Mon 13:00:00", "Mon 18:00:00"],
                "each miss climbs once, and above the last level there is nobody"
            );
    }

    [Fact]
    public void BusinessHours_TargetOverTheWeekendOfTheChange_WarnsAtOfficeTimes()
    {
        // Declared Friday 27 March 15:00 in Rome: three working days are due Wednesday 15:00, 24 office hours away.
        var play = Play.Owned("2026-03-27T14:00:00Z", Severity.Sev3, "ferri");

        play.Until("2026-04-02T22:00:00Z");

        play.Local<TargetWarningNotice>("Europe/Rome", "marco")
            .Should()
            .Equal("Tue 10:00:00", "Tue 17:00:00", "Wed 11:36:00");
        play.Events.Where(recorded => recorded.Event is TargetMissed)
            .Select(recorded => recorded.Stamp.At)
            .Should()
            .Equal(Play.Moment("2026-04-01T13:00:00Z"));
    }

    [Fact]
    public void AroundTheClock_DayOfAutumnChange_LastsTwentyFiveHours()
    {
        // In Rome Sunday 25 October 2026 has 25 hours, and a Sev1 status is due every 30 minutes of them.
        var play = Play.Owned("2026-10-24T22:00:00Z", Severity.Sev1, "ferri", policy: NeverQuiet);

        play.Until("2026-10-25T23:00:00Z");

        play.Escalation.StatusUpdates.Cadence.Missed.Should().Be(50);
        play.Sent.Count(sent => sent.Notice is StatusAsk).Should().Be(50);
        play.Sent.Count(sent => sent.Notice is StatusWarning).Should().Be(50);
        play.Sent.Select(sent => (sent.Notice.Slot, sent.Notice.To))
            .Where(sent => sent.Slot is not null)
            .Should()
            .OnlyHaveUniqueItems();
    }

    [Fact]
    public void Answered_WholeMonth_NobodyIsWarnedAndNothingClimbs()
    {
        var play = Play.Owned("2026-03-02T08:00:00Z", Severity.Sev3, "ferri");
        play.Post("priya", "Reproduced");

        for (var asked = 0; asked < 40; asked++)
        {
            play.Until(play.Escalation.StatusUpdates.Cadence.Next!.Due - Duration.FromMinutes(70));
            play.Do(
                    "priya",
                    (e, s) => NoChange.Decide(e, StatusClock.Token(e.StatusUpdates.Cadence.Next), s)
                )
                .IsRefused.Should()
                .BeFalse();
        }

        play.Sent.Should().NotContain(sent => sent.Notice is StatusWarning);
        play.Escalation.StatusUpdates.Cadence.Kept.Should().Be(41);
        play.Escalation.StatusUpdates.Cadence.Missed.Should().Be(0);
    }

    private static IEnumerable<string> MissedAt(Play play, string zone) =>
        from recorded in play.Events
        where recorded.Event is StatusMissed
        select recorded
            .Stamp.At.InZone(DateTimeZoneProviders.Tzdb[zone])
            .ToString("ddd HH':'mm", System.Globalization.CultureInfo.InvariantCulture);
}
