using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EscalationCollab.Slack.Installation;

/// <summary>How Slack reaches the product.</summary>
public enum SlackConnection
{
    /// <summary>Slack calls a public https address.</summary>
    Http,

    /// <summary>The product opens a connection to Slack; no public address is needed.</summary>
    SocketMode,
}

/// <summary>
/// What an administrator pastes into Slack to create the app.
/// Source: https://docs.slack.dev/reference/app-manifest, and the type Manifest of the official client.
/// </summary>
public static class SlackManifest
{
    /// <summary>The one command of the product.</summary>
    public const string Command = "/escalate";

    /// <summary>Where the product listens for Slack, below its public address.</summary>
    public const string EventsPath = "/slack/events";

    /// <summary>Buttons, dialogs and shortcuts.</summary>
    public const string InteractionsPath = "/slack/interactions";

    /// <summary>Slash commands.</summary>
    public const string CommandsPath = "/slack/commands";

    /// <summary>Choices of long lists, as somebody types.</summary>
    public const string OptionsPath = "/slack/options";

    /// <summary>Where Slack sends the administrator back to after an installation by link.</summary>
    public const string OAuthPath = "/slack/oauth";

    internal static readonly string[] Events =
    [
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_deleted",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "group_unarchive",
        "link_shared",
        "member_left_channel",
        "message.im",
        "reaction_added",
        "subteam_members_changed",
        "tokens_revoked",
        "user_change",
    ];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The manifest as JSON, with a line break at its end.</summary>
    /// <param name="url">Where people and Slack reach the product; https, without query or fragment.</param>
    /// <exception cref="ArgumentException">The address cannot be used; the message says why.</exception>
    public static string Write(Uri url, SlackConnection connection)
    {
        if (Wrong(url) is { } wrong)
            throw new ArgumentException(wrong, nameof(url));
        return Manifest(url, connection).ToJsonString(Indented) + "\n";
    }

    /// <summary>What is wrong with a public address, in words for an administrator, or null.</summary>
    public static string? Wrong(Uri url) =>
        url switch
        {
            { IsAbsoluteUri: false } =>
                "The address must be whole, such as https://escalations.example.com.",
            { Scheme: not "https" } =>
                "Slack calls only https addresses: write https:// and put a certificate in front.",
            { Query.Length: > 0 } or { Fragment.Length: > 0 } =>
                "The address must end before any ? or #, such as https://escalations.example.com.",
            { UserInfo.Length: > 0 } => "The address must not hold a name or a password.",
            _ => null,
        };

    /// <summary>The scopes with their reasons, as Markdown.</summary>
    public static string ScopesPage()
    {
        var page = new StringBuilder(
            """
            # What the app may do in your workspace, and why

            Bot scopes only: the app never acts in the name of a person, and asks for no user scope. It reads only channels
            that it opened itself or was invited into. The one thing it hears of from elsewhere is a link to its own address.

            | scope | what it is used for |
            | --- | --- |

            """.ReplaceLineEndings("\n")
        );
        foreach (var scope in SlackScope.All)
            page.Append("| `").Append(scope.Name).Append("` | ").Append(scope.Why).Append(" |\n");
        return page.ToString();
    }

    private static JsonObject Manifest(Uri url, SlackConnection connection)
    {
        var http = connection == SlackConnection.Http;
        return new JsonObject
        {
            ["_metadata"] = new JsonObject { ["major_version"] = 2, ["minor_version"] = 1 },
            ["display_information"] = Display(),
            ["features"] = Features(url, http),
            ["oauth_config"] = new JsonObject
            {
                ["redirect_urls"] = new JsonArray(At(url, OAuthPath)),
                ["scopes"] = new JsonObject
                {
                    ["bot"] = ArrayOf(SlackScope.All.Select(scope => scope.Name)),
                },
            },
            ["settings"] = Settings(url, http),
        };
    }

    private static JsonObject Display() =>
        new()
        {
            ["name"] = "EscalationCollab",
            ["description"] =
                "Customer escalations: the right owner, one war room, promised updates kept, lessons learned.",
            ["long_description"] =
                "When a customer is in trouble and first-line support cannot help, EscalationCollab finds an owner by your "
                + "escalation matrix and opens a war room with one pinned card. It asks technical staff for a status with two "
                + "taps, keeps the promised updates to the customer in the customer's own language, guides the post-mortem to "
                + "owned improvements, and asks the customer how it went.",
            ["background_color"] = "#1f3a5f",
        };

    private static JsonObject Features(Uri url, bool http)
    {
        var command = new JsonObject
        {
            ["command"] = Command,
            ["description"] = "Escalate a customer's problem, or work on one",
            ["usage_hint"] = "[what happened] or help",
            ["should_escape"] = true,
        };
        if (http)
            command["url"] = At(url, CommandsPath);
        return new JsonObject
        {
            ["app_home"] = new JsonObject
            {
                ["home_tab_enabled"] = true,
                ["messages_tab_enabled"] = true,
                ["messages_tab_read_only_enabled"] = false,
            },
            ["bot_user"] = new JsonObject
            {
                ["display_name"] = "escalationcollab",
                ["always_online"] = true,
            },
            ["shortcuts"] = new JsonArray(
                Shortcut(
                    "global",
                    "Declare an escalation",
                    "declare",
                    "Opens the form to escalate"
                ),
                Shortcut(
                    "message",
                    "Escalate this message",
                    "escalate-message",
                    "Opens the form with this message filled in"
                ),
                Shortcut(
                    "message",
                    "Add to timeline",
                    "add-to-timeline",
                    "Keeps this message on the timeline of an escalation"
                )
            ),
            ["slash_commands"] = new JsonArray(command),
            ["unfurl_domains"] = new JsonArray(url.Host),
        };
    }

    private static JsonObject Settings(Uri url, bool http)
    {
        var events = new JsonObject { ["bot_events"] = ArrayOf(Events) };
        var interactivity = new JsonObject { ["is_enabled"] = true };
        if (http)
        {
            events["request_url"] = At(url, EventsPath);
            interactivity["request_url"] = At(url, InteractionsPath);
            interactivity["message_menu_options_url"] = At(url, OptionsPath);
        }
        return new JsonObject
        {
            ["event_subscriptions"] = events,
            ["interactivity"] = interactivity,
            ["org_deploy_enabled"] = true,
            ["socket_mode_enabled"] = !http,
            // Rotation needs the installation by link, which needs a public address.
            ["token_rotation_enabled"] = http,
        };
    }

    private static JsonObject Shortcut(string type, string name, string id, string description) =>
        new()
        {
            ["type"] = type,
            ["name"] = name,
            ["callback_id"] = id,
            ["description"] = description,
        };

    private static JsonArray ArrayOf(IEnumerable<string> values) =>
        [.. values.Select(value => JsonValue.Create(value))];

    private static string At(Uri url, string path) => url.AbsoluteUri.TrimEnd('/') + path;
}
