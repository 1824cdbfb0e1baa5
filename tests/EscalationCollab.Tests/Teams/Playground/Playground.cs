using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.Playground;

/// <summary>
/// Microsoft's own local Teams client (npm <c>@microsoft/m365agentsplayground</c>) with the people of the Sandbox's company,
/// its page for the browser and its interface for what a page cannot do. It signs nothing: a front of our own signs what it
/// sends as the Bot Connector does, so that the product's validation stays on.
/// </summary>
internal sealed class Playground : IAsyncDisposable
{
    public const string Personal = "a:1personal";
    public const string Group = "19:group@thread.v2";
    public const string General = "19:general@thread.tacv2";
    public const string Room = "19:warroom1@thread.tacv2";
    public const string Team = "00000000-0000-0000-0000-000000000031";

    /// <summary>Whose personal chat and page it is.</summary>
    public const string Me = "marco";

    private static readonly string Peer = Path.Combine(
        Templates.Repository(),
        "tests",
        "peers",
        "teams-playground"
    );

    /// <summary>Where the client itself is.</summary>
    public static readonly string Folder = Path.Combine(
        Peer,
        "node_modules",
        "@microsoft",
        "m365agentsplayground"
    );

    // It takes five people beside the one whose page it is.
    private static readonly string[] Here = [Me, "ana", "tom", "priya", "ruta", "james"];

    private static readonly CompanyFile Company = CompanyFile.Load(
        Path.Combine(Templates.Root, "sandbox", "company.yaml")
    );

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("teams-playground");
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<JsonObject> _seen = new();
    private readonly CancellationTokenSource _end = new();
    private ClientWebSocket _socket = new();
    private readonly HttpClient _http = new();
    private readonly int _port = Loopback.FreePort();
    private readonly SigningFront? _front;
    private Process? _process;
    private Task _listening = Task.CompletedTask;

    private Playground(SigningFront? front) => _front = front;

    /// <summary>The page.</summary>
    public Uri Address =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    public SigningFront Front => _front!;

    /// <summary>What it showed, as it tells its page: messages that appeared and messages that changed.</summary>
    public IReadOnlyList<JsonObject> Seen => [.. _seen];

    /// <summary>Starts it.</summary>
    public static async Task<Playground> StartAsync(TokenMint mint)
    {
        var playground = new Playground(await SigningFront.StartAsync(mint));
        await playground.BeginAsync(
            playground.Front.Address,
            null,
            Configuration(Me, Personal, Here)
        );
        return playground;
    }

    /// <summary>Starts one for somebody of several, who share a service that stands between them and the product.</summary>
    /// <param name="front">What it sends goes there.</param>
    /// <param name="service">Where it says that it is answered.</param>
    /// <param name="personal">The chat of this person with the app.</param>
    /// <param name="here">All of them, at most six.</param>
    public static async Task<Playground> StartAsync(
        Uri front,
        Uri service,
        string me,
        string personal,
        IReadOnlyCollection<string> here
    )
    {
        var playground = new Playground(null);
        await playground.BeginAsync(front, service, Configuration(me, personal, here));
        return playground;
    }

    /// <summary>What Teams says of a person of the company.</summary>
    public static JsonObject Account(string person)
    {
        var about = Company.Directory.People[new Core.PersonId(person)];
        return new JsonObject
        {
            ["id"] = User(person),
            ["aadObjectId"] = IdOf(about),
            ["objectId"] = IdOf(about),
            ["name"] = about.Name,
            ["givenName"] = about.Name.Split(' ')[0],
            ["surname"] = about.Name.Split(' ')[^1],
            ["email"] = about.Email,
            ["userPrincipalName"] = about.Email,
            ["tenantId"] = TokenMint.Tenant,
            ["userRole"] = "user",
        };
    }

    /// <summary>Teams' id of a person of the company.</summary>
    public static string User(string person) => "29:" + person;

    /// <summary>Somebody writes.</summary>
    public Task<JsonNode?> SayAsync(
        string person,
        string conversation,
        string text,
        bool mentions = false
    )
    {
        var message = new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = User(person) },
            ["text"] = (mentions ? "<at>EscalationCollab</at> " : "") + text,
            ["textFormat"] = mentions ? "xml" : "plain",
        };
        if (mentions)
            message["mentions"] = new JsonArray(
                new JsonObject
                {
                    ["mentioned"] = new JsonObject { ["id"] = "28:" + TokenMint.Bot },
                    ["text"] = "<at>EscalationCollab</at>",
                }
            );
        return PostAsync(
            $"_conversation/v1/conversations/{Uri.EscapeDataString(conversation)}/messages",
            message
        );
    }

    /// <summary>Somebody does something that the product answers at once.</summary>
    public async Task<JsonObject> InvokeAsync(
        string person,
        string conversation,
        string name,
        JsonObject value,
        string? replyTo = null
    )
    {
        var body = new JsonObject
        {
            ["name"] = name,
            ["from"] = new JsonObject { ["id"] = User(person) },
            ["conversation"] = new JsonObject { ["id"] = conversation },
            ["value"] = value,
        };
        if (replyTo is not null)
            body["replyToId"] = replyTo;
        return (await PostAsync("_conversation/v1/invoke", body))!.AsObject();
    }

    /// <summary>Something that the client makes up itself, such as that the app was installed.</summary>
    public async Task<JsonObject> TemplateAsync(string conversation, string type) =>
        (
            await _http.GetFromJsonAsync<JsonObject>(
                new Uri(
                    Address,
                    $"_internal/v1/customActivities/template?conversationId={Uri.EscapeDataString(conversation)}&type={type}"
                )
            )
        )!;

    /// <summary>Sends any activity. What it is answered is not told.</summary>
    public Task SendAsync(JsonObject activity) =>
        PostAsync("_internal/v1/customActivities", activity);

    /// <summary>A message that appeared or changed, once it is there.</summary>
    /// <param name="action"><c>createMessage</c> or <c>updateMessage</c>.</param>
    public async Task<JsonObject> SeeAsync(string action, string conversation, string text)
    {
        JsonObject? Find() =>
            Seen.LastOrDefault(seen =>
                (string?)seen["action"] == action
                && seen["actionConversationId"]
                    ?.ToString()
                    .StartsWith(conversation, StringComparison.Ordinal) == true
                && seen.ToJsonString(Readable).Contains(text, StringComparison.Ordinal)
            );
        try
        {
            await Eventually.IsTrueAsync(
                () => Find() is not null,
                $"{action} in {conversation}: {text}"
            );
        }
        catch (Exception never)
        {
            throw new InvalidOperationException(
                $"{never.Message} Seen: {string.Join("\n", Seen.Select(seen => seen.ToJsonString()[..Math.Min(400, seen.ToJsonString().Length)]))}"
            );
        }
        return Find()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _listening;
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        _socket.Dispose();
        _http.Dispose();
        _end.Dispose();
        if (_front is not null)
            await _front.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private async Task<JsonNode?> PostAsync(string path, JsonObject body)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(Address, path), body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue("{0} answers {1}", path, text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private async Task BeginAsync(Uri front, Uri? service, string configuration)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, ".m365agentsplayground.yml"),
            configuration
        );
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            Path.Combine(Folder, "cli.js"),
            "start",
            "-e",
            new Uri(front, "api/messages").AbsoluteUri,
            "-c",
            "msteams",
            "-p",
            _port.ToString(CultureInfo.InvariantCulture),
            "--service-url",
            (service ?? new Uri(Address, "_connector")).AbsoluteUri,
            "--disable-telemetry",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["TEAMSAPPTESTER_BROWSER"] = "none";
        start.Environment["NODE_OPTIONS"] = $"--require {Path.Combine(Peer, "loopback.cjs")}";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.IsTrueAsync(
            () =>
                _process.HasExited
                || _lines.Any(line => line.Contains("Listening", StringComparison.Ordinal)),
            "the playground"
        );
        _process.HasExited.Should().BeFalse(string.Join("\n", _lines));
        _socket = await ConnectAsync();
        _listening = ListenAsync();
    }

    // It says that it listens a little before it does.
    private async Task<ClientWebSocket> ConnectAsync()
    {
        var stream = new UriBuilder(new Uri(Address, "_ws_conversation/v1/conversations/stream"))
        {
            Scheme = "ws",
        };
        for (var attempt = 1; ; attempt++)
        {
            var socket = new ClientWebSocket();
            try
            {
                await socket.ConnectAsync(stream.Uri, default);
                return socket;
            }
            catch (WebSocketException refused) when (attempt < 30)
            {
                socket.Dispose();
                _lines.Enqueue(refused.Message);
                if (_process!.HasExited)
                {
                    // What it said last comes after it has ended.
                    await _process.WaitForExitAsync();
                    throw new InvalidOperationException(
                        $"the playground ended with {_process.ExitCode}: {string.Join("\n", _lines)}"
                    );
                }
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            }
        }
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[64 * 1024];
        using var whole = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, _end.Token);
                whole.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                if (JsonNode.Parse(Encoding.UTF8.GetString(whole.ToArray())) is JsonObject seen)
                    _seen.Enqueue(seen);
                whole.SetLength(0);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException)
        {
            // The test is over.
        }
    }

    private static string Configuration(
        string me,
        string personal,
        IReadOnlyCollection<string> here
    )
    {
        var people = Company
            .Directory.People.Values.Where(person => here.Contains(person.Id.Value))
            .ToList();
        string Line(Person person) =>
            $"{{ id: \"{User(person.Id.Value)}\", name: \"{person.Name}\", userPrincipleName: {person.Email}, aadObjectId: {IdOf(person)}, givenName: \"{person.Name.Split(' ')[0]}\", surname: \"{person.Name.Split(' ')[^1]}\", email: {person.Email} }}";
        return $$"""
            version: "0.1.1"
            tenantId: {{TokenMint.Tenant}}
            bot: { id: "28:{{TokenMint.Bot}}", name: EscalationCollab }
            currentUser: {{Line(people.Single(person => person.Id.Value == me))}}
            users:
            {{string.Join(
                "\n",
                people.Where(person => person.Id.Value != me).Select(person =>
                    "  - " + Line(person)
                )
            )}}
            personalChat: { id: "{{personal}}" }
            groupChat: { id: "{{Group}}", name: Support }
            team:
              id: "{{General}}"
              name: Escalations
              aadGroupId: {{Team}}
              channels:
                - { id: "{{Room}}", name: esc-1001 }
            """;
    }

    private static string IdOf(Person person) =>
        new Guid(
            System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(person.Id.Value))[
                ..16
            ]
        ).ToString("D");
}
