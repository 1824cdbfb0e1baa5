using System.Text.Json.Nodes;
using EscalationCollab.Slack.SocketMode;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace EscalationCollab.Tests.Slack;

/// <summary>The same product through a socket that it opens itself.</summary>
public sealed class SocketModeTests : IAsyncLifetime
{
    private SlackApp _app = null!;

    private FakeSlack Slack => _app.Slack;

    public async Task InitializeAsync() =>
        _app = await SlackApp.StartAsync(socket: true, http: false);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Command_IsAnsweredWithItsAcknowledgement()
    {
        var link = await Slack.LinkAsync(1);

        var answer = await link.DeliverAsync("slash_commands", Fields("U0MARCO", "help"));

        ((string)answer["payload"]!["text"]!).Should().Be("What you can do here");
    }

    [Fact]
    public async Task Declare_ThroughTheSocket_Works()
    {
        var link = await Slack.LinkAsync(1);
        var view = await _app.OpenedAsync(() =>
            link.DeliverAsync("slash_commands", Fields("U0MARCO", "new"))
        );

        var answer = await link.DeliverAsync(
            "interactive",
            SlackApp.Submit(
                "U0MARCO",
                view,
                ("customer", SlackApp.Chosen("acme")),
                ("summary", SlackApp.Typed("Nobody can sign in")),
                ("reason", SlackApp.Chosen("MissingExpertise"))
            )
        );

        ((string)answer["payload"]!["response_action"]!).Should().Be("clear");
        await Eventually.IsTrueAsync(
            () => Slack.Named("esc-1001-acme-nobody-can-sign-in") is { Pins.Count: 1 },
            "the war room"
        );
    }

    [Fact]
    public async Task Addresses_WithoutASigningSecret_AreNotThere() =>
        (await _app.CommandAsync("U0MARCO", "help")).Status.Should().Be(404);

    [Theory]
    [InlineData("warning")]
    [InlineData("refresh_requested")]
    public async Task Disconnect_OpensTheNextBeforeTheEarlierCloses(string reason)
    {
        var first = await Slack.LinkAsync(1);

        await first.DisconnectAsync(reason);
        var second = await Slack.LinkAsync(2);

        (await second.DeliverAsync("slash_commands", Fields("U0MARCO", "help")))["payload"]
            .Should()
            .NotBeNull();
        await Eventually.IsTrueAsync(() => first.IsClosed, "the earlier socket to close");
        second.OthersOpen.Should().Be(1, "deliveries must find an open socket all the time");
        second.IsClosed.Should().BeFalse();
        Slack.Links.Should().HaveCount(2);
    }

    [Fact]
    public async Task Disconnect_WhileAnEnvelopeIsAnswered_AcknowledgesItOnItsOwnSocket()
    {
        var first = await Slack.LinkAsync(1);
        _app.BeImpatient();
        Slack.Fail("users.info", Fault.Hang());

        var delivered = first.DeliverAsync("slash_commands", Fields("U0ANA", "help"));
        await Eventually.IsTrueAsync(
            () => Slack.CallsOf("users.info").Any(c => c["user"] == "U0ANA"),
            "the call"
        );
        await first.DisconnectAsync("refresh_requested");
        await Slack.LinkAsync(2);

        (await delivered)["envelope_id"].Should().NotBeNull();
    }

    [Fact]
    public async Task Socket_Breaks_IsOpenedAgain()
    {
        var first = await Slack.LinkAsync(1);

        first.Abort();

        (await Slack.LinkAsync(2)).IsClosed.Should().BeFalse();
    }

    [Fact]
    public async Task Disconnect_SwitchedOff_StopsWithAClearWord()
    {
        var first = await Slack.LinkAsync(1);

        await first.DisconnectAsync("link_disabled");

        await Eventually.IsTrueAsync(
            () =>
                _app.Log.Any(line =>
                    line.Contains("Critical:") && line.Contains("Socket Mode was switched off")
                ),
            "a word about it"
        );
        await Eventually.IsTrueAsync(() => first.IsClosed, "the socket to close");
        Slack.Links.Should().HaveCount(1);
    }

    [Fact]
    public async Task Event_Repeated_IsAcknowledgedEachTimeAndHappensOnce()
    {
        var link = await Slack.LinkAsync(1);
        Slack.Channels["DU0MARCO"] = new FakeChannel("DU0MARCO", "", true, FakeSlack.BotUser);
        var payload = SlackApp.EventPayload(
            new JsonObject
            {
                ["type"] = "message",
                ["channel_type"] = "im",
                ["channel"] = "DU0MARCO",
                ["user"] = "U0MARCO",
                ["text"] = "help",
            },
            "Ev0100"
        );

        for (var i = 0; i < 4; i++)
            await link.DeliverAsync("events_api", payload);

        await Eventually.IsTrueAsync(
            () => Slack.Channels["DU0MARCO"].Messages.Count > 0,
            "an answer"
        );
        Slack.Channels["DU0MARCO"].Messages.Should().ContainSingle();
    }

    [Fact]
    public void Pause_GrowsAndIsSpread()
    {
        var client = (SocketModeClient)
            _app
                .Services.GetServices<IHostedService>()
                .Single(service => service is SocketModeClient);

        for (var failures = 1; failures < 20; failures++)
        {
            var longest = Duration.Min(
                SocketModeClient.FirstPause * Math.Pow(2, failures - 1),
                SocketModeClient.LongestPause
            );
            var pauses = Enumerable.Range(0, 20).Select(_ => client.PauseAfter(failures)).ToList();
            pauses.Should().OnlyContain(pause => pause >= longest / 2 && pause <= longest);
            pauses.Distinct().Count().Should().BeGreaterThan(1);
        }
    }

    private JsonObject Fields(string user, string text)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in _app.CommandFields(user, text))
            fields[name] = value;
        return fields;
    }
}
