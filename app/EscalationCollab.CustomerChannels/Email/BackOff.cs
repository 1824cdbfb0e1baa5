using System.Collections.Concurrent;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>How long to wait before the next attempt at a message: doubling from a minute to half an hour.</summary>
internal sealed class BackOff
{
    // Forgetting only means starting at a minute again, so a bound is enough against growth.
    private const int MostRemembered = 10_000;
    private static readonly Duration First = Duration.FromMinutes(1);
    private static readonly Duration Longest = Duration.FromMinutes(30);

    private readonly ConcurrentDictionary<string, int> failures = new();

    /// <summary>The wait after one more failure.</summary>
    public Duration Next(string key)
    {
        if (failures.Count >= MostRemembered)
            failures.Clear();
        var times = failures.AddOrUpdate(key, 1, (_, before) => before + 1);
        return Duration.Min(First * (1 << Math.Min(times - 1, 5)), Longest);
    }

    /// <summary>The message is decided.</summary>
    public void Forget(string key) => failures.TryRemove(key, out _);
}
