using System.Collections.Concurrent;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Keys seen lately. Acts are kept apart by the database for a week; this spares those that only read from being answered
/// twice when Slack repeats them, at about 1 and 5 minutes.
/// </summary>
internal sealed class RecentKeys(TimeProvider time)
{
    private const int Most = 50_000;
    private static readonly Duration Memory = Duration.FromMinutes(15);
    private readonly ConcurrentDictionary<string, Instant> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Key, Instant At)> _order = new();

    /// <summary>Notes a key.</summary>
    /// <returns>False when it was noted before.</returns>
    public bool Add(string key)
    {
        var now = time.Moment();
        if (!_seen.TryAdd(key, now))
            return false;
        _order.Enqueue((key, now));
        while (
            _order.TryPeek(out var oldest)
            && (now - oldest.At > Memory || _order.Count > Most)
            && _order.TryDequeue(out oldest)
        )
            _seen.TryRemove(oldest.Key, out _);
        return true;
    }

    /// <summary>Forgets a key whose delivery could not be handled: its repetition may.</summary>
    public void Forget(string key) => _seen.TryRemove(key, out _);
}
