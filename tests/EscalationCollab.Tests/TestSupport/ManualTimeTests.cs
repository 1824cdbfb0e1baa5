using NodaTime;

namespace EscalationCollab.Tests.TestSupport;

public sealed class ManualTimeTests
{
    [Fact]
    public void Advance_SeveralTimers_FireInOrderAtTheirTime()
    {
        var time = new ManualTime();
        var start = time.GetUtcNow();
        var fired = new List<(string Name, double Minutes)>();
        void Note(string name) => fired.Add((name, (time.GetUtcNow() - start).TotalMinutes));
        using var late = time.CreateTimer(
            _ => Note("late"),
            null,
            TimeSpan.FromMinutes(7),
            Timeout.InfiniteTimeSpan
        );
        using var often = time.CreateTimer(
            _ => Note("often"),
            null,
            TimeSpan.FromMinutes(3),
            TimeSpan.FromMinutes(3)
        );

        time.Advance(Duration.FromMinutes(10));

        fired.Should().Equal(("often", 3), ("often", 6), ("late", 7), ("often", 9));
    }

    [Fact]
    public async Task Delay_Advanced_Completes()
    {
        var time = new ManualTime();
        var wait = Task.Delay(TimeSpan.FromHours(1), time);

        time.Advance(TimeSpan.FromMinutes(59));
        wait.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromMinutes(1));

        await wait.WaitAsync(TimeSpan.FromSeconds(5));
    }
}
