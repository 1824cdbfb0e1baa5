using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.People;
using EscalationCollab.Slack.Customers;
using EscalationCollab.Slack.People;
using EscalationCollab.Tests.CustomerChannels;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack;

/// <summary>A channel of Slack Connect as a way to customers, under the contract of all ways to customers.</summary>
public sealed class SlackCustomerChannelTests : CustomerChannelContract, IAsyncLifetime
{
    private SlackDesk _desk = null!;
    private FakeChannel _shared = null!;
    private Patient _channel = null!;

    protected override ICustomerChannel Channel => _channel;

    public async Task InitializeAsync()
    {
        _desk = await SlackDesk.OpenAsync();
        _shared = _desk.Slack.AddChannel("acme-support");
        _shared.IsExternal = true;
        _shared.Members.Add(FakeSlack.BotUser);
        _channel = NewChannel();
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    protected override CustomerMessage Message(string effect) =>
        new(
            effect,
            TenantId.Default,
            new EscalationNumber(1042),
            [new Contact("Ana", "ana@acme.example")],
            "en",
            "[ESC-1042] Login fails",
            "Hello Ana,\n\nwe found the cause.",
            ""
        )
        {
            Place = _shared.Id,
        };

    protected override CustomerMessage Unreachable(string effect) =>
        Message(effect) with
        {
            Place = "C0NOWHERE1",
        };

    protected override Task<IReadOnlyList<SeenMessage>> SeenAsync() =>
        Task.FromResult<IReadOnlyList<SeenMessage>>([.. _shared.Messages.Select(Seen)]);

    [Theory]
    [InlineData("not_in_channel", RefusalCause.NotInside)]
    [InlineData("channel_not_found", RefusalCause.RoomMissing)]
    [InlineData("is_archived", RefusalCause.PutAway)]
    [InlineData("restricted_action", RefusalCause.NotAllowed)]
    [InlineData("restricted_action_read_only_channel", RefusalCause.NotAllowed)]
    [InlineData("msg_too_long", RefusalCause.TooLong)]
    [InlineData("something_new", RefusalCause.Unknown)]
    public async Task Send_WhenSlackRefuses_SaysWhatStandsInTheWay(string error, RefusalCause cause)
    {
        _desk.Slack.Fail("chat.postMessage", Fault.Of(error));

        (await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .BeOfType<Delivery.Refused>()
            .Subject.Cause.Should()
            .Be(cause);
    }

    [Fact]
    public async Task Send_ToAnArchivedChannel_PostsNothing()
    {
        _shared.Archived = true;

        Cause(await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .Be(RefusalCause.PutAway);
        _desk.Slack.CallsOf("chat.postMessage").Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhereTheAppIsNot_PostsNothing()
    {
        _shared.Members.Clear();

        Cause(await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .Be(RefusalCause.NotInside);
        _desk.Slack.CallsOf("chat.postMessage").Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhereOnlyColleaguesRead_IsNoMessageToTheCustomer()
    {
        _shared.IsExternal = false;
        _desk.Slack.AddUser("U0ANA", "ana", "ana@harbor.example");
        _shared.Members.Add("U0ANA");

        Cause(await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .Be(RefusalCause.NobodyThere);
        _shared.Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhereAGuestOfTheCustomerReads_IsPosted()
    {
        _shared.IsExternal = false;
        _desk.Slack.AddUser("U0CARLOS", "carlos", "carlos@acme.example").Restricted = true;
        _shared.Members.Add("U0CARLOS");

        (await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .BeOfType<Delivery.Accepted>();
    }

    [Fact]
    public async Task Send_AnswerLostAfterItWasPosted_IsFoundNotRepeated()
    {
        _desk.Slack.Fail("chat.postMessage", Fault.Break(afterDoing: true));

        (await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .BeOfType<Delivery.Later>("it is looked for before anything is repeated");
        // After a restart nothing is remembered but what is in the database.
        _channel = NewChannel();
        (await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .BeOfType<Delivery.Accepted>();

        _shared.Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_AnswerLostAndThenRemovedFromTheChannel_IsUnclear()
    {
        _desk.Slack.Fail("chat.postMessage", Fault.Break(afterDoing: true));
        await _channel.SendAsync(Message("effect-1"), default);
        _shared.Members.Clear();

        (await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .BeOfType<Delivery.Unclear>("the customer may have it");
        _shared.Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_TooManyCalls_WaitsAsLongAsSlackSays()
    {
        _desk.Slack.Fail("chat.postMessage", Fault.Limit(30));

        (await _channel.SendAsync(Message("effect-1"), default))
            .Should()
            .BeOfType<Delivery.Later>()
            .Subject.After.TotalSeconds.Should()
            .BeGreaterThanOrEqualTo(30);
        _shared.Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task Send_HostileText_StaysText()
    {
        await _channel.SendAsync(
            Message("effect-1") with
            {
                Subject = "<!channel> *now* <https://evil.example|click>",
                PlainBody = "<@U0ANA> <!here> @channel _x_ ~y~ `z` > quote\n<https://evil.example>",
            },
            default
        );

        var message = _shared.Messages.Single();
        message.Text.Should().NotContain("<!").And.NotContain("<http").And.NotContain("<@");
        var leaves = Leaves(message.Blocks!).ToList();
        leaves.Should().OnlyContain(leaf => (string?)leaf["type"] == "text");
        string.Concat(leaves.Select(leaf => (string)leaf["text"]!))
            .Should()
            .Contain("<@U0ANA> <!here> @channel");
    }

    [Fact]
    public async Task Send_TooLongForAMessage_IsRefusedWhole()
    {
        Cause(
                await _channel.SendAsync(
                    Message("effect-1") with
                    {
                        PlainBody = string.Join(
                            "\n\n",
                            Enumerable.Repeat(new string('x', 900), 200)
                        ),
                    },
                    default
                )
            )
            .Should()
            .Be(RefusalCause.TooLong);
        _shared.Messages.Should().BeEmpty("half a letter is worse than none");
    }

    private static RefusalCause Cause(Delivery delivery) =>
        delivery.Should().BeOfType<Delivery.Refused>().Subject.Cause;

    private Patient NewChannel() =>
        new(
            _desk,
            new SlackCustomerChannel(
                _desk.Workspaces,
                _desk.Api,
                _desk.Rooms,
                new Audience(_desk.Api, _desk.People, _desk.Store),
                Scenes.Words,
                () => _desk.Policy.WelcomesGuests,
                _desk.Store,
                _desk.Time
            )
        );

    /// <summary>Lets the clock run while a message waits for its turn in the channel.</summary>
    private sealed class Patient(SlackDesk desk, ICustomerChannel channel) : ICustomerChannel
    {
        public string Name => channel.Name;

        public Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation) =>
            desk.PatientlyAsync(channel.SendAsync(message, cancellation));
    }

    private static SeenMessage Seen(FakeMessage message)
    {
        var blocks = message.Blocks!.AsArray();
        return new SeenMessage(
            string.Concat(Leaves(blocks[0]!).Select(leaf => (string)leaf["text"]!)),
            string.Concat(
                blocks.Skip(1).SelectMany(b => Leaves(b!)).Select(l => (string)l["text"]!)
            )
        );
    }

    private static IEnumerable<JsonObject> Leaves(JsonNode node) =>
        node switch
        {
            JsonArray all => all.SelectMany(item => Leaves(item!)),
            JsonObject item when item["elements"] is JsonArray inner => Leaves(inner),
            JsonObject leaf => [leaf],
            _ => [],
        };
}
