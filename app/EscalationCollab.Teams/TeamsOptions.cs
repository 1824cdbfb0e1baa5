using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace EscalationCollab.Teams;

/// <summary>The section <c>Teams</c> of the configuration, read and checked.</summary>
public sealed class TeamsOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Teams";

    private static readonly string[] Known =
    [
        "ClientId",
        "ClientSecret",
        "TenantId",
        "Team",
        "Announcements",
        "Calendar",
        "Restricted",
        "Cloud",
        "OpenIdMetadataUrl",
        "SignInMetadataUrl",
        "TokenUrl",
        "GraphUrl",
        "ServiceHosts",
        "OutboundToken",
    ];

    /// <summary>The application id of the bot's Entra application: the audience of what Teams sends.</summary>
    public string ClientId { get; private init; } = "";

    /// <summary>The secret of that application. Never shown or logged.</summary>
    public string ClientSecret { get; private init; } = "";

    /// <summary>The one Entra tenant that is served, or empty when the bot is for several.</summary>
    public string TenantId { get; private init; } = "";

    /// <summary>The team in which war rooms are opened, by the id of its Microsoft 365 group; empty: the first the app is added to.</summary>
    public string Team { get; private init; } = "";

    /// <summary>The channel where new escalations are announced, by id or by name; empty for none.</summary>
    public string Announcements { get; private init; } = "";

    /// <summary>The mailbox whose calendar invites to meetings, by its address; empty for none.</summary>
    public string Calendar { get; private init; } = "";

    /// <summary>Whether escalations that only some may see get a private channel, and not a group chat.</summary>
    internal bool RestrictedInChannels { get; private init; }

    /// <summary>Which of Microsoft's clouds it runs in.</summary>
    internal TeamsCloud Cloud { get; private init; } = TeamsCloud.Public;

    /// <summary>Where the keys are found that Teams signs with.</summary>
    public Uri OpenIdMetadataUrl { get; private init; } = TeamsCloud.Public.Metadata;

    /// <summary>Where the keys are found that people's own tokens are signed with, which tabs send.</summary>
    public Uri SignInMetadataUrl { get; private init; } = TeamsCloud.Public.SignInMetadata;

    /// <summary>Where our own tokens are asked for.</summary>
    public Uri TokenUrl { get; private init; } = TeamsCloud.Public.TokenFor("");

    /// <summary>
    /// Where a token for an organisation's own data is asked for. A bot for several tenants has one place for its answers,
    /// but its calls to Graph are each organisation's.
    /// </summary>
    /// <param name="entra">The id of its Entra tenant.</param>
    internal Uri TokenUrlOf(string entra) =>
        TenantId.Length > 0
            ? TokenUrl
            : new Uri(
                TokenUrl.AbsoluteUri.Replace(
                    $"/{TeamsCloud.SeveralTenants}/",
                    $"/{entra}/",
                    StringComparison.Ordinal
                )
            );

    /// <summary>Where Microsoft Graph is called, ending in a slash.</summary>
    public Uri GraphUrl { get; private init; } = TeamsCloud.Public.Graph;

    /// <summary>Hosts beside Microsoft's own that our token may be sent to: emulators on this machine.</summary>
    public ImmutableArray<string> ServiceHosts { get; private init; } = [];

    /// <summary>Whether calls carry a token of ours. It can be switched off only where nothing but this machine is called.</summary>
    public bool SendsToken { get; private init; } = true;

    /// <summary>Whether anything of Teams is set, so that the product is to work there.</summary>
    public bool IsConfigured { get; private init; }

    /// <summary>
    /// Reads the section. <paramref name="problems"/> says for every wrong setting what to write instead; while there are
    /// any, the returned options must not be used.
    /// </summary>
    public static TeamsOptions Read(IConfiguration section, out IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(section);
        var reader = new Reader(section);
        var options = reader.Read();
        problems = reader.Problems;
        return options;
    }

    /// <summary>Whether it is there, without secrets.</summary>
    public override string ToString() => IsConfigured ? "Teams" : "no Teams";

    private sealed class Reader(IConfiguration section)
    {
        public List<string> Problems { get; } = [];

        public TeamsOptions Read()
        {
            if (!section.GetChildren().Any(child => !string.IsNullOrWhiteSpace(child.Value)))
                return new TeamsOptions();
            foreach (var child in section.GetChildren())
                if (!Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                    Problem(
                        child.Key,
                        $"is not a setting: write one of {string.Join(", ", Known)}, or remove it"
                    );
            var cloud = Cloud();
            var tenant = Id("TenantId", "the Directory (tenant) ID of your organisation");
            var hosts = Hosts();
            return new TeamsOptions
            {
                IsConfigured = true,
                ClientId = ClientId(),
                ClientSecret = Text("ClientSecret"),
                TenantId = tenant,
                Team = Id("Team", "the id of the team's Microsoft 365 group"),
                Announcements = Text("Announcements"),
                Calendar = Calendar(tenant),
                RestrictedInChannels = RestrictedInChannels(),
                Cloud = cloud,
                OpenIdMetadataUrl = Address("OpenIdMetadataUrl", cloud.Metadata),
                SignInMetadataUrl = Address("SignInMetadataUrl", cloud.SignInMetadata),
                TokenUrl = Address("TokenUrl", cloud.TokenFor(tenant)),
                GraphUrl = Folder(Address("GraphUrl", cloud.Graph)),
                ServiceHosts = hosts,
                SendsToken = SendsToken(hosts),
            };
        }

        private TeamsCloud Cloud()
        {
            var text = Text("Cloud");
            if (TeamsCloud.Named(text) is { } cloud)
                return cloud;
            Problem(
                "Cloud",
                $"is \"{text}\": write one of {string.Join(", ", TeamsCloud.Names)}, or remove it"
            );
            return TeamsCloud.Public;
        }

        private string Calendar(string tenant)
        {
            var text = Text("Calendar");
            if (text.Length == 0)
                return "";
            if (
                !System.Net.Mail.MailAddress.TryCreate(text, out var address)
                || address.Address != text
            )
                Problem(
                    "Calendar",
                    $"is \"{text}\": write the address of a mailbox of your organisation such as meetings@example.com, or remove it"
                );
            else if (tenant.Length == 0)
                Problem(
                    "Calendar",
                    "needs Teams:TenantId: a mailbox is of one organisation; write its Directory (tenant) ID, or remove this"
                );
            return text;
        }

        private bool RestrictedInChannels()
        {
            var text = Text("Restricted");
            var inChannels = text.Equals("channel", StringComparison.OrdinalIgnoreCase);
            if (
                text.Length > 0
                && !inChannels
                && !text.Equals("chat", StringComparison.OrdinalIgnoreCase)
            )
                Problem(
                    "Restricted",
                    $"is \"{text}\": write chat for a group chat, or channel for a private channel that its owner adds the app to, or remove it"
                );
            return inChannels;
        }

        private string ClientId()
        {
            var id = Id("ClientId", "the Application (client) ID of the bot's Entra application");
            if (id.Length == 0)
                Problem(
                    "ClientId",
                    "is missing: write the Application (client) ID of the bot's Entra application"
                );
            return id;
        }

        private string Id(string key, string what)
        {
            var text = Text(key);
            if (text.Length == 0)
                return "";
            if (Guid.TryParse(text, out var id))
                return id.ToString("D");
            Problem(
                key,
                $"is no id: write {what}, such as 11111111-2222-3333-4444-555555555555, or remove it"
            );
            return "";
        }

        private Uri Address(string key, Uri otherwise)
        {
            var text = Text(key);
            if (text.Length == 0)
                return otherwise;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && IsSafe(url))
                return url;
            Problem(
                key,
                $"is \"{text}\": write an https address such as {otherwise}, or remove it"
            );
            return otherwise;
        }

        private static bool IsSafe(Uri url) =>
            url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp && url.IsLoopback;

        private static Uri Folder(Uri url) => new(url.AbsoluteUri.TrimEnd('/') + "/");

        private ImmutableArray<string> Hosts()
        {
            var hosts = Text("ServiceHosts")
                .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                .ToImmutableArray();
            foreach (var host in hosts)
                if (Uri.CheckHostName(host.Split(':')[0]) == UriHostNameType.Unknown)
                    Problem(
                        "ServiceHosts",
                        $"has \"{host}\", which is no host: write names such as 127.0.0.1 with commas between them, or remove it"
                    );
            return hosts;
        }

        private bool SendsToken(ImmutableArray<string> hosts)
        {
            var text = Text("OutboundToken");
            var isOff = text.Equals("off", StringComparison.OrdinalIgnoreCase);
            if (text.Length > 0 && !isOff && !text.Equals("on", StringComparison.OrdinalIgnoreCase))
                Problem("OutboundToken", $"is \"{text}\": write on or off, or remove it");
            if (isOff && (hosts.IsEmpty || !hosts.All(Authentication.ServiceHosts.IsThisMachine)))
                Problem(
                    "OutboundToken",
                    "is off: that is possible only when every host of ServiceHosts is this machine, such as 127.0.0.1; remove it"
                );
            if (!isOff && Text("ClientSecret").Length == 0)
                Problem(
                    "ClientSecret",
                    "is missing: write a client secret of the bot's Entra application, best in the environment variable ESCALATIONCOLLAB_Teams__ClientSecret"
                );
            return !isOff;
        }

        private string Text(string key) => (section[key] ?? "").Trim();

        private void Problem(string key, string what) => Problems.Add($"{Section}:{key} {what}.");
    }
}

/// <summary>The section <c>Teams</c> cannot be used; the message says what to write instead.</summary>
public sealed class TeamsOptionsException : Exception
{
    /// <summary>Made with every problem found, one a line.</summary>
    public TeamsOptionsException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One sentence for each wrong setting.</summary>
    public IReadOnlyList<string> Problems { get; }
}
