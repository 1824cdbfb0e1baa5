using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Slack.Installation;

namespace EscalationCollab.Tests.Slack.Fake;

/// <content>Installations by link.</content>
internal sealed partial class FakeSlack
{
    public const string ClientId = "111.222";
    public const string ClientSecret = "fake-client-secret";

    /// <summary>Tokens given for a code, beside the one that is configured.</summary>
    public ConcurrentDictionary<string, bool> Granted { get; } = [];

    /// <summary>Tokens of whole organisations, each with the workspaces that take part.</summary>
    public ConcurrentDictionary<string, string[]> Organisations { get; } = [];

    /// <summary>Codes that an administrator's consent has brought; each is good once.</summary>
    public ConcurrentDictionary<string, bool> Codes { get; } = [];

    private JsonObject Grant(JsonObject arguments, string authorization)
    {
        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        if (authorization != $"Basic {expected}")
            return Error("bad_client_secret");
        if (!Codes.TryRemove(Text(arguments, "code"), out _))
            return Error("invalid_code");
        var token = NextId("xoxe.xoxb-");
        Granted[token] = true;
        return Ok(
            ("access_token", token),
            ("refresh_token", NextId("xoxe-")),
            ("expires_in", 43_200),
            ("scope", string.Join(',', SlackScope.All.Select(scope => scope.Name))),
            ("bot_user_id", BotUser),
            ("is_enterprise_install", false),
            ("team", new JsonObject { ["id"] = Team, ["name"] = "Harbor Software" }),
            ("enterprise", null),
            ("authed_user", new JsonObject { ["id"] = "U0ADMIN" })
        );
    }
}
