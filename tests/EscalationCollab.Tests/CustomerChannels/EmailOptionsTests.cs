using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.CustomerChannels;
using EscalationCollab.CustomerChannels.Email;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Tests.CustomerChannels;

public sealed class EmailOptionsTests
{
    [Theory]
    [InlineData("Port", "abc", "Email:Port is \"abc\": write a whole number from 1 to 65535")]
    [InlineData("Port", "70000", "Email:Port is \"70000\"")]
    [InlineData("Security", "ssl", "Email:Security is \"ssl\": write starttls, tls or none")]
    [InlineData("Timeout", "0", "Email:Timeout is \"0\": write a whole number from 1 to 600")]
    [InlineData("From", "Acme Support", "Email:From is \"Acme Support\": write an address such as")]
    [InlineData("From", "", "Email:From is missing")]
    [InlineData("ReplyTo", "a@b\r\nBcc: c@d.example", "Email:ReplyTo is \"a@b Bcc: c@d.example\"")]
    [InlineData("MessageIdDomain", "two words", "Email:MessageIdDomain is \"two words\"")]
    [InlineData(
        "Host",
        "smtp://mail.example",
        "Email:Host is \"smtp://mail.example\": write a server name"
    )]
    [InlineData("UserName", "app", "Email:Password is missing although Email:UserName is given")]
    [InlineData("Password", "s3cret", "Email:UserName is missing although Email:Password is given")]
    [InlineData(
        "CaFile",
        "/no/such.pem",
        "Email:CaFile names \"/no/such.pem\", which is not there"
    )]
    [InlineData("Pasword", "s3cret", "Email:Pasword is not a setting: write one of Host, Port,")]
    public void Read_OneWrongSetting_SaysWhatToWrite(string key, string value, string expected)
    {
        var section = Mails.Section(
            ("Host", "smtp.vendor.example"),
            ("From", "support@vendor.example"),
            (key, value)
        );

        EmailOptions.Read(section, out var problems);

        problems
            .Should()
            .ContainSingle()
            .Which.Should()
            .StartWith(expected)
            .And.EndWith(".")
            .And.NotContain("s3cret");
    }

    [Theory]
    [InlineData("", 587, EmailSecurity.StartTls)]
    [InlineData("StartTLS", 587, EmailSecurity.StartTls)]
    [InlineData("tls", 465, EmailSecurity.Tls)]
    [InlineData("none", 25, EmailSecurity.None)]
    public void Read_NoPort_TakesTheUsualOne(string security, int port, EmailSecurity expected)
    {
        var options = Mails.Options(
            ("Host", "smtp.vendor.example"),
            ("From", "Acme <support@vendor.example>"),
            ("Security", security)
        );

        options.Port.Should().Be(port);
        options.Security.Should().Be(expected);
        options.Sender.MessageIdDomain.Should().Be("vendor.example");
    }

    [Fact]
    public void Read_SettingsOfAServerWithoutHost_AreNotSilentlyIgnored()
    {
        EmailOptions.Read(
            Mails.Section(("UserName", "app"), ("Password", "s3cret")),
            out var problems
        );

        problems.Should().HaveCount(2).And.OnlyContain(p => p.Contains("Email:Host"));
    }

    [Fact]
    public async Task AddCustomerChannels_NoHost_WritesFilesIntoTheDataFolder()
    {
        var data = Directory.CreateTempSubdirectory("data").FullName;
        await using var services = Services(data);

        var delivery = await services
            .GetRequiredService<ICustomerChannel>()
            .SendAsync(Mails.Message("a"), CancellationToken.None);

        delivery.Should().BeOfType<Delivery.Accepted>();
        services
            .GetRequiredService<MailFolder>()
            .List()
            .Should()
            .ContainSingle()
            .Which.Subject.Should()
            .Be("[ESC-1042] Login fails");
        Directory.GetFiles(Path.Combine(data, "mail")).Should().ContainSingle();
    }

    [Fact]
    public async Task AddCustomerChannels_Host_ChoosesTheServer()
    {
        await using var services = Services(
            "unused",
            ("Email:Host", "127.0.0.1"),
            ("Email:From", "a@b.example")
        );

        services.GetRequiredService<ICustomerChannel>().Should().BeOfType<SmtpEmailChannel>();
    }

    [Fact]
    public void AddCustomerChannels_WrongSection_NamesEveryProblem()
    {
        var adding = () =>
            Services("unused", ("Email:Host", "smtp.b.example"), ("Email:Port", "x"));

        adding.Should().Throw<EmailOptionsException>().Which.Problems.Should().HaveCount(2);
    }

    private static ServiceProvider Services(
        string data,
        params (string Key, string Value)[] settings
    ) =>
        new ServiceCollection()
            .AddLogging()
            .AddCustomerChannels(Mails.Section(settings), data)
            .BuildServiceProvider();
}
