using System.Collections.Concurrent;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>What was done. Each act leaves a mark that is found again in what is stored.</summary>
internal enum Act
{
    /// <summary>The mark ends the summary.</summary>
    Declared,

    /// <summary>The mark is the number.</summary>
    Accepted,

    /// <summary>The mark is in an event.</summary>
    Written,

    /// <summary>The mark is a message in a room.</summary>
    Said,
}

/// <summary>What the product has acknowledged: from that moment on it may not be lost, and it may never be there twice.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<(Act Act, string Mark)> _acknowledged = new();
    private volatile TaskCompletionSource<Act> _next = New();

    public IReadOnlyCollection<(Act Act, string Mark)> Acknowledged => _acknowledged;

    public void Add(Act act, string mark)
    {
        _acknowledged.Enqueue((act, mark));
        Interlocked.Exchange(ref _next, New()).TrySetResult(act);
    }

    /// <summary>Returns right after the next acknowledgement of a kind, or when the limit has passed.</summary>
    public async Task WaitForAsync(Act act, TimeSpan limit)
    {
        var end = Task.Delay(limit, TimeProvider.System);
        while (true)
        {
            var next = _next.Task;
            if (await Task.WhenAny(next, end) == end || await next == act)
                return;
        }
    }

    private static TaskCompletionSource<Act> New() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
