using EscalationCollab.Core;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Time;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.CustomerChannels;

public sealed class MailFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mail").FullName;
    private readonly ManualTime time = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task List_SeveralMails_NewestFirstAndNamedAfterTheirCase()
    {
        using var channel = FileChannels.Open(folder, time);
        foreach (var effect in new[] { "first", "second", "third" })
        {
            await channel.SendAsync(
                Mails.Message(effect) with
                {
                    Subject = effect,
                },
                CancellationToken.None
            );
            time.Advance(Duration.FromMinutes(1));
        }

        var mails = new MailFolder(folder).List();

        mails.Select(m => m.Subject).Should().Equal("third", "second", "first");
        mails
            .Should()
            .OnlyContain(m =>
                m.Escalation == new EscalationNumber(1042) && m.Id.Contains("-ESC-1042-")
            );
        new MailFolder(folder).List(atMost: 1).Should().ContainSingle();
        new MailFolder(folder).Get(mails[1].Id).Should().BeEquivalentTo(mails[1]);
    }

    [Fact]
    public async Task List_LongNamesInManyWords_AreReadBackWhole()
    {
        var name = string.Concat(Enumerable.Repeat("Šarūnas \"Žąsis\" ", 11)).Trim();
        using var channel = FileChannels.Open(folder, time);

        await channel.SendAsync(Mails.Message("a", name: name), CancellationToken.None);

        new MailFolder(folder).List().Single().To.Single().Name.Should().Be(name);
    }

    [Fact]
    public void Compose_SenderWithoutAName_IsTheCompany()
    {
        var sender = Mails.Options(("From", "help@vendor.example")).Sender;
        var message = Mails.Message("a") with { Company = "Harbor Software" };
        var to = Mailbox.Parse("ana@acme.example")!;

        var mail = ComposeMail.Compose(message, sender, [to], Instant.FromUtc(2026, 3, 2, 9, 0));

        System
            .Text.Encoding.UTF8.GetString(mail.Bytes)
            .Should()
            .Contain("From: \"Harbor Software\" <help@vendor.example>");
    }

    [Fact]
    public void Compose_SenderWithAName_KeepsIt()
    {
        var sender = Mails.Options(("From", "Acme Support <help@vendor.example>")).Sender;
        var message = Mails.Message("a") with { Company = "Harbor Software" };
        var to = Mailbox.Parse("ana@acme.example")!;

        var mail = ComposeMail.Compose(message, sender, [to], Instant.FromUtc(2026, 3, 2, 9, 0));

        System
            .Text.Encoding.UTF8.GetString(mail.Bytes)
            .Should()
            .Contain("From: \"Acme Support\" <help@vendor.example>");
    }

    [Fact]
    public async Task Send_AfterARestart_KnowsWhatItWrote()
    {
        using (var before = FileChannels.Open(folder, time))
            await before.SendAsync(Mails.Message("a"), CancellationToken.None);
        time.Advance(Duration.FromHours(1));
        using var after = FileChannels.Open(folder, time);

        await after.SendAsync(Mails.Message("a"), CancellationToken.None);
        await after.SendAsync(
            Mails.Message("a") with
            {
                Tenant = new TenantId("other"),
            },
            CancellationToken.None
        );

        new MailFolder(folder).List().Should().HaveCount(2);
    }

    [Fact]
    public async Task Send_ManyAtOnce_WritesEachOnce()
    {
        using var channel = FileChannels.Open(folder, time);

        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i => channel.SendAsync(Mails.Message($"e{i % 10}"), CancellationToken.None))
        );

        new MailFolder(folder).List().Should().HaveCount(10);
    }

    [Fact]
    public async Task Send_FolderCannotBeWritten_IsLater()
    {
        var file = Path.Combine(folder, "in-the-way");
        await File.WriteAllTextAsync(file, "");
        using var channel = FileChannels.Open(file, time);

        (await channel.SendAsync(Mails.Message("a"), CancellationToken.None))
            .Should()
            .BeOfType<Delivery.Later>();
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("20260302T090000000Z-ESC-1042-00000000000000000000000000000000")]
    [InlineData("20260302T090000000Z-ESC-1042-00000000000000000000000000000000\n")]
    public void Get_NotOurs_IsNull(string id) => new MailFolder(folder).Get(id).Should().BeNull();

    [Fact]
    public async Task Send_KilledWhileItWasWritten_IsWrittenByTheNextAttempt()
    {
        var message = Mails.Message("a");
        var id = MailFolder.IdOf(time.Moment(), message.Escalation, ComposeMail.Key(message));
        await File.WriteAllTextAsync(
            Path.Combine(folder, $"{AtomicFile.Unfinished}{id}.eml"),
            "half"
        );
        time.Advance(Duration.FromSeconds(5));
        using var channel = FileChannels.Open(folder, time);

        await channel.SendAsync(message, CancellationToken.None);

        new MailFolder(folder).List().Should().ContainSingle();
    }

    [Fact]
    public async Task List_StrangeFiles_AreLeftOut()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "note.eml"), "Subject: x\n\ny");
        await File.WriteAllTextAsync(
            Path.Combine(folder, $"20260302T090000000Z-ESC-7-{new string('a', 32)}.eml"),
            "broken"
        );
        await File.WriteAllTextAsync(Path.Combine(folder, AtomicFile.Unfinished + "x.eml"), "half");

        new MailFolder(folder).List().Should().BeEmpty();
        new MailFolder(Path.Combine(folder, "not-there")).List().Should().BeEmpty();
    }
}
