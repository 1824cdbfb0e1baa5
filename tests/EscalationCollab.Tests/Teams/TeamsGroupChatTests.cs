using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.Teams.Fake;
using NodaTime;

namespace EscalationCollab.Tests.Teams;

/// <summary>War rooms of escalations that only some may see, through the real SDK of Graph.</summary>
public sealed class TeamsGroupChatTests : IAsyncLifetime
{
    private const string AnaId = "00000000-0000-0000-0000-00000000000a";
    private const string MarcoId = "00000000-0000-0000-0000-00000000000b";
    private const string TomId = "00000000-0000-0000-0000-00000000000c";

    private static readonly TenantId Tenant = TenantId.Default;
    private static readonly PersonId Ana = new("ana");
    private static readonly PersonId Marco = new("marco");
    private static readonly PersonId Tom = new("tom");

    private TeamsDesk _desk = null!;

    private FakeTeams Teams => _desk.Teams;

    private IChatPlatform Platform => _desk.Platform;

    public async Task InitializeAsync()
    {
        _desk = await TeamsDesk.OpenAsync();
        foreach (var (user, person) in new[] { (AnaId, Ana), (MarcoId, Marco), (TomId, Tom) })
        {
            var mail = $"{person.Value}@harbor.example";
            Teams.AddUser(user, person.Value, mail);
            await _desk.SaveAsync(new Person(person, person.Value, mail, "", "en", "Etc/UTC"));
            await _desk.MeetAsync(user);
        }
        await _desk.DeclareAsync(1001, "ana");
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task OpenRoom_Restricted_IsAGroupChatOfThosePeopleWithTheAppInIt()
    {
        var opened = await OpenAsync();

        Teams.Channels.Should().BeEmpty();
        var chat = Teams.Groups.Values.Should().ContainSingle().Which;
        chat.Id.Should().Be(opened.Room.Id);
        chat.Members.Keys.Should().BeEquivalentTo(AnaId, MarcoId);
        chat.HasApp.Should().BeTrue();
        chat.Topic.Should().Be("ESC-1001 Acme – Customers cannot sign in at 14.30");
        opened.Name.Should().Be("esc-1001-acme");
    }

    [Fact]
    public async Task OpenRoom_SameEffectAgain_IsTheSameChat()
    {
        var first = await OpenAsync();

        (await OpenAsync()).Should().Be(first);

        Teams.Groups.Should().ContainSingle();
    }

    [Fact]
    public async Task OpenRoom_AppCannotBePutInYet_GoesOnWithTheSameChat()
    {
        Teams.Fail("add app to chat", new TeamsFault(503, "ServiceUnavailable"));
        (await FailureOf(() => OpenAsync())).Should().Be(ChatFailure.Unavailable);

        await OpenAsync();

        Teams.Groups.Values.Should().ContainSingle().Which.HasApp.Should().BeTrue();
    }

    [Fact]
    public async Task OpenRoom_AnswerLost_IsUnclearAndLeavesAtMostAnEmptyChat()
    {
        Teams.Fail("create chat", TeamsFault.BadGateway(afterDoing: true));
        (await FailureOf(() => OpenAsync())).Should().Be(ChatFailure.Unclear);

        var opened = await OpenAsync();
        await PostAsync(opened.Room, "post");

        Teams.Groups.Should().HaveCount(2);
        Teams.Groups.Values.Single(chat => chat.Id != opened.Room.Id).Messages.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Chat.Create")]
    [InlineData("TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All")]
    public async Task OpenRoom_WithoutTheRight_IsAPrivateChannel(string permission)
    {
        Teams.Denied[permission] = true;

        var opened = await OpenAsync();

        Teams.Channels[opened.Room.Id].IsPrivate.Should().BeTrue();
        (await OpenAsync()).Should().Be(opened);
    }

    [Fact]
    public async Task OpenRoom_NotRestricted_IsAChannel()
    {
        var opened = await OpenAsync(restricted: false);

        Teams.Channels[opened.Room.Id].IsPrivate.Should().BeFalse();
        Teams.Groups.Should().BeEmpty();
    }

    [Fact]
    public async Task Invite_Somebody_LetsInOnlyThoseWhoAreNotThere()
    {
        var room = (await OpenAsync()).Room;
        Teams.Users["00000000-0000-0000-0000-00000000000d"] = new FakeUser(
            "00000000-0000-0000-0000-00000000000d",
            "29:eve",
            "Eve",
            "eve@x.example"
        );

        (await Platform.InviteAsync(Tenant, room, [Ana, Tom], default)).Should().BeEmpty();
        (await Platform.InviteAsync(Tenant, room, [Tom, new PersonId("nobody")], default))
            .Should()
            .Equal(new PersonId("nobody"));

        Teams.Groups[room.Id].Members.Keys.Should().BeEquivalentTo(AnaId, MarcoId, TomId);
        Teams.CallsOf("add to chat").Should().ContainSingle();
        Teams.CallsOf("add to team").Should().BeEmpty();
    }

    [Fact]
    public async Task SetTopic_TheSame_IsNotSaidAgain()
    {
        var room = (await OpenAsync()).Room;

        await Platform.SetTopicAsync(Tenant, room, "A: b", default);
        await Platform.SetTopicAsync(Tenant, room, "A: b", default);

        Teams.Groups[room.Id].Topic.Should().Be("A – b");
        Teams.CallsOf("describe chat").Should().ContainSingle();
    }

    [Fact]
    public async Task SetTopic_TooLong_IsCut()
    {
        var room = (await OpenAsync()).Room;

        await Platform.SetTopicAsync(Tenant, room, new string('ž', 400), default);

        Teams.Groups[room.Id].Topic.Should().HaveLength(250).And.EndWith("…");
    }

    [Fact]
    public async Task Card_PostedEditedAndKeptAtHand_StandsOnceWithATab()
    {
        var room = (await OpenAsync()).Room;
        var posted = await PostAsync(room, "post");
        await Platform.EditAsync(posted, To(room, "edit"), default);
        await Platform.PinAsync(Tenant, posted, default);
        await Platform.PinAsync(Tenant, posted, default);

        var chat = Teams.Groups[room.Id];
        chat.Messages.Should().ContainSingle();
        ((string?)chat.Tabs.Should().ContainSingle().Which["configuration"]!["contentUrl"])
            .Should()
            .StartWith("https://teams.microsoft.com/l/message/19%3A")
            .And.Contain(posted.Id)
            .And.Contain("contextType");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Room_WithItsCard_HasThePageOfTheEscalationAsATabOnce(bool restricted)
    {
        var room = (await OpenAsync(restricted)).Room;
        await _desk.OpenedAsync(1001, room);
        var posted = await PostAsync(room, "post");

        await Platform.PinAsync(Tenant, posted, default);
        await Platform.PinAsync(Tenant, posted, default);

        var tabs = restricted ? Teams.Groups[room.Id].Tabs : Teams.Channels[room.Id].Tabs;
        tabs.Select(tab => (string?)tab["configuration"]!["contentUrl"])
            .Should()
            .HaveCount(2)
            .And.Contain("https://esc.example/teams/tab?page=ESC-1001");
    }

    [Fact]
    public async Task Card_OfPeopleWhoWorkWithIt_AsksForTheirViewOfIt()
    {
        var room = (await OpenAsync()).Room;

        await Platform.PostAsync(
            To(room, "post") with
            {
                Viewers = [Ana, Tom, new PersonId("nobody")],
            },
            default
        );

        var refresh = CardOf(room)["refresh"]!;
        ((string?)refresh["action"]!["type"]).Should().Be("Action.Execute");
        refresh["userIds"]!
            .AsArray()
            .Select(id => (string?)id)
            .Should()
            .BeEquivalentTo($"29:{AnaId}", $"29:{TomId}");
    }

    [Fact]
    public async Task Card_OfMoreThanTeamsTakes_IsTheSameForAll()
    {
        var room = (await OpenAsync()).Room;
        var crowd = Enumerable.Range(0, 60).Select(number => new PersonId($"p{number}"));

        await Platform.PostAsync(To(room, "post") with { Viewers = [Ana, .. crowd] }, default);

        CardOf(room)["refresh"].Should().BeNull();
    }

    [Fact]
    public async Task Post_ManyLostAnswers_StandOnce()
    {
        var room = (await OpenAsync()).Room;
        Teams.PageSize = 50;
        for (var i = 0; i < 20; i++)
        {
            if (i % 3 > 0)
                Teams.Fail("post", TeamsFault.BadGateway(afterDoing: i % 3 == 1));
            try
            {
                await PostAsync(room, $"effect-{i}");
            }
            catch (ChatException unclear) when (unclear.Failure == ChatFailure.Unclear)
            {
                if (await FindAsync(room, $"effect-{i}") is null)
                    await PostAsync(room, $"effect-{i}");
            }
            _desk.Waiting.Advance(TimeSpan.FromSeconds(5));
        }

        Teams.Groups[room.Id].Messages.Should().HaveCount(20);
    }

    [Fact]
    public async Task Post_AppIsThereButNotKnownYet_Waits()
    {
        Teams.KnowsAppsAtOnce = false;
        var room = (await OpenAsync()).Room;
        (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Unavailable);
        Teams.Groups[room.Id].HasBot = true;

        await PostAsync(room, "post");
    }

    [Fact]
    public async Task Post_AppTakenOut_SaysItIsGone()
    {
        var room = (await OpenAsync()).Room;
        (Teams.Groups[room.Id].HasApp, Teams.Groups[room.Id].HasBot) = (false, false);

        (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Gone);
    }

    [Fact]
    public async Task Archive_Chat_SaysThatItStaysAndIsNamedSo()
    {
        var room = (await OpenAsync()).Room;

        await Platform.ArchiveAsync(Tenant, room, default);
        await Platform.ArchiveAsync(Tenant, room, default);

        var chat = Teams.Groups[room.Id];
        ((string?)chat.Messages.Should().ContainSingle().Which.Activity["summary"])
            .Should()
            .Contain("cannot archive a chat");
        chat.Topic.Should().StartWith("Over · ESC-1001 Acme");
        Teams.CallsOf("describe chat").Should().ContainSingle();
    }

    [Fact]
    public async Task Archive_AnswerLost_SaysItOnce()
    {
        var room = (await OpenAsync()).Room;
        Teams.Fail("post", TeamsFault.BadGateway(afterDoing: true));
        (await FailureOf(() => Platform.ArchiveAsync(Tenant, room, default)))
            .Should()
            .Be(ChatFailure.Unclear);

        await Platform.ArchiveAsync(Tenant, room, default);

        Teams.Groups[room.Id].Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task Post_PrivateChannelWithoutTheApp_TellsItsOwnerOnceHowItGetsThere()
    {
        Teams.Denied["Chat.Create"] = true;
        Teams.LetsBotIntoPrivate = false;
        var room = (await OpenAsync()).Room;
        await _desk.OpenedAsync(1001, room);

        for (var i = 0; i < 3; i++)
            (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Unavailable);

        var told = await _desk.ReadAsync(records =>
            Dapper
                .SqlMapper.Query<string>(
                    records.Connection,
                    "SELECT payload FROM outbox WHERE kind = 'war-room-shut-notice'"
                )
                .ToList()
        );
        told.Should().ContainSingle().Which.Should().Contain("\"marco\"");
    }

    private System.Text.Json.Nodes.JsonNode CardOf(RoomRef room) =>
        Teams.Groups[room.Id].Messages[^1].Activity["attachments"]![0]!["content"]!;

    private Task<OpenedRoom> OpenAsync(bool restricted = true) =>
        Platform.OpenRoomAsync(
            new RoomSpec(
                "room",
                Tenant,
                new EscalationNumber(1001),
                "esc-1001-acme",
                "ESC-1001 Acme: Customers cannot sign in at 14:30",
                restricted
            )
            {
                Of = Marco,
                People = [Ana, Marco, new PersonId("nobody")],
            },
            default
        );

    private Task<MessageRef> PostAsync(RoomRef room, string effect) =>
        Platform.PostAsync(To(room, effect), default);

    private Task<MessageRef?> FindAsync(RoomRef room, string effect) =>
        Platform.FindAsync(
            new Posting(effect, Tenant, "teams", room, null, Instant.FromUtc(2020, 1, 1, 0, 0)),
            default
        );

    private static Outgoing To(RoomRef room, string effect) =>
        new(effect, Tenant, Card.Line("Hello"), room, null);

    private static async Task<ChatFailure> FailureOf(Func<Task> call) =>
        (await call.Should().ThrowAsync<ChatException>()).Which.Failure;
}
