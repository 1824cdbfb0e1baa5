using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.Chat;
using EscalationCollab.Tests.Slack.Fake;
using NodaTime;

namespace EscalationCollab.Tests.Slack;

public sealed class SlackPlatformTests : ChatPlatformContract, IAsyncLifetime
{
    private SlackDesk _desk = null!;

    protected override IChatPlatform Platform => _desk.Platform;

    private FakeSlack Slack => _desk.Slack;

    public async Task InitializeAsync()
    {
        _desk = await SlackDesk.OpenAsync("escalations");
        foreach (var (user, person) in new[] { ("U0ANA", Ana), ("U0MARCO", Marco) })
        {
            Slack.AddUser(user, person.Value, $"{person.Value}@harbor.example");
            await _desk.SaveAsync(
                new Person(
                    person,
                    person.Value,
                    $"{person.Value}@harbor.example",
                    "",
                    "en",
                    "Etc/UTC"
                )
            );
        }
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    protected override Task<SeenRoom?> SeeAsync(RoomRef room) =>
        Task.FromResult(See(Slack.Channels.GetValueOrDefault(room.Id)));

    protected override Task<SeenRoom?> SeeDirectAsync(PersonId person) =>
        Task.FromResult(
            See(Slack.Channels.GetValueOrDefault("DU0" + person.Value.ToUpperInvariant()))
        );

    [Fact]
    public async Task OpenRoom_SaysWhatItIsFor()
    {
        var room = await OpenAsync();

        Slack.Channels[room.Room.Id].Purpose.Should().Contain("ESC-1001");
    }

    [Fact]
    public async Task OpenRoom_SomebodyElsesOfThatName_StaysTheirs()
    {
        var theirs = Slack.AddChannel("esc-1001-acme");

        var opened = await OpenAsync();

        opened.Name.Should().Be("esc-1001-acme-2");
        theirs.Topic.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenRoom_AnswerLostAfterItWasOpened_AdoptsIt(bool restricted)
    {
        Slack.Fail("conversations.create", Fault.Status(503, afterDoing: true));
        var first = () => OpenAsync(restricted: restricted);
        (await first.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Unclear);

        var opened = await OpenAsync(restricted: restricted);

        Slack.Channels.Values.Count(c => c.Id[0] == 'C').Should().Be(1);
        opened.Name.Should().Be("esc-1001-acme");
    }

    [Fact]
    public async Task OpenRoom_AnswerLostThoughNothingHappened_OpensIt()
    {
        Slack.Fail("conversations.create", Fault.Status(500));
        await ((Func<Task>)(() => OpenAsync())).Should().ThrowAsync<ChatException>();

        await OpenAsync();

        Slack.Channels.Values.Count(c => c.Id[0] == 'C').Should().Be(1);
    }

    [Fact]
    public async Task OpenRoom_AnswerLostAndOthersOfThatName_AdoptsOnlyItsOwn()
    {
        var theirs = Slack.AddChannel("esc-1001-acme");
        // Ours, but of long ago: of a workspace that was reset, say.
        var old = Slack.AddChannel("esc-1001-acme-3", FakeSlack.BotUser);
        old.Created -= 86_400;
        // Ours, and another effect's.
        var another = await OpenAsync("other", "esc-1001-acme");
        Slack.Fail(
            "conversations.create",
            Fault.Of("name_taken"),
            Fault.Of("name_taken"),
            Fault.Of("name_taken"),
            Fault.Break(afterDoing: true)
        );
        await ((Func<Task>)(() => OpenAsync())).Should().ThrowAsync<ChatException>();

        var opened = await OpenAsync();

        opened.Name.Should().Be("esc-1001-acme-4");
        new[] { theirs.Id, old.Id, another.Room.Id }.Should().NotContain(opened.Room.Id);
        Slack.Channels.Values.Count(c => c.Id[0] == 'C').Should().Be(4);
    }

    [Fact]
    public async Task OpenRoom_ManyLostAnswers_OpenEachRoomOnce()
    {
        var random = new Random(5);
        Slack.PageSize = 1_000;
        for (var i = 0; i < 60; i++)
        {
            var lost = random.Next(3);
            if (lost > 0)
                Slack.Fail("conversations.create", Fault.Status(502, afterDoing: lost == 1));
            OpenedRoom? opened = null;
            while (opened is null)
                try
                {
                    opened = await _desk.PatientlyAsync(OpenAsync($"effect-{i}", $"esc-{i}"));
                }
                catch (ChatException later)
                    when (later.Failure is ChatFailure.Unclear or ChatFailure.RateLimited)
                {
                    _desk.Time.Advance(later.After ?? Duration.FromSeconds(2));
                }
            opened.Name.Should().Be($"esc-{i}");
        }

        Slack.Channels.Values.Count(c => c.Id[0] == 'C').Should().Be(60);
    }

    [Fact]
    public async Task Invite_ManyPeople_InBatchesOfAHundred()
    {
        var room = await OpenAsync();
        var people = new List<PersonId>();
        for (var i = 0; i < 130; i++)
        {
            var id = new PersonId($"slack-u1{i:D4}");
            Slack.AddUser($"U1{i:D4}", $"Person {i}", $"p{i}@harbor.example");
            await _desk.People.OfAsync((await _desk.WorkspaceAsync())!, $"U1{i:D4}", default);
            people.Add(id);
            if (i % 90 == 89)
                _desk.Time.Advance(Duration.FromMinutes(1));
        }

        (await Platform.InviteAsync(Tenant, room.Room, people, default)).Should().BeEmpty();

        Slack
            .CallsOf("conversations.invite")
            .Select(call => call["users"].Split(',').Length)
            .Should()
            .Equal(100, 30);
        Slack.Channels[room.Room.Id].Members.Should().HaveCount(131);
    }

    [Fact]
    public async Task Invite_OneWhoMayNotCome_LeavesNobodyElseOut()
    {
        var room = await OpenAsync();
        var gone = Slack.AddUser("U0GONE", "Gone", "gone@harbor.example");
        await _desk.People.OfAsync((await _desk.WorkspaceAsync())!, "U0GONE", default);
        Slack.Users.TryRemove(gone.Id, out _);

        var refused = await Platform.InviteAsync(
            Tenant,
            room.Room,
            [Ana, new PersonId("slack-u0gone"), Marco],
            default
        );

        refused.Should().Equal(new PersonId("slack-u0gone"));
        Slack.Channels[room.Room.Id].Members.Should().Contain(["U0ANA", "U0MARCO"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_AnswerLost_IsUnclearAndFoundByItsEffect(bool happened)
    {
        var room = await OpenAsync();
        var begun = NodaTime.Instant.FromDateTimeOffset(_desk.Time.GetUtcNow());
        Slack.Fail("chat.postMessage", Fault.Break(happened));
        var post = () => PostAsync(room, "effect-7");

        (await post.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Unclear);
        var found = await Platform.FindAsync(
            new Posting("effect-7", Tenant, "slack", room.Room, null, begun),
            default
        );

        (found is not null).Should().Be(happened);
        Slack.Channels[room.Room.Id].Messages.Should().HaveCount(happened ? 1 : 0);
    }

    [Fact]
    public async Task Document_Canvases_BecomesTheCanvasOfItsRoom()
    {
        var room = await OpenAsync();

        (await Platform.ShareDocumentAsync(Document(room.Room), default)).Should().BeTrue();
        (await Platform.ShareDocumentAsync(Document(room.Room), default)).Should().BeTrue();

        Slack.Channels[room.Room.Id].Canvas.Should().Be("# What happened");
        Slack.CallsOf("conversations.canvases.create").Should().ContainSingle();
        Slack.Files.Should().BeEmpty();
    }

    [Fact]
    public async Task Document_CanvasUnclear_IsLookedUpBeforeItIsTriedAgain()
    {
        var room = await OpenAsync();
        Slack.Fail("conversations.canvases.create", Fault.Status(503, afterDoing: true));

        var first = () => Platform.ShareDocumentAsync(Document(room.Room), default);
        (await first.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Unclear);
        (await Platform.ShareDocumentAsync(Document(room.Room), default)).Should().BeTrue();

        Slack.CallsOf("conversations.canvases.create").Should().ContainSingle();
        Slack.Files.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Document_NoCanvasToBeHad_IsAFileWithAMessageOnce(bool unclear)
    {
        var room = await OpenAsync();
        Slack.HasCanvases = false;
        if (unclear)
        {
            Slack.Fail("files.completeUploadExternal", Fault.Break(afterDoing: true));
            var first = () => Platform.ShareDocumentAsync(Document(room.Room), default);
            await first.Should().ThrowAsync<ChatException>();
        }

        (await Platform.ShareDocumentAsync(Document(room.Room), default)).Should().BeTrue();

        var file = Slack.Files.Values.Should().ContainSingle().Subject;
        (file.Name, file.Title).Should().Be(("esc-1001-post-mortem.md", "Sign-in"));
        System.Text.Encoding.UTF8.GetString(file.Bytes).Should().Be("# What happened");
        file.Authorization.Should().BeEmpty("the address is not the API");
        Slack
            .Channels[room.Room.Id]
            .Messages.Should()
            .ContainSingle()
            .Which.Text.Should()
            .Contain("Sign-in");
    }

    [Fact]
    public async Task Document_NeitherAllowed_IsSaidSoThatTheMessageIsEnough()
    {
        var room = await OpenAsync();
        Slack.HasCanvases = false;
        Slack.Fail("files.getUploadURLExternal", Fault.Of("file_uploads_disabled"));

        (await Platform.ShareDocumentAsync(Document(room.Room), default)).Should().BeFalse();
    }

    private static RoomDocument Document(RoomRef room) =>
        new(
            "effect-90",
            Tenant,
            room,
            Instant.FromUtc(2020, 1, 1, 0, 0),
            "esc-1001-post-mortem",
            "Sign-in",
            "# What happened",
            "The published post-mortem: Sign-in"
        );

    [Fact]
    public async Task Find_InAChannelTheAppIsNotIn_CountsAsGone()
    {
        var channel = Slack.AddChannel("escalations");

        var find = () =>
            Platform.FindAsync(
                new Posting(
                    "effect-8",
                    Tenant,
                    "slack",
                    new RoomRef("slack", channel.Id),
                    null,
                    Instant.FromUtc(2020, 1, 1, 0, 0)
                ),
                default
            );

        (await find.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Gone);
    }

    [Fact]
    public async Task Announcements_ByName_AreFoundOnce()
    {
        (await Platform.AnnouncementsAsync(Tenant, default)).Should().BeEmpty();
        for (var i = 0; i < 5; i++)
            Slack.AddChannel($"another-{i}");
        var channel = Slack.AddChannel("escalations");

        var first = await Platform.AnnouncementsAsync(Tenant, default);
        var calls = Slack.CallsOf("conversations.list").Count;
        var second = await Platform.AnnouncementsAsync(Tenant, default);

        first.Should().Equal(new RoomRef("slack", channel.Id)).And.Equal(second);
        Slack.CallsOf("conversations.list").Should().HaveCount(calls);
    }

    [Fact]
    public async Task Pin_Twice_BookmarksTheCardOnce()
    {
        var room = await OpenAsync();
        var posted = await PostAsync(room, "card");

        await Platform.PinAsync(Tenant, posted, default);
        await Platform.PinAsync(Tenant, posted, default);

        Slack.Channels[room.Room.Id].Bookmarks.Should().ContainSingle().Which["link"]!
            .ToString()
            .Should()
            .Be($"https://fake.slack.com/archives/{room.Room.Id}/p{posted.Id.Replace(".", "")}");
    }

    [Fact]
    public async Task Pin_BookmarksNotAllowed_IsPinnedAllTheSame()
    {
        var room = await OpenAsync();
        var posted = await PostAsync(room, "card");
        Slack.Fail("bookmarks.add", Fault.Of("access_denied"));

        await Platform.PinAsync(Tenant, posted, default);

        Slack.Channels[room.Room.Id].Pins.Should().Equal(posted.Id);
    }

    [Fact]
    public async Task Edit_SeveralAtOnce_TheNewestStaysAndFewAreSent()
    {
        var room = await OpenAsync();
        var posted = await PostAsync(room, "card");

        await Task.WhenAll(
            Enumerable
                .Range(1, 30)
                .Select(i =>
                    Platform.EditAsync(
                        posted,
                        new Outgoing($"e{i}", Tenant, Card.Line($"Version {i}"), room.Room, null),
                        default
                    )
                )
        );

        Slack.Channels[room.Room.Id].Messages[0].Text.Should().Be("Version 30");
        Slack.CallsOf("chat.update").Count.Should().BeLessThan(30);
    }

    [Theory]
    [InlineData("is_archived")]
    [InlineData("channel_not_found")]
    [InlineData("not_in_channel")]
    public async Task Post_ChannelGoneForUs_SaysSo(string error)
    {
        var room = await OpenAsync();
        Slack.Fail("chat.postMessage", Fault.Of(error));

        (await ((Func<Task>)(() => PostAsync(room, "late"))).Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Gone);
    }

    [Fact]
    public async Task Reaches_GuestsStrangersAndDeactivated_Not()
    {
        var workspace = (await _desk.WorkspaceAsync())!;
        Slack.AddUser("U0GUEST", "Guest", "guest@other.example").Restricted = true;
        Slack.AddUser("U0LEFT", "Left", "left@harbor.example").Deleted = true;
        Slack.AddUser("U0OTHER", "Other", "other@acme.example").TeamId = "T0ACME";
        foreach (var user in new[] { "U0GUEST", "U0LEFT", "U0OTHER" })
        {
            await _desk.People.OfAsync(workspace, user, default);
            (
                await Platform.ReachesAsync(
                    Tenant,
                    new PersonId($"slack-{user.ToLowerInvariant()}"),
                    default
                )
            )
                .Should()
                .BeFalse(user);
        }
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

    private Task<MessageRef> PostAsync(OpenedRoom room, string effect) =>
        Platform.PostAsync(
            new Outgoing(effect, Tenant, Card.Line("Hello"), room.Room, null),
            default
        );

    private static SeenRoom? See(FakeChannel? channel) =>
        channel is null
            ? null
            : new SeenRoom(
                channel.Topic,
                channel.IsPrivate,
                channel.Archived,
                channel.Pins.LastOrDefault(),
                [
                    .. channel
                        .Members.Where(member => member != FakeSlack.BotUser)
                        .Select(member => new PersonId(member[2..].ToLowerInvariant())),
                ],
                [.. channel.Messages.Select(message => new SeenMessage(message.Ts, message.Text))]
            );
}
