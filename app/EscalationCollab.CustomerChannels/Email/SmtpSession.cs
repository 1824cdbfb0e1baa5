using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>
/// One conversation with a mail server (RFC 5321, 3207, 4954, 6531), as thin as sending customer mail allows. Why it
/// exists beside System.Net.Mail: <c>app/decisions/own-smtp-client.md</c>.
/// </summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    // A server may check a whole message before it answers; giving up early turns sent mail into unclear mail.
    private const int LastStepFactor = 5;
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(5);

    private readonly EmailOptions options;
    private readonly TimeProvider time;
    private readonly Socket socket;
    private SmtpLine line;
    private SmtpReply hello = new(0, [""]);

    private SmtpSession(EmailOptions options, TimeProvider time, Socket socket)
    {
        this.options = options;
        this.time = time;
        this.socket = socket;
        line = new SmtpLine(new NetworkStream(socket, ownsSocket: true), options.Timeout, time);
    }

    /// <summary>The server carries addresses in every script.</summary>
    public bool CarriesUtf8 => hello.Extension("SMTPUTF8") is not null;

    /// <summary>Connects, encrypts and logs in, as configured.</summary>
    /// <exception cref="SmtpFailure">One of these did not work.</exception>
    public static async Task<SmtpSession> OpenAsync(
        EmailOptions options,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SmtpSession? session = null;
        try
        {
            await SmtpLine.WithinAsync(
                async token =>
                {
                    await socket.ConnectAsync(options.Host, options.Port, token);
                    return true;
                },
                options.Timeout,
                "connect",
                time,
                cancellation
            );
            session = new SmtpSession(options, time, socket);
            await session.BeginAsync(cancellation);
            return session;
        }
        catch
        {
            socket.Dispose();
            if (session is not null)
                await session.line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Names the sender. The answer may be a no.</summary>
    public Task<SmtpReply> MailFromAsync(
        Mailbox from,
        int size,
        bool utf8,
        CancellationToken cancellation
    )
    {
        var parameters = hello.Extension("SIZE") is null ? "" : $" SIZE={size}";
        return line.AskAsync(
            $"MAIL FROM:<{from.Address}>{parameters}{(utf8 ? " SMTPUTF8" : "")}",
            "MAIL",
            cancellation
        );
    }

    /// <summary>Names one recipient. The answer may be a no.</summary>
    public Task<SmtpReply> RecipientAsync(Mailbox to, CancellationToken cancellation) =>
        line.AskAsync($"RCPT TO:<{to.Address}>", "RCPT", cancellation);

    /// <summary>Sends all of the message but its end. Until <see cref="EndAsync"/> the server must not deliver it.</summary>
    public async Task BeginDataAsync(ReadOnlyMemory<byte> mail, CancellationToken cancellation)
    {
        var reply = await line.AskAsync("DATA", "DATA", cancellation);
        if (reply.Code != 354)
            throw SmtpFailure.Of("DATA", reply);
        await line.WriteAsync(DotStuffed(mail.Span), "DATA", cancellation);
    }

    /// <summary>
    /// Sends the end and waits for the answer. From here the message may have been delivered whatever happens, so a
    /// cancellation only shortens the wait to five seconds.
    /// </summary>
    public async Task<SmtpReply> EndAsync(CancellationToken cancellation)
    {
        using var grace = new CancellationTokenSource(
            System.Threading.Timeout.InfiniteTimeSpan,
            time
        );
        using var asked = cancellation.Register(() => grace.CancelAfter(ShutdownGrace));
        try
        {
            await line.WriteAsync(".\r\n"u8.ToArray(), "end of DATA", grace.Token);
            return await line.ReadReplyAsync(
                "end of DATA",
                options.Timeout * LastStepFactor,
                grace.Token
            );
        }
        catch (OperationCanceledException e)
        {
            throw new SmtpFailure(
                SmtpFailureKind.Temporary,
                "end of DATA: the program was stopped before the answer",
                e
            );
        }
    }

    /// <summary>Says goodbye as servers like it. The message is decided by now, so how that goes is of no interest.</summary>
    public async Task QuitAsync()
    {
        using var limit = new CancellationTokenSource(GoodbyeLimit, time);
        try
        {
            await line.AskAsync("QUIT", "QUIT", limit.Token);
        }
        catch (Exception e) when (e is SmtpFailure or OperationCanceledException)
        {
            // Nothing is left to lose: the connection is closed next in any case.
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await line.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A farewell that fails must not change what was found out about the message.
        }
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (options.Security == EmailSecurity.Tls)
            await EncryptAsync(cancellation);
        var greeting = await line.ReadReplyAsync("greeting", options.Timeout, cancellation);
        // A server that turns us away at the door has not seen the message: nothing is wrong with that.
        if (!greeting.IsYes)
            throw new SmtpFailure(SmtpFailureKind.Temporary, $"greeting: {greeting}");
        await HelloAsync(cancellation);
        if (options.Security == EmailSecurity.StartTls)
            await StartTlsAsync(cancellation);
        if (options.UserName.Length > 0)
            await LogInAsync(cancellation);
    }

    private async Task HelloAsync(CancellationToken cancellation)
    {
        hello = await line.AskAsync($"EHLO {OwnName()}", "EHLO", cancellation);
        if (!hello.IsYes)
            throw new SmtpFailure(SmtpFailureKind.Temporary, $"EHLO: {hello}");
    }

    // An address literal is always true, while the name of this machine may mean nothing outside.
    private string OwnName()
    {
        var own = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (own.IsIPv4MappedToIPv6)
            own = own.MapToIPv4();
        own = IPAddress.Parse(own.ToString().Split('%')[0]);
        return own.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{own}]" : $"[{own}]";
    }

    private async Task StartTlsAsync(CancellationToken cancellation)
    {
        if (hello.Extension("STARTTLS") is null)
            throw new SmtpFailure(
                SmtpFailureKind.Setup,
                "STARTTLS: the server does not offer encryption; set Email:Security to tls, or to none inside a trusted network"
            );
        var reply = await line.AskAsync("STARTTLS", "STARTTLS", cancellation);
        if (!reply.IsYes)
            throw new SmtpFailure(SmtpFailureKind.Temporary, $"STARTTLS: {reply}");
        if (line.HasUnread)
            throw new SmtpFailure(
                SmtpFailureKind.Setup,
                "STARTTLS: somebody on the way added to the server's answer"
            );
        await EncryptAsync(cancellation);
        // What was said before encryption does not count (RFC 3207 section 4.2).
        await HelloAsync(cancellation);
    }

    private async Task EncryptAsync(CancellationToken cancellation)
    {
        var ssl = new SslStream(line.Stream, leaveInnerStreamOpen: false);
        try
        {
            await SmtpLine.WithinAsync(
                async token =>
                {
                    await ssl.AuthenticateAsClientAsync(TlsOptions(), token);
                    return true;
                },
                options.Timeout,
                "TLS",
                time,
                cancellation
            );
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException)
        {
            await ssl.DisposeAsync();
            throw new SmtpFailure(
                SmtpFailureKind.Setup,
                $"TLS: {e.Message} If {options.Host} has a certificate of your own authority, name its PEM file in Email:CaFile.",
                e
            );
        }
        line = new SmtpLine(ssl, options.Timeout, time);
    }

    private SslClientAuthenticationOptions TlsOptions()
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = options.Host };
        if (options.CaFile.Length == 0)
            return tls;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(options.CaFile);
        tls.CertificateChainPolicy = policy;
        return tls;
    }

    private async Task LogInAsync(CancellationToken cancellation)
    {
        // The options refuse this already; the last check stands where the password leaves the program.
        var own =
            socket.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(remote.Address);
        if (line.Stream is not SslStream && !own)
            throw new SmtpFailure(
                SmtpFailureKind.Setup,
                "AUTH: no login without encryption; set Email:Security to starttls or tls"
            );
        var ways = hello.Extension("AUTH") ?? [];
        var reply = true switch
        {
            _ when ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase) => await PlainAsync(
                cancellation
            ),
            _ when ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase) => await LoginAsync(
                cancellation
            ),
            _ => throw new SmtpFailure(
                SmtpFailureKind.Setup,
                "AUTH: the server offers neither PLAIN nor LOGIN; remove Email:UserName if it wants no login"
            ),
        };
        if (!reply.IsYes)
            throw new SmtpFailure(
                reply.Code >= 500 ? SmtpFailureKind.Setup : SmtpFailureKind.Temporary,
                $"AUTH: {reply}"
            );
    }

    private Task<SmtpReply> PlainAsync(CancellationToken cancellation) =>
        line.AskAsync(
            $"AUTH PLAIN {Base64($"\0{options.UserName}\0{options.Password}")}",
            "AUTH",
            cancellation
        );

    private async Task<SmtpReply> LoginAsync(CancellationToken cancellation)
    {
        var reply = await line.AskAsync("AUTH LOGIN", "AUTH", cancellation);
        if (reply.Code == 334)
            reply = await line.AskAsync(Base64(options.UserName), "AUTH", cancellation);
        return reply.Code == 334
            ? await line.AskAsync(Base64(options.Password), "AUTH", cancellation)
            : reply;
    }

    private static string Base64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static byte[] DotStuffed(ReadOnlySpan<byte> mail)
    {
        var stuffed = new List<byte>(mail.Length + 64);
        var atStart = true;
        foreach (var b in mail)
        {
            if (atStart && b == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(b);
            atStart = b == '\n';
        }
        return [.. stuffed];
    }
}
