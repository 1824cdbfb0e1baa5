using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Teams.Playground;

/// <summary>
/// Several people at work in Teams, each at a client of their own. The client knows one person's page only, so that each
/// gets a client, and this stands between them and the product as Teams' service does: it signs what they send, and what the
/// product posts into a channel reaches all of them. It also does what the clients do not: a button that opens a task module
/// (which they swallow) is sent by the dialog they have for message extensions, people are picked from a list, and members
/// are found by address.
/// </summary>
internal sealed class PlaygroundTown : IAsyncDisposable
{
    private const string Thread = ";messageid=";
    private const string Opening = "open:";

    // The client wants five people beside the one whose page it is, no more and no fewer.
    private const int Most = 6;

    private static readonly CompanyFile Company = CompanyFile.Load(
        Path.Combine(Templates.Root, "sandbox", "company.yaml")
    );

    private readonly WebApplication _app;
    private readonly TokenMint _mint;
    private readonly IReadOnlyList<string> _people;
    private readonly IReadOnlyList<string> _here;
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, Playground> _clients = [];
    private readonly ConcurrentDictionary<(string Person, string Message), string> _theirs = [];
    private readonly ConcurrentDictionary<(string Person, string Message), string> _ours = [];
    private readonly ConcurrentDictionary<string, Opened> _opened = [];
    private readonly ConcurrentDictionary<string, JsonObject> _forms = [];
    private int _openings;
    private TaskCompletionSource? _hanging;

    private PlaygroundTown(WebApplication app, TokenMint mint, IReadOnlyList<string> people) =>
        (_app, _mint, _people, _here) = (
            app,
            mint,
            people,
            [.. people.Union(Company.Directory.People.Keys.Select(id => id.Value)).Take(Most)]
        );

    /// <summary>Where the product is.</summary>
    public Uri? Product { get; set; }

    /// <summary>Where the product answers.</summary>
    public Uri Service => new(_app.Urls.First() + "/teams/");

    public Uri Graph => new(_app.Urls.First() + "/graph/v1.0/");

    /// <summary>What Graph was asked to change.</summary>
    public ConcurrentQueue<string> Changed { get; } = new();

    /// <summary>What the product was answered with an error.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>From now on Teams' service takes calls and does not answer; people's clients work on.</summary>
    public void Hang() => _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Teams' service answers again. Of what it took meanwhile it does what is still waited for.</summary>
    public void GoOn()
    {
        _hanging?.SetResult();
        _hanging = null;
    }

    /// <summary>The form that a person was shown last.</summary>
    public JsonObject? FormOf(string person) => _forms.GetValueOrDefault(person);

    /// <summary>A person's client.</summary>
    public Playground this[string person] => _clients[person];

    /// <param name="people">At most six, who all have a client.</param>
    public static async Task<PlaygroundTown> StartAsync(
        TokenMint mint,
        params IReadOnlyList<string> people
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var town = new PlaygroundTown(app, mint, people);
        app.MapPost("/from/{person}/api/messages", (Delegate)town.ForwardAsync);
        app.Map("/teams/v3/{**path}", (Delegate)town.ServeAsync);
        app.Map("/graph/{**path}", (Delegate)town.AnswerGraphAsync);
        await app.StartAsync();
        var clients = await Task.WhenAll(
            people.Select(person =>
                Playground.StartAsync(
                    new Uri(app.Urls.First() + $"/from/{person}/"),
                    town.Service,
                    person,
                    Chat(person),
                    town._here
                )
            )
        );
        foreach (var (person, client) in people.Zip(clients))
            town._clients[person] = client;
        return town;
    }

    /// <summary>The chat of a person with the app.</summary>
    public static string Chat(string person) => "a:" + person;

    /// <summary>The app is added to the team, and for each person.</summary>
    public async Task InstallAsync()
    {
        var first = this[_people[0]];
        await first.SendAsync(await first.TemplateAsync(Playground.General, "install"));
        foreach (var person in _people)
            await this[person].SendAsync(await this[person].TemplateAsync(Chat(person), "install"));
        foreach (var person in _people)
            await this[person].SeeAsync("createMessage", Chat(person), "EscalationCollab");
    }

    /// <summary>
    /// The newest card of a person's conversation that has a button of one of these words, as that person sees it; null when there is none.
    /// </summary>
    public Offered? Find(string person, string conversation, IReadOnlyCollection<string> words)
    {
        foreach (var (id, card) in Messages(person, conversation).Reverse())
            if (
                ButtonsOf(card)
                    .FirstOrDefault(button => words.Contains((string?)button["title"])) is
                { } found
            )
                return new Offered(
                    found,
                    conversation.StartsWith("a:", StringComparison.Ordinal)
                        ? conversation
                        : $"{conversation}{Thread}{id}",
                    id,
                    card
                );
        return null;
    }

    /// <summary>The cards of a person's conversation as they stand, oldest first.</summary>
    public IReadOnlyList<JsonNode> Shown(string person, string conversation) =>
        [.. Messages(person, conversation).Values];

    private Dictionary<string, JsonNode> Messages(string person, string conversation)
    {
        var messages = new Dictionary<string, JsonNode>();
        foreach (var seen in this[person].Seen)
            if (
                seen["message"] is JsonObject message
                && Text(message["messageId"]) is { } number
                && Text(seen["actionConversationId"])?.Split(Thread)[0] == conversation
                && message["attachments"] is JsonArray { Count: > 0 } attachments
                && attachments[0]!["content"] is JsonObject shown
            )
                messages[number] = shown;
        return messages;
    }

    /// <summary>The button that goes on, below one that unfolds a question.</summary>
    public static JsonObject Yes(Offered asking) =>
        ButtonsOf(
                Within(asking.Card)
                    .First(element =>
                        Text(element["id"]) == Text(asking.Button["targetElements"]!.AsArray()[0])
                    )
            )
            .First();

    /// <summary>
    /// Gives a button that opens a task module an id under which the client's dialog for message extensions opens it.
    /// </summary>
    public string Opens(JsonObject button, Offered at)
    {
        var id = $"{Opening}{Interlocked.Increment(ref _openings)}";
        _opened[id] = new Opened(button["data"]!.AsObject(), at.Conversation, at.Message);
        return id;
    }

    /// <summary>Somebody presses a button that another was offered in their own chat with the app, as nobody can by hand.</summary>
    /// <returns>What the product answers.</returns>
    public async Task<string> PressOnesAsync(string person, string other, string words)
    {
        var offered = Find(other, Chat(other), [words])!;
        var activity = await this[person].TemplateAsync(Chat(person), "install");
        activity.Remove("action");
        activity["type"] = "invoke";
        activity["name"] = "adaptiveCard/action";
        activity["replyToId"] = offered.Message;
        activity["serviceUrl"] = Service.AbsoluteUri;
        activity["locale"] = LanguageOf(person);
        activity["value"] = new JsonObject { ["action"] = offered.Button.DeepClone() };
        var (_, answer) = await SendAsync(activity);
        return (string)JsonNode.Parse(answer)!["value"]!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
            await client.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private static IEnumerable<JsonObject> ButtonsOf(JsonNode? node) =>
        node switch
        {
            JsonObject found => (
                ((string?)Text(found["type"]))?.StartsWith("Action.", StringComparison.Ordinal)
                    is true
                    ? [found]
                    : Enumerable.Empty<JsonObject>()
            ).Concat(
                found
                    .Where(part => part.Key is not ("fallback" or "data" or "refresh"))
                    .SelectMany(part => ButtonsOf(part.Value))
            ),
            JsonArray list => list.SelectMany(ButtonsOf),
            _ => [],
        };

    private static IEnumerable<JsonObject> Within(JsonNode? node) =>
        node switch
        {
            JsonObject found => found.SelectMany(part => Within(part.Value)).Prepend(found),
            JsonArray list => list.SelectMany(Within),
            _ => [],
        };

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // ---- From the clients --------------------------------------------------------------------------------------------

    private async Task<IResult> ForwardAsync(string person, HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var activity = JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
        activity["serviceUrl"] = Service.AbsoluteUri;
        activity["locale"] = LanguageOf(person);
        activity["localTimezone"] = Company.Directory.People[new Core.PersonId(person)].Zone;
        var value = activity["value"] as JsonObject;
        if (
            Text(value?["commandId"]) is { } command
            && _opened.TryGetValue(command, out var opened)
        )
            OpenTaskModule(activity, value!, opened);
        if (activity["conversation"] is JsonObject conversation)
            conversation["id"] = InOurs(person, Text(conversation["id"]) ?? "");
        if (Text(activity["replyToId"]) is { } replied)
            activity["replyToId"] = _ours.GetValueOrDefault((person, replied), replied);
        var (status, answer) = await SendAsync(activity);
        if (
            Text(activity["type"]) == "invoke"
            && answer.Length > 0
            && JsonNode.Parse(answer) is JsonObject said
            && said["task"]?["value"] is JsonObject shown
            && shown["card"]?["content"] is JsonObject form
        )
        {
            List(form);
            _forms[person] = form;
            answer = said.ToJsonString();
        }
        return answer.Length == 0
            ? Results.StatusCode(status)
            : Results.Text(answer, "application/json", statusCode: status);
    }

    // The client has no people picker: it gets those who travel along with the form as a list.
    private static void List(JsonObject form)
    {
        foreach (var input in Within(form).ToList())
            if (input.Remove("choices.data"))
                input["style"] = "compact";
    }

    private static string LanguageOf(string person) =>
        Company.Directory.People[new Core.PersonId(person)].Language;

    private static void OpenTaskModule(JsonObject activity, JsonObject value, Opened opened)
    {
        var fetches = Text(activity["name"]) == "composeExtension/fetchTask";
        activity["name"] = fetches ? "task/fetch" : "task/submit";
        activity["value"] = new JsonObject
        {
            ["data"] = (fetches ? opened.Data : value["data"])?.DeepClone(),
            ["context"] = new JsonObject { ["theme"] = "default" },
        };
        activity["conversation"]!["id"] = opened.Conversation;
        if (fetches)
            activity["replyToId"] = opened.Message;
    }

    private async Task<(int, string)> SendAsync(JsonObject activity)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(Product!, "api/messages")
        )
        {
            Content = new StringContent(
                activity.ToJsonString(),
                MediaTypeHeaderValue.Parse("application/json")
            ),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _mint.For(Service.AbsoluteUri)
        );
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    // ---- To the clients ----------------------------------------------------------------------------------------------

    private async Task<IResult> ServeAsync(HttpContext context, string path)
    {
        if (_hanging is { } hanging && !await hanging.Task.IsOverAsync(context.RequestAborted))
            return Results.Empty;
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var parts = path.Split('/').Select(Uri.UnescapeDataString).ToArray();
        var (status, answer) = (context.Request.Method, parts) switch
        {
            ("POST", ["conversations"]) => await BeginAsync(JsonNode.Parse(body)!.AsObject(), body),
            ("GET", ["conversations", _, "members", var who]) => Member(who),
            (var method, ["conversations", var conversation, .. var rest]) => await ReachAsync(
                method,
                conversation,
                rest,
                body
            ),
            (var method, _) => await CallAsync(_people[0], method, path, body),
        };
        if (status >= 400)
            Refused.Enqueue($"{context.Request.Method} {path}: {status} {answer}");
        return Results.Text(answer, "application/json", statusCode: status);
    }

    private async Task<IResult> AnswerGraphAsync(HttpContext context, string path) =>
        _hanging is { } hanging && !await hanging.Task.IsOverAsync(context.RequestAborted)
            ? Results.Empty
            : SigningFront.GraphOf(context.Request.Method, path, Changed);

    private async Task<(int, string)> BeginAsync(JsonObject conversation, string body)
    {
        if (!((bool?)conversation["isGroup"] ?? false))
            return (
                201,
                new JsonObject
                {
                    ["id"] = Chat(Text(conversation["members"]![0]!["id"])!["29:".Length..]),
                }.ToJsonString()
            );
        return await ToAllAsync("POST", _ => "conversations", body, "activityId");
    }

    // The client finds people by its own ids only; Teams also by their address and their id in the directory.
    private (int, string) Member(string who)
    {
        var found = Company
            .Directory.People.Keys.Select(person => Playground.Account(person.Value))
            .FirstOrDefault(account =>
                new[] { "id", "aadObjectId", "email" }.Any(name =>
                    string.Equals(Text(account[name]), who, StringComparison.OrdinalIgnoreCase)
                )
            );
        return found is null
            ? (404, """{"error":{"code":"MemberNotFoundInConversation","message":"Not found."}}""")
            : (200, found.ToJsonString());
    }

    private Task<(int, string)> ReachAsync(
        string method,
        string conversation,
        string[] rest,
        string body
    )
    {
        if (conversation.StartsWith("a:", StringComparison.Ordinal))
            // Of the company more work in Teams than have a client here.
            return !_clients.ContainsKey(conversation[2..])
                ? Task.FromResult((201, """{"id":"1"}"""))
                : CallAsync(conversation[2..], method, PathOf(conversation, rest), body);
        if (method == "GET")
            return CallAsync(_people[0], method, PathOf(conversation.Split(Thread)[0], rest), body);
        return ToAllAsync(
            method,
            person =>
                PathOf(
                    InTheirs(person, conversation),
                    [.. rest.Select(part => _theirs.GetValueOrDefault((person, part), part))]
                ),
            body,
            "id"
        );
    }

    // Each client counts its own messages; for the product they go by the number of the first one's.
    private async Task<(int, string)> ToAllAsync(
        string method,
        Func<string, string> path,
        string body,
        string id
    )
    {
        var answers = await Task.WhenAll(
            _people.Select(person => CallAsync(person, method, path(person), body))
        );
        var numbers = answers.Select(answer => Text(JsonNode.Parse(answer.Answer)?[id])).ToList();
        if (method == "POST" && numbers[0] is { } ours)
            foreach (var (person, number) in _people.Zip(numbers))
                if (number is not null)
                {
                    _theirs[(person, ours)] = number;
                    _ours[(person, number)] = ours;
                }
        return answers[0];
    }

    private static string PathOf(string conversation, string[] rest) =>
        string.Join('/', ["conversations", Uri.EscapeDataString(conversation), .. rest]);

    private string InTheirs(string person, string conversation) =>
        conversation.Split(Thread) is [var channel, var message]
            ? $"{channel}{Thread}{_theirs.GetValueOrDefault((person, message), message)}"
            : conversation;

    private string InOurs(string person, string conversation) =>
        conversation.Split(Thread) is [var channel, var message]
            ? $"{channel}{Thread}{_ours.GetValueOrDefault((person, message), message)}"
            : conversation;

    private async Task<(int Status, string Answer)> CallAsync(
        string person,
        string method,
        string path,
        string body
    )
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(this[person].Address, "_connector/v3/" + path)
        );
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed record Opened(JsonObject Data, string Conversation, string Message);
}

/// <summary>A button that somebody is offered.</summary>
/// <param name="Button">As it is in the card.</param>
/// <param name="Conversation">Where.</param>
/// <param name="Message">The message with the card.</param>
internal sealed record Offered(
    JsonObject Button,
    string Conversation,
    string Message,
    JsonNode Card
);
