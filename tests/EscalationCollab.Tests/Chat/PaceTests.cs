using EscalationCollab.Core.Chat;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Chat;

public sealed class PaceTests
{
    private static readonly Burst TwentyAMinute = new(20, Duration.FromMinutes(1));
    private static readonly Duration Long = Duration.FromHours(1);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Wait_WithinTheLimit_IsAtOnce()
    {
        var pace = new Pace(_time);

        for (var i = 0; i < 20; i++)
            await pace.WaitAsync("a", TwentyAMinute, Duration.Zero, default);
    }

    [Fact]
    public async Task Wait_BeyondTheLimit_IsUntilTheStretchHasPassed()
    {
        var pace = new Pace(_time);
        var start = _time.GetUtcNow();
        var calls = new List<double>();
        var all = Enumerable
            .Range(0, 50)
            .Select(async _ =>
            {
                await pace.WaitAsync("a", TwentyAMinute, Long, default);
                lock (calls)
                    calls.Add((_time.GetUtcNow() - start).TotalSeconds);
            })
            .ToList();

        for (var i = 0; i < 200; i++)
            _time.Advance(Duration.FromSeconds(1));
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(10));

        calls.Sort();
        // Never more than twenty in any minute, and all twenty of them used.
        for (var i = 20; i < 50; i++)
            (calls[i] - calls[i - 20]).Should().BeGreaterThanOrEqualTo(60);
        calls[49].Should().BeLessThan(125);
    }

    [Fact]
    public async Task Wait_LongerThanPatience_SaysWhenInstead()
    {
        var pace = new Pace(_time);
        for (var i = 0; i < 20; i++)
            await pace.WaitAsync("a", TwentyAMinute, Duration.Zero, default);
        _time.Advance(Duration.FromSeconds(10));

        var refused = () => pace.WaitAsync("a", TwentyAMinute, Duration.FromSeconds(5), default);

        (await refused.Should().ThrowAsync<PaceException>())
            .Which.After.Should()
            .Be(Duration.FromSeconds(50));
        // It has taken no turn: the next one is as before.
        await refused.Should().ThrowAsync<PaceException>();
    }

    [Fact]
    public async Task Hold_OneLane_LeavesOthersAlone()
    {
        var pace = new Pace(_time);
        pace.Hold("a", Duration.FromSeconds(30));

        var held = () => pace.WaitAsync("a", TwentyAMinute, Duration.FromSeconds(5), default);

        (await held.Should().ThrowAsync<PaceException>())
            .Which.After.Should()
            .Be(Duration.FromSeconds(30));
        await pace.WaitAsync("b", TwentyAMinute, Duration.Zero, default);
        _time.Advance(Duration.FromSeconds(30));
        await held();
    }

    [Fact]
    public async Task Hold_WhileSomebodyWaits_SendsThemAway()
    {
        var pace = new Pace(_time);
        var one = new Burst(1, Duration.FromSeconds(3));
        await pace.WaitAsync("a", one, Duration.Zero, default);
        var waiting = pace.WaitAsync("a", one, Duration.FromSeconds(5), default);

        pace.Hold("a", Duration.FromSeconds(60));
        _time.Advance(Duration.FromSeconds(3));

        await ((Func<Task>)(() => waiting)).Should().ThrowAsync<PaceException>();
    }

    [Fact]
    public async Task Wait_InSeveralLanesAndHeldInAnEarlierOneMeanwhile_SaysWhenInstead()
    {
        var pace = new Pace(_time);
        for (var i = 0; i < 20; i++)
            await pace.WaitAsync("company", TwentyAMinute, Duration.Zero, default);
        var call = pace.WaitAsync(
            [("conversation", TwentyAMinute), ("company", TwentyAMinute)],
            Long,
            default
        );

        pace.Hold("conversation", Duration.FromMinutes(3));
        _time.Advance(Duration.FromMinutes(1));

        var refused = () => call;
        (await refused.Should().ThrowAsync<PaceException>())
            .Which.After.Should()
            .Be(Duration.FromMinutes(2));
    }
}
