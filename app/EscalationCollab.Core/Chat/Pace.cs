using System.Collections.Concurrent;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Keeps calls within what a platform allows: never more than so many in any stretch of so long, and none at all while it
/// has asked to wait. What is counted apart has a lane of its own, so that one that waits holds up no other.
/// </summary>
/// <param name="time">The product's clock.</param>
public sealed class Pace(TimeProvider time)
{
    private const int MostLanes = 2_000;
    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Waits for a turn.</summary>
    /// <param name="lane">Such as workspace and method.</param>
    /// <param name="limit">What is allowed in this lane.</param>
    /// <param name="patience">The longest wait; longer ones are the caller's to plan.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="PaceException">The turn comes later than that; nothing was reserved.</exception>
    public async Task WaitAsync(
        string lane,
        Burst limit,
        Duration patience,
        CancellationToken cancellation
    )
    {
        var turns = LaneOf(lane);
        var at = turns.Take(limit, time.Moment(), patience);
        for (var wait = at - time.Moment(); wait > Duration.Zero; wait = at - time.Moment())
        {
            await Task.Delay(wait.ToTimeSpan(), time, cancellation);
            // The platform may have asked to wait meanwhile.
            if (turns.HeldUntil > time.Moment())
                throw new PaceException(turns.HeldUntil - time.Moment());
        }
    }

    /// <summary>Waits for a turn in each of several lanes that one call counts in.</summary>
    /// <param name="turns">The lanes, with what is allowed in each.</param>
    /// <param name="patience">The longest wait in one of them; longer ones are the caller's to plan.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="PaceException">The turn comes later than that.</exception>
    public async Task WaitAsync(
        IReadOnlyList<(string Lane, Burst Limit)> turns,
        Duration patience,
        CancellationToken cancellation
    )
    {
        foreach (var (lane, limit) in turns)
            await WaitAsync(lane, limit, patience, cancellation);
        // While it waited in one of them, the platform may have asked to wait in another.
        foreach (var (lane, _) in turns)
            if (LaneOf(lane).HeldUntil - time.Moment() is var wait && wait > Duration.Zero)
                throw new PaceException(wait);
    }

    /// <summary>No more calls in a lane until this long from now: the platform has said so.</summary>
    public void Hold(string lane, Duration length) => LaneOf(lane).Hold(time.Moment() + length);

    private Lane LaneOf(string name)
    {
        if (_lanes.Count > MostLanes)
            foreach (var (idle, lane) in _lanes)
                if (lane.IsIdle(time.Moment()))
                    _lanes.TryRemove(idle, out _);
        return _lanes.GetOrAdd(name, _ => new Lane());
    }

    private sealed class Lane
    {
        private readonly Lock _gate = new();
        private readonly Queue<Instant> _turns = [];
        private Instant _heldUntil = Instant.MinValue;
        private Duration _stretch = Duration.Zero;

        public Instant HeldUntil
        {
            get
            {
                lock (_gate)
                    return _heldUntil;
            }
        }

        public Instant Take(Burst limit, Instant now, Duration patience)
        {
            lock (_gate)
            {
                _stretch = limit.Per;
                // A clock that was set back must not make turns of the future wait for years.
                while (_turns.Count > limit.Count)
                    _turns.Dequeue();
                var at = Instant.Max(now, _heldUntil);
                if (_turns.Count == limit.Count)
                    at = Instant.Max(at, _turns.Peek() + limit.Per);
                if (at - now > patience)
                    throw new PaceException(at - now);
                _turns.Enqueue(at);
                return at;
            }
        }

        public void Hold(Instant until)
        {
            lock (_gate)
                _heldUntil = Instant.Max(_heldUntil, until);
        }

        public bool IsIdle(Instant now)
        {
            lock (_gate)
                return _heldUntil < now && _turns.All(turn => turn + _stretch < now);
        }
    }
}

/// <summary>It is not this call's turn for longer than its caller would wait.</summary>
/// <param name="after">When it would be.</param>
public sealed class PaceException(Duration after) : Exception("It must not be called yet")
{
    /// <summary>When it would be.</summary>
    public Duration After => after;
}

/// <summary>So many in any stretch of so long.</summary>
/// <param name="Count">How many, at least one.</param>
/// <param name="Per">The stretch.</param>
public sealed record Burst(int Count, Duration Per);
