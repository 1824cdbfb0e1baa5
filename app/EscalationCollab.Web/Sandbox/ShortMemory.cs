using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EscalationCollab.Web.Sandbox;

/// <summary>
/// Keeps the last few things that a page shows once after a redirect: an open dialog, a refused draft. They need no
/// database: after a restart the page is shown without them, and the browser still has what was typed one step back.
/// </summary>
internal sealed class ShortMemory<T>
    where T : class
{
    private const int Most = 500;
    private readonly ConcurrentDictionary<string, T> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Keeps something; the oldest is forgotten when there is too much.</summary>
    /// <returns>What to find it by; cannot be guessed.</returns>
    public string Keep(T value)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        _kept[id] = value;
        _order.Enqueue(id);
        while (_order.Count > Most && _order.TryDequeue(out var oldest))
            _kept.TryRemove(oldest, out _);
        return id;
    }

    /// <summary>What was kept, or null.</summary>
    public T? Find(string? id) => id is null ? null : _kept.GetValueOrDefault(id);

    /// <summary>Forgets it.</summary>
    public void Forget(string? id)
    {
        if (id is not null)
            _kept.TryRemove(id, out _);
    }
}
