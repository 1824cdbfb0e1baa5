using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Sandbox;

/// <summary>
/// Tells open pages that something changed, so that they fetch it. It carries no content but the mark of the newest
/// change: what a page may see is decided when it asks. A page that reads slowly is told once for many changes.
/// </summary>
internal sealed class ChangeFeed
{
    // Marks of an earlier run of the program mean nothing in this one.
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private long _changes;
    private readonly ConcurrentDictionary<Channel<string>, bool> _listeners = new();

    /// <summary>Pages that listen now.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>The mark of the newest change: a page that was made at this mark or later shows all of them.</summary>
    public string Newest =>
        string.Create(CultureInfo.InvariantCulture, $"{_run}-{Interlocked.Read(ref _changes)}");

    /// <summary>Says that a room or mailbox changed; pages that show another one refresh their side bar.</summary>
    public void Changed()
    {
        Interlocked.Increment(ref _changes);
        var newest = Newest;
        foreach (var listener in _listeners.Keys)
            listener.Writer.TryWrite(newest);
    }

    /// <summary>The events of one page, until it goes away.</summary>
    public IResult Listen(CancellationToken cancellation) =>
        TypedResults.ServerSentEvents(Events(cancellation), eventType: "changed");

    /// <summary>
    /// The marks of changes, one after the other, until cancelled. The first comes at once: what changed between the making
    /// of the page and its listening would otherwise stay unseen.
    /// </summary>
    public async IAsyncEnumerable<string> Events(
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        // One waiting event is enough: the page fetches all that is new when it gets it.
        var channel = Channel.CreateBounded<string>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        _listeners[channel] = true;
        channel.Writer.TryWrite(Newest);
        try
        {
            while (await WaitAsync(channel.Reader, cancellation))
            while (channel.Reader.TryRead(out var mark))
                yield return mark;
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
    }

    // A page that was closed is no fault.
    private static async Task<bool> WaitAsync(
        ChannelReader<string> reader,
        CancellationToken cancellation
    )
    {
        try
        {
            return await reader.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
