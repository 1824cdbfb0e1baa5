using System.Collections.Concurrent;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Edits of one message one after the other, and only the newest of those that wait: yesterday's card must not overtake
/// today's, nor be sent only to be replaced at once.
/// </summary>
public sealed class NewestOnly<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Line> _lines = [];

    /// <summary>Runs <paramref name="edit"/> when those before it are through; not at all when a newer one has come meanwhile.</summary>
    /// <returns>Whether it was run.</returns>
    public async Task<bool> RunAsync(TKey key, Func<Task> edit, CancellationToken cancellation)
    {
        var line = Enter(key);
        var mine = Interlocked.Increment(ref line.Newest);
        try
        {
            await line.Turn.WaitAsync(cancellation);
            try
            {
                if (Interlocked.Read(ref line.Newest) != mine)
                    return false;
                await edit();
                return true;
            }
            finally
            {
                line.Turn.Release();
            }
        }
        finally
        {
            Leave(key, line);
        }
    }

    private Line Enter(TKey key)
    {
        while (true)
        {
            var line = _lines.GetOrAdd(key, _ => new Line());
            lock (line)
                if (!line.Closed)
                {
                    line.Waiting++;
                    return line;
                }
        }
    }

    private void Leave(TKey key, Line line)
    {
        lock (line)
        {
            if (--line.Waiting > 0)
                return;
            line.Closed = true;
        }
        _lines.TryRemove(KeyValuePair.Create(key, line));
        line.Turn.Dispose();
    }

    private sealed class Line
    {
        public long Newest;
        public int Waiting;
        public bool Closed;

        public SemaphoreSlim Turn { get; } = new(1);
    }
}
