using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace EscalationCollab.Slack;

/// <summary>The section <c>Slack</c> of the configuration, read and checked.</summary>
public sealed class SlackOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Slack";

    /// <summary>Slack's own Web API.</summary>
    public static readonly Uri SlackItself = new("https://slack.com/api/");

    private static readonly string[] Known =
    [
        "SigningSecret",
        "BotToken",
        "AppToken",
        "ClientId",
        "ClientSecret",
        "ApiUrl",
        "Announcements",
        "PinReaction",
    ];

    /// <summary>
    /// What requests from Slack are signed with; several while the secret is being changed. Empty when only Socket Mode is
    /// used. Never shown or logged.
    /// </summary>
    public ImmutableArray<string> SigningSecrets { get; private init; } = [];

    /// <summary>Acts in the workspace; begins with <c>xoxb-</c>. Never shown or logged.</summary>
    public string BotToken { get; private init; } = "";

    /// <summary>Opens sockets; begins with <c>xapp-</c>. Empty when Slack reaches us by HTTP. Never shown or logged.</summary>
    public string AppToken { get; private init; } = "";

    /// <summary>The app's id for installations by OAuth, or empty.</summary>
    public string ClientId { get; private init; } = "";

    /// <summary>The app's secret for installations by OAuth, or empty. Never shown or logged.</summary>
    public string ClientSecret { get; private init; } = "";

    /// <summary>Where methods are called, ending in a slash: Slack itself unless given.</summary>
    public Uri ApiUrl { get; private init; } = SlackItself;

    /// <summary>The channel where new escalations are announced, by id or by name; empty for none.</summary>
    public string Announcements { get; private init; } = "";

    /// <summary>The reaction that puts a message of a war room on the timeline, without colons.</summary>
    public string PinReaction { get; private init; } = "pushpin";

    /// <summary>Whether anything of Slack is set, so that the product is to work there.</summary>
    public bool IsConfigured { get; private init; }

    /// <summary>Slack delivers to our own address.</summary>
    public bool ListensByHttp => !SigningSecrets.IsEmpty;

    /// <summary>Workspaces are brought in by a link; otherwise there is the one of <see cref="BotToken"/>.</summary>
    public bool InstallsByLink => ClientId.Length > 0;

    /// <summary>We open a socket to Slack, so that no public address is needed.</summary>
    public bool ListensBySocket => AppToken.Length > 0;

    /// <summary>
    /// Reads the section. <paramref name="problems"/> says for every wrong setting what to write instead; while there are
    /// any, the returned options must not be used.
    /// </summary>
    public static SlackOptions Read(IConfiguration section, out IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(section);
        var reader = new Reader(section);
        var options = reader.Read();
        problems = reader.Problems;
        return options;
    }

    /// <summary>How Slack is reached, without secrets.</summary>
    public override string ToString() =>
        !IsConfigured ? "no Slack"
        : ListensBySocket ? "Slack by Socket Mode"
        : "Slack by HTTP";

    private sealed class Reader(IConfiguration section)
    {
        public List<string> Problems { get; } = [];

        public SlackOptions Read()
        {
            var given = section
                .GetChildren()
                .Where(child => !string.IsNullOrWhiteSpace(child.Value));
            if (!given.Any())
                return new SlackOptions();
            foreach (var child in section.GetChildren())
                if (!Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                    Problem(
                        child.Key,
                        $"is not a setting: write one of {string.Join(", ", Known)}, or remove it"
                    );
            var options = new SlackOptions
            {
                IsConfigured = true,
                SigningSecrets = Secrets(),
                BotToken = Token(
                    "BotToken",
                    ["xoxb-", "xoxe.xoxb-"],
                    "the Bot User OAuth Token under 'OAuth & Permissions'"
                ),
                AppToken = Token(
                    "AppToken",
                    ["xapp-"],
                    "an App-Level Token with the scope connections:write under 'Basic Information'"
                ),
                ClientId = Text("ClientId"),
                ClientSecret = Text("ClientSecret"),
                ApiUrl = ReadApiUrl(),
                Announcements = Text("Announcements").TrimStart('#'),
                PinReaction = Text("PinReaction").Trim(':') is { Length: > 0 } reaction
                    ? reaction
                    : "pushpin",
            };
            CheckTogether(options);
            return options;
        }

        private ImmutableArray<string> Secrets()
        {
            var secrets = Text("SigningSecret")
                .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                .ToImmutableArray();
            if (secrets.Any(secret => secret.Length < SlackSecrets.ShortestSigningSecret))
                Problem(
                    "SigningSecret",
                    "is too short: copy the Signing Secret under 'Basic Information' of the app; while you change it, write the new and the old one with a comma between them"
                );
            return secrets;
        }

        private string Token(string key, string[] beginnings, string where)
        {
            var text = Text(key);
            // The value itself is never repeated: it may be a good token in the wrong place.
            if (
                text.Length > 0
                && !beginnings.Any(begin => text.StartsWith(begin, StringComparison.Ordinal))
            )
                Problem(key, $"does not begin with {beginnings[0]}: copy {where} of the app");
            return text;
        }

        private Uri ReadApiUrl()
        {
            var text = Text("ApiUrl");
            if (text.Length == 0)
                return SlackItself;
            if (
                Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url)
                && (
                    url.Scheme == Uri.UriSchemeHttps
                    || url.Scheme == Uri.UriSchemeHttp && url.IsLoopback
                )
            )
                return url;
            Problem(
                "ApiUrl",
                $"is \"{text}\": write an https address such as {SlackItself}, or remove it"
            );
            return SlackItself;
        }

        private void CheckTogether(SlackOptions options)
        {
            if (options.BotToken.Length == 0 && !options.InstallsByLink)
                Problem(
                    "BotToken",
                    "is missing: write the Bot User OAuth Token of the app, which begins with xoxb-, best in the environment variable ESCALATIONCOLLAB_Slack__BotToken; or write ClientId and ClientSecret to install by link"
                );
            if (options.InstallsByLink && !options.ListensByHttp)
                Problem(
                    "SigningSecret",
                    "is missing: an installation by link needs an address that Slack reaches, and the app's Signing Secret to prove that it is Slack"
                );
            if (!options.ListensByHttp && !options.ListensBySocket)
                Problem(
                    "SigningSecret",
                    "is missing: write the app's Signing Secret so that requests can be proven to come from Slack, or write Slack:AppToken to use Socket Mode, which needs no public address"
                );
            if (options.ClientId.Length > 0 != options.ClientSecret.Length > 0)
                Problem(
                    options.ClientId.Length > 0 ? "ClientSecret" : "ClientId",
                    "is missing: ClientId and ClientSecret are written together, or neither"
                );
        }

        private string Text(string key) => (section[key] ?? "").Trim();

        private void Problem(string key, string what) => Problems.Add($"{Section}:{key} {what}.");
    }
}

/// <summary>What is known of Slack's secrets without knowing them.</summary>
internal static class SlackSecrets
{
    /// <summary>Slack's own are 32 hexadecimal digits; emulators take shorter ones.</summary>
    public const int ShortestSigningSecret = 16;
}

/// <summary>The section <c>Slack</c> cannot be used; the message says what to write instead.</summary>
public sealed class SlackOptionsException : Exception
{
    /// <summary>Made with every problem found, one a line.</summary>
    public SlackOptionsException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One sentence for each wrong setting.</summary>
    public IReadOnlyList<string> Problems { get; }
}
