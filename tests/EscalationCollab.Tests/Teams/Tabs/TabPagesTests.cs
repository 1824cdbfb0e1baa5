using System.Net;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Teams.Tabs;
using EscalationCollab.Tests.EndToEnd;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.Teams.Receiving;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;

namespace EscalationCollab.Tests.Teams.Tabs;

/// <summary>The tabs, over HTTP, and in a browser with Microsoft's own library.</summary>
[Collection(BrowserTests.Name)]
public sealed class TabPagesTests(Chromium chromium) : IAsyncLifetime
{
    private const string Frames = "frame-ancestors https://teams.microsoft.com https://*.teams";

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private TeamsApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await TeamsApp.StartAsync();
        // Marco is known once he has said something.
        foreach (var person in new[] { "ana", "marco", "tom" })
            await _app.SendAsync(_app.Message(person, "help"));
        await _app.DeclareAsync("ana", "Sign-in fails");
        await _app.DeclareAsync("ana", "A quiet matter", restricted: true);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Tab_BeforeAnybodyIsKnown_HoldsNothingAndIsFramedByTeamsAlone()
    {
        using var answer = await _http.GetAsync(Address("teams/tab?page=1002"));

        var page = await answer.Content.ReadAsStringAsync();
        page.Should().NotContain("quiet").And.NotContain("Acme");
        HeaderOf(answer, "Content-Security-Policy").Should().Contain(Frames);
        HeaderOf(answer, "Content-Security-Policy").Should().Contain("default-src 'none'");
        HeaderOf(answer, "Cache-Control").Should().Be("no-store");
    }

    [Theory]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("' onload='x")]
    public async Task Tab_AddressWithMarkup_StaysText(string page)
    {
        var html = await _http.GetStringAsync(
            Address("teams/tab?page=" + Uri.EscapeDataString(page))
        );

        html.Should().NotContain("<script>alert").And.NotContain("' onload");
    }

    [Fact]
    public async Task Open_Home_LeadsToAPageOfThatPersonThatTeamsMayFrame()
    {
        var (status, url) = await OpenAsync("home", _app.TokenOf("marco"));

        status.Should().Be(200);
        using var page = await _http.GetAsync(Address(url![1..]));
        (await page.Content.ReadAsStringAsync()).Should().Contain("Sign-in fails");
        HeaderOf(page, "Content-Security-Policy").Should().Contain(Frames);
    }

    [Fact]
    public async Task Open_Escalation_LeadsToItsPage()
    {
        var (_, url) = await OpenAsync("ESC-1001", _app.TokenOf("tom"));

        using var page = await _http.GetAsync(Address(url![1..]));
        (await page.Content.ReadAsStringAsync()).Should().Contain("Sign-in fails");
        HeaderOf(page, "Content-Security-Policy").Should().Contain(Frames);
    }

    [Fact]
    public async Task Open_SilentEscalation_IsThereForThoseInItAlone()
    {
        (await OpenAsync("1002", _app.TokenOf("ana"))).Status.Should().Be(200);
        (await OpenAsync("1002", _app.TokenOf("tom"))).Should().Be((404, null));
        (await OpenAsync("4711", _app.TokenOf("tom"))).Should().Be((404, null));
        var (_, url) = await OpenAsync("home", _app.TokenOf("tom"));
        (await _http.GetStringAsync(Address(url![1..]))).Should().NotContain("quiet");
    }

    [Fact]
    public async Task Home_LinkOfAnotherKind_OpensNothing()
    {
        var (_, page) = await OpenAsync("1001", _app.TokenOf("tom"));
        var token = page![(page!.IndexOf('=') + 1)..];

        using var answer = await _http.GetAsync(Address("home?t=" + token));

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await _http.GetAsync(Address("home"))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Pages_ForCustomers_AreFramedByNobody()
    {
        foreach (var path in new[] { "s/x", "post-mortems/x", "privacy" })
        {
            using var answer = await _http.GetAsync(Address(path));
            HeaderOf(answer, "Content-Security-Policy")
                .Should()
                .Contain("frame-ancestors 'none'", path);
        }
    }

    // Each proves nothing: changed in one place from one that does.
    public static TheoryData<string, string, string?> Worthless =>
        new()
        {
            { "for another application", "aud", "99999999-2222-3333-4444-555555555555" },
            { "without an audience", "aud", null },
            { "of the Bot Connector", "iss", "https://api.botframework.com" },
            {
                "of another organisation's issuer",
                "iss",
                "https://login.microsoftonline.com/99999999-0000-0000-0000-000000000001/v2.0"
            },
            { "of another organisation", "tid", "99999999-0000-0000-0000-000000000001" },
            { "of no organisation", "tid", null },
            { "of nobody", "oid", null },
            { "of an application itself", "scp", null },
            { "for something else", "scp", "User.Read" },
            { "for something alike", "scp", "access_as_user_too" },
        };

    [Theory]
    [MemberData(nameof(Worthless))]
    public async Task Open_TokenThatProvesNothing_IsRefused(string why, string claim, string? value)
    {
        var token = _app.TokenOf(
            "marco",
            claims =>
            {
                if (value is null)
                    claims.Remove(claim);
                else
                    claims[claim] = value;
            }
        );

        (await OpenAsync("home", token)).Status.Should().Be(401, why);
    }

    [Fact]
    public async Task Open_TokenOutOfItsTimeOrUnsignedOrOfABot_IsRefused()
    {
        var late = _app.TokenOf("marco", claims => claims["exp"] = 1_000_000);
        var whole = _app.TokenOf("marco");

        foreach (
            var token in new[]
            {
                late,
                whole[..whole.LastIndexOf('.')] + ".",
                whole[..^6] + "AAAAAA",
                _app.Token(),
                "x",
                "",
            }
        )
            (await OpenAsync("home", token)).Status.Should().Be(401);
        using var without = await _http.PostAsync(Address("teams/tab?page=home"), null);
        without.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Open_TokenOfTheFirstVersion_IsTaken()
    {
        var token = _app.TokenOf(
            "marco",
            claims =>
            {
                claims["iss"] = $"https://sts.windows.net/{TokenMint.Tenant}/";
                claims["aud"] = $"api://esc.example/{TokenMint.Bot}";
                claims["ver"] = "1.0";
            }
        );

        (await OpenAsync("home", token)).Status.Should().Be(200);
    }

    [Fact]
    public async Task Open_SomebodyNeverMet_IsTurnedAway() =>
        (await OpenAsync("home", _app.TokenOf("nobody"))).Status.Should().Be(403);

    [RequiresFact("teams-packages", "chromium")]
    public async Task Tab_InAFrameOfTeams_SignsInByMicrosoftsLibraryAndShowsThePage()
    {
        var page = await FramedAsync("home", _app.TokenOf("marco"));

        await Assertions.Expect(Frame(page).Locator("main")).ToContainTextAsync("Sign-in fails");
        await KeepAsync(page, "teams-home-tab");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Tab_OfAnEscalation_ShowsItsPage()
    {
        var page = await FramedAsync("ESC-1001", _app.TokenOf("marco"));

        await Assertions.Expect(Frame(page).Locator("main")).ToContainTextAsync("Sign-in fails");
        await KeepAsync(page, "teams-escalation-tab");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Tab_SomethingHappensWhileItIsOpen_ShowsIt()
    {
        var page = await FramedAsync("ESC-1001", _app.TokenOf("marco"));
        var shown = Frame(page).Locator("main");
        await Assertions.Expect(shown).ToContainTextAsync("Sign-in fails");
        await Assertions.Expect(shown).Not.ToContainTextAsync("Tom");

        await _app.AskAsync(
            _app.Press(
                "tom",
                CarriedKind.Does,
                JoinRole.Id,
                ActionData.For(new EscalationNumber(1001)).With("role", "observer")
            )
        );
        await LookAgainAsync(page);

        await Assertions.Expect(shown).ToContainTextAsync("Tom");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Tab_ItsLinkHasEnded_IsOpenedAnew()
    {
        var page = await FramedAsync("home", _app.TokenOf("marco"));
        var shown = Frame(page).Locator("main");
        await Assertions.Expect(shown).ToContainTextAsync("Sign-in fails");
        await page.RouteAsync(
            "https://esc.example/home?*",
            route => route.FulfillAsync(new() { Status = 404 }),
            new() { Times = 1 }
        );
        var opened = page.WaitForRequestAsync("https://esc.example/teams/tab?page=home");

        await LookAgainAsync(page);

        await opened;
        await Assertions.Expect(shown).ToContainTextAsync("Sign-in fails");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Page_ItsAddressNamesAStrangerToGoTo_GoesNowhere()
    {
        var page = await FramedAsync("home", _app.TokenOf("marco"));
        await Assertions.Expect(Frame(page).Locator("main")).ToContainTextAsync("Sign-in fails");
        await page.RouteAsync(
            "https://esc.example/home?*",
            route => route.FulfillAsync(new() { Status = 404, Body = "<main>Over</main>" })
        );
        var framed = page.Frames[^1];
        await framed.EvaluateAsync("location.hash = '#again=https://elsewhere.example/'");

        await LookAgainAsync(page);

        await Assertions.Expect(Frame(page).Locator("main")).ToHaveTextAsync("Over");
        framed.Url.Should().StartWith("https://esc.example/home");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Tab_SignOnIsNotSetUp_SaysHowElseToGetThere()
    {
        var page = await FramedAsync("home", null);

        await Assertions
            .Expect(Frame(page).Locator("main"))
            .ToContainTextAsync("Teams did not say who you are");
        await KeepAsync(page, "teams-tab-without-sign-on");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Tab_InAFrameOfSomebodyElse_IsNotShown()
    {
        var page = await FramedAsync("home", _app.TokenOf("marco"), "https://elsewhere.example/");

        await Task.WhenAny(
            page.WaitForConsoleMessageAsync(
                new() { Predicate = message => message.Text.Contains("frame-ancestors") }
            ),
            page.WaitForTimeoutAsync(3_000)
        );
        (await Frame(page).Locator("main").CountAsync()).Should().Be(0);
    }

    /// <summary>A page of Teams' address with the tab in it, which answers what Microsoft's library asks of Teams.</summary>
    private async Task<IPage> FramedAsync(
        string tab,
        string? token,
        string host = "https://teams.microsoft.com/"
    )
    {
        var browser = await chromium.OpenAsync();
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1100, Height = 800 },
            }
        );
        var library = Path.Combine(
            Templates.Repository(),
            "tests/peers/teams/node_modules/@microsoft/teams-js/dist/umd/MicrosoftTeams.min.js"
        );
        await page.RouteAsync(
            "https://res.cdn.office.net/**",
            route =>
                route.FulfillAsync(
                    route.Request.Url.EndsWith(".js", StringComparison.Ordinal)
                        ? new()
                        {
                            Path = library,
                            ContentType = "text/javascript",
                            Headers = new Dictionary<string, string>
                            {
                                ["Access-Control-Allow-Origin"] = "*",
                                ["Content-Type"] = "text/javascript",
                            },
                        }
                        : new() { Status = 404 }
                )
        );
        // Browsers keep pages of the web away from this machine: the product goes by its public name.
        await page.RouteAsync(
            "https://esc.example/**",
            async route =>
            {
                var asked = new Uri(route.Request.Url);
                await route.FulfillAsync(
                    new()
                    {
                        Response = await route.FetchAsync(
                            new() { Url = new Uri(_app.Address, asked.PathAndQuery).AbsoluteUri }
                        ),
                    }
                );
            }
        );
        await page.RouteAsync(
            host + "**",
            route =>
                route.FulfillAsync(
                    new()
                    {
                        ContentType = "text/html",
                        Body = Host(
                            TabPages.AddressOf(new Uri("https://esc.example/"), tab),
                            token
                        ),
                    }
                )
        );
        await page.GotoAsync(host + "tab");
        return page;
    }

    private static string Host(string tab, string? token) =>
        $$"""
            <!DOCTYPE html><title>Teams</title>
            <body style="margin:0"><iframe style="border:0;width:100vw;height:100vh" src="{{tab}}"></iframe>
            <script>
              const token = {{(token is null ? "null" : $"'{token}'")}};
              addEventListener("message", event => {
                const asked = event.data;
                const args = asked.func === "initialize"
                  ? ["content", "web", JSON.stringify({ apiVersion: 4, isLegacyTeams: false, supports: {} }), "2.58.0"]
                  : asked.func === "authentication.getAuthToken"
                    ? token ? [true, token] : [false, "resourceDisabled"]
                    : [];
                event.source.postMessage({ id: asked.id, uuid: asked.uuid, uuidAsString: asked.uuidAsString, args }, event.origin);
              });
            </script>
            """;

    // As when somebody comes back to it; otherwise it looks every half minute.
    private static async Task LookAgainAsync(IPage page) =>
        await page.Frames[^1]
            .EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");

    private static IFrameLocator Frame(IPage page) => page.FrameLocator("iframe");

    private static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is not { Length: > 0 } folder)
            return;
        await page.WaitForTimeoutAsync(500);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }

    private async Task<(int Status, string? Url)> OpenAsync(string page, string token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            Address("teams/tab?page=" + page)
        );
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return (
            (int)answer.StatusCode,
            body.StartsWith('{') ? (string?)JsonNode.Parse(body)!["url"] : null
        );
    }

    private Uri Address(string path) => new(_app.Address, path);

    private static string HeaderOf(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
