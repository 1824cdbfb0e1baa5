using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack;

/// <summary>
/// Slack's own <c>@slack/web-api</c> and <c>@slack/socket-mode</c> against our fake workspace: it must speak what they
/// expect, or what passes against it would prove little.
/// </summary>
public sealed class OfficialClientTests
{
    [RequiresFact("slack-packages")]
    public async Task FakeWorkspace_ToSlacksOwnClients_IsSlack()
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.AddUser("U0ANA", "Ana", "ana@harbor.example").Locale = "pt-BR";
        slack.AddUser("U0MARCO", "Marco", "marco@harbor.example");
        slack.AddChannel("general");
        slack.AddChannel("random");
        slack.Fail("bookmarks.list", Fault.Limit(1));
        var told = new ConcurrentDictionary<string, string>();
        var errors = new ConcurrentQueue<string>();
        using var node = Run(slack, told, errors);
        try
        {
            await SeenAsync("connected", "1");
            var first = await slack.LinkAsync(1);
            var answer = await first.DeliverAsync(
                "slash_commands",
                new JsonObject { ["command"] = "/escalate", ["text"] = "help" }
            );
            ((string)answer["payload"]!["text"]!).Should().Be("/escalate help");
            await first.DisconnectAsync("refresh_requested");
            await SeenAsync("connected", "2");
            (
                await (await slack.LinkAsync(2)).DeliverAsync(
                    "slash_commands",
                    new JsonObject { ["command"] = "/escalate", ["text"] = "again" }
                )
            )
                .Should()
                .NotBeNull();
        }
        finally
        {
            node.StandardInput.Close();
            if (!node.WaitForExit(TimeSpan.FromSeconds(5)))
                node.Kill(entireProcessTree: true);
        }

        errors.Should().BeEmpty();
        told.Should()
            .Contain(
                new Dictionary<string, string>
                {
                    ["team"] = $"\"{FakeSlack.Team}\"",
                    ["taken"] = "\"name_taken\"",
                    ["effect"] = "\"7/slack\"",
                    ["channels"] = "1",
                    ["locale"] = "\"pt-BR\"",
                    ["nobody"] = "\"users_not_found\"",
                    ["trigger"] = "\"expired_trigger_id\"",
                    ["waited"] = "true",
                }
            );
        var made = slack.Named("made-by-web-api")!;
        made.Topic.Should().Be("A topic");
        made.Members.Should().Contain(["U0ANA", "U0MARCO"]);
        made.Messages.Should().ContainSingle().Which.Text.Should().Be("Changed");

        Task SeenAsync(string what, string value) =>
            Eventually.IsTrueAsync(
                () => told.GetValueOrDefault(what) == value || !errors.IsEmpty,
                $"{what} {value}",
                seconds: 60
            );
    }

    private static Process Run(
        FakeSlack slack,
        ConcurrentDictionary<string, string> told,
        ConcurrentQueue<string> errors
    )
    {
        var script = Path.Combine(
            Templates.Repository(),
            "tests",
            "peers",
            "slack",
            "exercise-fake.mjs"
        );
        var node = Process.Start(
            new ProcessStartInfo(
                "node",
                [script, slack.ApiUrl.AbsoluteUri, FakeSlack.BotToken, FakeSlack.AppToken]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        node.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text && JsonNode.Parse(text) is { } read)
                told[(string)read["what"]!] = read["value"]!.ToJsonString();
        };
        node.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
                errors.Enqueue(text);
        };
        node.BeginOutputReadLine();
        node.BeginErrorReadLine();
        return node;
    }
}
