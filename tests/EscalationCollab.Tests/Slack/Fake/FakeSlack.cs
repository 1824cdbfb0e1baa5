using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Slack.Fake;

/// <summary>
/// A workspace on a loopback port that answers the methods we call as Slack documents them, and fails in the ways Slack can
/// fail when told to. Slack's own client packages are run against it, so that it speaks what they expect.
/// </summary>
internal sealed partial class FakeSlack : IAsyncDisposable
{
    public const string BotToken = "xoxb-fake-bot-token";
    public const string AppToken = "xapp-fake-app-token";
    public const string SigningSecret = "0123456789abcdef0123456789abcdef";
    public const string Team = "T0FAKE001";
    public const string Organisation = "E0HARBOR";
    public const string BotUser = "U0BOT0001";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Fault>> _faults = [];
    private readonly TaskCompletionSource _release = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Lock _gate = new();
    private long _next = 1;

    private FakeSlack(WebApplication app) => _app = app;

    /// <summary>Where methods are called, with a slash at the end.</summary>
    public Uri ApiUrl => new(new Uri(_app.Urls.First()), "/api/");

    /// <summary>Everything that was called, in order, also what was refused.</summary>
    public ConcurrentQueue<FakeCall> Calls { get; } = new();

    public ConcurrentDictionary<string, FakeUser> Users { get; } = [];

    public ConcurrentDictionary<string, FakeChannel> Channels { get; } = [];

    /// <summary>Views by id, as they were opened or pushed.</summary>
    public ConcurrentDictionary<string, JsonObject> Views { get; } = [];

    /// <summary>What was sent to response addresses, with the id of the address.</summary>
    public ConcurrentQueue<(string Id, JsonObject Message)> Responses { get; } = new();

    /// <summary>Messages only one person sees.</summary>
    public ConcurrentQueue<(string Channel, string User, JsonObject Message)> Whispers { get; } =
        new();

    /// <summary>What was published as somebody's Home, the newest last.</summary>
    public ConcurrentDictionary<string, List<JsonObject>> Homes { get; } = [];

    /// <summary>Cards below links, with their channel.</summary>
    public ConcurrentQueue<(string Channel, JsonObject Unfurl)> Unfurls { get; } = new();

    public ConcurrentDictionary<string, FakeFile> Files { get; } = [];

    /// <summary>Whether the plan has canvases.</summary>
    public bool HasCanvases { get; set; } = true;

    public ConcurrentDictionary<string, (string Handle, string[] Users)> Groups { get; } = [];

    /// <summary>Trigger ids that can still be exchanged; others have expired.</summary>
    public ConcurrentDictionary<string, bool> Triggers { get; } = [];

    /// <summary>How the next call fails, or null: asked for every call that no fault of <see cref="Fail"/> waits for.</summary>
    public Func<FakeCall, Fault?>? Chooses { get; set; }

    /// <summary>How long Slack takes over a call of a method; at once unless set.</summary>
    public Func<string, TimeSpan>? Takes { get; set; }

    /// <summary>Whether response addresses answer nothing any more.</summary>
    public bool RespondsNever { get; set; }

    /// <summary>Set to refuse every token as revoked.</summary>
    public bool Revoked { get; set; }

    /// <summary>How many entries a page has: few, so that whoever does not turn them finds little.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>The clock of the workspace.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public static async Task<FakeSlack> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        // Whoever is made to wait must not hold up the end.
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(1)
        );
        var app = builder.Build();
        var fake = new FakeSlack(app);
        app.UseWebSockets();
        app.MapPost("/api/{method}", fake.CallAsync);
        app.MapGet("/api/{method}", fake.CallAsync);
        app.MapPost("/respond/{id}", fake.RespondAsync);
        app.MapPost(
            "/upload/{id}",
            async (string id, HttpContext context) =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                fake.Files[id].Bytes = body.ToArray();
                fake.Files[id].Authorization = context.Request.Headers.Authorization.ToString();
                return Results.Text("OK");
            }
        );
        app.Map("/link", fake.LinkAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Fails the next calls of a method, in order.</summary>
    public void Fail(string method, params Fault[] faults)
    {
        foreach (var fault in faults)
            _faults.GetOrAdd(method, _ => new()).Enqueue(fault);
    }

    /// <summary>Lets those go who were made to wait.</summary>
    public void Release() => _release.TrySetResult();

    public FakeUser AddUser(string id, string name, string email = "")
    {
        var user = new FakeUser(id, name) { Email = email };
        Users[id] = user;
        return user;
    }

    public FakeChannel AddChannel(
        string name,
        string creator = "U0SOMEBODY",
        bool isPrivate = false
    )
    {
        var channel = new FakeChannel(NextId("C0FAKE"), name, isPrivate, creator)
        {
            Created = Clock.GetUtcNow().ToUnixTimeSeconds(),
        };
        Channels[channel.Id] = channel;
        return channel;
    }

    /// <summary>A private address for answers, as comes with an act.</summary>
    public string NewResponseUrl(string id) => new Uri(ApiUrl, $"/respond/{id}").AbsoluteUri;

    /// <summary>The calls of one method.</summary>
    public IReadOnlyList<FakeCall> CallsOf(string method) =>
        [.. Calls.Where(call => call.Method == method)];

    public FakeChannel? Named(string name) =>
        Channels.Values.FirstOrDefault(channel => channel.Name == name);

    public async ValueTask DisposeAsync()
    {
        Release();
        foreach (var link in Links)
            link.Abort();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> CallAsync(string method, HttpContext context)
    {
        var arguments = await ReadAsync(context.Request);
        var token = context.Request.Headers.Authorization.ToString()
            is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer]
            ? bearer
            : (string?)arguments["token"] ?? "";
        var call = new FakeCall(
            method,
            arguments,
            context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal)
                is true
        )
        {
            At = TimeProvider.System.GetTimestamp(),
            Token = token,
        };
        Calls.Enqueue(call);
        arguments["fake_token"] = token;
        try
        {
            return await AnswerAsync(call, context);
        }
        finally
        {
            call.Ended = TimeProvider.System.GetTimestamp();
        }
    }

    // Those whose reference says: required if the token of an organisation is used.
    private static readonly string[] MustNameTeam =
    [
        "conversations.create",
        "conversations.list",
        "usergroups.list",
        "usergroups.users.list",
        "users.list",
    ];

    private async Task<IResult> AnswerAsync(FakeCall call, HttpContext context)
    {
        var (method, arguments, token) = (call.Method, call.Arguments, call.Token);
        if (Takes is { } takes)
            await Task.Delay(takes(method), TimeProvider.System, context.RequestAborted);
        if (Revoked)
            return Answer(Error("token_revoked"));
        if (method == "oauth.v2.access")
            return Answer(Grant(arguments, context.Request.Headers.Authorization.ToString()));
        if (token.Length == 0)
            return Answer(Error("not_authed"));
        if (
            token != (method == "apps.connections.open" ? AppToken : BotToken)
            && !Granted.ContainsKey(token)
        )
            return Answer(Error("invalid_auth"));
        if (
            MustNameTeam.Contains(method)
            && Organisations.TryGetValue(token, out var teams)
            && !teams.Contains(Text(arguments, "team_id"))
        )
            return Answer(
                Error(
                    Text(arguments, "team_id").Length == 0
                        ? "missing_argument"
                        : "team_access_not_granted"
                )
            );
        if (_faults.TryGetValue(method, out var faults) && faults.TryDequeue(out var fault))
            return await FailAsync(fault, method, arguments, context);
        if (Chooses?.Invoke(call) is { } chosen)
            return await FailAsync(chosen, method, arguments, context);
        return Answer(Do(method, arguments));
    }

    private async Task<IResult> FailAsync(
        Fault fault,
        string method,
        JsonObject arguments,
        HttpContext context
    )
    {
        if (fault.AfterDoing)
            Do(method, arguments);
        switch (fault.Kind)
        {
            case FaultKind.Hang:
                await HangAsync(context);
                return Results.StatusCode(503);
            case FaultKind.Status:
                return Results.StatusCode(fault.Code);
            case FaultKind.Break:
                context.Abort();
                return Results.Empty;
            case FaultKind.RateLimit:
                context.Response.Headers.RetryAfter = fault.Code.ToString(
                    CultureInfo.InvariantCulture
                );
                return Results.Text(
                    Error("ratelimited").ToJsonString(),
                    "application/json",
                    statusCode: 429
                );
            default:
                return Answer(Error(fault.Error));
        }
    }

    private async Task HangAsync(HttpContext context)
    {
        try
        {
            await _release.Task.WaitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Whoever waited has gone.
        }
    }

    private async Task<IResult> RespondAsync(string id, HttpContext context)
    {
        if (RespondsNever)
        {
            await HangAsync(context);
            return Results.StatusCode(503);
        }
        if (await JsonNode.ParseAsync(context.Request.Body) is JsonObject message)
            Responses.Enqueue((id, message));
        return Results.Text("ok");
    }

    private static IResult Answer(JsonObject answer) =>
        Results.Text(answer.ToJsonString(), "application/json");

    private static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) is true)
            return await JsonNode.ParseAsync(request.Body) as JsonObject ?? [];
        var read = new JsonObject();
        foreach (var (name, value) in request.Query)
            read[name] = value.ToString();
        if (request.HasFormContentType)
            foreach (var (name, value) in await request.ReadFormAsync())
                read[name] = Structured(name, value.ToString());
        return read;
    }

    // In a form, what has structure is written as JSON.
    private static JsonNode? Structured(string name, string value) =>
        name is "blocks" or "view" or "metadata" or "attachments"
            ? JsonNode.Parse(value)
            : JsonValue.Create(value);

    private string NextId(string prefix)
    {
        lock (_gate)
            return prefix + (_next++).ToString("D4", CultureInfo.InvariantCulture);
    }

    private static JsonObject Error(string error) => new() { ["ok"] = false, ["error"] = error };

    private static JsonObject Ok(params (string Name, JsonNode? Value)[] values)
    {
        var answer = new JsonObject { ["ok"] = true };
        foreach (var (name, value) in values)
            answer[name] = value;
        return answer;
    }
}

/// <summary>A call as it came.</summary>
/// <param name="AsJson">As JSON; as a form otherwise.</param>
internal sealed record FakeCall(string Method, JsonObject Arguments, bool AsJson)
{
    /// <summary>When it came, as a timestamp of the machine's own clock.</summary>
    public long At { get; init; }

    /// <summary>When it was answered.</summary>
    public long Ended { get; set; }

    /// <summary>The token it came with.</summary>
    public string Token { get; init; } = "";

    public string this[string name] => Arguments[name]?.ToString() ?? "";
}

internal sealed record FakeUser(string Id, string Name)
{
    public string Email { get; init; } = "";
    public bool EmailConfirmed { get; set; } = true;
    public string Locale { get; set; } = "en-GB";
    public string Zone { get; set; } = "Europe/London";
    public string Title { get; set; } = "";
    public string TeamId { get; set; } = FakeSlack.Team;
    public bool Restricted { get; set; }
    public bool Deleted { get; set; }
    public bool IsBot { get; set; }

    /// <summary>The one token by which they are found; empty for every token.</summary>
    public string OnlyBy { get; set; } = "";

    public bool IsFoundBy(string token) => OnlyBy.Length == 0 || OnlyBy == token;

    public JsonObject ToJson(bool locale) =>
        new()
        {
            ["id"] = Id,
            ["team_id"] = TeamId,
            ["name"] = Name.ToLowerInvariant(),
            ["real_name"] = Name,
            ["deleted"] = Deleted,
            ["is_bot"] = IsBot,
            ["is_restricted"] = Restricted,
            ["is_ultra_restricted"] = false,
            ["is_email_confirmed"] = EmailConfirmed,
            ["tz"] = Zone,
            ["locale"] = locale ? Locale : null,
            ["profile"] = new JsonObject
            {
                ["real_name"] = Name,
                ["display_name"] = Name,
                ["email"] = Email,
                ["title"] = Title,
            },
        };
}

internal sealed record FakeChannel(string Id, string Name, bool IsPrivate, string Creator)
{
    /// <summary>The one token that sees it; empty for every token.</summary>
    public string OnlyBy { get; set; } = "";

    /// <summary>The workspace of an organisation that it is in; empty outside of one.</summary>
    public string Team { get; set; } = "";

    public bool IsSeenBy(string token) => OnlyBy.Length == 0 || OnlyBy == token;

    public long Created { get; set; }
    public string Topic { get; set; } = "";
    public string Purpose { get; set; } = "";
    public bool Archived { get; set; }
    public bool IsExternal { get; set; }
    public string? Canvas { get; set; }
    public string? CanvasId { get; set; }
    public List<string> Members { get; } = [];
    public List<FakeMessage> Messages { get; } = [];
    public List<string> Pins { get; } = [];
    public List<JsonObject> Bookmarks { get; } = [];

    public JsonObject ToJson() =>
        new()
        {
            ["id"] = Id,
            ["name"] = Name,
            ["is_channel"] = true,
            ["is_private"] = IsPrivate,
            ["is_archived"] = Archived,
            ["is_ext_shared"] = IsExternal,
            ["is_member"] = Members.Contains(FakeSlack.BotUser),
            ["properties"] = CanvasId is null
                ? null
                : new JsonObject { ["canvas"] = new JsonObject { ["file_id"] = CanvasId } },
            ["creator"] = Creator,
            ["created"] = Created,
            ["topic"] = new JsonObject { ["value"] = Topic },
            ["purpose"] = new JsonObject { ["value"] = Purpose },
        };
}

internal sealed class FakeMessage(string ts, string user)
{
    public string Ts => ts;
    public string User => user;
    public string Text { get; set; } = "";
    public JsonNode? Blocks { get; set; }
    public JsonNode? Metadata { get; set; }
    public int Edits { get; set; }
    public IReadOnlyList<FakeFile> Files { get; set; } = [];

    public JsonObject ToJson(bool metadata) =>
        new()
        {
            ["type"] = "message",
            ["ts"] = ts,
            ["user"] = user,
            ["text"] = Text,
            ["blocks"] = Blocks?.DeepClone(),
            ["files"] = new JsonArray([
                .. Files.Select(file => new JsonObject
                {
                    ["id"] = file.Id,
                    ["name"] = file.Name,
                    ["title"] = file.Title,
                }),
            ]),
            ["metadata"] = metadata ? Metadata?.DeepClone() : null,
        };
}

internal sealed class FakeFile(string id, string name)
{
    public string Id => id;
    public string Name => name;
    public string Title { get; set; } = "";
    public byte[] Bytes { get; set; } = [];
    public string Authorization { get; set; } = "";
}

internal enum FaultKind
{
    Error,
    RateLimit,
    Hang,
    Status,
    Break,
}

/// <summary>How a call fails; <see cref="AfterDoing"/> says that it took effect all the same.</summary>
internal sealed record Fault(
    FaultKind Kind,
    int Code = 0,
    string Error = "",
    bool AfterDoing = false
)
{
    public static Fault Of(string error) => new(FaultKind.Error, Error: error);

    public static Fault Limit(int seconds) => new(FaultKind.RateLimit, seconds);

    public static Fault Hang(bool afterDoing = false) =>
        new(FaultKind.Hang, AfterDoing: afterDoing);

    public static Fault Status(int code, bool afterDoing = false) =>
        new(FaultKind.Status, code, AfterDoing: afterDoing);

    public static Fault Break(bool afterDoing = false) =>
        new(FaultKind.Break, AfterDoing: afterDoing);
}
