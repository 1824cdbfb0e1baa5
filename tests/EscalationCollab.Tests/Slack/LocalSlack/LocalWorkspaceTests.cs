using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.LocalSlack;

/// <summary>The peer itself: what the product is tested against is reached as it would be by anybody.</summary>
public sealed class LocalWorkspaceTests
{
    [RequiresFact("local-slack")]
    public async Task Workspace_Started_AnswersKnownAndMissingMethods()
    {
        await using var workspace = await LocalWorkspace.StartAsync(socketMode: false);

        var identity = await Call(workspace, "auth.test", []);
        var pinned = await Call(
            workspace,
            "pins.add",
            new JsonObject { ["channel"] = "C01SUPPORT", ["timestamp"] = "1.1" }
        );
        var unknown = await Call(workspace, "no.such", []);

        identity["team_id"]!.GetValue<string>().Should().Be(LocalWorkspace.Team);
        pinned["ok"]!.GetValue<bool>().Should().BeTrue();
        workspace.Front.Calls.Should().ContainSingle(call => call.Method == "pins.add");
        unknown["error"]!.GetValue<string>().Should().Be("unknown_method");
        (await workspace.Http.GetStringAsync(workspace.Address)).Should().Contain("local-slack");
    }

    [RequiresFact("local-slack")]
    public async Task Workspace_EverybodyOfTheCompany_IsThere()
    {
        await using var workspace = await LocalWorkspace.StartAsync(socketMode: true);

        var people = await Call(workspace, "users.list", []);
        var found = await Call(
            workspace,
            "users.info",
            new JsonObject { ["user"] = LocalWorkspace.User("ruta") }
        );

        people["members"]!.AsArray().Should().HaveCountGreaterThan(7);
        found["user"]!["profile"]!["email"]!
            .GetValue<string>()
            .Should()
            .Be("ruta.kazlauskiene@harbor.example");
    }

    private static async Task<JsonObject> Call(
        LocalWorkspace workspace,
        string method,
        JsonObject arguments
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(workspace.Api, method))
        {
            Content = JsonContent.Create(arguments),
            Headers =
            {
                Authorization = new AuthenticationHeaderValue("Bearer", LocalWorkspace.BotToken),
            },
        };
        using var answer = await workspace.Http.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
