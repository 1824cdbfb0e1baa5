using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.LocalSlack;

/// <summary>
/// A Slack workspace of local-slack (npm, https://www.npmjs.com/package/local-slack-linux-x64) with the people of the
/// Sandbox's company, its page for the browser and its control interface for what a page cannot do.
/// </summary>
internal sealed class LocalWorkspace : IAsyncDisposable
{
    public const string BotToken = "xoxb-local-1";
    public const string AppToken = "xapp-local-1";
    public const string SigningSecret = "8f742231b10e8888abcd99yyyzzz85a5";
    public const string Team = "T01HARBOR";
    public const string Bot = "U0BOT";

    private const int PortOut = 4030;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("local-slack");
    private readonly int _port = Loopback.FreePort();
    private Namespace? _inside;
    private LocalSlackFront? _front;

    private LocalWorkspace() { }

    /// <summary>The page, and the address below which the Web API lies.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}/");

    public Uri Api => new(Address, "api/");

    public LocalSlackFront Front => _front!;

    public HttpClient Http { get; } = new();

    /// <summary>Starts it.</summary>
    /// <param name="socketMode">Whether the product opens a socket; otherwise it is called by HTTP.</param>
    public static async Task<LocalWorkspace> StartAsync(bool socketMode)
    {
        var workspace = new LocalWorkspace();
        await workspace.BeginAsync(socketMode);
        return workspace;
    }

    /// <summary>Slack's id of a person of the company.</summary>
    public static string User(string person) => "U0" + person.ToUpperInvariant();

    /// <summary>Everything in a channel, oldest first.</summary>
    public async Task<List<JsonNode>> MessagesAsync(string channel) =>
        [
            .. (await Http.GetFromJsonAsync<JsonObject>(Control($"messages/{channel}")))![
                "messages"
            ]!
                .AsArray()
                .Select(message => message!),
        ];

    /// <summary>All channels, direct ones included.</summary>
    public async Task<List<JsonNode>> ChannelsAsync() =>
        [
            .. (await Http.GetFromJsonAsync<JsonObject>(Control("state")))!["channels"]!
                .AsArray()
                .Select(channel => channel!),
        ];

    /// <summary>Somebody types a slash command.</summary>
    public Task CommandAsync(string person, string channel, string text) =>
        PostAsync(
            "command",
            new
            {
                channel,
                user = User(person),
                command = "/escalate",
                text,
            }
        );

    /// <summary>Somebody writes.</summary>
    public Task SayAsync(string person, string channel, string text) =>
        PostAsync(
            "message",
            new
            {
                channel,
                user = User(person),
                text,
            }
        );

    /// <summary>Somebody marks a message.</summary>
    public Task ReactAsync(string person, string channel, string ts, string name) =>
        PostAsync(
            "reaction",
            new
            {
                channel,
                ts,
                user = User(person),
                name,
            }
        );

    /// <summary>Somebody presses what a message offers, or offered to somebody else.</summary>
    public Task PressAsync(string person, string channel, string ts, JsonNode action) =>
        PostAsync(
            "interact",
            new
            {
                channel,
                messageTs = ts,
                user = User(person),
                action,
            }
        );

    /// <summary>Somebody opens the Home tab.</summary>
    public Task OpenHomeAsync(string person) => PostAsync("open-home", new { user = User(person) });

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
            await _front.DisposeAsync();
        if (_inside is not null)
            await _inside.DisposeAsync();
        Http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task BeginAsync(bool socketMode)
    {
        var (inward, outward) = (PathOf("in.sock"), PathOf("out.sock"));
        // Listens before local-slack does, so that nothing it delivers is lost.
        _front = await LocalSlackFront.StartAsync(_port, inward, outward);
        await File.WriteAllTextAsync(PathOf("workspace.json"), Configuration(socketMode));
        var program = Path.Combine(
            Templates.Repository(),
            "tests/peers/slack/node_modules/local-slack-linux-x64/bin/local-slack"
        );
        _inside = await Namespace.StartAsync(
            $"{program} --config {PathOf("workspace.json")} --port {_port} --base-host 127.0.0.1 --files-dir {PathOf("files")}",
            _port,
            inward,
            PortOut,
            outward,
            PathOf("log.txt")
        );
    }

    private static string Configuration(bool socketMode)
    {
        var company = CompanyFile
            .Load(Path.Combine(Templates.Root, "sandbox", "company.yaml"))
            .Directory;
        var people = company.People.Values.ToList();
        string[] everybody = [.. people.Select(person => User(person.Id.Value)), Bot];
        var app = new JsonObject
        {
            ["appId"] = "A01",
            ["botUserId"] = Bot,
            ["botName"] = "escalationcollab",
            ["botToken"] = BotToken,
            ["appToken"] = AppToken,
            ["signingSecret"] = SigningSecret,
            ["mode"] = socketMode ? "socket" : "events",
        };
        if (!socketMode)
            app["requestUrl"] = $"http://127.0.0.1:{PortOut}/slack/events";
        return JsonSerializer.Serialize(
            new
            {
                workspace = new
                {
                    name = "Harbor Software",
                    domain = "harbor",
                    teamId = Team,
                },
                apps = new JsonArray(app),
                users = people.Select(person => new
                {
                    id = User(person.Id.Value),
                    name = person.Id.Value,
                    real_name = person.Name,
                    email = person.Email,
                    tz = person.Zone,
                }),
                channels = new[]
                {
                    new
                    {
                        id = "C01SUPPORT",
                        name = "support-inbox",
                        members = everybody,
                    },
                    new
                    {
                        id = "C02ESCALATIONS",
                        name = "escalations",
                        members = everybody,
                    },
                },
            }
        );
    }

    private async Task PostAsync(string what, object body)
    {
        using var answer = await Http.PostAsJsonAsync(Control(what), body);
        answer.EnsureSuccessStatusCode();
    }

    private Uri Control(string what) => new(Address, $"_control/{what}");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
