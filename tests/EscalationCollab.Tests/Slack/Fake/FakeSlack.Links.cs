using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Tests.Slack.Fake;

/// <content>Socket Mode.</content>
internal sealed partial class FakeSlack
{
    /// <summary>Every socket that was opened, in order; also those that are closed again.</summary>
    public ConcurrentQueue<FakeLink> Links { get; } = new();

    /// <summary>Waits for so many sockets to have been opened.</summary>
    public async Task<FakeLink> LinkAsync(int count)
    {
        await Eventually.IsTrueAsync(() => Links.Count >= count, $"{count} sockets");
        return Links.ElementAt(count - 1);
    }

    private string LinkUrl() =>
        new UriBuilder(new Uri(ApiUrl, "/link"))
        {
            Scheme = "ws",
            Query = "ticket=1",
        }.Uri.ToString();

    private async Task LinkAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var link = new FakeLink(socket) { OthersOpen = Links.Count(other => !other.IsClosed) };
        await link.SendAsync(
            new JsonObject
            {
                ["type"] = "hello",
                ["num_connections"] = 1,
                ["connection_info"] = new JsonObject { ["app_id"] = "A0FAKE" },
                ["debug_info"] = new JsonObject { ["host"] = "fake" },
            }
        );
        Links.Enqueue(link);
        await link.ReadAsync(context.RequestAborted);
    }
}

/// <summary>One socket, as Slack holds it.</summary>
internal sealed class FakeLink(WebSocket socket)
{
    private readonly SemaphoreSlim _sending = new(1);
    private int _next;

    /// <summary>What the client acknowledged, by envelope.</summary>
    public ConcurrentDictionary<string, JsonObject> Acknowledged { get; } = [];

    /// <summary>How many others were open when this one was opened.</summary>
    public int OthersOpen { get; init; }

    /// <summary>Whether the client has closed it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sends an envelope and waits for its acknowledgement.</summary>
    public async Task<JsonObject> DeliverAsync(string type, JsonNode payload, string? id = null)
    {
        var envelope = id ?? $"envelope-{Interlocked.Increment(ref _next)}";
        await SendAsync(
            new JsonObject
            {
                ["type"] = type,
                ["envelope_id"] = envelope,
                ["accepts_response_payload"] = true,
                ["payload"] = payload.DeepClone(),
            }
        );
        await Eventually.IsTrueAsync(
            () => Acknowledged.ContainsKey(envelope),
            $"an acknowledgement of {envelope}"
        );
        return Acknowledged[envelope];
    }

    public Task DisconnectAsync(string reason) =>
        SendAsync(
            new JsonObject
            {
                ["type"] = "disconnect",
                ["reason"] = reason,
                ["debug_info"] = new JsonObject { ["host"] = "fake" },
            }
        );

    public void Abort() => socket.Abort();

    public async Task SendAsync(JsonObject frame)
    {
        await _sending.WaitAsync();
        try
        {
            await socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(frame),
                WebSocketMessageType.Text,
                true,
                CancellationToken.None
            );
        }
        finally
        {
            _sending.Release();
        }
    }

    public async Task ReadAsync(CancellationToken cancellation)
    {
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var read = 0;
                WebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(
                        new ArraySegment<byte>(buffer, read, buffer.Length - read),
                        cancellation
                    );
                    read += part.Count;
                } while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    IsClosed = true;
                    await socket.CloseOutputAsync(
                        WebSocketCloseStatus.NormalClosure,
                        null,
                        cancellation
                    );
                    return;
                }
                if (
                    JsonNode.Parse(buffer.AsSpan(0, read)) is JsonObject frame
                    && (string?)frame["envelope_id"] is { } envelope
                )
                    Acknowledged[envelope] = frame;
            }
        }
        catch (Exception gone)
            when (gone
                    is WebSocketException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            IsClosed = true;
        }
    }
}

/// <summary>Waits for what happens on its own, and says what did not.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> holds, string what, int seconds = 20)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(seconds))
                throw new TimeoutException($"Waited {seconds} s for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
