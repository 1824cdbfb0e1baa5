using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>The file channel, judged by Python: the files are mail, not only something we can read back.</summary>
[Requires("aiosmtpd")]
public sealed class FileEmailChannelContractTests : MailChannelContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mail").FullName;
    private readonly FileEmailChannel channel;

    public FileEmailChannelContractTests()
    {
        channel = FileChannels.Open(folder, new TickingTime());
    }

    protected override ICustomerChannel Channel => channel;

    protected override Task<IReadOnlyList<JudgedMail>> ArrivedAsync() =>
        Directory.EnumerateFiles(folder, "*.eml").Order().ToList() is { Count: > 0 } files
            ? SmtpPeer.JudgeAsync(files)
            : Task.FromResult<IReadOnlyList<JudgedMail>>([]);

    public void Dispose()
    {
        channel.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>The file channel again, read by the Sandbox's own reader: it shows what Python shows.</summary>
public sealed class MailFolderContractTests : MailChannelContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mail").FullName;
    private readonly FileEmailChannel channel;

    public MailFolderContractTests()
    {
        channel = FileChannels.Open(folder, new TickingTime());
    }

    protected override ICustomerChannel Channel => channel;

    protected override Task<IReadOnlyList<JudgedMail>> ArrivedAsync()
    {
        var mails = new MailFolder(folder).List().Reverse();
        return Task.FromResult<IReadOnlyList<JudgedMail>>([.. mails.Select(Judge)]);
    }

    public void Dispose()
    {
        channel.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string PathOf(StoredMail mail) => Path.Combine(folder, mail.Id + ".eml");

    /// <summary>What the reader decodes, with the raw facts the contract asks for beside it.</summary>
    private JudgedMail Judge(StoredMail mail)
    {
        var raw = File.ReadAllText(PathOf(mail));
        var head = raw[..raw.IndexOf("\r\n\r\n", StringComparison.Ordinal)]
            .Replace("\r\n ", " ")
            .Split("\r\n");
        var headers = head.Select(l => l.Split(": ", 2)).ToDictionary(h => h[0], h => h[1]);
        headers["Subject"] = mail.Subject;
        headers["Message-ID"] = mail.MessageId;
        headers["Content-Language"] = mail.Language;
        headers["In-Reply-To"] = mail.InReplyTo ?? "";
        return new JudgedMail(
            null,
            [],
            [],
            headers["Content-Type"].Split(';')[0],
            [.. head.Select(l => l.Split(": ", 2)[0])],
            headers,
            [
                [mail.From.Name, mail.From.Email],
            ],
            [.. mail.To.Select(c => new[] { c.Name, c.Email })],
            [
                ["", headers["Reply-To"]],
            ],
            mail.Date.ToDateTimeOffset(),
            [
                ["text/plain", "", mail.Text],
                ["text/html", "", mail.Html],
            ],
            [],
            raw.Split("\r\n").Max(l => l.Length),
            raw.Replace("\r\n", "").Count(c => c is '\r' or '\n')
        );
    }
}

/// <summary>The SMTP channel against a real server.</summary>
[Requires("aiosmtpd")]
public sealed class SmtpEmailChannelContractTests : MailChannelContract, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("handovers").FullName;
    private SmtpPeer? peer;
    private SmtpEmailChannel? channel;

    protected override ICustomerChannel Channel => channel!;

    public async Task InitializeAsync()
    {
        peer = await SmtpPeer.StartAsync();
        var time = new TickingTime();
        channel = new SmtpEmailChannel(
            Mails.Server(peer.Port),
            new Handovers(folder, time),
            time,
            NullLogger<SmtpEmailChannel>.Instance
        );
    }

    public async Task DisposeAsync()
    {
        await peer!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    protected override Task<IReadOnlyList<JudgedMail>> ArrivedAsync() =>
        Task.FromResult(peer!.Taken());
}

internal static class FileChannels
{
    public static FileEmailChannel Open(string folder, TimeProvider time) =>
        new(
            Mails.Options(
                ("From", "Suporte Ação, Ltda <support@vendor.example>"),
                ("ReplyTo", "replies@vendor.example"),
                ("MessageIdDomain", "mail.vendor.example")
            ),
            new MailFolder(folder),
            time,
            NullLogger<FileEmailChannel>.Instance
        );
}

/// <summary>
/// A clock that moves a millisecond whenever it is asked, so that order shows, while its timers run as always: for time
/// limits on real sockets.
/// </summary>
internal sealed class TickingTime : TimeProvider
{
    private long asked;

    public override DateTimeOffset GetUtcNow() =>
        new DateTimeOffset(2026, 3, 2, 12, 0, 5, TimeSpan.Zero).AddMilliseconds(
            Interlocked.Increment(ref asked)
        );
}
