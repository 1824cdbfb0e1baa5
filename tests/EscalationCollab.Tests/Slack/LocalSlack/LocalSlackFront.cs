using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Slack.LocalSlack;

/// <summary>
/// Stands between local-slack and the product, both ways. It answers the methods that local-slack does not know, as Slack's
/// reference describes them, and hands everything else over byte for byte; it sends what local-slack delivers to one
/// address to the four that Slack has.
/// </summary>
internal sealed class LocalSlackFront : IAsyncDisposable
{
    private static readonly string[] NotHandedOver =
    [
        "Connection",
        "Transfer-Encoding",
        "Keep-Alive",
        "Upgrade",
        "Host",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Extensions",
    ];

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _inside;
    private readonly HttpClient _product = new();

    private LocalSlackFront(int port, string inward, string outward)
    {
        _inside = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                ConnectCallback = (_, cancellation) => Namespace.ConnectAsync(inward, cancellation),
                UseProxy = false,
                AllowAutoRedirect = false,
            }
        );
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(port);
            kestrel.ListenUnixSocket(outward);
        });
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(context =>
            context.Features.Get<IHttpConnectionFeature>()?.LocalPort == port
                ? ToSlackAsync(context)
                : ToProductAsync(context)
        );
    }

    /// <summary>Where the product listens; what is delivered before it is set gets 503, as from a product that is down.</summary>
    public Uri? Product { get; set; }

    /// <summary>
    /// The product's clock where that is not the machine's: then what local-slack signed now is checked here and signed for
    /// that clock, because no other difference is allowed between the two.
    /// </summary>
    public TimeProvider? Clock { get; set; }

    private TaskCompletionSource? _hanging;

    /// <summary>What the missing methods were asked for, newest last.</summary>
    public ConcurrentQueue<(string Method, JsonObject Arguments)> Calls { get; } = new();

    /// <summary>From now on the Web API takes calls and does not answer; people's clients work on.</summary>
    public void Hang() => _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The Web API answers again. Of what it took meanwhile it does what is still waited for.</summary>
    public void GoOn()
    {
        _hanging?.SetResult();
        _hanging = null;
    }

    public static async Task<LocalSlackFront> StartAsync(int port, string inward, string outward)
    {
        var front = new LocalSlackFront(port, inward, outward);
        await front._app.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _inside.Dispose();
        _product.Dispose();
    }

    private async Task ToSlackAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await RelaySocketAsync(context);
            return;
        }
        var path = context.Request.Path.Value!;
        if (
            _hanging is { } hanging
            && path.StartsWith("/api/", StringComparison.Ordinal)
            && !await hanging.Task.IsOverAsync(context.RequestAborted)
        )
            return;
        if (
            path.StartsWith("/api/", StringComparison.Ordinal)
            && MissingMethods.Answer(path["/api/".Length..], out var answer)
        )
        {
            var arguments = await ArgumentsAsync(context.Request);
            Calls.Enqueue((path["/api/".Length..], arguments));
            await context.Response.WriteAsJsonAsync(answer(arguments));
            return;
        }
        using var request = await CopyAsync(
            context.Request,
            new Uri("http://inside" + context.Request.Path + context.Request.QueryString)
        );
        using var response = await _inside.SendAsync(request, context.RequestAborted);
        await CopyAsync(response, context);
    }

    private async Task ToProductAsync(HttpContext context)
    {
        if (Product is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Request.Body = new MemoryStream(body.ToArray());
        if (Clock is not null)
            SignFor(Clock, context.Request, body.ToArray());
        var path = PathFor(context.Request, System.Text.Encoding.UTF8.GetString(body.ToArray()));
        using var request = await CopyAsync(context.Request, new Uri(Product, path));
        using var response = await _product.SendAsync(request, context.RequestAborted);
        await CopyAsync(response, context);
    }

    private static void SignFor(TimeProvider clock, HttpRequest request, byte[] body)
    {
        var headers = request.Headers;
        var signed = new SlackSignature([LocalWorkspace.SigningSecret], TimeProvider.System);
        if (
            !signed.IsSlacks(
                headers[SlackSignature.TimestampHeader],
                headers[SlackSignature.SignatureHeader],
                body
            )
        )
            throw new InvalidOperationException("local-slack did not sign what it sent");
        var now = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers[SlackSignature.TimestampHeader] = now;
        headers[SlackSignature.SignatureHeader] = SlackSignature.Of(
            LocalWorkspace.SigningSecret,
            now,
            body
        );
    }

    private static string PathFor(HttpRequest request, string body)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true)
            return "slack/events";
        var form = QueryHelpers.ParseQuery(body);
        if (!form.TryGetValue("payload", out var payload))
            return "slack/commands";
        return JsonNode.Parse(payload.ToString())?["type"]?.GetValue<string>() == "block_suggestion"
            ? "slack/options"
            : "slack/interactions";
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequest from, Uri to)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), to);
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0)
        {
            var body = new MemoryStream();
            await from.Body.CopyToAsync(body);
            request.Content = new ByteArrayContent(body.ToArray());
        }
        foreach (var (name, values) in from.Headers)
            if (
                !NotHandedOver.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable())
                && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            )
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        return request;
    }

    private static async Task CopyAsync(HttpResponseMessage from, HttpContext to)
    {
        to.Response.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers))
            if (!NotHandedOver.Contains(name, StringComparer.OrdinalIgnoreCase))
                to.Response.Headers[name] = values.ToArray();
        await from.Content.CopyToAsync(to.Response.Body, to.RequestAborted);
    }

    private async Task RelaySocketAsync(HttpContext context)
    {
        using var inner = new ClientWebSocket();
        await inner.ConnectAsync(
            new Uri("ws://inside" + context.Request.Path + context.Request.QueryString),
            _inside,
            context.RequestAborted
        );
        using var outer = await context.WebSockets.AcceptWebSocketAsync();
        await Task.WhenAny(
            PumpAsync(inner, outer, context.RequestAborted),
            PumpAsync(outer, inner, context.RequestAborted)
        );
    }

    private static async Task PumpAsync(
        WebSocket from,
        WebSocket to,
        CancellationToken cancellation
    )
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await from.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await to.CloseOutputAsync(
                        from.CloseStatus ?? WebSocketCloseStatus.NormalClosure,
                        from.CloseStatusDescription,
                        cancellation
                    );
                    return;
                }
                await to.SendAsync(
                    buffer.AsMemory(0, part.Count),
                    part.MessageType,
                    part.EndOfMessage,
                    cancellation
                );
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // One side went away; the other one is closed with the request.
        }
    }

    private static async Task<JsonObject> ArgumentsAsync(HttpRequest request)
    {
        if (request.HasJsonContentType())
            return await request.ReadFromJsonAsync<JsonObject>() ?? [];
        var form = await request.ReadFormAsync();
        return new JsonObject(
            form.Select(field =>
                KeyValuePair.Create<string, JsonNode?>(field.Key, field.Value.ToString())
            )
        );
    }
}
