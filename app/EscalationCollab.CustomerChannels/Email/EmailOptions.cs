using System.Globalization;
using System.Net;
using EscalationCollab.CustomerChannels.Microsoft365;
using Microsoft.Extensions.Configuration;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>How the way to the mail server is protected.</summary>
public enum EmailSecurity
{
    /// <summary>Not at all. Credentials are then sent to a server on this machine only.</summary>
    None,

    /// <summary>Encrypted before anything is said that matters; a server without STARTTLS is not used.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte.</summary>
    Tls,
}

/// <summary>The section <c>Email</c> of the configuration, read and checked.</summary>
public sealed class EmailOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Email";

    private static readonly string[] Known =
    [
        "Host",
        "Port",
        "Security",
        "UserName",
        "Password",
        "From",
        "ReplyTo",
        "MessageIdDomain",
        "Timeout",
        "CaFile",
        "Mailbox",
        "TenantId",
        "ClientId",
        "ClientSecret",
        "TokenUrl",
        "GraphUrl",
    ];

    /// <summary>The mail server; empty means that mail is written to files.</summary>
    public string Host { get; private init; } = "";

    /// <summary>1 to 65535. Unless given: 587 for STARTTLS, 465 for TLS, 25 for none.</summary>
    public int Port { get; private init; }

    /// <summary>STARTTLS unless given.</summary>
    public EmailSecurity Security { get; private init; } = EmailSecurity.StartTls;

    /// <summary>Empty when the server wants no login.</summary>
    public string UserName { get; private init; } = "";

    /// <summary>Never shown or logged.</summary>
    public string Password { get; private init; } = "";

    /// <summary>How long one step of the conversation may take: 1 s to 600 s, 30 s unless given.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(30);

    /// <summary>A PEM file with the company's own certificate authorities; empty for those of the operating system.</summary>
    public string CaFile { get; private init; } = "";

    /// <summary>The shared mailbox of Microsoft 365 that mail is sent from; null when another way is used.</summary>
    internal Microsoft365Options? Microsoft365 { get; private init; }

    internal Sender Sender { get; private init; } =
        new(Mailbox.Parse("support@sandbox.example")!, null, "sandbox.example");

    /// <summary>The host is this machine.</summary>
    internal bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// Reads the section. <paramref name="problems"/> says for every wrong setting what to write instead; while
    /// there are any, the returned options must not be used.
    /// </summary>
    public static EmailOptions Read(IConfiguration section, out IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(section);
        var reader = new Reader(section);
        var options = reader.Read();
        problems = reader.Problems;
        return options;
    }

    /// <summary>Where mail goes, without secrets.</summary>
    public override string ToString() =>
        Microsoft365 is { } shared ? shared.ToString()
        : Host.Length == 0 ? "files"
        : $"{Host}:{Port} ({Security})";

    private sealed class Reader(IConfiguration section)
    {
        public List<string> Problems { get; } = [];

        public EmailOptions Read()
        {
            CheckNames();
            var security = ReadSecurity();
            var shared = ReadMicrosoft365();
            var sender = ReadSender(shared);
            var options = new EmailOptions
            {
                Host = Text("Host"),
                Security = security,
                Port = ReadNumber("Port", DefaultPort(security), 1, 65535, "587"),
                UserName = Text("UserName"),
                Password = section["Password"] ?? "",
                Timeout = TimeSpan.FromSeconds(ReadNumber("Timeout", 30, 1, 600, "30 (seconds)")),
                CaFile = Text("CaFile"),
                Microsoft365 = shared,
                Sender = sender,
            };
            CheckTogether(options);
            return options;
        }

        private static int DefaultPort(EmailSecurity security) =>
            security switch
            {
                EmailSecurity.None => 25,
                EmailSecurity.Tls => 465,
                _ => 587,
            };

        private void CheckNames()
        {
            foreach (var child in section.GetChildren())
                if (!Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                    Problem(
                        child.Key,
                        $"is not a setting: write one of {string.Join(", ", Known)}, or remove it"
                    );
        }

        private EmailSecurity ReadSecurity()
        {
            var text = Text("Security");
            switch (text.ToLowerInvariant())
            {
                case "" or "starttls":
                    return EmailSecurity.StartTls;
                case "tls":
                    return EmailSecurity.Tls;
                case "none":
                    return EmailSecurity.None;
                default:
                    Problem("Security", $"is \"{text}\": write starttls, tls or none");
                    return EmailSecurity.StartTls;
            }
        }

        private int ReadNumber(string key, int otherwise, int least, int most, string example)
        {
            var text = Text(key);
            if (text.Length == 0)
                return otherwise;
            if (
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
            )
                return number;
            Problem(
                key,
                $"is \"{text}\": write a whole number from {least} to {most}, for example {example}"
            );
            return otherwise;
        }

        private static readonly string[] Application = ["TenantId", "ClientId", "ClientSecret"];

        private Microsoft365Options? ReadMicrosoft365()
        {
            if (Text("Mailbox").Length == 0)
            {
                foreach (var key in Application.Append("TokenUrl").Append("GraphUrl"))
                    if (Text(key).Length > 0)
                        Problem(
                            key,
                            "has no use without Email:Mailbox: write the shared mailbox of Microsoft 365 there, or remove this"
                        );
                return null;
            }
            var mailbox = ReadMailbox("Mailbox");
            foreach (var key in new[] { "Host", "From" })
                if (Text(key).Length > 0)
                    Problem(
                        key,
                        "is given beside Email:Mailbox, which says both the way and the sender: remove one of them"
                    );
            if (Text("ClientSecret").Length == 0)
                Problem(
                    "ClientSecret",
                    "is missing: write a client secret of the Entra application that may use the mailbox, best in the environment variable ESCALATIONCOLLAB_Email__ClientSecret"
                );
            var tenant = ReadId("TenantId", "the Directory (tenant) ID of your organisation");
            var client = ReadId("ClientId", "the Application (client) ID of the Entra application");
            var token = ReadAddress(
                "TokenUrl",
                $"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
            );
            var graph = ReadAddress("GraphUrl", "https://graph.microsoft.com/v1.0/");
            return mailbox is null
                ? null
                : new Microsoft365Options(mailbox, client, Text("ClientSecret"), token, graph);
        }

        private string ReadId(string key, string what)
        {
            var text = Text(key);
            if (Guid.TryParse(text, out var id))
                return id.ToString("D");
            Problem(
                key,
                text.Length == 0
                    ? $"is missing: write {what}"
                    : $"is no id: write {what}, such as 11111111-2222-3333-4444-555555555555"
            );
            return "";
        }

        private Uri ReadAddress(string key, string otherwise)
        {
            var text = Text(key);
            if (text.Length == 0)
                return new Uri(otherwise);
            if (
                Uri.TryCreate(text, UriKind.Absolute, out var url)
                && (
                    url.Scheme == Uri.UriSchemeHttps
                    || url.Scheme == Uri.UriSchemeHttp && url.IsLoopback
                )
            )
                return key == "GraphUrl" ? new Uri(url.AbsoluteUri.TrimEnd('/') + "/") : url;
            Problem(
                key,
                $"is \"{text}\": write an https address such as {otherwise}, or remove it"
            );
            return new Uri(otherwise);
        }

        private Sender ReadSender(Microsoft365Options? shared)
        {
            var standing = new EmailOptions().Sender;
            var from = shared?.Mailbox ?? ReadMailbox("From") ?? standing.From;
            var domain = Text("MessageIdDomain");
            if (domain.Length > 0 && Mailbox.AsciiDomain(domain) is null)
                Problem(
                    "MessageIdDomain",
                    $"is \"{domain}\": write a domain of yours such as support.example.com"
                );
            return new Sender(
                from,
                ReadMailbox("ReplyTo"),
                (domain.Length > 0 ? Mailbox.AsciiDomain(domain) : null) ?? from.Domain
            );
        }

        private Mailbox? ReadMailbox(string key)
        {
            var text = Text(key);
            if (text.Length == 0)
                return null;
            var mailbox = Mailbox.Parse(text);
            // Every server must be able to carry the sender, so its address stays ASCII.
            if (mailbox is null || mailbox.NeedsUtf8)
                Problem(
                    key,
                    $"is \"{HeaderText.Line(text, 100)}\": write an address such as support@example.com, or Acme Support <support@example.com>"
                );
            return mailbox;
        }

        private void CheckTogether(EmailOptions options)
        {
            if (options.Host.Length == 0)
            {
                foreach (var key in new[] { "Port", "Security", "UserName", "Password", "CaFile" })
                    if (!string.IsNullOrEmpty(section[key]))
                        Problem(
                            key,
                            "has no use without Email:Host: write the mail server's name there, or remove this"
                        );
                return;
            }
            CheckServer(options);
            CheckLogin(options);
        }

        private void CheckServer(EmailOptions options)
        {
            if (Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
                Problem(
                    "Host",
                    $"is \"{options.Host}\": write a server name such as smtp.example.com, without port or scheme"
                );
            if (Text("From").Length == 0)
                Problem(
                    "From",
                    "is missing: write the sender customers see, for example Acme Support <support@example.com>"
                );
            if (options.CaFile.Length > 0 && !File.Exists(options.CaFile))
                Problem(
                    "CaFile",
                    $"names \"{options.CaFile}\", which is not there: write the path of a PEM file"
                );
        }

        private void CheckLogin(EmailOptions options)
        {
            if (options.UserName.Length > 0 && options.Password.Length == 0)
                Problem(
                    "Password",
                    "is missing although Email:UserName is given: write it, best in the environment variable Email__Password"
                );
            if (options.UserName.Length == 0 && options.Password.Length > 0)
                Problem(
                    "UserName",
                    "is missing although Email:Password is given: write the login name of the mail server"
                );
            if (
                options.UserName.Length > 0
                && options.Security == EmailSecurity.None
                && !options.IsLoopback
            )
                Problem(
                    "Security",
                    "is none, which would send the password readable over the network: write starttls or tls"
                );
        }

        private string Text(string key) => (section[key] ?? "").Trim();

        private void Problem(string key, string what) => Problems.Add($"{Section}:{key} {what}.");
    }
}

/// <summary>The section <c>Email</c> cannot be used; the message says what to write instead.</summary>
public sealed class EmailOptionsException : Exception
{
    /// <summary>Made with every problem found, one a line.</summary>
    public EmailOptionsException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One sentence for each wrong setting.</summary>
    public IReadOnlyList<string> Problems { get; }
}
