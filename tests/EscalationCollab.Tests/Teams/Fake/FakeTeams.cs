using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Teams.Fake;

/// <summary>
/// An organisation with one team on a loopback port: Entra's token endpoint, the Bot Connector and the part of Microsoft
/// Graph that we call, answering as Microsoft documents them and failing in the ways they can fail when told to.
/// </summary>
internal sealed partial class FakeTeams : IAsyncDisposable
{
    public const string ClientId = "11111111-2222-3333-4444-555555555555";
    public const string Secret = "fake-client-secret";
    public const string Entra = "72f988bf-0000-0000-0000-000000000001";
    public const string Team = "aaaaaaaa-0000-0000-0000-000000000001";
    public const string General = "19:general@thread.tacv2";
    public const string Bot = "28:" + ClientId;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<TeamsFault>> _faults = [];
    private readonly ConcurrentDictionary<string, (string Tenant, string Scope)> _tokens = [];
    private readonly TaskCompletionSource _release = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Lock _gate = new();
    private long _next;

    private FakeTeams(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Where Teams is answered.</summary>
    public Uri ServiceUrl => new(Address, "/emea/");

    public Uri TokenUrl => new(Address, $"/login/{Entra}/oauth2/v2.0/token");

    public Uri GraphUrl => new(Address, "/graph/v1.0/");

    /// <summary>Everything that was called, in order, also what was refused.</summary>
    public ConcurrentQueue<TeamsCall> Calls { get; } = new();

    /// <summary>By Entra object id.</summary>
    public ConcurrentDictionary<string, FakeUser> Users { get; } = [];

    /// <summary>Who is in the team, by Entra object id.</summary>
    public ConcurrentDictionary<string, bool> TeamMembers { get; } = [];

    public ConcurrentDictionary<string, FakeChannel> Channels { get; } = [];

    /// <summary>Chats of the bot with one person, by the connector's id.</summary>
    public ConcurrentDictionary<string, FakeChat> Chats { get; } = [];

    /// <summary>What an administrator did not grant.</summary>
    public ConcurrentDictionary<string, bool> Denied { get; } = [];

    /// <summary>How many entries a page has: few, so that whoever does not turn them finds little.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>Whether tokens handed out before are refused.</summary>
    public void Revoke() => _tokens.Clear();

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The clock by which calls are noted.</summary>
    public TimeProvider CallClock { get; set; } = TimeProvider.System;

    public static async Task<FakeTeams> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        // Whoever is made to wait must not hold up the end.
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(1)
        );
        var app = builder.Build();
        var fake = new FakeTeams(app);
        app.MapPost("/login/{tenant}/oauth2/v2.0/token", fake.TokenAsync);
        fake.MapConnector(app.MapGroup("/emea/v3"));
        fake.MapGraph(app.MapGroup("/graph/v1.0"));
        fake.MapMail(app.MapGroup("/graph/v1.0"));
        fake.MapCalendar(app.MapGroup("/graph/v1.0"));
        await app.StartAsync();
        return fake;
    }

    /// <summary>Fails the next calls of a kind, in order.</summary>
    public void Fail(string call, params TeamsFault[] faults)
    {
        foreach (var fault in faults)
            _faults.GetOrAdd(call, _ => new()).Enqueue(fault);
    }

    /// <summary>Asked for every call whether it goes wrong; before what <see cref="Fail"/> has prepared.</summary>
    public Func<TeamsCall, TeamsFault?>? Chooses { get; set; }

    public IReadOnlyList<TeamsCall> CallsOf(string name) =>
        [.. Calls.Where(call => call.Name == name)];

    public FakeUser AddUser(string id, string name, string mail, bool inTeam = false)
    {
        var user = new FakeUser(id, $"29:{id}", name, mail);
        Users[id] = user;
        if (inTeam)
            TeamMembers[id] = true;
        return user;
    }

    public FakeChannel AddChannel(string name, string description = "")
    {
        var channel = new FakeChannel($"19:{NextId()}@thread.tacv2", name)
        {
            Description = description,
            Created = Clock.GetUtcNow(),
        };
        Channels[channel.Id] = channel;
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> TokenAsync(string tenant, HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var call = new TeamsCall("token", context.Request.Path, null, "")
        {
            At = CallClock.GetUtcNow(),
        };
        Calls.Enqueue(call);
        if (_faults.TryGetValue("token", out var faults) && faults.TryDequeue(out var fault))
            return await FailAsync(fault, null, context);
        if (
            form["client_id"] != ClientId
            || form["client_secret"] != Secret
            || form["grant_type"] != "client_credentials"
        )
            return Json(
                new JsonObject
                {
                    ["error"] = "invalid_client",
                    ["error_description"] =
                        "AADSTS7000215: Invalid client secret provided. Trace ID: 0",
                    ["error_codes"] = new JsonArray(7000215),
                },
                401
            );
        var token = $"token-{NextId()}";
        _tokens[token] = (tenant, form["scope"].ToString());
        return Json(
            new JsonObject
            {
                ["token_type"] = "Bearer",
                ["expires_in"] = 3599,
                ["ext_expires_in"] = 3599,
                ["access_token"] = token,
            }
        );
    }

    // A lambda of a context alone counts as one that writes its answer itself.
    private async Task AnswerAsync(
        string name,
        string scope,
        HttpContext context,
        Func<JsonObject, IResult> act
    ) => await (await JudgeAsync(name, scope, context, act)).ExecuteAsync(context);

    private async Task<IResult> JudgeAsync(
        string name,
        string scope,
        HttpContext context,
        Func<JsonObject, IResult> act
    )
    {
        var body = await BodyOfAsync(context.Request);
        var token = context.Request.Headers.Authorization.ToString()
            is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer]
            ? bearer
            : "";
        var call = new TeamsCall(name, context.Request.Path, (JsonObject)body.DeepClone(), token)
        {
            At = CallClock.GetUtcNow(),
        };
        Calls.Enqueue(call);
        if (
            !_tokens.TryGetValue(token, out var granted)
            || granted.Scope != scope
            || granted.Tenant != Entra
        )
            return Error(401, "InvalidAuthenticationToken", "Access token is empty or wrong.");
        if (Chooses?.Invoke(call) is { } chosen)
            return await FailAsync(chosen, () => act(body), context);
        if (_faults.TryGetValue(name, out var faults) && faults.TryDequeue(out var fault))
            return await FailAsync(fault, () => act(body), context);
        return act(body);
    }

    private static async Task<JsonObject> BodyOfAsync(HttpRequest request)
    {
        if (request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0)
            return [];
        if (request.ContentType?.StartsWith("text/plain", StringComparison.Ordinal) is true)
        {
            using var reader = new StreamReader(request.Body);
            return new JsonObject { ["text"] = await reader.ReadToEndAsync() };
        }
        return await JsonNode.ParseAsync(request.Body) as JsonObject ?? [];
    }

    private async Task<IResult> FailAsync(TeamsFault fault, Func<IResult>? act, HttpContext context)
    {
        if (fault.AfterDoing)
            act?.Invoke();
        if (fault.Hangs)
        {
            try
            {
                await _release.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // Whoever waited has gone.
            }
            return Results.StatusCode(503);
        }
        if (fault.Status == 0)
        {
            context.Abort();
            return Results.Empty;
        }
        if (fault.Location is not null)
            context.Response.Headers.Location = fault.Location.AbsoluteUri;
        if (fault.RetryAfter > 0)
            context.Response.Headers.RetryAfter = fault.RetryAfter.ToString(
                CultureInfo.InvariantCulture
            );
        return fault.Code.Length == 0
            ? Results.Text("<html>Bad gateway</html>", "text/html", statusCode: fault.Status)
            : Error(fault.Status, fault.Code, "It went wrong.");
    }

    private static IResult Error(int status, string code, string message) =>
        Json(
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["code"] = code,
                    ["message"] = message,
                    ["innerError"] = new JsonObject
                    {
                        ["date"] = "2026-03-02T09:00:00",
                        ["request-id"] = "00000000-0000-0000-0000-000000000000",
                        ["client-request-id"] = "00000000-0000-0000-0000-000000000000",
                    },
                },
            },
            status
        );

    private static IResult Json(JsonNode answer, int status = 200) =>
        Results.Text(answer.ToJsonString(), "application/json", statusCode: status);

    private string NextId()
    {
        lock (_gate)
            return (1_772_442_000_000 + ++_next).ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>A call as it came.</summary>
internal sealed record TeamsCall(string Name, string Path, JsonObject? Body, string Token)
{
    /// <summary>When it came, by <see cref="FakeTeams.CallClock"/>.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>How a call goes wrong. Without a code the answer is a proxy's page, without a status the line breaks.</summary>
internal sealed record TeamsFault(
    int Status,
    string Code = "",
    int RetryAfter = 0,
    bool AfterDoing = false,
    bool Hangs = false
)
{
    /// <summary>Where the answer points.</summary>
    public Uri? Location { get; init; }

    public static TeamsFault Break(bool afterDoing) => new(0, AfterDoing: afterDoing);

    public static TeamsFault Hang(bool afterDoing) => new(503, AfterDoing: afterDoing, Hangs: true);

    public static TeamsFault BadGateway(bool afterDoing) => new(502, AfterDoing: afterDoing);

    public static TeamsFault TooMany(int seconds) =>
        new(429, "TooManyRequests", RetryAfter: seconds);
}

internal sealed class FakeUser(string id, string teamsId, string name, string mail)
{
    public string Id => id;
    public string TeamsId => teamsId;
    public string Name { get; set; } = name;
    public string Mail => mail;
    public string Role { get; set; } = "user";
    public string Tenant { get; set; } = FakeTeams.Entra;
}

internal sealed class FakeChannel(string id, string name)
{
    public string Id => id;
    public string Name => name;
    public string Description { get; set; } = "";
    public bool IsPrivate { get; init; }
    public bool Archived { get; set; }
    public bool HasBot { get; set; } = true;
    public string? Owner { get; init; }
    public DateTimeOffset Created { get; set; }
    public ConcurrentDictionary<string, bool> Members { get; } = [];
    public List<FakeMessage> Messages { get; } = [];
    public List<JsonObject> Tabs { get; } = [];
}

internal sealed class FakeChat(string user)
{
    public string User => user;
    public bool Blocked { get; set; }
    public List<FakeMessage> Messages { get; } = [];
}

internal sealed record FakeMessage(string Id, DateTimeOffset At)
{
    public required JsonObject Activity { get; set; }

    /// <summary>The application it is of.</summary>
    public string App { get; init; } = FakeTeams.ClientId;
}
