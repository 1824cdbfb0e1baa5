using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using EscalationCollab.Slack;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Tests.Slack.Installation;

/// <summary>An administrator's way through our page, Slack's page and ours again, with the whole product running.</summary>
public sealed partial class InstallByLinkTests : IAsyncLifetime
{
    private SlackApp _app = null!;
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        _app = await SlackApp.StartAsync(byLink: true);
        _browser = NewBrowser();
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Link_FollowedToTheEnd_WorkspaceWorksAtOnce()
    {
        var before = await _app.CommandAsync("U0ANA", "help");
        var state = await BeginAsync(_browser);
        _app.Slack.Codes["code-1"] = true;

        var (status, page) = await GetAsync(_browser, $"/slack/oauth?code=code-1&state={state}");
        var help = await _app.CommandAsync("U0ANA", "help");

        before.Body.Should().NotContain("/escalate accept");
        status.Should().Be(HttpStatusCode.OK);
        page.Should().Contain("Harbor Software").And.Contain("/escalate");
        help.Body.Should().Contain("blocks");
        (await FirstLink()).Should().BeNull("it is installed");
        _app.Log.Should().NotContain(line => line.Contains("xoxe"));
    }

    [Fact]
    public async Task Link_OfAnAdministrator_LeadsToSlackWithEveryScopeAndOurAddress()
    {
        var (_, page) = await GetAsync(_browser, await LinkAsync());

        var leads = HttpUtility.HtmlDecode(Leads().Match(page).Groups[1].Value);
        var query = HttpUtility.ParseQueryString(new Uri(leads).Query);
        query["client_id"].Should().Be(FakeSlack.ClientId);
        query["redirect_uri"].Should().Be("https://esc.example/slack/oauth");
        query["scope"]!.Split(',').Should().BeEquivalentTo(SlackScope.All.Select(s => s.Name));
        query["state"].Should().NotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("/slack/install")]
    [InlineData("/slack/install?ticket=guessed")]
    public async Task Install_WithoutALink_IsRefusedInWords(string path)
    {
        var (status, page) = await GetAsync(_browser, path);

        status.Should().Be(HttpStatusCode.Forbidden);
        page.Should().Contain("24").And.NotContain("authorize");
    }

    [Fact]
    public async Task OAuth_FromAnotherBrowser_IsRefusedAndTheCodeNotSpent()
    {
        var state = await BeginAsync(_browser);
        _app.Slack.Codes["code-1"] = true;
        using var other = NewBrowser();
        await BeginAsync(other);

        var (status, _) = await GetAsync(other, $"/slack/oauth?code=code-1&state={state}");

        status.Should().Be(HttpStatusCode.Forbidden);
        _app.Slack.Codes.Should().ContainKey("code-1");
    }

    [Fact]
    public async Task OAuth_Twice_SecondTimeIsRefused()
    {
        var state = await BeginAsync(_browser);
        _app.Slack.Codes["code-1"] = true;
        await GetAsync(_browser, $"/slack/oauth?code=code-1&state={state}");

        var (status, _) = await GetAsync(_browser, $"/slack/oauth?code=code-1&state={state}");

        status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("error=access_denied", HttpStatusCode.BadRequest)]
    [InlineData("code=wrong", HttpStatusCode.BadGateway)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task OAuth_NotGranted_SaysSoAndNothingIsInstalled(
        string query,
        HttpStatusCode expected
    )
    {
        var state = await BeginAsync(_browser);

        var (status, page) = await GetAsync(_browser, $"/slack/oauth?{query}&state={state}");

        status.Should().Be(expected);
        page.Should().Contain("<h1>");
        (await FirstLink()).Should().NotBeNull();
    }

    [Fact]
    public async Task Uninstalled_ThenInstalledAgain_WorksAgain()
    {
        await InstallAsync("code-1");
        await _app.EventAsync(new JsonObject { ["type"] = "app_uninstalled" }, "Ev1");
        var link = await FirstLink();
        await InstallAsync("code-2");

        link.Should().NotBeNull("the token was forgotten");
        (await _app.CommandAsync("U0ANA", "help")).Body.Should().Contain("blocks");
    }

    private async Task InstallAsync(string code)
    {
        var state = await BeginAsync(_browser);
        _app.Slack.Codes[code] = true;
        var (status, _) = await GetAsync(_browser, $"/slack/oauth?code={code}&state={state}");
        status.Should().Be(HttpStatusCode.OK);
    }

    private async Task<string> BeginAsync(HttpClient browser)
    {
        var (status, page) = await GetAsync(browser, await LinkAsync());
        status.Should().Be(HttpStatusCode.OK);
        var leads = new Uri(HttpUtility.HtmlDecode(Leads().Match(page).Groups[1].Value));
        return Uri.EscapeDataString(HttpUtility.ParseQueryString(leads.Query)["state"]!);
    }

    private Task<string> LinkAsync() =>
        Task.FromResult(
            _app.Services.GetRequiredService<InstallLink>()
                .Make(new Uri("https://esc.example/"))
                .PathAndQuery
        );

    private Task<Uri?> FirstLink() => SlackRegistration.FirstLinkAsync(_app.Services, default);

    // The cookie is for https only: the test carries it itself, as a browser behind the proxy would.
    private HttpClient NewBrowser() => new(new Carrier()) { BaseAddress = _app.Address };

    private static async Task<(HttpStatusCode Status, string Page)> GetAsync(
        HttpClient browser,
        string path
    )
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("href=\"([^\"]*authorize[^\"]*)\"")]
    private static partial Regex Leads();

    private sealed class Carrier()
        : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
    {
        private string _cookie = "";

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (_cookie.Length > 0)
                request.Headers.Add("Cookie", _cookie);
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.Headers.TryGetValues("Set-Cookie", out var set))
                _cookie = set.Last().Split(';')[0];
            return answer;
        }
    }
}
