using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Slack.WebApi;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.SocketMode;

/// <summary>
/// Slack reaches us through a socket that we open, so that no public address is needed. When Slack announces that a socket
/// will close, the next one is opened first; when one breaks, it is tried again with growing pauses; when the app-level
/// token is refused for good, it says so and stops.
/// </summary>
internal sealed class SocketModeClient(
    SlackOptions options,
    SlackApi api,
    SlackReceiver receiver,
    TimeProvider time,
    Random random,
    ILogger<SocketModeClient> log
) : BackgroundService
{
    /// <summary>The pause after the first failure; each further one doubles it.</summary>
    public static readonly Duration FirstPause = Duration.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public static readonly Duration LongestPause = Duration.FromSeconds(60);

    /// <summary>How long Slack may take to say hello on a new socket.</summary>
    public static readonly Duration HelloWithin = Duration.FromSeconds(15);

    private readonly SlackToken _token = new("socket", options.AppToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        Socket? current = null;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    var next = await OpenAsync(stoppingToken);
                    failures = 0;
                    // Only now may the earlier one go: deliveries come by either while both are open.
                    Retire(current);
                    current = next;
                    if (await current.Ended.WaitAsync(stoppingToken) is SocketEnd.Final)
                        return;
                }
                catch (SlackException final) when (IsFinal(final))
                {
                    log.LogCritical(
                        "Slack refuses the app-level token ({Error}), so nothing from Slack arrives any more. Write a valid Slack:AppToken with the scope connections:write, and restart",
                        final.Error
                    );
                    return;
                }
                catch (Exception failed)
                    when (failed
                            is SlackException
                                or WebSocketException
                                or IOException
                                or TimeoutException
                                or HttpRequestException
                    )
                {
                    var pause = PauseAfter(++failures, failed);
                    log.LogWarning(
                        failed,
                        "The socket to Slack could not be opened; trying again in {Seconds:0.0} s",
                        pause.TotalSeconds
                    );
                    await Task.Delay(pause.ToTimeSpan(), time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what was delivered is still answered, then the socket is closed.
        }
        finally
        {
            if (current is not null)
                await current.DisposeAsync();
        }
    }

    /// <summary>How long to wait after so many failures in a row: longer each time, and not all at the same moment.</summary>
    internal Duration PauseAfter(int failures, Exception? failed = null)
    {
        var asked = (failed as SlackException)?.After ?? Duration.Zero;
        var grown = Duration.Min(
            FirstPause * Math.Pow(2, Math.Min(failures - 1, 16)),
            LongestPause
        );
        double chance;
        lock (random)
            chance = random.NextDouble();
        return Duration.Max(asked, grown * (0.5 + chance / 2));
    }

    private static bool IsFinal(SlackException refused) =>
        refused.Failure != ChatFailure.RateLimited
        && (
            SlackErrors.IsTokenRefused(refused.Error)
            || refused.Error
                is "not_allowed_token_type"
                    or "missing_scope"
                    or "forbidden_team"
                    or "no_permission"
        );

    private async Task<Socket> OpenAsync(CancellationToken cancellation)
    {
        var answer = await api.CallAsync(_token, SlackMethod.OpenConnection, [], cancellation);
        if (
            !Uri.TryCreate(answer.Text("url"), UriKind.Absolute, out var url)
            || url.Scheme is not ("wss" or "ws")
            || url.Scheme == "ws" && !url.IsLoopback
        )
            throw new SlackException(
                SlackMethod.OpenConnection,
                SlackErrors.Unreadable,
                ChatFailure.Unavailable
            );
        var client = new ClientWebSocket();
        try
        {
            // A line that has gone dead without a word is found out within a minute.
            client.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
            client.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
            using var limit = new CancellationTokenSource(HelloWithin.ToTimeSpan(), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                limit.Token,
                cancellation
            );
            await client.ConnectAsync(url, either.Token);
            var socket = new Socket(client, receiver, log);
            await socket.Greeted.WaitAsync(either.Token);
            return socket;
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            client.Dispose();
            throw new TimeoutException("Slack did not say hello on the new socket", late);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static void Retire(Socket? earlier)
    {
        if (earlier is not null)
            _ = earlier.DisposeAsync().AsTask();
    }
}

/// <summary>Why a socket is no longer to be used.</summary>
internal enum SocketEnd
{
    /// <summary>It closes soon, or has closed: open the next.</summary>
    Replace,

    /// <summary>Socket Mode was switched off for the app: another would be refused.</summary>
    Final,
}

/// <summary>One connection: reads envelopes, has them answered, acknowledges each on the socket it came by.</summary>
internal sealed class Socket : IAsyncDisposable
{
    private const int LargestFrame = 4 * 1024 * 1024;
    private readonly ClientWebSocket _client;
    private readonly SlackReceiver _receiver;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _greeted = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource<SocketEnd> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Task, bool> _answering = [];
    private readonly Task _reading;
    private volatile bool _retired;

    public Socket(ClientWebSocket client, SlackReceiver receiver, ILogger log)
    {
        (_client, _receiver, _log) = (client, receiver, log);
        SlackMetrics.SocketOpened();
        _reading = ReadAsync();
    }

    /// <summary>Completes when Slack has said hello; fails when the socket ends before.</summary>
    public Task Greeted => _greeted.Task;

    /// <summary>Completes when another socket is needed.</summary>
    public Task<SocketEnd> Ended => _ended.Task;

    /// <summary>Closes the socket once everything that came by it is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        _retired = true;
        try
        {
            await Task.WhenAll(_answering.Keys);
            using var limit = new CancellationTokenSource(
                TimeSpan.FromSeconds(5),
                TimeProvider.System
            );
            if (_client.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _client.CloseOutputAsync(
                    WebSocketCloseStatus.NormalClosure,
                    null,
                    limit.Token
                );
            await _reading.WaitAsync(limit.Token);
            await Task.WhenAll(_answering.Keys);
        }
        catch (Exception gone)
            when (gone
                    is WebSocketException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            _client.Abort();
        }
        finally
        {
            _client.Dispose();
            _sending.Dispose();
        }
    }

    private async Task ReadAsync()
    {
        var end = SocketEnd.Replace;
        try
        {
            while (await FrameAsync() is { } frame)
                if (Take(frame) is SocketEnd.Final)
                    end = SocketEnd.Final;
        }
        catch (Exception broken)
            when (broken
                    is WebSocketException
                        or IOException
                        or ObjectDisposedException
                        or OperationCanceledException
            )
        {
            if (!_retired)
                _log.LogWarning("The socket to Slack broke: {Error}", broken.Message);
        }
        finally
        {
            SlackMetrics.SocketClosed();
            _greeted.TrySetException(
                new IOException("Slack closed the socket before it said hello")
            );
            // Nobody may be waiting for the greeting any more.
            _ = _greeted.Task.Exception;
            _ended.TrySetResult(end);
        }
    }

    private async Task<JsonElement?> FrameAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (whole.Length + part.Count > LargestFrame)
                throw new IOException("a frame of Slack is larger than any should be");
            whole.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage)
                continue;
            if (Payload.Parse(whole.ToArray()) is { } frame)
                return frame;
            _log.LogWarning("A frame from Slack could not be read");
            whole.SetLength(0);
        }
    }

    private SocketEnd? Take(JsonElement frame)
    {
        switch (frame.Text("type"))
        {
            case "hello":
                _log.LogInformation("Slack is connected by Socket Mode");
                _greeted.TrySetResult();
                return null;
            case "disconnect":
                return Disconnect(frame.Text("reason") ?? "");
            default:
                if (frame.Text("envelope_id") is { } envelope)
                    Answer(envelope, frame);
                return null;
        }
    }

    private SocketEnd Disconnect(string reason)
    {
        var final = reason == "link_disabled";
        if (final)
            _log.LogCritical(
                "Socket Mode was switched off for the app, so nothing from Slack arrives any more. Switch it on under 'Socket Mode' of the app and restart, or use HTTP with Slack:SigningSecret"
            );
        else
            _log.LogInformation("Slack asks for a new socket ({Reason})", reason);
        var end = final ? SocketEnd.Final : SocketEnd.Replace;
        _ended.TrySetResult(end);
        return end;
    }

    private void Answer(string envelope, JsonElement frame)
    {
        var answering = Task.Run(() => AnswerAsync(envelope, frame));
        _answering[answering] = true;
        _ = answering.ContinueWith(
            done => _answering.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task AnswerAsync(string envelope, JsonElement frame)
    {
        DeliveryKind? kind = frame.Text("type") switch
        {
            "events_api" => DeliveryKind.Event,
            "interactive" => DeliveryKind.Interaction,
            "slash_commands" => DeliveryKind.Command,
            _ => null,
        };
        var acknowledgement = new JsonObject { ["envelope_id"] = envelope };
        if (kind is { } known && frame.Part("payload") is { } payload)
        {
            var answer = await _receiver.ReceiveAsync(new Delivery(known, payload, "websocket"));
            // Unacknowledged, it comes again.
            if (!answer.IsTaken)
                return;
            if (answer.Body is { } body)
                acknowledgement["payload"] = body.DeepClone();
        }
        await SendAsync(acknowledgement);
    }

    private async Task SendAsync(JsonObject frame)
    {
        await _sending.WaitAsync();
        try
        {
            await _client.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(frame, Payload.Writing),
                WebSocketMessageType.Text,
                endOfMessage: true,
                CancellationToken.None
            );
        }
        catch (Exception gone)
            when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException
            )
        {
            // Slack delivers it again on the next socket, where its key makes it the same act.
            _log.LogWarning("An acknowledgement could not be sent: {Error}", gone.Message);
        }
        finally
        {
            _sending.Release();
        }
    }
}
