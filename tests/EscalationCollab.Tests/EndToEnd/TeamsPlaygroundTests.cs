using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.Teams.Playground;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The product in Microsoft's own local Teams client: through its interface, and through its page in a browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class TeamsPlaygroundTests(Chromium chromium) : IAsyncLifetime
{
    private const string Problem = "Nobody at the counters can sign in";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("teams-play");
    private readonly ConcurrentQueue<string> _mistakes = new();
    private readonly TokenMint _mint = new();
    private Playground _teams = null!;
    private WebApplication? _app;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            await _teams.DisposeAsync();
        }
        _mint.Dispose();
        _folder.Delete(recursive: true);
    }

    [RequiresFact("teams-playground", "chromium")]
    public async Task MainJob_InTheAgentsPlayground_IsPlayed()
    {
        await StartAsync();

        await InstallAsync();
        await AskForHelpAsync();
        // It shows what comes from now on.
        var page = await OpenPageAsync();
        await EscalateAsync();
        await AcceptAsync(page);
        await PostStatusAsync();
        await LookAtTheCardAsync();
        await SearchAndLinkAsync();
        await ReadCardAsync(page);
        await PutTheTeamAwayAndBackAsync();
        await UninstallAsync();

        _mistakes.Should().BeEmpty();
    }

    /// <summary>The app is added to the team and for one person; each is welcomed once.</summary>
    private async Task InstallAsync()
    {
        await _teams.SendAsync(await _teams.TemplateAsync(Playground.General, "install"));
        await _teams.SendAsync(await _teams.TemplateAsync(Playground.General, "botAdded"));
        await _teams.SeeAsync("createMessage", Playground.General, "ready here");
        await _teams.SendAsync(await _teams.TemplateAsync(Playground.Personal, "install"));
        await _teams.SeeAsync("createMessage", Playground.Personal, "EscalationCollab is ready.");
        Count("ready here").Should().Be(1);
        (await TeamAsync()).Should().Be(Playground.Team);
    }

    private async Task AskForHelpAsync()
    {
        await _teams.SayAsync(Playground.Me, Playground.Personal, "help");
        await _teams.SeeAsync("createMessage", Playground.Personal, "What you can do here");
        await _teams.SayAsync("ana", Playground.Group, "help", mentions: true);
        await _teams.SeeAsync("createMessage", Playground.Group, "What you can do here");
        await _teams.SayAsync("ana", Playground.General, "help", mentions: true);
        await _teams.SeeAsync("createMessage", Playground.General, "What you can do here");
    }

    /// <summary>Ana uses "Escalate this message" on what a customer wrote; Marco is asked in his chat with the app.</summary>
    private async Task EscalateAsync()
    {
        var shown = await _teams.InvokeAsync(
            "ana",
            Playground.Group,
            "composeExtension/fetchTask",
            new JsonObject
            {
                ["commandId"] = "escalate-message",
                ["commandContext"] = "message",
                ["messagePayload"] = new JsonObject
                {
                    ["id"] = "1700000000001",
                    ["from"] = new JsonObject
                    {
                        ["user"] = new JsonObject { ["displayName"] = "Paula Lima" },
                    },
                    ["body"] = new JsonObject
                    {
                        ["contentType"] = "html",
                        ["content"] = $"<p>{Problem}</p>",
                    },
                    ["linkToMessage"] =
                        "https://teams.microsoft.com/l/message/19:group/1700000000001",
                },
            }
        );
        shown.ToJsonString().Should().Contain("Paula Lima").And.Contain(Problem);
        var again = await SubmitAsync("ana", shown, ("v:reason", "MissingExpertise"));
        again.ToJsonString().Should().Contain("Please fill this in");
        var end = await SubmitAsync(
            "ana",
            again,
            ("v:customer", "acme"),
            ("v:reason", "MissingExpertise"),
            ("v:severity", "Sev2")
        );
        ((string?)end["task"]!["value"]).Should().Contain("ESC-1001");
        await _teams.SeeAsync("createMessage", Playground.Personal, "owner.accept");
    }

    /// <summary>Marco presses the button on his page: the room is opened, and its card is posted without being asked.</summary>
    private async Task AcceptAsync(IPage page)
    {
        await page.Locator(".ac-adaptiveCard")
            .Last.GetByRole(AriaRole.Button)
            .First.ScrollIntoViewIfNeededAsync();
        await ShootAsync(page, "teams-asked");
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept", Exact = true })
            .Last.ClickAsync();
        await Eventually.IsTrueAsync(
            () => LoadAsync().GetAwaiter().GetResult()?.Owner == new PersonId("marco"),
            "Marco to own it"
        );
        await _teams.SeeAsync("createMessage", Playground.Room, Problem);
        _teams
            .Front.Changed.Should()
            .Contain(change => change.EndsWith("/channels", StringComparison.Ordinal));
    }

    /// <summary>Marco posts a status with the form; the card in the room is edited in place.</summary>
    private async Task PostStatusAsync()
    {
        var template = await _teams.TemplateAsync(Playground.Personal, "install");
        var shown = await _teams.InvokeAsync(
            "marco",
            Playground.Personal,
            "composeExtension/fetchTask",
            new JsonObject { ["commandId"] = "post-status", ["commandContext"] = "compose" }
        );
        var submit = Activity(
            template,
            "task/submit",
            new JsonObject
            {
                ["data"] = Filled(
                    shown,
                    ("v:conditions", "The new session service rejects old tokens"),
                    ("v:trend", "Same")
                ),
            }
        );
        await _teams.SendAsync(submit);
        await _teams.SeeAsync("updateMessage", Playground.Room, "rejects old tokens");
    }

    /// <summary>The card asks for a view of each of those who work with it, and each finds what they can do.</summary>
    private async Task LookAtTheCardAsync()
    {
        var posted = await _teams.SeeAsync("updateMessage", Playground.Room, "rejects old tokens");
        var refresh = Part(posted, "refresh")!;
        refresh["userIds"]!.ToJsonString().Should().Contain("29:marco").And.Contain("29:ana");
        var message = await ReadAsync(records =>
            records.Posted(new EscalationNumber(1001), "card", $"teams:{Playground.Room}")!
        );

        var owner = await ViewOfAsync("marco");
        owner.Should().Contain("severity.change").And.Contain("29:marco");
        var declarer = await ViewOfAsync("ana");
        declarer.Should().Contain("rejects old tokens").And.NotContain("severity.change");

        async Task<string> ViewOfAsync(string person) =>
            (
                await _teams.InvokeAsync(
                    person,
                    $"{message.Room};messageid={message.Id}",
                    "adaptiveCard/action",
                    new JsonObject
                    {
                        ["action"] = refresh["action"]!.DeepClone(),
                        ["trigger"] = "automatic",
                    },
                    message.Id
                )
            ).ToJsonString();
    }

    /// <summary>Somebody archives the team: Marco is told, and everything is as before when it is restored.</summary>
    private async Task PutTheTeamAwayAndBackAsync()
    {
        await ToldAsync("teamArchived");
        await _teams.SeeAsync("createMessage", Playground.Personal, "cannot be used any more");
        (await LoadAsync())!.Rooms.Should().ContainSingle().Which.Lost.Should().BeTrue();

        await ToldAsync("teamUnarchived");
        await Eventually.IsTrueAsync(
            () => LoadAsync().GetAwaiter().GetResult()!.Rooms.Any(room => !room.Archived),
            "the war room to be used again"
        );

        async Task ToldAsync(string happened)
        {
            var activity = await _teams.TemplateAsync(Playground.General, "install");
            activity.Remove("action");
            activity["type"] = "conversationUpdate";
            activity["channelData"]!["eventType"] = happened;
            await _teams.SendAsync(activity);
        }
    }

    private static JsonNode? Part(JsonNode? node, string name) =>
        node switch
        {
            JsonObject parent => parent[name]
                ?? parent
                    .Select(child => Part(child.Value, name))
                    .FirstOrDefault(f => f is not null),
            JsonArray list => list.Select(item => Part(item, name))
                .FirstOrDefault(f => f is not null),
            _ => null,
        };

    private async Task SearchAndLinkAsync()
    {
        var found = await _teams.InvokeAsync(
            "tom",
            Playground.Group,
            "composeExtension/query",
            new JsonObject
            {
                ["commandId"] = "search",
                ["parameters"] = new JsonArray(
                    new JsonObject { ["name"] = "text", ["value"] = "acme counters" }
                ),
                ["queryOptions"] = new JsonObject { ["skip"] = 0, ["count"] = 25 },
            }
        );
        found["composeExtension"]!["attachments"]!
            .AsArray()
            .Should()
            .ContainSingle()
            .Which!.ToJsonString()
            .Should()
            .Contain("ESC-1001");

        var link = await _teams.InvokeAsync(
            "tom",
            Playground.Group,
            "composeExtension/queryLink",
            new JsonObject { ["url"] = "https://esc.example/escalations/1001" }
        );
        link["composeExtension"]!["attachments"]!.AsArray().Should().ContainSingle();
    }

    /// <summary>Marco asks for the card and reads it in his chat.</summary>
    private async Task ReadCardAsync(IPage page)
    {
        await _teams.SayAsync(Playground.Me, Playground.Personal, "show 1001");
        await _teams.SeeAsync("createMessage", Playground.Personal, "rejects old tokens");
        var card = page.Locator(".ac-adaptiveCard")
            .Filter(new() { HasText = "rejects old tokens" })
            .Last;
        await card.WaitForAsync();
        await card.ScrollIntoViewIfNeededAsync();
        await ShootAsync(page, "teams-escalation-card");
    }

    private async Task UninstallAsync()
    {
        await _teams.SendAsync(await _teams.TemplateAsync(Playground.General, "uninstall"));
        await Eventually.IsTrueAsync(
            () => TeamAsync().GetAwaiter().GetResult().Length == 0,
            "the team to be gone"
        );
    }

    private Task<JsonObject> SubmitAsync(
        string person,
        JsonObject shown,
        params (string, string)[] answers
    ) =>
        _teams.InvokeAsync(
            person,
            Playground.Group,
            "composeExtension/submitAction",
            new JsonObject { ["commandId"] = "escalate-message", ["data"] = Filled(shown, answers) }
        );

    private static JsonObject Filled(
        JsonObject shown,
        params (string Field, string Value)[] answers
    )
    {
        var content = shown["task"]!["value"]!["card"]!["content"]!;
        var data = content["actions"]![0]!["data"]!.DeepClone().AsObject();
        // What stands in the fields is sent too, as clients do.
        foreach (var input in content["body"]!.AsArray())
            if (
                ((string?)input!["type"])?.StartsWith("Input.", StringComparison.Ordinal) == true
                && input["value"] is { } value
            )
                data[(string)input["id"]!] = value.DeepClone();
        foreach (var (field, value) in answers)
            data[field] = value;
        return data;
    }

    private static JsonObject Activity(JsonObject template, string name, JsonObject value)
    {
        var activity = template.DeepClone().AsObject();
        activity.Remove("action");
        activity["type"] = "invoke";
        activity["name"] = name;
        activity["value"] = value;
        return activity;
    }

    private int Count(string text) =>
        _teams.Seen.Count(seen => seen.ToJsonString().Contains(text, StringComparison.Ordinal));

    private async Task<IPage> OpenPageAsync()
    {
        var browser = await chromium.OpenAsync();
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1280, Height = 1000 },
            }
        );
        await page.GotoAsync(_teams.Address.AbsoluteUri);
        await page.Locator("[contenteditable]").First.WaitForAsync();
        return page;
    }

    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }

    private Task<Escalation?> LoadAsync() =>
        ReadAsync(records => records.Load(new EscalationNumber(1001)));

    private Task<T> ReadAsync<T>(Func<Records, T> read) =>
        _app!
            .Services.GetRequiredService<IStore>()
            .ReadAsync(connection => read(new Records(connection, TenantId.Default)), default);

    private Task<string> TeamAsync() =>
        _app!
            .Services.GetRequiredService<IStore>()
            .ReadAsync(
                connection =>
                    Dapper.SqlMapper.ExecuteScalar<string?>(
                        connection,
                        "SELECT team FROM teams_tenant"
                    ) ?? "",
                default
            );

    private async Task StartAsync()
    {
        _teams = await Playground.StartAsync(_mint);
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
                        ["Teams:ServiceHosts"] = "127.0.0.1",
                        ["Teams:OutboundToken"] = "off",
                        ["Teams:GraphUrl"] = _teams.Front.Graph.AbsoluteUri,
                    }
                );
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(new LogRecorder(_mistakes, LogLevel.Error));
            }
        );
        _app
            .Services.GetRequiredService<EscalationCollab.Teams.Receiving.TeamsReceiver>()
            .Patience = NodaTime.Duration.FromSeconds(60);
        await Server.PrepareAsync(_app, default);
        await SeedAsync(_app.Services.GetRequiredService<IStore>());
        await _app.StartAsync();
        _teams.Front.Product = new Uri(_app.Urls.First());
    }

    private static Task<bool> SeedAsync(IStore store) =>
        store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                var company = CompanyFile.Load(
                    Path.Combine(Templates.Root, "sandbox", "company.yaml")
                );
                foreach (var person in company.Directory.People.Values)
                    records.SavePerson(person);
                foreach (var customer in company.Directory.Customers.Values)
                    records.SaveCustomer(customer);
                return true;
            },
            default
        );
}
