using System.Web;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using NodaTime;

namespace EscalationCollab.Tests.Slack.Installation;

public sealed class InstallLinkTests
{
    private readonly ManualTime _time = new();
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly InstallLink _links;

    public InstallLinkTests() => _links = new InstallLink(_keys, _time);

    [Fact]
    public void Link_WithinADay_IsGoodAnyNumberOfTimes()
    {
        var ticket = TicketOf(_links.Make(new Uri("https://esc.example/base/")));
        _time.Advance(InstallLink.Lasts - Duration.FromSeconds(1));

        _links.IsGood(ticket).Should().BeTrue();
        _links.IsGood(ticket).Should().BeTrue();
    }

    [Fact]
    public void Link_ADayLater_IsOver()
    {
        var ticket = TicketOf(_links.Make(new Uri("https://esc.example/")));
        _time.Advance(InstallLink.Lasts);

        _links.IsGood(ticket).Should().BeFalse();
    }

    [Fact]
    public void Link_MadeByAnotherInstallation_IsNotOurs() =>
        new InstallLink(new EphemeralDataProtectionProvider(), _time)
            .IsGood(TicketOf(_links.Make(new Uri("https://esc.example/"))))
            .Should()
            .BeFalse();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("CfDJ8AAAAAAA")]
    public void Link_Forged_IsNotGood(string? ticket) => _links.IsGood(ticket).Should().BeFalse();

    [Fact]
    public void Link_TooLong_IsNotGood() =>
        _links.IsGood(new string('A', 100_000)).Should().BeFalse();

    [Fact]
    public void State_SameBrowserInTime_IsOurs()
    {
        var (state, secret) = _links.Begin();

        _links.IsOurs(state, secret).Should().BeTrue();
    }

    [Fact]
    public void State_OtherBrowser_IsNotOurs()
    {
        var (state, _) = _links.Begin();
        var (_, other) = _links.Begin();

        _links.IsOurs(state, other).Should().BeFalse();
        _links.IsOurs(state, null).Should().BeFalse();
    }

    [Fact]
    public void State_TooLate_IsNotOurs()
    {
        var (state, secret) = _links.Begin();
        _time.Advance(InstallLink.Patience);

        _links.IsOurs(state, secret).Should().BeFalse();
    }

    [Fact]
    public void Ticket_AsState_IsNotOurs()
    {
        var ticket = TicketOf(_links.Make(new Uri("https://esc.example/")));

        _links.IsOurs(ticket, "install").Should().BeFalse();
    }

    private static string TicketOf(Uri link) => HttpUtility.ParseQueryString(link.Query)["ticket"]!;
}
