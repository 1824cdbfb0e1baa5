using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Time;
using EscalationCollab.Tests.Chat;
using EscalationCollab.Tests.Teams.Fake;
using NodaTime;

namespace EscalationCollab.Tests.Teams;

public sealed class TeamsPlatformTests : ChatPlatformContract, IAsyncLifetime
{
    private const string AnaId = "00000000-0000-0000-0000-00000000000a";
    private const string MarcoId = "00000000-0000-0000-0000-00000000000b";

    private TeamsDesk _desk = null!;

    protected override IChatPlatform Platform => _desk.Platform;

    private FakeTeams Teams => _desk.Teams;

    public async Task InitializeAsync()
    {
        _desk = await TeamsDesk.OpenAsync("Escalations", restricted: "channel");
        foreach (var (user, person) in new[] { (AnaId, Ana), (MarcoId, Marco) })
        {
            var mail = $"{person.Value}@harbor.example";
            Teams.AddUser(user, person.Value, mail);
            await _desk.SaveAsync(new Person(person, person.Value, mail, "", "en", "Etc/UTC"));
            await _desk.MeetAsync(user);
        }
        await _desk.DeclareAsync(1001, "ana");
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    protected override Task<SeenRoom?> SeeAsync(RoomRef room) =>
        Task.FromResult(
            Teams.Channels.TryGetValue(room.Id, out var channel)
                ? new SeenRoom(
                    channel.Description,
                    channel.IsPrivate,
                    channel.Archived,
                    PinnedIn(channel),
                    [
                        .. (channel.IsPrivate ? channel.Members : Teams.TeamMembers).Keys.Select(
                            PersonOf
                        ),
                    ],
                    Seen(channel.Messages)
                )
                : null
        );

    protected override Task<SeenRoom?> SeeDirectAsync(PersonId person) =>
        Task.FromResult<SeenRoom?>(
            Teams.Chats.TryGetValue($"a:{(person == Ana ? AnaId : MarcoId)}", out var chat)
                ? new SeenRoom("", true, false, null, [], Seen(chat.Messages))
                : null
        );

    [Fact]
    public async Task Announcements_ByName_IsThatChannelOnAnyPage()
    {
        foreach (var name in new[] { "one", "two", "three", "four" })
            Teams.AddChannel(name);
        var wanted = Teams.AddChannel("escalations");

        var room = await Platform.AnnouncementsAsync(Tenant, default);

        room.Should().Equal(new RoomRef("teams", wanted.Id));
    }

    [Fact]
    public async Task OpenRoom_SomebodyElsesOfThatName_StaysTheirs()
    {
        var theirs = Teams.AddChannel("ESC-1001-acme");

        var opened = await OpenAsync();

        opened.Name.Should().Be("esc-1001-acme-2");
        theirs.Description.Should().BeEmpty();
    }

    [Fact]
    public async Task OpenRoom_LongNameTaken_StaysWithinFifty()
    {
        var name = new string('a', 50);
        Teams.AddChannel(name);

        var opened = await OpenAsync(name: name);

        opened.Name.Should().Be(new string('a', 48) + "-2");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task OpenRoom_AnswerLostAfterItWasOpened_AdoptsIt(bool restricted, bool breaks)
    {
        Teams.Fail(
            "create channel",
            breaks ? TeamsFault.Break(afterDoing: true) : TeamsFault.BadGateway(afterDoing: true)
        );
        (await FailureOf(() => OpenAsync(restricted: restricted))).Should().Be(ChatFailure.Unclear);

        var opened = await OpenAsync(restricted: restricted);

        Teams.Channels.Should().ContainSingle();
        opened.Name.Should().Be("esc-1001-acme");
        Teams.Channels[opened.Room.Id].Description.Should().Be("Topic");
    }

    [Fact]
    public async Task OpenRoom_NoAnswerInTime_IsUnclearAndFoundLater()
    {
        Teams.Fail("create channel", TeamsFault.Hang(afterDoing: true));
        var opening = FailureOf(() => OpenAsync());
        while (Teams.CallsOf("create channel").Count == 0)
            await Task.Yield();
        _desk.Time.Advance(Duration.FromSeconds(31));

        (await opening).Should().Be(ChatFailure.Unclear);
        await OpenAsync();
        Teams.Channels.Should().ContainSingle();
    }

    [Fact]
    public async Task OpenRoom_AnswerLostThoughNothingHappened_OpensIt()
    {
        Teams.Fail("create channel", TeamsFault.BadGateway(afterDoing: false));
        await FailureOf(() => OpenAsync());

        await OpenAsync();

        Teams.Channels.Should().ContainSingle();
    }

    [Fact]
    public async Task OpenRoom_AnswerLostAndOthersAlike_AdoptsOnlyItsOwn()
    {
        // Marked alike, but of long ago: of a database that was thrown away, say.
        var old = Teams.AddChannel("esc-1001-acme", "War room [room]");
        old.Created -= TimeSpan.FromDays(1);
        var another = await OpenAsync("other", "esc-1001-acme");
        Teams.Fail(
            "create channel",
            new TeamsFault(400, "NameAlreadyExists"),
            new TeamsFault(400, "NameAlreadyExists"),
            TeamsFault.BadGateway(afterDoing: true)
        );
        await FailureOf(() => OpenAsync());

        var opened = await OpenAsync();

        opened.Name.Should().Be("esc-1001-acme-3");
        new[] { old.Id, another.Room.Id }.Should().NotContain(opened.Room.Id);
        Teams.Channels.Should().HaveCount(3);
    }

    [Fact]
    public async Task OpenRoom_ManyLostAnswers_OpenEachRoomOnce()
    {
        var random = new Random(5);
        Teams.PageSize = 1_000;
        for (var i = 0; i < 60; i++)
        {
            Lose(random, "create channel");
            OpenedRoom? opened = null;
            while (opened is null)
                try
                {
                    opened = await OpenAsync($"effect-{i}", $"esc-{i}");
                }
                catch (ChatException later) when (later.Failure == ChatFailure.Unclear) { }
            opened.Name.Should().Be($"esc-{i}");
        }

        Teams.Channels.Should().HaveCount(60);
    }

    [Fact]
    public async Task OpenRoom_Restricted_BelongsToWhoAnswersForItAndNobodyElse()
    {
        var opened = await OpenAsync(restricted: true);

        var channel = Teams.Channels[opened.Room.Id];
        channel.IsPrivate.Should().BeTrue();
        channel.Members.Keys.Should().Equal(AnaId);
    }

    [Fact]
    public async Task OpenRoom_RestrictedAndNobodyToOwnIt_IsRefusedAndOpensNothing()
    {
        var open = () =>
            Platform.OpenRoomAsync(
                new RoomSpec("r", Tenant, new EscalationNumber(4711), "esc", "Topic", true),
                default
            );

        (await FailureOf(open)).Should().Be(ChatFailure.Refused);
        Teams.Channels.Should().BeEmpty();
    }

    [Fact]
    public async Task Invite_IntoAPrivateChannel_LetsInOnlyThoseInvited()
    {
        var opened = await OpenAsync(restricted: true);
        Teams.AddUser("00000000-0000-0000-0000-00000000000c", "Eve", "eve@x.example", true);

        (await Platform.InviteAsync(Tenant, opened.Room, [Ana, Marco], default)).Should().BeEmpty();
        (await Platform.InviteAsync(Tenant, opened.Room, [Marco], default)).Should().BeEmpty();

        Teams.Channels[opened.Room.Id].Members.Keys.Should().BeEquivalentTo(AnaId, MarcoId);
        Teams.CallsOf("add to channel").Should().ContainSingle();
    }

    [Fact]
    public async Task Invite_TeamIsNotOursToFill_NamesThem()
    {
        var opened = await OpenAsync();
        Teams.TeamMembers[AnaId] = true;
        Teams.Denied["TeamMember.ReadWriteNonOwnerRole.All"] = true;

        var refused = await Platform.InviteAsync(Tenant, opened.Room, [Ana, Marco], default);

        refused.Should().Equal(Marco);
    }

    [Fact]
    public async Task Post_ManyLostAnswers_StandOnce()
    {
        var random = new Random(7);
        Teams.PageSize = 50;
        var room = (await OpenAsync()).Room;
        for (var i = 0; i < 60; i++)
        {
            var (to, person) = i % 3 == 0 ? ((RoomRef?)null, (PersonId?)Ana) : (room, null);
            Lose(random, to is null ? "post" : "begin");
            await PostOnceAsync($"effect-{i}", to, person);
        }

        Teams.Channels[room.Id].Messages.Should().HaveCount(40);
        Teams.Chats[$"a:{AnaId}"].Messages.Should().HaveCount(20);
    }

    [Fact]
    public async Task Find_SomebodyElsesCardWithOurMark_IsNotOurs()
    {
        var room = (await OpenAsync()).Room;
        await PostAsync(room, "post");
        var messages = Teams.Channels[room.Id].Messages;
        var forged = messages[0] with { App = "99999999-0000-0000-0000-000000000000" };
        messages.Clear();
        messages.Add(forged);

        (await FindAsync(room, "post")).Should().BeNull();
    }

    [Theory]
    [InlineData("ChannelMessage.Read.Group", false)]
    [InlineData("Chat.Read.WhereInstalled", true)]
    public async Task Find_MayNotLook_IsNothing(string permission, bool direct)
    {
        var room = (await OpenAsync()).Room;
        await PostAsync(direct ? null : room, "post", Ana);
        Teams.Denied[permission] = true;

        (await FindAsync(direct ? null : room, "post", Ana)).Should().BeNull();
    }

    [Fact]
    public async Task Find_BehindManyOlderMessages_IsNotLookedFor()
    {
        var room = (await OpenAsync()).Room;
        for (var i = 0; i < 9; i++)
            await PostAsync(room, $"old-{i}");
        _desk.Time.Advance(Duration.FromHours(1));

        var found = await Platform.FindAsync(
            new Posting("new", Tenant, "teams", room, null, _desk.Time.Moment()),
            default
        );

        found.Should().BeNull();
        Teams.CallsOf("find message").Should().ContainSingle();
    }

    [Fact]
    public async Task Find_GraphDoesNotAnswer_IsAskedAgain()
    {
        var room = (await OpenAsync()).Room;
        Teams.Fail("find message", TeamsFault.BadGateway(afterDoing: false));

        (await FailureOf(() => FindAsync(room, "post"))).Should().Be(ChatFailure.Unavailable);
    }

    [Fact]
    public async Task Post_Throttled_WaitsAsLongAsTeamsSays()
    {
        var room = (await OpenAsync()).Room;
        Teams.Fail("begin", TeamsFault.TooMany(17));

        var later = await ThrownBy(() => PostAsync(room, "post"));
        var meanwhile = await ThrownBy(() => PostAsync(room, "post"));

        later.Failure.Should().Be(ChatFailure.RateLimited);
        later.After!.Value.ToTimeSpan().Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(17));
        meanwhile.Failure.Should().Be(ChatFailure.RateLimited);
        Teams.CallsOf("begin").Should().ContainSingle();
        _desk.Waiting.Advance(TimeSpan.FromSeconds(19));
        await PostAsync(room, "post");
        Teams.Channels[room.Id].Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task Graph_Throttled_WaitsAsLongAsGraphSays()
    {
        Teams.Fail("create channel", TeamsFault.TooMany(30));

        var later = await ThrownBy(() => OpenAsync());
        var meanwhile = await ThrownBy(() => OpenAsync());

        later.Failure.Should().Be(ChatFailure.RateLimited);
        later.After!.Value.ToTimeSpan().Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
        meanwhile.Failure.Should().Be(ChatFailure.RateLimited);
        Teams.CallsOf("create channel").Should().ContainSingle();
    }

    [Fact]
    public async Task Graph_ManyRooms_NeverMoreThanFourCallsASecond()
    {
        for (var i = 0; i < 12; i++)
            await OpenAsync($"effect-{i}", $"esc-{i}");

        var calls = Teams.Calls.Where(call => call.Path.Contains("/teams/")).ToList();
        calls.Should().HaveCount(24);
        for (var i = 4; i < calls.Count; i++)
            (calls[i].At - calls[i - 4].At)
                .Should()
                .BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Post_BurstIntoOneRoom_StaysWithinWhatTeamsAllows()
    {
        var room = (await OpenAsync()).Room;
        for (var i = 0; i < 20; i++)
            await PostAsync(room, $"post-{i}");

        var calls = Teams.CallsOf("begin");
        for (var i = 7; i < calls.Count; i++)
            (calls[i].At - calls[i - 7].At)
                .Should()
                .BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        for (var i = 8; i < calls.Count; i++)
            (calls[i].At - calls[i - 8].At)
                .Should()
                .BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Post_BotRemovedFromTheChannel_SaysItIsGone()
    {
        var room = (await OpenAsync()).Room;
        Teams.Channels[room.Id].HasBot = false;

        (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Gone);
    }

    [Fact]
    public async Task Post_AppNotYetInThePrivateChannel_Waits()
    {
        Teams.LetsBotIntoPrivate = false;
        var room = (await OpenAsync(restricted: true)).Room;

        (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Unavailable);

        Teams.Channels[room.Id].HasBot = true;
        await PostAsync(room, "post");
    }

    [Fact]
    public async Task Everything_ChannelDeleted_SaysItIsGone()
    {
        var room = (await OpenAsync()).Room;
        var posted = await PostAsync(room, "post");
        Teams.Channels.Clear();

        foreach (
            var call in new Func<Task>[]
            {
                () => PostAsync(room, "late"),
                () => Platform.EditAsync(posted, To(room, "edit"), default),
                () => Platform.PinAsync(Tenant, posted, default),
                () => Platform.SetTopicAsync(Tenant, room, "Topic", default),
                () => Platform.InviteAsync(Tenant, room, [Ana], default),
                () => Platform.ArchiveAsync(Tenant, room, default),
            }
        )
            (await FailureOf(call)).Should().Be(ChatFailure.Gone);
    }

    [Fact]
    public async Task Post_ToSomebodyWhoBlockedTheBot_SaysItIsGoneAndForgetsTheChat()
    {
        await PostAsync(null, "one", Ana);
        Teams.Chats[$"a:{AnaId}"].Blocked = true;
        (await FailureOf(() => PostAsync(null, "two", Ana))).Should().Be(ChatFailure.Gone);
        Teams.Chats[$"a:{AnaId}"].Blocked = false;

        await PostAsync(null, "three", Ana);

        // Opened for the first message, and again after it was forgotten.
        Teams.CallsOf("begin").Should().HaveCount(2);
    }

    [Fact]
    public async Task Pin_NoTabsAllowed_IsDoneWithout()
    {
        var room = (await OpenAsync()).Room;
        var posted = await PostAsync(room, "post");
        Teams.Denied["TeamsTab.Create.Group"] = true;

        await Platform.PinAsync(Tenant, posted, default);

        Teams.Channels[room.Id].Tabs.Should().BeEmpty();
    }

    [Fact]
    public async Task Archive_Refused_IsNotTakenForDone()
    {
        var room = (await OpenAsync()).Room;
        Teams.Denied["ChannelSettings.ReadWrite.All"] = true;

        (await FailureOf(() => Platform.ArchiveAsync(Tenant, room, default)))
            .Should()
            .Be(ChatFailure.Refused);
    }

    [Fact]
    public async Task Calls_HostNoLongerAllowed_NoneAreMadeAndNoTokenIsAskedFor()
    {
        var room = (await OpenAsync()).Room;
        await using var stranger = await FakeTeams.StartAsync();
        var elsewhere = new UriBuilder(stranger.ServiceUrl) { Host = "localhost" }.Uri;
        await _desk.Tenants.MeetAsync(FakeTeams.Entra, elsewhere, FakeTeams.Bot, default);
        Teams.Revoke();
        Teams.Calls.Clear();

        (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Refused);
        (await FailureOf(() => PostAsync(null, "post", Ana))).Should().Be(ChatFailure.Refused);

        stranger.Calls.Should().BeEmpty();
        Teams.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Graph_NextPageIsElsewhere_IsNotFollowed()
    {
        await using var stranger = await FakeTeams.StartAsync();
        foreach (var name in new[] { "one", "two", "three" })
            Teams.AddChannel(name);
        Teams.NextPage = stranger.Address;

        (await FailureOf(() => Platform.AnnouncementsAsync(Tenant, default)))
            .Should()
            .Be(ChatFailure.Refused);

        stranger.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Tokens_ManyCalls_AreAskedForOnceEach()
    {
        var room = (await OpenAsync()).Room;
        for (var i = 0; i < 5; i++)
            await PostAsync(room, $"post-{i}");

        // One for the connector, one for Graph.
        Teams.CallsOf("token").Should().HaveCount(2);
        Teams.CallsOf("begin").Select(call => call.Token).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Tokens_Withdrawn_AreAskedForAnew()
    {
        var room = (await OpenAsync()).Room;
        await PostAsync(room, "one");
        Teams.Revoke();

        (await FailureOf(() => PostAsync(room, "two"))).Should().Be(ChatFailure.Unavailable);
        await PostAsync(room, "two");
        (await FailureOf(() => Platform.SetTopicAsync(Tenant, room, "New", default)))
            .Should()
            .Be(ChatFailure.Unavailable);
        await Platform.SetTopicAsync(Tenant, room, "New", default);

        Teams.Channels[room.Id].Messages.Should().HaveCount(2);
        Teams.Channels[room.Id].Description.Should().Be("New");
    }

    [Fact]
    public async Task Tokens_SecretHasRunOut_AdministratorsHearOfItUntilItWorksAgain()
    {
        var room = (await OpenAsync()).Room;
        Teams.Revoke();
        _desk.Time.Advance(Duration.FromHours(1));
        Teams.Fail("token", new TeamsFault(401, "invalid_client"), new TeamsFault(503));

        (await FailureOf(() => PostAsync(room, "post"))).Should().Be(ChatFailure.Unavailable);
        await LostAsync(true);
        // That Entra is away now says nothing about the secret.
        (await FailureOf(() => PostAsync(room, "post")))
            .Should()
            .Be(ChatFailure.Unavailable);
        await LostAsync(true);

        await PostAsync(room, "post");
        await LostAsync(false);
    }

    [Fact]
    public async Task Post_LongCard_IsShortenedAndKeptWhole()
    {
        var room = (await OpenAsync()).Room;
        var card = Card.Of(
            "Long",
            [.. Enumerable.Range(0, 24).Select(_ => new Paragraph(new string('ž', 2_000)))]
        );

        await Platform.PostAsync(new Outgoing("post", Tenant, card, room, null), default);

        (await _desk.LongCards.FindAsync(Tenant, LongCards.KeyOf(card), default))
            .Should()
            .NotBeNull();
    }

    private Task LostAsync(bool lost) =>
        Slack.Fake.Eventually.IsTrueAsync(
            () =>
                _desk
                    .ReadAsync(records => LostAccess.Known(records, "teams", FakeTeams.Entra))
                    .GetAwaiter()
                    .GetResult()
                    is not null
                == lost,
            lost ? "word of lost access" : "word of access"
        );

    private async Task<MessageRef> PostOnceAsync(string effect, RoomRef? room, PersonId? person)
    {
        // As the outbox does it: what is unclear is looked for before it is done again.
        var unclear = false;
        while (true)
            try
            {
                if (unclear && await FindAsync(room, effect, person) is { } there)
                    return there;
                return await PostAsync(room, effect, person);
            }
            catch (ChatException lost) when (lost.Failure == ChatFailure.Unclear)
            {
                unclear = true;
            }
            catch (ChatException busy) when (busy.Failure == ChatFailure.RateLimited)
            {
                _desk.Waiting.Advance(busy.After!.Value.ToTimeSpan());
            }
    }

    private void Lose(Random random, string call)
    {
        var lost = random.Next(4);
        if (lost > 0)
            Teams.Fail(
                call,
                lost == 3
                    ? TeamsFault.Break(afterDoing: true)
                    : TeamsFault.BadGateway(afterDoing: lost == 1)
            );
    }

    private Task<OpenedRoom> OpenAsync(
        string effect = "room",
        string name = "esc-1001-acme",
        bool restricted = false
    ) =>
        Platform.OpenRoomAsync(
            new RoomSpec(effect, Tenant, new EscalationNumber(1001), name, "Topic", restricted),
            default
        );

    private Task<MessageRef> PostAsync(RoomRef? room, string effect, PersonId? person = null) =>
        Platform.PostAsync(To(room, effect, person), default);

    private Task<MessageRef?> FindAsync(RoomRef? room, string effect, PersonId? person = null) =>
        Platform.FindAsync(
            new Posting(
                effect,
                Tenant,
                "teams",
                room,
                room is null ? person : null,
                Instant.FromUtc(2020, 1, 1, 0, 0)
            ),
            default
        );

    private static Outgoing To(RoomRef? room, string effect, PersonId? person = null) =>
        new(effect, Tenant, Card.Line("Hello"), room, room is null ? person : null);

    private static async Task<ChatException> ThrownBy(Func<Task> call) =>
        (await call.Should().ThrowAsync<ChatException>()).Which;

    private static async Task<ChatFailure> FailureOf(Func<Task> call) =>
        (await ThrownBy(call)).Failure;

    private static PersonId PersonOf(string user) =>
        user == AnaId ? Ana
        : user == MarcoId ? Marco
        : new PersonId(user);

    private static string? PinnedIn(FakeChannel channel) =>
        channel
            .Tabs.Select(tab => new Uri((string)tab["configuration"]!["contentUrl"]!))
            .Select(link => Uri.UnescapeDataString(link.Segments[^1]))
            .LastOrDefault();

    private static List<SeenMessage> Seen(List<FakeMessage> messages) =>
        [
            .. messages.Select(message => new SeenMessage(
                message.Id,
                (string)message.Activity["summary"]!
            )),
        ];
}
