using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Slack;

/// <summary>The whole product with Slack configured, and the workspace it works in: Slack's side of every conversation.</summary>
internal sealed class SlackApp : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slack-app");
    private readonly HttpClient _http = new();
    private readonly Func<WebApplication> _build;
    private WebApplication _app;
    private Uri? _elsewhere;
    private int _next;

    private SlackApp(FakeSlack slack, bool socket, bool http, bool byLink, TimeProvider clock)
    {
        Slack = slack;
        slack.Clock = Clock = clock;
        _build = () => Build(socket, http, byLink);
        _app = _build();
    }

    private WebApplication Build(bool socket, bool http, bool byLink) =>
        Server.Build(
            new Places(_folder.FullName, Templates.Root),
            "http://127.0.0.1:0",
            builder =>
            {
                builder.Services.AddSingleton(Clock);
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["Slack:BotToken"] = byLink ? "" : FakeSlack.BotToken,
                        ["Slack:ClientId"] = byLink ? FakeSlack.ClientId : "",
                        ["Slack:ClientSecret"] = byLink ? FakeSlack.ClientSecret : "",
                        ["PublicUrl"] = "https://esc.example/",
                        ["Slack:SigningSecret"] = http ? FakeSlack.SigningSecret : "",
                        ["Slack:AppToken"] = socket ? FakeSlack.AppToken : "",
                        ["Slack:ApiUrl"] = Slack.ApiUrl.AbsoluteUri,
                    }
                );
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(new LogRecorder(Log, LogLevel.Trace));
            }
        );

    public FakeSlack Slack { get; }

    /// <summary>The clock of the product and of the workspace.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Everything that was logged.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public IStore Store => _app.Services.GetRequiredService<IStore>();

    public IServiceProvider Services => _app.Services;

    public Uri Address => _elsewhere ?? new(_app.Urls.First());

    /// <summary>Where the data is.</summary>
    public string Data => _folder.FullName;

    /// <summary>From now on as impatient as Slack makes it.</summary>
    public void BeImpatient() =>
        Services.GetRequiredService<SlackReceiver>().Patience = NodaTime.Duration.FromMilliseconds(
            1_500
        );

    /// <summary>A workspace with Ana (Portuguese), Marco and a customer, and the product running in it.</summary>
    /// <param name="byLink">Nothing is installed yet, and no token configured.</param>
    /// <param name="clock">The machine's own unless given.</param>
    public static async Task<SlackApp> StartAsync(
        bool socket = false,
        bool http = true,
        bool byLink = false,
        TimeProvider? clock = null
    )
    {
        var slack = await FakeSlack.StartAsync();
        var ana = slack.AddUser("U0ANA", "Ana Souza", "ana.souza@harbor.example");
        (ana.Locale, ana.Zone) = ("pt-BR", "America/Sao_Paulo");
        slack.AddUser("U0MARCO", "Marco Rossi", "marco.rossi@harbor.example");
        slack.AddUser("U0GUEST", "Gil Guest", "gil@elsewhere.example").Restricted = true;
        slack.Groups["S1"] = ("escalation-managers", ["U0MARCO"]);
        var app = new SlackApp(slack, socket, http, byLink, clock ?? TimeProvider.System);
        await app.RunAsync();
        await app.Store.WriteAsync(
            connection =>
            {
                new Records(connection, TenantId.Default).SaveCustomer(
                    new Customer(new CustomerId("acme"), "Acme") { Tier = "enterprise" }
                );
                return true;
            },
            default
        );
        if (byLink)
            return app;
        // The roster has been read: no fault that a test asks for is spent on it.
        await Eventually.IsTrueAsync(
            () => app.Team("U0MARCO").Contains("escalation-managers"),
            "Marco's team"
        );
        return app;
    }

    /// <summary>Stops the product and starts it again on the same data, at another address.</summary>
    public async Task RestartAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = _build();
        await RunAsync();
    }

    /// <summary>
    /// Stops the product, for another process to run it on the same data at this address. What is sent from now on goes there.
    /// </summary>
    public async Task LeaveToAsync(Uri address)
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _elsewhere = address;
        await File.WriteAllTextAsync(
            Path.Combine(Data, "settings.json"),
            new JsonObject
            {
                ["Slack:BotToken"] = FakeSlack.BotToken,
                ["Slack:SigningSecret"] = FakeSlack.SigningSecret,
                ["Slack:ApiUrl"] = Slack.ApiUrl.AbsoluteUri,
            }.ToJsonString()
        );
    }

    private async Task RunAsync()
    {
        // A slow machine must not make late answers of those that are asserted.
        Services.GetRequiredService<SlackReceiver>().Patience = NodaTime.Duration.FromHours(1);
        await Server.PrepareAsync(_app, default);
        await _app.StartAsync();
    }

    private string Team(string user) =>
        Store
            .ReadAsync(
                connection =>
                    Dapper.SqlMapper.ExecuteScalar<string?>(
                        connection,
                        "SELECT teams FROM slack_user WHERE id = @user",
                        new { user }
                    ) ?? "",
                default
            )
            .GetAwaiter()
            .GetResult();

    // ---- What Slack delivers -----------------------------------------------------------------------------------------

    /// <summary>A slash command; answers the body.</summary>
    public Task<SlackAnswer> CommandAsync(string user, string text, string? trigger = null) =>
        SendFormAsync("/slack/commands", CommandFields(user, text, trigger));

    public Dictionary<string, string> CommandFields(
        string user,
        string text,
        string? trigger = null
    ) =>
        new()
        {
            ["command"] = "/escalate",
            ["text"] = text,
            ["team_id"] = FakeSlack.Team,
            ["user_id"] = user,
            ["channel_id"] = "C0GENERAL",
            ["trigger_id"] = trigger ?? NewTrigger(),
            ["response_url"] = Slack.NewResponseUrl("command"),
        };

    /// <summary>An interaction payload.</summary>
    public Task<SlackAnswer> InteractAsync(
        JsonObject payload,
        string path = "/slack/interactions"
    ) => SendFormAsync(path, new() { ["payload"] = payload.ToJsonString() });

    /// <summary>An event.</summary>
    public Task<SlackAnswer> EventAsync(JsonObject happened, string id) =>
        SendAsync("/slack/events", EventPayload(happened, id).ToJsonString(), "application/json");

    public static JsonObject EventPayload(JsonObject happened, string id) =>
        new()
        {
            ["type"] = "event_callback",
            ["team_id"] = FakeSlack.Team,
            ["event_id"] = id,
            ["event"] = happened,
        };

    public JsonObject Press(
        string user,
        string value,
        string? trigger = null,
        string channel = "C0GENERAL"
    ) =>
        new()
        {
            ["type"] = "block_actions",
            ["team"] = new JsonObject { ["id"] = FakeSlack.Team },
            ["user"] = new JsonObject { ["id"] = user },
            ["channel"] = new JsonObject { ["id"] = channel },
            ["message"] = new JsonObject { ["ts"] = "1.000001" },
            ["trigger_id"] = trigger ?? NewTrigger(),
            ["response_url"] = Slack.NewResponseUrl("press"),
            ["actions"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "button",
                    ["action_id"] = "does:x",
                    ["block_id"] = "b",
                    ["action_ts"] = Interlocked
                        .Increment(ref _next)
                        .ToString(CultureInfo.InvariantCulture),
                    ["value"] = value,
                }
            ),
        };

    /// <summary>Submits a view that was opened, with answers by input id: a text, or the value of an option.</summary>
    public static JsonObject Submit(
        string user,
        JsonObject view,
        params (string Input, JsonObject Answer)[] answers
    )
    {
        var sent = (JsonObject)view.DeepClone();
        var values = new JsonObject();
        foreach (var (input, answer) in answers)
        {
            var block = sent["blocks"]!
                .AsArray()
                .Select(block => (string?)block!["block_id"])
                .First(id => id?.StartsWith($"in:{input}:", StringComparison.Ordinal) is true)!;
            values[block] = new JsonObject { ["answer"] = answer };
        }
        sent["state"] = new JsonObject { ["values"] = values };
        return new JsonObject
        {
            ["type"] = "view_submission",
            ["team"] = new JsonObject { ["id"] = FakeSlack.Team },
            ["user"] = new JsonObject { ["id"] = user },
            ["trigger_id"] = "used.up",
            ["view"] = sent,
        };
    }

    public static JsonObject Typed(string text) =>
        new() { ["type"] = "plain_text_input", ["value"] = text };

    public static JsonObject Chosen(string value) =>
        new()
        {
            ["type"] = "static_select",
            ["selected_option"] = new JsonObject { ["value"] = value },
        };

    public string NewTrigger()
    {
        var trigger = $"trigger.{Interlocked.Increment(ref _next)}";
        Slack.Triggers[trigger] = true;
        return trigger;
    }

    /// <summary>The view that an act opens.</summary>
    public async Task<JsonObject> OpenedAsync(Func<Task> act)
    {
        var before = Slack.Views.Keys.ToHashSet();
        await act();
        await Eventually.IsTrueAsync(
            () => Slack.Views.Keys.Any(id => !before.Contains(id)),
            "a view"
        );
        return Slack.Views.First(view => !before.Contains(view.Key)).Value;
    }

    /// <summary>The next private answer by a response address.</summary>
    public async Task<string> RespondedAsync(int count = 1)
    {
        await Eventually.IsTrueAsync(
            () => Slack.Responses.Count >= count,
            $"{count} private answers"
        );
        return (string)Slack.Responses.ElementAt(count - 1).Message["text"]!;
    }

    public Task<SlackAnswer> SendFormAsync(string path, Dictionary<string, string> fields) =>
        SendAsync(
            path,
            string.Join(
                '&',
                fields.Select(field =>
                    $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"
                )
            ),
            "application/x-www-form-urlencoded"
        );

    /// <summary>Sends a request, signed by Slack unless told otherwise.</summary>
    public async Task<SlackAnswer> SendAsync(
        string path,
        string body,
        string type,
        string? timestamp = null,
        string? signature = null
    )
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        timestamp ??= Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Content = new ByteArrayContent(bytes),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Add(SlackSignature.TimestampHeader, timestamp);
        request.Headers.Add(
            SlackSignature.SignatureHeader,
            signature ?? SlackSignature.Of(FakeSlack.SigningSecret, timestamp, bytes)
        );
        var start = TimeProvider.System.GetTimestamp();
        using var response = await _http.SendAsync(request);
        return new SlackAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            TimeProvider.System.GetElapsedTime(start)
        );
    }

    public async ValueTask DisposeAsync()
    {
        Slack.Release();
        _http.Dispose();
        if (_elsewhere is null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        await Slack.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>What the product answered Slack.</summary>
internal sealed record SlackAnswer(int Status, string Body, TimeSpan Took)
{
    public JsonObject Json => (JsonObject)JsonNode.Parse(Body)!;
}
