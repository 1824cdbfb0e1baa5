using System.Diagnostics;

namespace EscalationCollab.Faults;

/// <summary>
/// A clock that goes so many times as fast as the machine's: an hour of pauses and of Slack's rates passes in minutes, and
/// everything else is as it is. One that goes slower makes a busy machine look quick;
/// whoever waits by it waits no longer than asked.
/// </summary>
internal sealed class QuickTime(double times) : TimeProvider
{
    private long _leapt;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _start = System.GetUtcNow();

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        _start
        + times * Stopwatch.GetElapsedTime(_began)
        + TimeSpan.FromTicks(Interlocked.Read(ref _leapt));

    /// <summary>So long passes at once; whoever waits does not notice before their own time is over.</summary>
    public void Leap(TimeSpan length) => Interlocked.Add(ref _leapt, length.Ticks);

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => new QuickTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan length) =>
        length > TimeSpan.Zero ? length / Math.Max(times, 1) : length;

    private sealed class QuickTimer(ITimer real, QuickTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            real.Change(time.Real(dueTime), time.Real(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
