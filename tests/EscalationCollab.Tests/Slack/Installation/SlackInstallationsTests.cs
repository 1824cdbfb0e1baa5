using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Web;
using Dapper;
using EscalationCollab.Slack;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Slack.Installation;

/// <summary>Installations on a real database, with an OAuth server of a few lines that knows the rules of rotation.</summary>
public sealed class SlackInstallationsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly OAuthServer _server = new();
    private Stage _stage = null!;

    public async Task InitializeAsync() => _stage = await Stage.OpenAsync();

    public async Task DisposeAsync()
    {
        await _stage.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Install_Allowed_TokenIsKeptEncryptedAndFoundAfterRestart()
    {
        using (var first = Installations())
            await first.AddAsync(await Install(), None);

        using var again = Installations();
        var kept = (await again.AllAsync(None)).Should().ContainSingle().Subject;
        kept.Token.Should().Be("xoxe.xoxb-1");
        kept.Team.Should().Be("T1");
        var rows = await _stage.Read(records =>
            records.Connection.Query<string>("SELECT token || refresh FROM slack_installation")
        );
        rows.Should().ContainSingle().Which.Should().NotContain("xox");
        kept.ToString().Should().NotContain("xox");
    }

    [Fact]
    public async Task All_TokenAboutToExpire_ExchangedOnceHoweverManyAsk()
    {
        using var installations = Installations();
        await installations.AddAsync(await Install(), None);
        _stage.Sleep(Duration.FromHours(11.5));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => installations.AllAsync(None))
        );

        answers.Should().OnlyContain(all => all[0].Token == "xoxe.xoxb-2");
        _server.Refreshes.Should().Be(1);
        using var again = Installations();
        (await again.AllAsync(None))[0].Token.Should().Be("xoxe.xoxb-2");
    }

    [Fact]
    public async Task All_SlackAway_OldTokenIsUsedAndAMinuteLaterItIsTriedAgain()
    {
        using var installations = Installations();
        await installations.AddAsync(await Install(), None);
        _stage.Sleep(Duration.FromHours(11.5));
        _server.Away = true;

        var meanwhile = (await installations.AllAsync(None))[0].Token;
        _server.Away = false;
        (await installations.AllAsync(None))[0].Token.Should().Be(meanwhile);
        _stage.Sleep(SlackInstallations.Pause);
        var later = (await installations.AllAsync(None))[0].Token;

        meanwhile.Should().Be("xoxe.xoxb-1");
        later.Should().Be("xoxe.xoxb-2");
    }

    [Fact]
    public async Task Remove_Installed_TokensAreWiped()
    {
        using var installations = Installations();
        await installations.AddAsync(await Install(), None);

        (await installations.RemoveAsync("T1", None)).Should().BeTrue();
        (await installations.RemoveAsync("T1", None)).Should().BeFalse();

        (await installations.AllAsync(None)).Should().BeEmpty();
        (
            await _stage.Read(records =>
                records.Connection.Query<string>("SELECT token || refresh FROM slack_installation")
            )
        )
            .Should()
            .Equal("");
    }

    [Fact]
    public async Task Install_SameWorkspaceAgain_TakesThePlaceOfTheOldOne()
    {
        using var installations = Installations();
        await installations.AddAsync(await Install(), None);
        await installations.RemoveAsync("T1", None);
        await installations.AddAsync(await Install(), None);

        (await installations.AllAsync(None)).Should().ContainSingle();
    }

    [Fact]
    public async Task Install_WholeOrganisation_IsKnownByTheOrganisation()
    {
        _server.Everywhere = true;

        var made = await Install();

        (made.Team, made.Enterprise, made.Id).Should().Be(("", "E1", "E1"));
    }

    [Fact]
    public async Task Install_FewerRights_IsRefusedByName()
    {
        _server.Scopes = "commands,chat:write";

        var install = FluentActions.Awaiting(Install);

        (await install.Should().ThrowAsync<SlackOAuthException>())
            .Which.Message.Should()
            .Contain("pins:write")
            .And.NotContain("secret");
    }

    [Fact]
    public async Task All_KeysLost_InstallationIsLeftOut()
    {
        using (var first = Installations())
            await first.AddAsync(await Install(), None);

        using var lost = Installations(new EphemeralDataProtectionProvider());

        (await lost.AllAsync(None)).Should().BeEmpty();
    }

    private Task<SlackInstallation> Install() =>
        OAuth().InstallAsync("code-1", new Uri("https://esc.example/slack/oauth"), None);

    private SlackInstallations Installations(IDataProtectionProvider? keys = null) =>
        new(
            _stage.Store,
            new TokenVault(keys ?? _keys),
            OAuth(),
            _stage.Time,
            NullLogger<SlackInstallations>.Instance
        );

    private SlackOAuth OAuth() =>
        new(
            new HttpClient(_server, disposeHandler: false)
            {
                BaseAddress = new Uri("https://slack.example/api/"),
            },
            SlackOptions.Read(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(
                        new Dictionary<string, string?>
                        {
                            ["SigningSecret"] = "8f742231b10e8888abcd99yyyzzz85a5",
                            ["ClientId"] = "client",
                            ["ClientSecret"] = "secret",
                        }
                    )
                    .Build(),
                out _
            ),
            _stage.Time
        );

    /// <summary>A refresh token counts once; the next one comes with the new token.</summary>
    private sealed class OAuthServer : HttpMessageHandler
    {
        private readonly ConcurrentDictionary<string, bool> _spent = new();
        private int _number;

        public bool Away { get; set; }

        public bool Everywhere { get; set; }

        public string Scopes { get; set; } =
            string.Join(',', SlackScope.All.Select(scope => scope.Name));

        public int Refreshes { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (Away)
                return new HttpResponseMessage(HttpStatusCode.BadGateway)
                {
                    Content = new StringContent("away"),
                };
            if (request.RequestUri!.AbsolutePath.EndsWith("auth.test", StringComparison.Ordinal))
                return Json(new { ok = true, url = "https://harbor.slack.example/" });
            request.Headers.Authorization!.Scheme.Should().Be("Basic");
            var form = HttpUtility.ParseQueryString(
                await request.Content!.ReadAsStringAsync(cancellationToken)
            );
            if (form["grant_type"] == "refresh_token")
            {
                Refreshes++;
                if (!_spent.TryAdd(form["refresh_token"]!, true))
                    return Json(new { ok = false, error = "invalid_refresh_token" });
            }
            var number = ++_number;
            return Json(
                new
                {
                    ok = true,
                    access_token = $"xoxe.xoxb-{number}",
                    refresh_token = $"xoxe-{number}",
                    expires_in = 43_200,
                    scope = Scopes,
                    bot_user_id = "U0BOT",
                    is_enterprise_install = Everywhere,
                    team = Everywhere ? null : new { id = "T1", name = "Harbor" },
                    enterprise = Everywhere ? new { id = "E1", name = "Harbor Group" } : null,
                    authed_user = new { id = "U1" },
                }
            );
        }

        private static HttpResponseMessage Json(object body) =>
            new(HttpStatusCode.OK) { Content = JsonContent.Create(body) };
    }
}
