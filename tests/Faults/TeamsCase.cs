using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Receiving;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.Teams.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Faults;

/// <summary>The product in a team of Teams, with tokens checked and given, and what the rows ask of it.</summary>
internal sealed class TeamsCase : Played, IAsyncDisposable
{
    /// <summary>Marco, who declares, owns and presses.</summary>
    public const string Marco = "bbbbbbbb-0000-0000-0000-000000000001";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("teams-case");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(10) };
    private readonly ConcurrentDictionary<(string, long), string> _tokens = [];
    private WebApplication _app;
    private int _next;

    private TeamsCase(FakeTeams teams, TimeProvider clock)
    {
        Teams = teams;
        Time = teams.Clock = teams.CallClock = clock;
        _app = Build();
    }

    public FakeTeams Teams { get; }

    public TokenMint Mint { get; } = new();

    /// <summary>The clock of the product and of Teams.</summary>
    public TimeProvider Time { get; }

    /// <summary>Everything that was logged as a mistake.</summary>
    public ConcurrentQueue<string> Mistakes { get; } = new();

    /// <summary>How long an answer is waited for; a slow machine must not make late answers of those that are counted.</summary>
    public NodaTime.Duration Patience
    {
        get;
        set
        {
            field = value;
            Services.GetRequiredService<TeamsReceiver>().Patience = value;
        }
    } = NodaTime.Duration.FromHours(1);

    protected override IServiceProvider Services => _app.Services;

    protected override TimeProvider Clock => Time;

    protected override string Platform => "teams";

    // By a quick clock a busy machine may have no time to say who writes; then they are asked again.
    private async Task<string> MetAsync()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            await SendAsync(Message("help"));
            if (
                await AskAsync<string?>("SELECT person FROM teams_user WHERE person IS NOT NULL") is
                { } known
            )
                return known;
        }
        throw new InvalidOperationException("the product does not learn who Marco is");
    }

    /// <param name="times">How much faster than the machine's the clock goes.</param>
    public static async Task<TeamsCase> StartAsync(double times = 1)
    {
        var teams = await FakeTeams.StartAsync();
        // Pages as large as Graph's: the small ones of the tests would make long lists slow for no reason.
        teams.PageSize = 1_000;
        teams.AddUser(Marco, "Marco Rossi", "marco.rossi@harbor.example", inTeam: true);
        var made = new TeamsCase(teams, times == 1 ? TimeProvider.System : new QuickTime(times));
        await made.RunAsync();
        await made
            .Services.GetRequiredService<IStore>()
            .WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    records.SavePerson(
                        new Person(
                            new PersonId("marco"),
                            "Marco Rossi",
                            "marco.rossi@harbor.example",
                            "Escalation manager",
                            "en",
                            "Europe/Rome"
                        )
                        {
                            Teams = ["escalation-managers"],
                        }
                    );
                    records.SaveCustomer(
                        new Customer(new CustomerId("acme"), "Acme") { Tier = "enterprise" }
                    );
                    return true;
                },
                default
            );
        await made.SendAsync(made.Added());
        made.Actor = new PersonId(await made.MetAsync());
        return made;
    }

    /// <summary>Stops the product and starts it again on the same data, at another address.</summary>
    public async Task RestartAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = Build();
        await RunAsync();
    }

    // ---- What Teams delivers -----------------------------------------------------------------------------------------

    /// <summary>The app was added to the team.</summary>
    public JsonObject Added() => Installation("add");

    /// <summary>The app was removed from it.</summary>
    public JsonObject Removed() => Installation("remove");

    /// <summary>Something was written to the app.</summary>
    public JsonObject Message(string text) => Activity("message", ("text", text));

    /// <summary>Something happened to a channel.</summary>
    public JsonObject Happened(FakeChannel channel, string what)
    {
        var activity = InTeam("conversationUpdate", channel.Id);
        activity["channelData"]!["eventType"] = what;
        activity["channelData"]!["channel"] = new JsonObject
        {
            ["id"] = channel.Id,
            ["name"] = channel.Name,
        };
        return activity;
    }

    /// <summary>A button of ours, pressed on a card that is pressed this once.</summary>
    public JsonObject Press(string route, EscalationNumber number) =>
        Invoke(
            "adaptiveCard/action",
            new JsonObject
            {
                ["action"] = new JsonObject
                {
                    ["type"] = "Action.Execute",
                    ["data"] = CardData.Write(
                        new Carried(CarriedKind.Does, route, ActionData.For(number))
                    ),
                },
            }
        );

    /// <summary>A form of ours with its texts filled in.</summary>
    public JsonObject Submit(
        string route,
        EscalationNumber number,
        params (string Field, string Value)[] answers
    )
    {
        var data = CardData.Write(new Carried(CarriedKind.Submits, route, ActionData.For(number)));
        foreach (var (field, value) in answers)
            data[field] = value;
        return Invoke("task/submit", new JsonObject { ["data"] = data });
    }

    /// <summary>The same activity as Teams sends it once more: with another id, and at another time.</summary>
    public JsonObject Again(JsonObject activity)
    {
        var again = activity.DeepClone().AsObject();
        Stamp(again);
        return again;
    }

    /// <summary>Sends it with a token for the address it names.</summary>
    /// <returns>The status and the body of the answer.</returns>
    public Task<TeamsReply> SendAsync(JsonObject activity)
    {
        var serviceUrl = (string?)activity["serviceUrl"] ?? "";
        var minute = Time.GetUtcNow().ToUnixTimeSeconds() / 600;
        return SendAsync(
            activity,
            "Bearer "
                + _tokens.GetOrAdd(
                    (serviceUrl, minute),
                    _ => Mint.Sign(TokenMint.Header(), TokenMint.Claims(serviceUrl, Time), "teams")
                )
        );
    }

    /// <summary>Sends it with whatever stands for a token.</summary>
    public async Task<TeamsReply> SendAsync(JsonObject activity, string authorization)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(new Uri(_app.Urls.First()), TeamsEndpoints.Path)
        )
        {
            Content = new StringContent(activity.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _http.SendAsync(request);
        return new TeamsReply((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The war room that is open for an escalation, or those that are.</summary>
    public List<FakeChannel> RoomsOf(EscalationNumber number) =>
        [
            .. Teams.Channels.Values.Where(room =>
                !room.Archived
                && room.HasBot
                && room.Name.StartsWith(
                    string.Create(CultureInfo.InvariantCulture, $"esc-{number.Value}-"),
                    StringComparison.Ordinal
                )
            ),
        ];

    /// <summary>The mark that a message carries, in a channel or in a chat; null for what carries none.</summary>
    public static string? MarkOf(JsonObject? activity) =>
        ((activity?["activity"] as JsonObject ?? activity)?["attachments"] as JsonArray)
            is [{ } card, ..]
        && Surfaces.MarkOf(card["content"]?.ToJsonString()) is { } mark
        && mark.StartsWith("ec:", StringComparison.Ordinal)
            ? mark
            : null;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Teams.DisposeAsync();
        Mint.Dispose();
        _folder.Delete(recursive: true);
    }

    private JsonObject Installation(string action)
    {
        var activity = InTeam("installationUpdate", FakeTeams.General);
        activity["action"] = action;
        return activity;
    }

    private JsonObject InTeam(string type, string channel)
    {
        var activity = Activity(type);
        activity["conversation"] = new JsonObject
        {
            ["id"] = channel,
            ["conversationType"] = "channel",
            ["isGroup"] = true,
            ["tenantId"] = FakeTeams.Entra,
        };
        activity["channelData"]!["team"] = new JsonObject
        {
            ["id"] = FakeTeams.General,
            ["aadGroupId"] = FakeTeams.Team,
            ["name"] = "Escalations",
        };
        return activity;
    }

    /// <summary>Anything that Teams waits for the answer of.</summary>
    public JsonObject Invoke(string name, JsonObject value) =>
        Activity(
            "invoke",
            ("name", name),
            ("value", value),
            ("replyToId", $"card-{Interlocked.Increment(ref _next)}")
        );

    private JsonObject Activity(string type, params (string Name, JsonNode Value)[] more)
    {
        var activity = new JsonObject
        {
            ["type"] = type,
            ["channelId"] = "msteams",
            ["serviceUrl"] = Teams.ServiceUrl.AbsoluteUri,
            ["recipient"] = new JsonObject { ["id"] = FakeTeams.Bot },
            ["from"] = new JsonObject { ["id"] = "29:" + Marco, ["aadObjectId"] = Marco },
            ["conversation"] = new JsonObject
            {
                ["id"] = "a:" + Marco,
                ["conversationType"] = "personal",
                ["tenantId"] = FakeTeams.Entra,
            },
            ["channelData"] = new JsonObject
            {
                ["tenant"] = new JsonObject { ["id"] = FakeTeams.Entra },
            },
            ["locale"] = "en-GB",
        };
        Stamp(activity);
        foreach (var (name, value) in more)
            activity[name] = value;
        return activity;
    }

    private void Stamp(JsonObject activity)
    {
        var id = Interlocked.Increment(ref _next);
        activity["id"] = string.Create(CultureInfo.InvariantCulture, $"act-{id}");
        activity["timestamp"] = Time.GetUtcNow()
            .AddTicks(id)
            .ToString("O", CultureInfo.InvariantCulture);
    }

    private async Task RunAsync()
    {
        Services.GetRequiredService<TeamsReceiver>().Patience = Patience;
        await Server.PrepareAsync(_app, default);
        await _app.StartAsync();
    }

    private WebApplication Build() =>
        Server.Build(
            new Places(_folder.FullName, Templates.Root),
            "http://127.0.0.1:0",
            builder =>
            {
                builder.Services.AddSingleton(Time);
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["PublicUrl"] = "https://esc.example/",
                        ["Teams:ClientId"] = FakeTeams.ClientId,
                        ["Teams:ClientSecret"] = FakeTeams.Secret,
                        ["Teams:TenantId"] = FakeTeams.Entra,
                        ["Teams:OpenIdMetadataUrl"] = Mint.Metadata.AbsoluteUri,
                        ["Teams:TokenUrl"] = Teams.TokenUrl.AbsoluteUri,
                        ["Teams:GraphUrl"] = Teams.GraphUrl.AbsoluteUri,
                        // With its port: another one of this machine is a stranger's.
                        ["Teams:ServiceHosts"] = Teams.Address.Authority,
                    }
                );
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(new LogRecorder(Mistakes, LogLevel.Error));
            }
        );
}

/// <summary>What the product answered.</summary>
internal sealed record TeamsReply(int Status, string Body);
