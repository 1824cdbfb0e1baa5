using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>How the worker goes about its work.</summary>
public sealed record OutboxOptions
{
    /// <summary>How many effects of one tenant's lane run at the same time, so that a lane that hangs leaves room for others.</summary>
    public int PerLane { get; init; } = 16;

    /// <summary>How many effects run at the same time altogether.</summary>
    public int AtOnce { get; init; } = 64;

    /// <summary>How long an attempt may take.</summary>
    public Duration AttemptLimit { get; init; } = Duration.FromMinutes(2);

    /// <summary>After how long another worker may take over what this one began. More than <see cref="AttemptLimit"/>.</summary>
    public Duration Lease { get; init; } = Duration.FromMinutes(5);

    /// <summary>After how many failed attempts an effect is put aside.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>The pause after the first failure; each further one is four times as long.</summary>
    public Duration FirstPause { get; init; } = Duration.FromSeconds(2);

    /// <summary>The longest pause between two attempts.</summary>
    public Duration LongestPause { get; init; } = Duration.FromHours(1);

    /// <summary>
    /// The pause between two claims while there is work: one claim takes what several finished effects make room for, and
    /// those who wait for an answer are not kept from the processor.
    /// </summary>
    public TimeSpan Breath { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long the worker sleeps at most, should a wake-up call get lost.</summary>
    public Duration LongestSleep { get; init; } = Duration.FromSeconds(30);

    /// <summary>The pause after a failure.</summary>
    /// <param name="failures">How many there were, from 1.</param>
    /// <param name="chance">From 0 to 1: spreads the pause from three to five quarters, so that not all come back at once.</param>
    internal Duration Pause(int failures, double chance)
    {
        var grown = FirstPause * Math.Pow(4, Math.Min(failures - 1, 20));
        return Duration.Min(grown, LongestPause) * (0.75 + chance / 2);
    }
}
