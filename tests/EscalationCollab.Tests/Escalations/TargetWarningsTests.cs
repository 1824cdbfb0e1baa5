using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.StatusUpdates;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

public sealed class TargetWarningsTests
{
    private const string Morning = "2026-03-02T09:00:00Z";

    [Fact]
    public void Acknowledge_NobodyAccepts_WarnedAtEachPercentageThenTheNextLevelIsTold()
    {
        // Sev2: to be accepted within 30 minutes; warnings at 50, 75 and 90 %.
        var play = Play.Declared(Morning);
        play.Change(e =>
            e with
            {
                Ownership = e.Ownership with
                {
                    Asked = [new Ask(new("marco"), play.Now, play.Now)],
                },
            }
        );

        play.For(Duration.FromMinutes(31));

        play.Events.Select(recorded => recorded.Event)
            .OfType<TargetWarned>()
            .Where(warned => warned.Target == PromisedTarget.Acknowledge)
            .Select(warned => warned.Percent)
            .Should()
            .Equal(50, 75, 90);
        play.Local<TargetWarningNotice>("Etc/UTC", "helen")
            .Should()
            .Equal(
                ["Mon 09:22:30", "Mon 09:27:00"],
                "the first warning is for those who are asked"
            );
        play.Events.Should().ContainSingle(recorded => recorded.Event is TargetMissed);
        play.Local<NextLevelNotice>("Etc/UTC", "helen").Should().Equal("Mon 09:30:00");
        play.Escalation.Owner.Should().BeNull("nothing is reassigned");
    }

    [Fact]
    public void Acknowledge_Accepted_NoFurtherWarning()
    {
        var play = Play.Declared(Morning);
        play.For(Duration.FromMinutes(16));
        play.Accept();

        play.For(Duration.FromMinutes(30));

        play.Sent.Count(sent =>
                sent.Notice
                    is TargetWarningNotice { Target: PromisedTarget.Acknowledge, Percent: > 50 }
            )
            .Should()
            .Be(0);
        play.Edited.Should().Contain(edit => edit.Notice is TargetWarningNotice);
    }

    [Fact]
    public void Resolve_Running_OwnerIsWarnedBeforeAndNextLevelToldAfter()
    {
        var play = Play.Owned(Morning, customer: "ferri");

        play.For(Duration.FromHours(9));

        play.Local<TargetWarningNotice>("Etc/UTC", "marco")
            .Should()
            .Equal("Mon 13:00:00", "Mon 15:00:00", "Mon 16:12:00");
        play.Events.Select(recorded => recorded.Event)
            .OfType<TargetMissed>()
            .Single()
            .Due.Should()
            .Be(Play.Moment("2026-03-02T17:00:00Z"));
    }

    [Fact]
    public void Resolve_SeverityRaisedLate_OnlyTheLatestWarningAtOnce()
    {
        var play = Play.Owned(Morning);
        play.For(Duration.FromMinutes(200));

        play.Change(e =>
            e with
            {
                Severity = Severity.Sev1,
                ResolveBy = e.ResolveBy! with { Due = e.ResolveBy.From + Duration.FromHours(4) },
            }
        );
        play.For(Duration.FromMinutes(1));

        play.Events.Select(recorded => recorded.Event)
            .OfType<TargetWarned>()
            .Where(warned => warned.Target == PromisedTarget.Resolve)
            .Select(warned => warned.Percent)
            .Should()
            .Equal(75);
    }

    [Fact]
    public void Warn_ArmedTwice_WarnsOnce()
    {
        var play = Play.Owned(Morning);
        var timer = new TargetWarningDue
        {
            Due = play.Now,
            Target = PromisedTarget.Resolve,
            Promised = play.Escalation.ResolveBy!.Due,
            Percent = 50,
        };
        play.Do("product", (e, s) => TargetWarnings.Warn(e, timer, s)).Events.Should().HaveCount(1);

        play.Do("product", (e, s) => TargetWarnings.Warn(e, timer, s)).Events.Should().BeEmpty();
    }

    [Fact]
    public void Timers_AfterOutagePastTheTarget_MissOnlyAndOnce()
    {
        var play = Play.Owned(Morning);

        play.Outage(Duration.FromHours(20));
        play.For(Duration.FromMinutes(1));

        play.Events.Should().NotContain(recorded => recorded.Event is TargetWarned);
        play.Events.Should().ContainSingle(recorded => recorded.Event is TargetMissed);
    }
}
