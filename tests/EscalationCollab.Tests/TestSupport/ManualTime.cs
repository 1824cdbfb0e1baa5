using NodaTime;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>
/// A clock that only moves when told to. Timers fire on the thread that advances it, in order of their due time, with
/// the clock standing at that time.
/// </summary>
internal sealed class ManualTime(Instant start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start.ToDateTimeOffset();
    private long order;

    public ManualTime()
        : this(Instant.FromUtc(2026, 3, 2, 9, 0)) { }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void Advance(Duration by) => Advance(by.ToTimeSpan());

    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    public void AdvanceTo(Instant until) => AdvanceTo(until.ToDateTimeOffset());

    /// <summary>
    /// Moves at once, like a machine that slept: what was due meanwhile rings once, late. Days pass in no time, where
    /// <see cref="Advance(Duration)"/> would ring every timer of every second.
    /// </summary>
    public void Jump(Duration by)
    {
        ManualTimer[] due;
        lock (gate)
        {
            now += by.ToTimeSpan();
            due = [.. timers.Where(timer => timer.Due <= now).OrderBy(timer => timer.Due)];
            foreach (var timer in due)
                timer.ScheduleFrom(now);
        }
        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void AdvanceTo(DateTimeOffset until)
    {
        while (NextDue(until) is { } timer)
            timer.Fire();
    }

    private ManualTimer? NextDue(DateTimeOffset until)
    {
        lock (gate)
        {
            var next = timers
                .Where(timer => timer.Due <= until)
                .OrderBy(timer => timer.Due)
                .ThenBy(timer => timer.Order)
                .FirstOrDefault();
            var moment = next?.Due ?? until;
            if (moment > now)
                now = moment;
            next?.Schedule();
            return next;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state)
        : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; }

        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                this.period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    Add(time.now + dueTime);
                return true;
            }
        }

        /// <summary>Called under the gate just before firing: a periodic timer comes again, another one does not.</summary>
        public void Schedule() => ScheduleFrom(Due);

        /// <summary>The same, a period after some moment.</summary>
        public void ScheduleFrom(DateTimeOffset moment)
        {
            time.timers.Remove(this);
            if (period > TimeSpan.Zero)
                Add(moment + period);
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time.gate)
                time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Add(DateTimeOffset due)
        {
            Due = due;
            Order = time.order++;
            time.timers.Add(this);
        }
    }
}
