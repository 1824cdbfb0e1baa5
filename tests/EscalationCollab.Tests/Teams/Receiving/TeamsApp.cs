using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Receiving;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Teams.Receiving;

/// <summary>The whole product with Teams configured and its company known, and Teams' side of every conversation.</summary>
internal sealed class TeamsApp : IAsyncDisposable
{
    public const string Channel = "19:support@thread.tacv2";
    public const string Group = "19:group@thread.v2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("teams-app");
    private readonly HttpClient _http = new();
    private readonly TokenMint _mint = new();
    private readonly BotConnector _connector;
    private readonly WebApplication _app;
    private int _next;

    private TeamsApp(BotConnector connector, bool quiet)
    {
        _connector = connector;
        _app = Server.Build(
            new Places(_folder.FullName, Templates.Root),
            "http://127.0.0.1:0",
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["PublicUrl"] = "https://esc.example/",
                        ["Teams:ClientId"] = TokenMint.Bot,
                        ["Teams:TenantId"] = TokenMint.Tenant,
                        ["Teams:OpenIdMetadataUrl"] = _mint.Metadata.AbsoluteUri,
                        ["Teams:SignInMetadataUrl"] = _mint.Metadata.AbsoluteUri,
                        ["Teams:ServiceHosts"] = "127.0.0.1",
                        ["Teams:OutboundToken"] = "off",
                        ["Teams:GraphUrl"] = new Uri(connector.Address, "graph/").AbsoluteUri,
                    }
                );
                builder.Logging.ClearProviders();
                if (!quiet)
                    builder.Logging.AddProvider(new LogRecorder(Log, LogLevel.Trace));
            }
        );
    }

    /// <summary>Everything that was logged.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public IEnumerable<string> Mistakes =>
        Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal));

    /// <summary>What the bot said.</summary>
    public IReadOnlyList<Said> Said => [.. _connector.Said];

    public IStore Store => _app.Services.GetRequiredService<IStore>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Where it is served.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Where the keys are that tokens are signed with.</summary>
    public Uri Keys => new(_mint.Metadata, "keys");

    /// <summary>A token as a tab gets it from Teams.</summary>
    public string TokenOf(string person, Action<JsonObject>? change = null) =>
        _mint.Sign(
            TokenMint.Header(),
            TokenMint.PersonClaims(BotConnector.Entra($"29:{person}"), "esc.example", change),
            "teams"
        );

    /// <summary>A token as Teams sends it.</summary>
    public string Token() => _mint.For(_connector.Address.AbsoluteUri);

    /// <param name="quiet">Whether nothing is logged.</param>
    public static async Task<TeamsApp> StartAsync(bool quiet = false)
    {
        var app = new TeamsApp(await BotConnector.StartAsync(), quiet);
        // A slow machine must not make late answers of those that are asserted.
        app.Services.GetRequiredService<TeamsReceiver>().Patience = NodaTime.Duration.FromHours(1);
        await Server.PrepareAsync(app._app, default);
        await app.Store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                var company = CompanyFile.Load(
                    Path.Combine(Templates.Root, "sandbox", "company.yaml")
                );
                foreach (var person in company.Directory.People.Values)
                {
                    records.SavePerson(person);
                    app._connector.Members[$"29:{person.Id}"] = (person.Name, person.Email, "user");
                }
                foreach (var customer in company.Directory.Customers.Values)
                    records.SaveCustomer(customer);
                return true;
            },
            default
        );
        app._connector.Members["29:gil"] = ("Gil Guest", "gil@elsewhere.example", "guest");
        await app._app.StartAsync();
        return app;
    }

    /// <summary>Everybody in a channel and not only in their own chats.</summary>
    public void LeaveRoom(string room, string teamsId) => _connector.Absent[(room, teamsId)] = true;

    // ---- What Teams sends --------------------------------------------------------------------------------------------

    public JsonObject Activity(
        string person,
        string type,
        JsonObject? more = null,
        string conversation = ""
    )
    {
        conversation = conversation.Length > 0 ? conversation : $"a:{person}";
        var id = Interlocked.Increment(ref _next);
        var activity = new JsonObject
        {
            ["type"] = type,
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"act-{id}"),
            ["timestamp"] = string.Create(
                CultureInfo.InvariantCulture,
                $"2026-03-03T13:00:00.{id:000000}Z"
            ),
            ["channelId"] = "msteams",
            ["serviceUrl"] = _connector.Address.AbsoluteUri,
            ["recipient"] = new JsonObject { ["id"] = BotConnector.Bot },
            ["from"] = new JsonObject
            {
                ["id"] = $"29:{person}",
                ["aadObjectId"] = BotConnector.Entra($"29:{person}"),
            },
            ["conversation"] = new JsonObject
            {
                ["id"] =
                    conversation == Channel ? $"{Channel};messageid=1700000000000" : conversation,
                ["conversationType"] =
                    conversation.EndsWith("@thread.tacv2", StringComparison.Ordinal) ? "channel"
                    : conversation == Group ? "groupChat"
                    : "personal",
                ["tenantId"] = TokenMint.Tenant,
            },
            ["channelData"] = new JsonObject
            {
                ["tenant"] = new JsonObject { ["id"] = TokenMint.Tenant },
            },
            ["locale"] = "en-GB",
        };
        if (conversation == Channel)
        {
            activity["channelData"]!["channel"] = new JsonObject { ["id"] = Channel };
            activity["channelData"]!["team"] = new JsonObject
            {
                ["id"] = "19:general@thread.tacv2",
            };
        }
        foreach (var (name, value) in more ?? [])
            activity[name] = value?.DeepClone();
        return activity;
    }

    public JsonObject Message(
        string person,
        string text,
        string conversation = "",
        bool mentions = false
    )
    {
        var more = new JsonObject
        {
            ["text"] = (mentions ? "<at>EscalationCollab</at> " : "") + text,
        };
        if (mentions)
            more["entities"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "mention",
                    ["text"] = "<at>EscalationCollab</at>",
                    ["mentioned"] = new JsonObject { ["id"] = BotConnector.Bot },
                }
            );
        return Activity(person, "message", more, conversation);
    }

    public JsonObject Invoke(
        string person,
        string name,
        JsonObject value,
        string conversation = ""
    ) =>
        Activity(
            person,
            "invoke",
            new JsonObject { ["name"] = name, ["value"] = value },
            conversation
        );

    /// <summary>A button of ours.</summary>
    public static JsonObject Button(CarriedKind kind, string route, ActionData? data = null) =>
        CardData.Write(new Carried(kind, route, data ?? ActionData.None));

    public JsonObject Press(
        string person,
        CarriedKind kind,
        string route,
        ActionData? data = null
    ) =>
        Invoke(
            person,
            "adaptiveCard/action",
            new JsonObject
            {
                ["action"] = new JsonObject
                {
                    ["type"] = "Action.Execute",
                    ["data"] = Button(kind, route, data),
                },
            }
        );

    /// <summary>Submits a dialog that was shown.</summary>
    public JsonObject Submit(
        string person,
        JsonObject shown,
        string name,
        params (string Field, string Value)[] answers
    )
    {
        var data = shown["task"]!["value"]!["card"]!["content"]!["actions"]![0]!["data"]!
            .DeepClone()
            .AsObject();
        foreach (var (field, value) in answers)
            data[field] = value;
        return Invoke(person, name, new JsonObject { ["data"] = data });
    }

    /// <summary>Sends an activity as Teams does.</summary>
    public Task<(int Status, JsonObject? Body)> SendAsync(JsonObject activity)
    {
        var token = _mint.For((string?)activity["serviceUrl"]);
        return SendAsync(Encoding.UTF8.GetBytes(activity.ToJsonString()), "Bearer " + token);
    }

    public async Task<(int Status, JsonObject? Body)> SendAsync(byte[] body, string? authorization)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(new Uri(_app.Urls.First()), TeamsEndpoints.Path)
        )
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new("application/json");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (
            (int)response.StatusCode,
            text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : null
        );
    }

    /// <summary>Sends an activity and answers the body.</summary>
    public async Task<JsonObject> AskAsync(JsonObject activity)
    {
        var (status, body) = await SendAsync(activity);
        return status == 200 ? body! : throw new InvalidOperationException($"answered {status}");
    }

    /// <summary>What the bot said in a conversation, once it has said so many things there.</summary>
    public async Task<Said> HearAsync(string conversation, int count = 1)
    {
        await Eventually.IsTrueAsync(
            () => Said.Count(said => said.Conversation == conversation) >= count,
            $"{count} messages in {conversation}"
        );
        return Said.Where(said => said.Conversation == conversation).ElementAt(count - 1);
    }

    public Task<T> ReadAsync<T>(Func<Records, T> read) =>
        Store.ReadAsync(connection => read(new Records(connection, TenantId.Default)), default);

    public Task<Escalation?> LoadAsync(long number) =>
        ReadAsync(records => records.Load(new EscalationNumber(number)));

    /// <summary>Declares an escalation of Acme through the message extension; answers what the dialog said at the end.</summary>
    public async Task<string> DeclareAsync(string person, string summary, bool restricted = false)
    {
        var shown = await AskAsync(
            Invoke(
                person,
                "composeExtension/fetchTask",
                new JsonObject
                {
                    ["commandId"] = "escalate-message",
                    ["commandContext"] = "compose",
                }
            )
        );
        var answer = await AskAsync(
            Submit(
                person,
                shown,
                "composeExtension/submitAction",
                ("v:customer", "acme"),
                ("v:summary", summary),
                ("v:reason", "MissingExpertise"),
                ("t:restricted", restricted ? "true" : "false")
            )
        );
        return (string?)answer["task"]?["value"] ?? answer.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _connector.DisposeAsync();
        _mint.Dispose();
        _folder.Delete(recursive: true);
    }
}
