using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Sandbox;

/// <summary>
/// Tells open pages that something changed, so that they fetch it. It carries no content: what a page may see is decided
/// when it asks. A page that reads slowly is told once for many changes.
/// </summary>
internal sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<Channel<string>, bool> _listeners = new();

    /// <summary>Pages that listen now.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>Says that a room changed; pages that show another one refresh their side bar.</summary>
    public void Changed(string room)
    {
        foreach (var listener in _listeners.Keys)
            listener.Writer.TryWrite(room);
    }

    /// <summary>
    /// The events of one page, until it goes away. The first comes at once: what changed between the making of the page and
    /// its listening would otherwise stay unseen.
    /// </summary>
    public IResult Listen(CancellationToken cancellation) =>
        TypedResults.ServerSentEvents(Events(cancellation, atOnce: ""), eventType: "changed");

    /// <summary>The rooms that changed, one after the other, until cancelled.</summary>
    /// <param name="atOnce">Said as soon as it listens, or null.</param>
    public async IAsyncEnumerable<string> Events(
        [EnumeratorCancellation] CancellationToken cancellation,
        string? atOnce = null
    )
    {
        // One waiting event is enough: the page fetches all that is new when it gets it.
        var channel = Channel.CreateBounded<string>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        _listeners[channel] = true;
        if (atOnce is not null)
            channel.Writer.TryWrite(atOnce);
        try
        {
            while (await WaitAsync(channel.Reader, cancellation))
            while (channel.Reader.TryRead(out var room))
                yield return room;
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
