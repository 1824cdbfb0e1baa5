namespace EscalationCollab.Core.Storage;

/// <summary>
/// Where writes wait for the one writer. Those that somebody waits for go first; the others, the work behind, fill the
/// time between them and get a small share of it even when there is none.
/// </summary>
internal sealed class WriteQueue(TimeProvider time)
{
    /// <summary>Most writes in a group.</summary>
    private const int LargestGroup = 512;

    // How long a group goes on with the work behind: longer while nobody waits for its commit.
    private static readonly TimeSpan WhileSomebodyWaits = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan WhileNobodyWaits = TimeSpan.FromMilliseconds(10);

    // The work behind waits so long for more of it, or until there is this much.
    private static readonly TimeSpan ForCompany = TimeSpan.FromMilliseconds(2);
    private const int EnoughBehind = 16;

    private readonly object _gate = new();
    private readonly Queue<QueuedWrite> _first = new();
    private readonly Queue<QueuedWrite> _behind = new();
    private bool _closed;
    private bool _sleeps;
    private bool _gathers;
    private long _began;
    private int _taken;
    private int _takenBehind;

    /// <summary>Adds a write; false when the queue is closed.</summary>
    public bool TryAdd(QueuedWrite write, bool behind)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            (behind ? _behind : _first).Enqueue(write);
            // While the work behind gathers, only people end the pause.
            if (_sleeps && (!_gathers || !behind || _behind.Count >= EnoughBehind))
            {
                _sleeps = false;
                Monitor.Pulse(_gate);
            }
            return true;
        }
    }

    /// <summary>Takes nothing more in; what is in it is still handed out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until there is something to write; false when there will be nothing any more.</summary>
    public bool WaitForGroup()
    {
        lock (_gate)
        {
            while (_first.Count + _behind.Count == 0)
            {
                if (_closed)
                    return false;
                _sleeps = true;
                Monitor.Wait(_gate);
                _sleeps = false;
            }
            Gather();
        }
        (_began, _taken, _takenBehind) = (time.GetTimestamp(), 0, 0);
        return true;
    }

    /// <summary>The next write of the group, its turn taken; null when the group is to be committed.</summary>
    public QueuedWrite? Next()
    {
        while (_taken < LargestGroup && Take() is { } write)
            if (write.TryBegin())
            {
                _taken++;
                return write;
            }
        return null;
    }

    // Each commit costs about as much as the writes of one effect, so the work behind waits a moment for company. The real
    // clock: it spares the machine, and has nothing to do with what is due.
    private void Gather()
    {
        if (_first.Count > 0 || _behind.Count >= EnoughBehind || _closed)
            return;
        _sleeps = _gathers = true;
        Monitor.Wait(_gate, ForCompany);
        _sleeps = _gathers = false;
    }

    private QueuedWrite? Take()
    {
        lock (_gate)
        {
            if (_first.TryDequeue(out var first))
                return first;
            if (_behind.Count == 0 || !HasTimeForBehind())
                return null;
            _takenBehind++;
            return _behind.Dequeue();
        }
    }

    private bool HasTimeForBehind() =>
        _takenBehind == 0
        || time.GetElapsedTime(_began)
            < (_taken > _takenBehind ? WhileSomebodyWaits : WhileNobodyWaits);
}
