using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.People;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>Refusal, time-out, loss, encryption and login, against a real mail server.</summary>
public sealed class SmtpEmailChannelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("handovers").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [RequiresFact("aiosmtpd")]
    public async Task Send_UnknownRecipient_IsRefusedInTheServersWords()
    {
        await using var peer = await SmtpPeer.StartAsync();

        var delivery = await SendAsync(Channel(peer), Mails.Message("e", "unknown@acme.example"));

        delivery
            .Should()
            .BeOfType<Delivery.Refused>()
            .Which.Why.Should()
            .Contain("550 5.1.1 No such person here");
        peer.Taken().Should().BeEmpty();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_OneOfTwoUnknown_ReachesTheOther()
    {
        await using var peer = await SmtpPeer.StartAsync();

        var delivery = await SendAsync(
            Channel(peer),
            To("ana@acme.example", "unknown@acme.example")
        );

        delivery
            .Should()
            .BeOfType<Delivery.Accepted>()
            .Which.Missed.Should()
            .ContainSingle()
            .Which.Should()
            .Contain("unknown@acme.example: 550");
        peer.Taken().Single().Recipients.Should().Equal("ana@acme.example");
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_OneOfTwoNotNow_WritesToNobodyYet()
    {
        await using var peer = await SmtpPeer.StartAsync();

        var delivery = await SendAsync(Channel(peer), To("ana@acme.example", "later@acme.example"));

        delivery.Should().BeOfType<Delivery.Later>();
        peer.Taken().Should().BeEmpty();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_GreylistedAgainAndAgain_WaitsLongerEachTime()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var channel = Channel(peer);
        var waits = new List<Duration>();

        for (var i = 0; i < 7; i++)
            waits.Add(
                (await SendAsync(channel, Mails.Message("e", "later@acme.example")))
                    .Should()
                    .BeOfType<Delivery.Later>()
                    .Subject.After
            );

        waits.Should().Equal(new[] { 1, 2, 4, 8, 16, 30, 30 }.Select(m => Duration.FromMinutes(m)));
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_RefusedAfterTheEnd_IsRefusedOrLaterAndNeverUnclear()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var channel = Channel(peer);

        (await SendAsync(channel, Mails.Message("a", "spam@acme.example")))
            .Should()
            .BeOfType<Delivery.Refused>()
            .Which.Why.Should()
            .Contain("554 5.7.1");
        (await SendAsync(channel, Mails.Message("b", "busy@acme.example")))
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("452 4.3.1");
        // The note of the first attempt is gone, so a repeat really asks again.
        (await SendAsync(channel, Mails.Message("b", "busy@acme.example")))
            .Should()
            .BeOfType<Delivery.Later>();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_NoAnswerOrLossBeforeTheEnd_IsLater()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var channel = Channel(peer, ("Timeout", "1"));

        (await SendAsync(channel, Mails.Message("a", "hang@acme.example")))
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("within 1 s");
        (await SendAsync(channel, Mails.Message("b", "lost@acme.example")))
            .Should()
            .BeOfType<Delivery.Later>();
        peer.Taken().Should().BeEmpty();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_LossAfterTheEnd_IsUnclearAndARepeatIsTheSameMail()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var channel = Channel(peer);

        (await SendAsync(channel, Mails.Message("a", "drop@acme.example")))
            .Should()
            .BeOfType<Delivery.Unclear>();
        await SendAsync(channel, Mails.Message("a", "drop@acme.example"));

        peer.Taken()
            .Select(m => m.Headers["Message-ID"])
            .Should()
            .HaveCount(2)
            .And.OnlyContain(id => id == peer.Taken()[0].Headers["Message-ID"]);
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_NoAnswerAfterTheEnd_IsUnclear()
    {
        await using var peer = await SmtpPeer.StartAsync();

        var delivery = await SendAsync(
            Channel(peer, ("Timeout", "1")),
            Mails.Message("a", "silent@acme.example")
        );

        delivery.Should().BeOfType<Delivery.Unclear>().Which.Why.Should().Contain("end of DATA");
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_StoppedWhileWaitingForTheAnswer_IsUnclearSoon()
    {
        await using var peer = await SmtpPeer.StartAsync();
        using var stop = new CancellationTokenSource();
        var sending = Channel(peer, ("Timeout", "60"))
            .SendAsync(Mails.Message("a", "silent@acme.example"), stop.Token);
        while (peer.Taken().Count == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var clock = Stopwatch.StartNew();

        await stop.CancelAsync();

        (await sending).Should().BeOfType<Delivery.Unclear>();
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_KilledAfterTheAnswer_SaysAcceptedWithoutAnotherMail()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var first = await SendAsync(Channel(peer), Mails.Message("a"));

        var afterRestart = await SendAsync(Channel(peer), Mails.Message("a"));

        IdOf(afterRestart).Should().Be(IdOf(first));
        peer.Taken().Should().ContainSingle();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_KilledWhileHandingOver_IsUnclearOnceAndThenSent()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var message = Mails.Message("a");
        await new Handovers(folder, TimeProvider.System).BeginAsync(
            ComposeMail.Key(message),
            CancellationToken.None
        );

        (await SendAsync(Channel(peer), message)).Should().BeOfType<Delivery.Unclear>();
        peer.Taken().Should().BeEmpty();
        (await SendAsync(Channel(peer), message)).Should().BeOfType<Delivery.Accepted>();
    }

    [Fact]
    public async Task Send_NobodyListens_IsLater()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        (await SendAsync(Channel(Mails.Server(port)), Mails.Message("a")))
            .Should()
            .BeOfType<Delivery.Later>();
    }

    [Fact]
    public async Task Send_NotAMailServer_IsLater()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sending = SendAsync(
            Channel(Mails.Server(((IPEndPoint)listener.LocalEndpoint).Port)),
            Mails.Message("a")
        );
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        (await sending)
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("not a mail server");
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_AddressOfAnotherScript_NeedsAServerThatCarriesIt()
    {
        await using var modern = await SmtpPeer.StartAsync();
        await using var old = await SmtpPeer.StartAsync("--no-utf8");
        var message = Mails.Message("a", "žydrūnas@įmonė.example");

        (await SendAsync(Channel(old), message))
            .Should()
            .BeOfType<Delivery.Refused>()
            .Which.Why.Should()
            .Contain("cannot carry");
        (await SendAsync(Channel(modern), message)).Should().BeOfType<Delivery.Accepted>();

        var mail = modern.Taken().Single();
        mail.Recipients.Should().Equal("žydrūnas@xn--mon-mra0j.example");
        mail.Options.Should().Contain("SMTPUTF8");
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_StartTlsWithOwnAuthority_IsEncryptedAndLoggedIn()
    {
        var (authority, server) = Certificate();
        await using var peer = await SmtpPeer.StartAsync(
            "--security",
            "starttls",
            "--certificate",
            server,
            "--login",
            "app:p\"äß word"
        );

        var delivery = await SendAsync(
            Channel(Secure(peer, "starttls", authority, "p\"äß word")),
            Mails.Message("a")
        );

        delivery.Should().BeOfType<Delivery.Accepted>();
        peer.Taken().Should().ContainSingle();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_TlsFromTheFirstByte_Works()
    {
        var (authority, server) = Certificate();
        await using var peer = await SmtpPeer.StartAsync(
            "--security",
            "tls",
            "--certificate",
            server,
            "--login",
            "app:secret",
            "--only-login"
        );

        (await SendAsync(Channel(Secure(peer, "tls", authority, "secret")), Mails.Message("a")))
            .Should()
            .BeOfType<Delivery.Accepted>();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_CertificateNobodyVouchesFor_IsLaterWithTheRemedy()
    {
        var (_, server) = Certificate();
        var (stranger, _) = Certificate();
        await using var peer = await SmtpPeer.StartAsync(
            "--security",
            "starttls",
            "--certificate",
            server,
            "--login",
            "app:secret"
        );

        foreach (var authority in new[] { "", stranger })
            (
                await SendAsync(
                    Channel(Secure(peer, "starttls", authority, "secret")),
                    Mails.Message("a")
                )
            )
                .Should()
                .BeOfType<Delivery.Later>()
                .Which.Why.Should()
                .Contain("Email:CaFile");
        peer.Taken().Should().BeEmpty();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_CertificateOfAnotherHost_IsLater()
    {
        var (authority, server) = Certificate("mail.other.example");
        await using var peer = await SmtpPeer.StartAsync(
            "--security",
            "starttls",
            "--certificate",
            server
        );

        (
            await SendAsync(
                Channel(Secure(peer, "starttls", authority, "secret")),
                Mails.Message("a")
            )
        )
            .Should()
            .BeOfType<Delivery.Later>();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_ServerWithoutStartTls_IsNeverUsedInTheOpen()
    {
        await using var peer = await SmtpPeer.StartAsync();

        var delivery = await SendAsync(
            Channel(Secure(peer, "starttls", "", "secret")),
            Mails.Message("a")
        );

        delivery
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("does not offer encryption");
        peer.Taken().Should().BeEmpty();
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_LoginWithoutEncryption_HappensOnThisMachineOnly()
    {
        await using var peer = await SmtpPeer.StartAsync("--login", "app:secret");

        (
            await SendAsync(
                Channel(peer, ("UserName", "app"), ("Password", "secret")),
                Mails.Message("a")
            )
        )
            .Should()
            .BeOfType<Delivery.Accepted>();
        EmailOptions.Read(
            Mails.Section(
                ("Host", "smtp.vendor.example"),
                ("Security", "none"),
                ("From", "a@b.example"),
                ("UserName", "app"),
                ("Password", "secret")
            ),
            out var problems
        );
        problems.Should().ContainSingle().Which.Should().StartWith("Email:Security");
    }

    [RequiresFact("aiosmtpd")]
    public async Task Send_WrongOrMissingLogin_KeepsTheMessageForLater()
    {
        await using var peer = await SmtpPeer.StartAsync("--login", "app:secret");

        (
            await SendAsync(
                Channel(peer, ("UserName", "app"), ("Password", "wrong")),
                Mails.Message("a")
            )
        )
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("535")
            .And.NotContain("wrong");
        (await SendAsync(Channel(peer), Mails.Message("a")))
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("530");
    }

    private static CustomerMessage To(params string[] addresses) =>
        Mails.Message("a") with
        {
            To = [.. addresses.Select(a => new Contact("", a))],
        };

    private static Task<Delivery> SendAsync(SmtpEmailChannel channel, CustomerMessage message) =>
        channel.SendAsync(message, CancellationToken.None);

    private static string IdOf(Delivery delivery) =>
        delivery.Should().BeOfType<Delivery.Accepted>().Subject.MessageId;

    private static EmailOptions Secure(
        SmtpPeer peer,
        string security,
        string authority,
        string password
    ) =>
        Mails.Options(
            ("Host", "localhost"),
            ("Port", $"{peer.Port}"),
            ("Security", security),
            ("From", "support@vendor.example"),
            ("CaFile", authority),
            ("UserName", "app"),
            ("Password", password)
        );

    private SmtpEmailChannel Channel(SmtpPeer peer, params (string Key, string Value)[] more) =>
        Channel(Mails.Server(peer.Port, more));

    private SmtpEmailChannel Channel(EmailOptions options) =>
        new(
            options,
            new Handovers(folder, TimeProvider.System),
            TimeProvider.System,
            NullLogger<SmtpEmailChannel>.Instance
        );

    /// <summary>A self-made certificate for a host: the file to trust, and the file with the key for the server.</summary>
    private (string Authority, string Server) Certificate(string host = "localhost")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            $"CN={host}",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var authority = Path.Combine(folder, $"{Guid.NewGuid():N}.pem");
        var server = authority + ".key";
        File.WriteAllText(authority, certificate.ExportCertificatePem());
        File.WriteAllText(
            server,
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()
        );
        return (authority, server);
    }
}
