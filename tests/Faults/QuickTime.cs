using System.Diagnostics;

namespace EscalationCollab.Faults;

/// <summary>
/// A clock that goes so many times as fast as the machine's: an hour of pauses and of Slack's rates passes in minutes, and
/// everything else is as it is.
/// </summary>
internal sealed class QuickTime(int times) : TimeProvider
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _start = System.GetUtcNow();

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + times * Stopwatch.GetElapsedTime(_began);

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => new QuickTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan length) => length > TimeSpan.Zero ? length / times : length;

    private sealed class QuickTimer(ITimer real, QuickTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            real.Change(time.Real(dueTime), time.Real(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
