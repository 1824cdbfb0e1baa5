using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.Authentication;

/// <summary>Which tokens are taken, one table for us and for Microsoft's own library.</summary>
public sealed class BotTokenTests : IDisposable
{
    private readonly TokenMint mint = new();
    private readonly TimeProvider time = TimeProvider.System;

    public void Dispose() => mint.Dispose();

    [Fact]
    public async Task Judge_WholeTable_TakesOnlyWhatTeamsSentToUs()
    {
        var token = mint.Judge(time);
        var table = new TokenTable(mint, time.GetUtcNow()).Cases();

        var judged = new Dictionary<string, TokenVerdict>();
        foreach (var one in table)
            judged[one.Name] = await token.JudgeAsync(one.Authorization, one.Activity, default);

        table.Should().HaveCountGreaterThanOrEqualTo(30);
        judged.Should().Equal(table.ToDictionary(one => one.Name, one => one.Ours));
    }

    [RequiresFact("bot-tokens")]
    public async Task Judge_BesideMicrosoftsLibrary_DiffersOnlyWhereTheRecordSaysWhy()
    {
        var table = new TokenTable(mint, time.GetUtcNow()).Cases();

        var theirs = await TheirVerdictsAsync(table);

        theirs.Should().Equal(table.ToDictionary(one => one.Name, one => one.TheyAccept));
        var record = await File.ReadAllTextAsync(
            Path.Combine(Templates.Repository(), "app", "decisions", "which-tokens-are-accepted.md")
        );
        foreach (var one in table.Where(one => one.TheyAccept != (one.Ours == TokenVerdict.Good)))
            record.Should().Contain(one.Name, "a difference is explained");
    }

    [Fact]
    public async Task Judge_KeysChanged_AsksOnceMore()
    {
        var clock = new ManualTime();
        var token = mint.Judge(clock);
        var table = new TokenTable(mint, clock.GetUtcNow());
        await token.JudgeAsync(table.Cases()[0].Authorization, table.Cases()[0].Activity, default);
        mint.Publish("new", "msteams");
        clock.Advance(TimeSpan.FromMinutes(6));

        var verdict = await token.JudgeAsync(
            "Bearer "
                + mint.Sign(
                    new JsonObject { ["alg"] = "RS256", ["kid"] = "new" },
                    new JsonObject
                    {
                        ["iss"] = "https://api.botframework.com",
                        ["aud"] = TokenMint.Bot,
                        ["serviceurl"] = TokenMint.Service,
                        ["exp"] = clock.GetUtcNow().ToUnixTimeSeconds() + 60,
                    },
                    "new"
                ),
            table.Cases()[0].Activity,
            default
        );

        verdict.Should().Be(TokenVerdict.Good);
        mint.Asked.Should().Be(2);
    }

    [Fact]
    public async Task Judge_ManyUnknownKeys_AsksNoMoreOften()
    {
        var token = mint.Judge(time);
        var forged = new TokenTable(mint, time.GetUtcNow())
            .Cases()
            .Single(one => one.Name == "a key never published");

        for (var i = 0; i < 100; i++)
            await token.JudgeAsync(forged.Authorization, forged.Activity, default);

        mint.Asked.Should().Be(1);
    }

    [Fact]
    public async Task Judge_KeysOutOfReach_IsNoVerdict()
    {
        mint.IsAway = true;
        var good = new TokenTable(mint, time.GetUtcNow()).Cases()[0];

        var judge = () => mint.Judge(time).JudgeAsync(good.Authorization, good.Activity, default);

        await judge.Should().ThrowAsync<KeysUnavailableException>();
    }

    [Fact]
    public async Task Judge_KeysOutOfReachLater_OldOnesServe()
    {
        var clock = new ManualTime();
        var token = mint.Judge(clock);
        var before = new TokenTable(mint, clock.GetUtcNow()).Cases()[0];
        await token.JudgeAsync(before.Authorization, before.Activity, default);
        mint.IsAway = true;
        clock.Advance(TimeSpan.FromHours(13));
        var good = new TokenTable(mint, clock.GetUtcNow()).Cases()[0];

        (await token.JudgeAsync(good.Authorization, good.Activity, default))
            .Should()
            .Be(TokenVerdict.Good);
    }

    private async Task<Dictionary<string, bool>> TheirVerdictsAsync(IReadOnlyList<TokenCase> table)
    {
        var asked = new JsonObject
        {
            ["metadata"] = mint.Metadata.AbsoluteUri,
            ["appId"] = TokenMint.Bot,
            ["cases"] = new JsonArray([
                .. table.Select(one => new JsonObject
                {
                    ["name"] = one.Name,
                    ["authorization"] = one.Authorization,
                    ["activity"] = JsonNode.Parse(one.Activity.GetRawText()),
                }),
            ]),
        };
        var start = new ProcessStartInfo("node", "judge.cjs")
        {
            WorkingDirectory = Path.Combine(Templates.Repository(), "tests", "peers", "bot-tokens"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        await node.StandardInput.WriteAsync(asked.ToJsonString());
        node.StandardInput.Close();
        var said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return JsonSerializer.Deserialize<Dictionary<string, bool>>(said)!;
    }
}
