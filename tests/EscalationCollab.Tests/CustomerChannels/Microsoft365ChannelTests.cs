using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.CustomerChannels.Microsoft365;
using EscalationCollab.Tests.Teams.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>A mailbox of Microsoft 365 through the real Graph SDK: what is in the sent items, judged by Python.</summary>
[Requires("aiosmtpd")]
public sealed class Microsoft365ChannelContractTests : MailChannelContract, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("sent").FullName;
    private Microsoft365Peer? peer;

    protected override ICustomerChannel Channel => peer!.Channel;

    public async Task InitializeAsync() =>
        peer = await Microsoft365Peer.StartAsync(new TickingTime());

    public async Task DisposeAsync()
    {
        await peer!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    protected override async Task<IReadOnlyList<JudgedMail>> ArrivedAsync()
    {
        var files = new List<string>();
        foreach (var mail in peer!.Sent)
        {
            files.Add(Path.Combine(folder, $"{files.Count:000}.eml"));
            await File.WriteAllBytesAsync(files[^1], mail.Mime);
        }
        return files.Count > 0 ? await SmtpPeer.JudgeAsync(files) : [];
    }
}

/// <summary>Lost answers, throttles, missing rights.</summary>
public sealed class Microsoft365ChannelTests : IAsyncLifetime
{
    private readonly WaitlessTime time = new(new DateTimeOffset(2026, 3, 2, 12, 0, 5, default));
    private Microsoft365Peer peer = null!;

    public async Task InitializeAsync() => peer = await Microsoft365Peer.StartAsync(time);

    public async Task DisposeAsync() => await peer.DisposeAsync();

    [Theory]
    [InlineData("find mail", true)]
    [InlineData("draft mail", true)]
    [InlineData("mark mail", true)]
    [InlineData("send mail", true)]
    [InlineData("draft mail", false)]
    [InlineData("send mail", false)]
    public async Task Send_AnswerLost_ReachesTheCustomerOnce(string call, bool afterDoing)
    {
        foreach (
            var fault in new[]
            {
                TeamsFault.Break(afterDoing),
                TeamsFault.BadGateway(afterDoing),
                new TeamsFault(500, "ErrorInternalServerError", AfterDoing: afterDoing),
            }
        )
        {
            var effect = $"effect-{call}-{fault.Status}";
            peer.Teams.Fail(call, fault);

            var first = await SendAsync(effect);
            if (first is Delivery.Later later)
            {
                time.Advance(later.After.ToTimeSpan());
                first = await SendAsync(effect);
            }

            var id = first.Should().BeOfType<Delivery.Accepted>().Subject.MessageId;
            peer.Sent.Count(mail => mail.MessageId == id).Should().Be(1);
        }
        peer.Sent.Should().HaveCount(3);
        peer.Teams.Mails.Should().HaveCount(3, "no draft is left behind");
    }

    [Fact]
    public async Task Send_AnswerLostAndNothingCanBeAsked_IsUnclearAndFoundLater()
    {
        peer.Teams.Chooses = call =>
            call.Name == "send mail" ? TeamsFault.Break(afterDoing: true)
            : call.Name == "find mail" && peer.Sent.Count > 0 ? TeamsFault.BadGateway(false)
            : null;

        (await SendAsync("effect-1")).Should().BeOfType<Delivery.Unclear>();
        peer.Teams.Chooses = null;

        (await SendAsync("effect-1")).Should().BeOfType<Delivery.Accepted>();
        peer.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_ExchangeNamesMailsItself_RepliesAreKnownByThatName()
    {
        peer.Teams.NamesMailsItself = true;
        peer.Teams.Fail("send mail", TeamsFault.Break(afterDoing: true));

        var first = await SendAsync("effect-1");
        var again = await SendAsync("effect-1");

        var id = first.Should().BeOfType<Delivery.Accepted>().Subject.MessageId;
        id.Should().EndWith("exchangelabs.example>");
        again.Should().BeOfType<Delivery.Accepted>().Which.MessageId.Should().Be(id);
        peer.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_Throttled_NobodyCallsBeforeThePauseIsOver()
    {
        peer.Teams.Fail("find mail", TeamsFault.TooMany(90));

        (await SendAsync("effect-1"))
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.After.Should()
            .Be(Duration.FromSeconds(90));
        var calls = peer.Teams.Calls.Count;
        time.Advance(TimeSpan.FromSeconds(60));
        (await SendAsync("effect-2")).Should().BeOfType<Delivery.Later>();
        peer.Teams.Calls.Should().HaveCount(calls);
        time.Advance(TimeSpan.FromSeconds(31));

        (await SendAsync("effect-1")).Should().BeOfType<Delivery.Accepted>();
    }

    [Theory]
    [InlineData("Mail.ReadWrite")]
    [InlineData("Mail.Send")]
    public async Task Send_RightMissing_WaitsAndSaysWhatIsMissing(string permission)
    {
        peer.Teams.Denied[permission] = true;

        (await SendAsync("effect-1"))
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("Mail.ReadWrite and Mail.Send")
            .And.Contain(FakeTeams.Mailbox);
        peer.Teams.Denied.Clear();
        time.Advance(TimeSpan.FromMinutes(2));

        (await SendAsync("effect-1")).Should().BeOfType<Delivery.Accepted>();
        peer.Teams.Mails.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_TokenWithdrawn_AsksForAnother()
    {
        await SendAsync("effect-1");
        peer.Teams.Revoke();

        (await SendAsync("effect-2")).Should().BeOfType<Delivery.Later>();
        (await SendAsync("effect-2")).Should().BeOfType<Delivery.Accepted>();
    }

    [Fact]
    public async Task Send_AnotherMailbox_SaysWhichSettingToCheck()
    {
        await using var other = await Microsoft365Peer.StartAsync(time, "nobody@vendor.example");

        (await other.Channel.SendAsync(Mails.Message("effect-1"), CancellationToken.None))
            .Should()
            .BeOfType<Delivery.Later>()
            .Which.Why.Should()
            .Contain("Email:Mailbox");
    }

    [Theory]
    [InlineData("Mailbox", "support", "Email:Mailbox is \"support\": write an address such as")]
    [InlineData("TenantId", "", "Email:TenantId is missing: write the Directory (tenant) ID")]
    [InlineData("ClientId", "app", "Email:ClientId is no id: write the Application (client) ID")]
    [InlineData("ClientSecret", "", "Email:ClientSecret is missing: write a client secret")]
    [InlineData("GraphUrl", "http://graph.example", "Email:GraphUrl is \"http://graph.example\"")]
    [InlineData("Host", "smtp.vendor.example", "Email:Host is given beside Email:Mailbox")]
    public void Read_OneWrongSetting_SaysWhatToWrite(string key, string value, string expected)
    {
        EmailOptions.Read(
            Mails.Section([.. Microsoft365Peer.Settings(FakeTeams.Mailbox), (key, value)]),
            out var problems
        );

        problems.Should().Contain(problem => problem.StartsWith(expected));
        problems.Should().OnlyContain(problem => !problem.Contains(FakeTeams.Secret));
    }

    [Fact]
    public void Read_ApplicationWithoutMailbox_IsNotSilentlyIgnored()
    {
        EmailOptions.Read(Mails.Section(("ClientId", FakeTeams.ClientId)), out var problems);

        problems.Should().ContainSingle().Which.Should().Contain("Email:Mailbox");
    }

    private Task<Delivery> SendAsync(string effect) =>
        peer.Channel.SendAsync(Mails.Message(effect), CancellationToken.None);
}

/// <summary>A clock that stands still: whoever waits for seconds has waited at once, deadlines never come.</summary>
internal sealed class WaitlessTime(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private DateTimeOffset now = start;

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) =>
        System.CreateTimer(
            callback,
            state,
            dueTime < Short ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            period
        );
}

/// <summary>The channel on the fake organisation's mailbox.</summary>
internal sealed class Microsoft365Peer : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly Microsoft365Token token;
    private readonly Microsoft365Mailbox mailbox;

    private Microsoft365Peer(FakeTeams teams, TimeProvider time, string address)
    {
        Teams = teams;
        var options = Mails.Options([
            .. Settings(address),
            ("TokenUrl", teams.TokenUrl.AbsoluteUri),
            ("GraphUrl", teams.GraphUrl.AbsoluteUri),
        ]);
        token = new Microsoft365Token(http, options.Microsoft365!, time);
        mailbox = new Microsoft365Mailbox(
            new SocketsHttpHandler { AllowAutoRedirect = false },
            options.Microsoft365!,
            token,
            time
        );
        Channel = new Microsoft365Channel(
            options,
            mailbox,
            time,
            NullLogger<Microsoft365Channel>.Instance
        );
    }

    public FakeTeams Teams { get; }

    public Microsoft365Channel Channel { get; }

    public IReadOnlyList<FakeMail> Sent => [.. Teams.Mails.Where(mail => !mail.IsDraft)];

    public static async Task<Microsoft365Peer> StartAsync(
        TimeProvider time,
        string address = FakeTeams.Mailbox
    ) => new(await FakeTeams.StartAsync(), time, address);

    public static (string Key, string Value)[] Settings(string address) =>
        [
            ("Mailbox", $"Suporte Ação, Ltda <{address}>"),
            ("ReplyTo", "replies@vendor.example"),
            ("MessageIdDomain", "mail.vendor.example"),
            ("TenantId", FakeTeams.Entra),
            ("ClientId", FakeTeams.ClientId),
            ("ClientSecret", FakeTeams.Secret),
        ];

    public async ValueTask DisposeAsync()
    {
        mailbox.Dispose();
        token.Dispose();
        http.Dispose();
        await Teams.DisposeAsync();
    }
}
