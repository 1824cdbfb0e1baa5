using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.Teams.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Teams.Playground;

/// <summary>
/// Between the client and the product: signs what the client sends, as the Bot Connector does. Beside it, as much of Graph
/// as a war room needs: the one channel that the client was started with is the one that is opened.
/// </summary>
internal sealed class SigningFront : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TokenMint _mint;
    private readonly HttpClient _http = new();

    private SigningFront(WebApplication app, TokenMint mint) => (_app, _mint) = (app, mint);

    public Uri Address => new(_app.Urls.First());

    public Uri Graph => new(Address, "graph/v1.0/");

    /// <summary>Where the product is.</summary>
    public Uri? Product { get; set; }

    /// <summary>What Graph was asked to change.</summary>
    public ConcurrentQueue<string> Changed { get; } = new();

    public static async Task<SigningFront> StartAsync(TokenMint mint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var front = new SigningFront(app, mint);
        app.MapPost("/api/messages", (Delegate)front.ForwardAsync);
        app.Map("/graph/{**path}", front.AnswerGraph);
        await app.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task<IResult> ForwardAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(Product!, "api/messages")
        )
        {
            Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _mint.For((string?)JsonNode.Parse(body)!["serviceUrl"])
        );
        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return answer.Length == 0
            ? Results.StatusCode((int)response.StatusCode)
            : Results.Text(answer, "application/json", statusCode: (int)response.StatusCode);
    }

    private IResult AnswerGraph(HttpContext context, string path) =>
        GraphOf(context.Request.Method, path, Changed);

    /// <summary>As much of Graph as a war room needs, when the client has one channel for it.</summary>
    /// <param name="changed">Takes what is asked to be changed.</param>
    public static IResult GraphOf(string method, string path, ConcurrentQueue<string> changed)
    {
        if (method != "GET")
            changed.Enqueue($"{method} {path}");
        var channel = new JsonObject
        {
            ["id"] = Playground.Room,
            ["displayName"] = "esc-1001",
            ["membershipType"] = "standard",
        };
        return (method, path.Split('/')[^1]) switch
        {
            ("POST", "channels") => Results.Json(channel, statusCode: 201),
            ("GET", "channels" or "members" or "tabs" or "messages") => Results.Json(
                new JsonObject { ["value"] = new JsonArray() }
            ),
            ("GET", _) => Results.Json(channel),
            ("POST", _) => Results.Json(new JsonObject { ["id"] = "1" }, statusCode: 201),
            _ => Results.NoContent(),
        };
    }
}
