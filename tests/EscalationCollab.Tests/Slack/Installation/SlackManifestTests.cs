using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Tests.Slack.BlockKit;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.Installation;

/// <summary>
/// The manifest against the rules Slack publishes: https://docs.slack.dev/reference/app-manifest, and against the type that
/// the official client gives it.
/// </summary>
public sealed class SlackManifestTests
{
    private static readonly Uri Example = new("https://escalations.example.com");

    // Which scope an event is delivered under: https://docs.slack.dev/reference/events
    internal static readonly Dictionary<string, string?> ScopeOfEvent = new()
    {
        ["app_home_opened"] = null,
        ["app_mention"] = "app_mentions:read",
        ["app_uninstalled"] = null,
        ["channel_archive"] = "channels:read",
        ["channel_deleted"] = "channels:read",
        ["channel_left"] = "channels:read",
        ["channel_rename"] = "channels:read",
        ["channel_unarchive"] = "channels:read",
        ["group_archive"] = "groups:read",
        ["group_deleted"] = "groups:read",
        ["group_left"] = "groups:read",
        ["group_rename"] = "groups:read",
        ["group_unarchive"] = "groups:read",
        ["link_shared"] = "links:read",
        ["member_left_channel"] = "channels:read",
        ["message.im"] = "im:history",
        ["reaction_added"] = "reactions:read",
        ["subteam_members_changed"] = "usergroups:read",
        ["tokens_revoked"] = null,
        ["user_change"] = "users:read",
    };

    public static TheoryData<SlackConnection> Connections =>
        [SlackConnection.Http, SlackConnection.SocketMode];

    [Theory]
    [InlineData("http.json", SlackConnection.Http)]
    [InlineData("socket-mode.json", SlackConnection.SocketMode)]
    public void Delivered_File_IsWhatTheVerbWrites(string file, SlackConnection connection) =>
        File.ReadAllText(Path.Combine(Templates.Repository(), "manifest", "slack", file))
            .Should()
            .Be(SlackManifest.Write(Example, connection));

    [RequiresFact("slack-packages")]
    public async Task Types_OfTheOfficialClient_LackOneScopeOfOursAndTakeEverythingElse()
    {
        foreach (var connection in Enum.GetValues<SlackConnection>())
            await TakesAllButOneScopeAsync(connection);
    }

    private static async Task TakesAllButOneScopeAsync(SlackConnection connection)
    {
        const string Unlisted = "canvases:write";
        var whole = (JsonObject)JsonNode.Parse(SlackManifest.Write(Example, connection))!;
        var known = (JsonObject)whole.DeepClone();
        var scopes = known["oauth_config"]!["scopes"]!["bot"]!.AsArray();
        scopes.Remove(scopes.Single(scope => (string?)scope == Unlisted));

        (await TypeCheck.RunAsync(known)).Should().BeEmpty();

        // Slack's reference has it (https://docs.slack.dev/reference/scopes/canvases.write). Once the type has it too, this
        // says so, and the exception is to go.
        (await TypeCheck.RunAsync(whole))
            .Split('\n')
            .Where(line => line.Contains("error TS", StringComparison.Ordinal))
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain(Unlisted);
    }

    [Fact]
    public void Delivered_ScopesPage_IsWhatTheVerbWrites() =>
        File.ReadAllText(Path.Combine(Templates.Repository(), "manifest", "slack", "scopes.md"))
            .Should()
            .Be(SlackManifest.ScopesPage());

    [Theory]
    [MemberData(nameof(Connections))]
    public void Write_EveryText_KeepsSlacksLengths(SlackConnection connection)
    {
        var manifest = Parse(connection);

        Length(manifest, "display_information.name").Should().BeInRange(1, 35);
        Length(manifest, "display_information.description").Should().BeInRange(1, 140);
        Length(manifest, "display_information.long_description").Should().BeInRange(174, 4_000);
        Text(manifest, "display_information.background_color")
            .Should()
            .MatchRegex("^#[0-9a-f]{6}$");
        Text(manifest, "features.bot_user.display_name").Should().MatchRegex("^[a-z0-9._-]{1,80}$");
        foreach (var shortcut in manifest["features"]!["shortcuts"]!.AsArray())
        {
            Length(shortcut!, "name").Should().BeInRange(1, 24);
            Length(shortcut!, "callback_id").Should().BeInRange(1, 255);
            Length(shortcut!, "description").Should().BeInRange(1, 150);
        }
        var command = manifest["features"]!["slash_commands"]!.AsArray().Single()!;
        Text(command, "command").Should().MatchRegex("^/[a-z]{1,31}$");
        Length(command, "description").Should().BeInRange(1, 2_000);
        Length(command, "usage_hint").Should().BeInRange(1, 1_000);
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public void Write_EveryEvent_HasItsScope(SlackConnection connection)
    {
        var manifest = Parse(connection);
        var scopes = Strings(manifest["oauth_config"]!["scopes"]!["bot"]!);

        foreach (var name in Strings(manifest["settings"]!["event_subscriptions"]!["bot_events"]!))
            if (ScopeOfEvent[name] is { } needed)
                scopes.Should().Contain(needed, $"{name} is delivered under it");
    }

    [Fact]
    public void Write_Shortcuts_LeadToRoutesOfTheProduct()
    {
        var slices = Product.Slices(new Tools(Scenes.Words, [], new Uri("https://esc.example/")));
        foreach (var shortcut in Parse(SlackConnection.Http)["features"]!["shortcuts"]!.AsArray())
        {
            var kind =
                Text(shortcut!, "type") == "global"
                    ? InteractionKind.OpenDialog
                    : InteractionKind.Shortcut;
            slices
                .Routes.Should()
                .Contain(route =>
                    route.Kind == kind && route.Name == Text(shortcut!, "callback_id")
                );
        }
    }

    [Fact]
    public void Write_Http_EveryAddressBelowThePublicOne()
    {
        var text = SlackManifest.Write(
            new Uri("https://chat.example.org/escalations/"),
            SlackConnection.Http
        );

        foreach (
            var path in new[]
            {
                SlackManifest.EventsPath,
                SlackManifest.InteractionsPath,
                SlackManifest.CommandsPath,
                SlackManifest.OptionsPath,
                SlackManifest.OAuthPath,
            }
        )
            text.Should().Contain($"\"https://chat.example.org/escalations{path}\"");
    }

    [Fact]
    public void Write_SocketMode_NamesNoRequestAddress() =>
        SlackManifest
            .Write(Example, SlackConnection.SocketMode)
            .Should()
            .NotContain("request_url\"")
            .And.Contain("\"socket_mode_enabled\": true");

    [Fact]
    public void Scopes_All_AreSortedOnceAndExplained()
    {
        var names = SlackScope.All.Select(scope => scope.Name).ToList();

        names.Should().OnlyHaveUniqueItems().And.Equal(names.Order(StringComparer.Ordinal));
        SlackScope
            .All.Should()
            .OnlyContain(scope => scope.Why.Length > 20 && scope.Why.EndsWith('.'));
    }

    [Theory]
    [InlineData("http://escalations.example.com", "https")]
    [InlineData("https://escalations.example.com/?a=b", "?")]
    [InlineData("https://escalations.example.com/#top", "#")]
    [InlineData("https://me:secret@escalations.example.com", "password")]
    [InlineData("escalations.example.com", "whole")]
    public void Wrong_UnusableAddress_SaysWhatToWrite(string address, string word) =>
        SlackManifest.Wrong(new Uri(address, UriKind.RelativeOrAbsolute)).Should().Contain(word);

    private static JsonNode Parse(SlackConnection connection) =>
        JsonNode.Parse(SlackManifest.Write(Example, connection))!;

    private static int Length(JsonNode node, string path) => Text(node, path).Length;

    private static string Text(JsonNode node, string path) =>
        path.Split('.').Aggregate(node, (at, name) => at[name]!).GetValue<string>();

    private static List<string> Strings(JsonNode array) =>
        [.. array.AsArray().Select(item => item!.GetValue<string>())];
}
