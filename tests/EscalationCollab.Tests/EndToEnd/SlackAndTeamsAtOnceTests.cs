using System.Diagnostics;
using System.Text.Json.Nodes;
using Dapper;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Slack.LocalSlack;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.Teams.Playground;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// One escalation with a room in Slack and one in Teams, in one product: the same truth in both, told apart from each
/// other's troubles. Everybody works in Slack; Marco and Tom in Teams too.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class SlackAndTeamsAtOnceTests(Chromium chromium) : IAsyncLifetime
{
    private const string Room = "esc-1001";
    private const string Problem = "Nenhum caixa consegue entrar no sistema";

    // Of all that is posted, only the card says this.
    private const string OnCard = "Escalation manager";
    private const float Patience = 60_000;

    // Within this a change is seen while the other platform hangs, on a machine that other tests use too. That nothing waits
    // for a call that hangs is shown with a clock of its own in SeveralPlatformsTests.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    private static readonly string[] InTeams = ["marco", "tom"];

    // Why it is opened again, each time.
    private static readonly string[] Reasons =
    [
        "Una regione si scollega ancora.",
        "Un cliente non entra.",
        "Le casse vecchie non entrano.",
        "Torna l'errore di stamattina.",
    ];

    private readonly TokenMint _mint = new();
    private LocalWorkspace _workspace = null!;
    private PlaygroundTown _town = null!;
    private CompanyHost _host = null!;
    private IBrowserContext _context = null!;
    private SlackWindow _slack = null!;
    private TeamsWindow _marco = null!;
    private TeamsWindow _tom = null!;
    private int _shots;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_slack is not null)
            await _slack.DisposeAsync();
        if (_context is not null)
            await _context.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
        if (_town is not null)
            await _town.DisposeAsync();
        if (_workspace is not null)
            await _workspace.DisposeAsync();
        _mint.Dispose();
    }

    [RequiresFact("teams-playground", "local-slack", "chromium")]
    public async Task Escalation_InSlackAndTeams_IsOneThereAndOutlivesTheTroublesOfEither()
    {
        await BeginAsync();

        try
        {
            await EscalateInSlackAsync();
            await SeeTheSameAsync("Marco Rossi");
            await PostInTeamsAsync();
            await PostInSlackAsync("Sessions are accepted again in two of three regions.");
            await SeeTheSameAsync("two of three regions");
            await ExpectOnePersonEachAsync();
            await ApproveAsync();
            await TeamsHangsAsync();
            await SlackHangsAsync();
            await ExpectNothingTwiceAsync();
        }
        catch (Exception broken)
        {
            await _slack.ShootAsync("broken-off");
            await _marco.ShootAsync("broken-off-marco");
            await _tom.ShootAsync("broken-off-tom");
            throw new InvalidOperationException(
                string.Join("\n", [.. _host.Mistakes, .. _town.Refused]),
                broken
            );
        }

        _slack.ExpectNoComplaint();
        _marco.Complaints.Concat(_tom.Complaints).Should().BeEmpty();
        _town.Refused.Should().BeEmpty();
        _host.Mistakes.Should().BeEmpty();
    }

    private async Task BeginAsync()
    {
        _workspace = await LocalWorkspace.StartAsync(socketMode: false);
        _town = await PlaygroundTown.StartAsync(_mint, InTeams);
        _host = await CompanyHost.StartAsync(
            new Dictionary<string, string?>(
                SlackCompany
                    .SettingsOf(_workspace, socketMode: false)
                    .Concat(TeamsCompany.SettingsOf(_mint, _town))
            ),
            host =>
            {
                SlackCompany.Connect(_workspace, host);
                TeamsCompany.Connect(_mint, _town, host);
            }
        );
        _slack = await SlackWindow.OpenAsync(chromium, _workspace.Address, "both-slack");
        var browser = await chromium.OpenAsync();
        _context = await browser.NewContextAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        _context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        _marco = await TeamsWindow.OpenAsync(_context, _town, "marco");
        _tom = await TeamsWindow.OpenAsync(_context, _town, "tom");
        await _town.InstallAsync();
    }

    /// <summary>Ana escalates in Slack and Marco accepts there; a room is opened in both.</summary>
    private async Task EscalateInSlackAsync()
    {
        await _slack.EnterAsync("support-inbox");
        await _slack.WriteAsync($"/escalate new {Problem}");
        await Expect((await _slack.FieldAsync("summary")).Locator("input"))
            .ToHaveValueAsync(Problem);
        await _slack.PickAsync("customer", "acme");
        await _slack.PickAsync("reason", "MissingExpertise");
        await _slack.PickAsync("severity", "Sev2");
        await _slack.PickAsync("product", "login");
        await _slack.SubmitAsync();
        await _slack.HearAsync("ESC-1001");
        await _slack.ActAsAsync("marco");
        await _slack.OpenDirectAsync();
        await _slack.PressAsync("button.accept");
        await _slack.EnterAsync(Room);
        await _marco.EnterRoomAsync();
        await _tom.EnterRoomAsync();
        _town.Changed.Should().Contain(change => change.EndsWith("/channels"));
    }

    /// <summary>Tom posts a status with the buttons of the card in Teams; the card in Slack is edited, nothing new appears.</summary>
    private async Task PostInTeamsAsync()
    {
        var before = (await InSlackRoomAsync()).Count;
        await PostInTeamsAsync("The new session service rejects tokens issued before 26.11.2.");
        await SeeTheSameAsync("rejects tokens");
        (await InSlackRoomAsync()).Should().HaveCount(before, "the card is edited in place");
        await Expect(_slack.Message(OnCard)).ToContainTextAsync("rejects tokens");
        await ShootBothAsync("status-of-teams");
    }

    private async Task PostInTeamsAsync(string conditions)
    {
        await _tom.PressAsync("status.button.post");
        await _tom.TypeAsync("conditions", conditions);
        await _tom.PickAsync("trend", "Improving");
        await _tom.SubmitAsync();
    }

    private async Task PostInSlackAsync(string conditions)
    {
        await _slack.PressAsync("status.button.post");
        await _slack.TypeAsync("conditions", conditions);
        await _slack.PickAsync("trend", "Improving");
        await _slack.SubmitAsync();
    }

    /// <summary>Who is known in both is one person, found by their verified address.</summary>
    private async Task ExpectOnePersonEachAsync()
    {
        var known = await _host.Store.ReadAsync(
            connection =>
                connection
                    .Query<(string Slack, string Teams)>(
                        """
                        SELECT s.person, t.person FROM slack_user s JOIN teams_user t ON t.name = s.name
                        """
                    )
                    .AsList(),
            default
        );
        known.Should().Contain(("marco", "marco")).And.Contain(("tom", "tom"));
        known.Should().OnlyContain(person => person.Slack == person.Teams);
        var people = await _host.Store.ReadAsync(
            connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM person"),
            default
        );
        people.Should().Be(8, "everybody of the company is one person, wherever they work");
    }

    /// <summary>Marco writes to the customer in Teams; Rūta, who has Slack, approves it there.</summary>
    private async Task ApproveAsync()
    {
        await _marco.PressAsync("customer-update.button.write");
        await _marco.TypeAsync("now", "Dois de três grupos de caixas já voltaram.");
        await _marco.SubmitAsync();
        await _slack.OpenDirectAsync();
        await _slack.PressAsync("customer-update.button.ask");
        await _slack.ActAsAsync("ruta");
        await _slack.OpenDirectAsync();
        await _slack.PressAsync("customer-update.button.approve");
        (await _host.MailAsync("Atualização do caso")).Text.Should().Contain("Dois de três grupos");
        await _slack.ActAsAsync("marco");
        await _slack.EnterAsync(Room);
    }

    /// <summary>Teams takes calls and answers none: Slack goes on as ever, and Teams catches up.</summary>
    private async Task TeamsHangsAsync()
    {
        await ResolveInSlackAsync("Prima prova.");
        await SeeTheSameAsync("Prima prova.");

        _town.Hang();
        await ReopenInSlackAsync(Reasons[0]);
        foreach (var status in new[] { "Third region: 10 %.", "Third region: 60 %." })
        {
            await PostInSlackAsync(status);
            await InTimeAsync(Expect(_slack.Message(OnCard)).ToContainTextAsync(status), status);
        }
        await _slack.PressAsync("severity.button");
        await _slack.PickAsync("severity", "Sev1");
        await _slack.TypeAsync("reason", "Sono ferme tutte e 212.");
        await _slack.SubmitAsync();
        await InTimeAsync(Expect(_slack.Message(OnCard)).ToContainTextAsync("Sev1"), "Sev1");
        await ResolveInSlackAsync("Seconda prova.");
        await ReopenInSlackAsync(Reasons[1]);
        InTeamsCard().Should().Contain("Prima prova").And.NotContain("Third region");
        await ShootBothAsync("teams-hangs");

        _town.GoOn();
        await CatchUpAsync();
        await SeeTheSameAsync(Reasons[1]);
        InTeamsCard().Should().Contain("Sev1").And.Contain("Third region 60");
        await ShootBothAsync("teams-is-back");
    }

    private async Task ResolveInSlackAsync(string done)
    {
        await _slack.PressAsync("resolution.button.resolve");
        await _slack.PickAsync("how", "Fix");
        await _slack.TypeAsync("done", done);
        await _slack.TypeAsync("cause", "La rotazione della chiave non era provata.");
        await _slack.SubmitAsync();
        await InTimeAsync(_slack.SeeAsync(_slack.Message($"(Fix): {done}")), done);
    }

    private async Task ReopenInSlackAsync(string reason)
    {
        await _slack.PressAsync("resolution.button.reopen");
        await _slack.TypeAsync("reason", reason);
        await _slack.SubmitAsync();
        await InTimeAsync(_slack.SeeAsync(_slack.Message($"open again: {reason}")), reason);
    }

    /// <summary>Slack's Web API takes calls and answers none: Teams goes on as ever, and Slack catches up.</summary>
    private async Task SlackHangsAsync()
    {
        _workspace.Front.Hang();
        foreach (var status in new[] { "Third region: 80 %.", "All three regions work." })
        {
            await PostInTeamsAsync(status);
            await InTimeAsync(Expect(_tom.Card(OnCard)).ToContainTextAsync(status), status);
        }
        await ResolveInTeamsAsync("Terza prova.");
        await ReopenInTeamsAsync(Reasons[2]);
        await ResolveInTeamsAsync("Quarta prova.");
        await ReopenInTeamsAsync(Reasons[3]);
        (await InSlackCardAsync()).Should().Contain("60").And.NotContain("All three regions");
        await ShootBothAsync("slack-hangs");

        _workspace.Front.GoOn();
        await CatchUpAsync();
        await SeeTheSameAsync(Reasons[3]);
        (await InSlackCardAsync()).Should().Contain("All three regions");
        await ShootBothAsync("slack-is-back");
    }

    private async Task ResolveInTeamsAsync(string done)
    {
        await _marco.PressAsync("resolution.button.resolve");
        await _marco.PickAsync("how", "Fix");
        await _marco.TypeAsync("done", done);
        await _marco.TypeAsync("cause", "La rotazione della chiave non era provata.");
        await _marco.SubmitAsync();
        await InTimeAsync(_marco.SeeAsync(_marco.Card($"(Fix): {done}")), done);
    }

    private async Task ReopenInTeamsAsync(string reason)
    {
        await _marco.PressAsync("resolution.button.reopen");
        await _marco.TypeAsync("reason", reason);
        await _marco.SubmitAsync();
        await InTimeAsync(_marco.SeeAsync(_marco.Card($"open again: {reason}")), reason);
    }

    private static async Task InTimeAsync(Task seen, string what)
    {
        var watch = Stopwatch.StartNew();
        await seen;
        watch.Elapsed.Should().BeLessThan(Usual, "'{0}' waits for no other platform", what);
    }

    // What hung is tried again half a minute after it was given up; nobody need wait for that here.
    private async Task CatchUpAsync()
    {
        await Eventually.IsTrueAsync(
            () => CountAsync("lease_owner IS NOT NULL").GetAwaiter().GetResult() == 0,
            "what hung to be answered or given up",
            seconds: 60
        );
        await _host.PassAsync(Duration.FromSeconds(31));
        await Eventually.IsTrueAsync(
            () => CountAsync("kind = 'set-aside'").GetAwaiter().GetResult() == 0,
            "what was set aside to be done",
            seconds: 60
        );
    }

    private Task<long> CountAsync(string condition) =>
        _host.Store.ReadAsync(
            connection =>
                connection.ExecuteScalar<long>(
                    $"SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND {condition}"
                ),
            default
        );

    /// <summary>
    /// Both rooms were told the same in the same order, late too, and nobody anything twice. What was no longer true when a
    /// platform was back, such as that it was solved for a moment, is not said there.
    /// </summary>
    private async Task ExpectNothingTwiceAsync()
    {
        (await CountAsync("dead_at IS NOT NULL")).Should().Be(0);
        ReasonsIn(InTeamsRoom()).Should().Equal(Reasons.Select(SaidInBoth.Of));
        var inSlack = (await InSlackRoomAsync()).Select(SaidInBoth.Of);
        ReasonsIn(inSlack).Should().Equal(Reasons.Select(SaidInBoth.Of));
        foreach (var channel in await _workspace.ChannelsAsync())
            (await _workspace.MessagesAsync((string)channel["id"]!))
                .Where(message => message["ephemeral_to"] is null)
                .Select(SaidInBoth.Of)
                .Should()
                .OnlyHaveUniqueItems();
        foreach (var person in InTeams)
            _town
                .Shown(person, PlaygroundTown.Chat(person))
                .Select(SaidInBoth.Of)
                .Should()
                .OnlyHaveUniqueItems();
    }

    private static IEnumerable<string> ReasonsIn(IEnumerable<string> room) =>
        room.Where(text =>
                !IsCard(text) && text.Contains("is open again", StringComparison.Ordinal)
            )
            .Select(text =>
                Reasons
                    .Select(SaidInBoth.Of)
                    .Single(reason => text.Contains(reason, StringComparison.Ordinal))
            );

    // ---- What the cards say ------------------------------------------------------------------------------------------

    /// <summary>Waits until both cards say something, and then demands that they say the same.</summary>
    private async Task SeeTheSameAsync(string words)
    {
        await Eventually.IsTrueAsync(
            () =>
                InTeamsCard().Contains(SaidInBoth.Of(words), StringComparison.Ordinal)
                && InSlackCardAsync()
                    .GetAwaiter()
                    .GetResult()
                    .Contains(SaidInBoth.Of(words), StringComparison.Ordinal),
            $"both cards to say '{words}'",
            seconds: 60
        );
        InTeamsCard().Should().Be(await InSlackCardAsync());
    }

    private string InTeamsCard() => InTeamsRoom().Single(IsCard);

    private async Task<string> InSlackCardAsync() =>
        (await InSlackRoomAsync()).Select(SaidInBoth.Of).Single(IsCard);

    private static bool IsCard(string text) => text.Contains(Problem) && text.Contains("Customer");

    private List<string> InTeamsRoom() =>
        [
            .. _town
                .Shown("marco", Playground.Room)
                .Select(SaidInBoth.Of)
                .Where(text => !text.Contains("is ready here", StringComparison.Ordinal)),
        ];

    private async Task<List<JsonNode>> InSlackRoomAsync()
    {
        var room = (await _workspace.ChannelsAsync()).Single(channel =>
            ((string?)channel["name"])?.StartsWith(Room, StringComparison.Ordinal) == true
        );
        return await _workspace.MessagesAsync((string)room["id"]!);
    }

    /// <summary>A picture of both, side by side.</summary>
    private async Task ShootBothAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        await _marco.Page.BringToFrontAsync();
        const string look = "card => card.scrollIntoView({ block: 'center' })";
        await _slack.Message(OnCard).EvaluateAsync(look);
        await _marco.Card(OnCard).EvaluateAsync(look);
        var shots = new[]
        {
            await _slack.Page.ScreenshotAsync(),
            await _marco.Page.ScreenshotAsync(),
        };
        var beside = await _context.NewPageAsync();
        await beside.SetViewportSizeAsync(1600, 720);
        await beside.SetContentAsync(
            string.Concat(
                "<body style='margin:0;display:flex;gap:8px;background:#888'>",
                string.Concat(
                    shots.Select(shot =>
                        $"<img style='width:796px;height:720px;object-fit:cover;object-position:top left' src='data:image/png;base64,{Convert.ToBase64String(shot)}'>"
                    )
                ),
                "</body>"
            )
        );
        _shots++;
        await beside.ScreenshotAsync(
            new() { Path = Path.Combine(folder, $"both-{_shots:00}-{name}.png") }
        );
        await beside.CloseAsync();
    }
}
