using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Time;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Slack.Workspaces;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Tests.Slack;

/// <summary>
/// One organisation in two workspaces: Ana is in the first one, Tom in the second one, Marco in both. What a call is made
/// with tells in which workspace it happens.
/// </summary>
public sealed class SeveralWorkspacesTests : IAsyncLifetime
{
    private const string Second = "xoxb-second";
    private static readonly PersonId Ana = new("ana");
    private static readonly PersonId Tom = new("tom");
    private static readonly PersonId Marco = new("marco");
    private static readonly CancellationToken None = CancellationToken.None;

    private SlackDesk _desk = null!;
    private SlackWorkspace _second = null!;

    private FakeSlack Slack => _desk.Slack;

    public Task InitializeAsync() => StartAsync("escalations");

    private async Task StartAsync(string announcements)
    {
        _desk = await SlackDesk.OpenAsync(announcements, installs: true);
        Slack.Granted[Second] = true;
        await _desk.Installations!.AddAsync(
            new SlackInstallation
            {
                Tenant = TenantId.Default,
                Team = "T0SECOND",
                Name = "Harbor Labs",
                BotUser = FakeSlack.BotUser,
                Scopes = "",
                Token = Second,
                InstalledAt = _desk.Time.Moment(),
                InstalledBy = "U0ADMIN",
            },
            None
        );
        _second = (await _desk.Workspaces.FindAsync("T0SECOND", null, None))!;
        await PersonAsync(Ana, ("U1ANA", FakeSlack.BotToken));
        await PersonAsync(Tom, ("U2TOM", Second));
        await PersonAsync(Marco, ("U1MARCO", FakeSlack.BotToken), ("U2MARCO", Second));
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task OpenRoom_DeclaredInTheSecond_IsOpenedThereAndEverythingAfterIt()
    {
        await _desk.Workspaces.NoteAsync(_second, "C2SUPPORT", None);

        var opened = await OpenAsync(new RoomRef("slack", "C2SUPPORT"), Ana);
        await _desk.Platform.PostAsync(Message(opened.Room, null), None);
        await _desk.Platform.InviteAsync(TenantId.Default, opened.Room, [Marco, Ana], None);

        TokensOf("conversations.create").Should().Equal(Second);
        TokensOf("chat.postMessage").Should().Equal(Second);
        Slack.Channels[opened.Room.Id].Members.Should().Contain("U2MARCO").And.NotContain("U1ANA");
    }

    [Fact]
    public async Task OpenRoom_DeclaredNowhereInParticular_IsOpenedWhereItsOwnerIs()
    {
        await OpenAsync(null, Tom);

        TokensOf("conversations.create").Should().Equal(Second);
    }

    [Fact]
    public async Task OpenRoom_OwnerInBothOrNowhere_IsOpenedInTheFirst()
    {
        await OpenAsync(null, Marco);
        await OpenAsync(null, null, "effect-2");

        TokensOf("conversations.create").Should().Equal(FakeSlack.BotToken, FakeSlack.BotToken);
    }

    [Fact]
    public async Task OpenRoom_TriedAgainAfterTheOwnerChanged_IsNotOpenedASecondTimeElsewhere()
    {
        Slack.Fail("conversations.create", Fault.Status(503, afterDoing: true));
        await ((Func<Task>)(() => OpenAsync(null, Tom))).Should().ThrowAsync<ChatException>();

        await OpenAsync(null, Ana);

        Slack.Channels.Values.Count(channel => channel.Id[0] == 'C').Should().Be(1);
    }

    [Fact]
    public async Task Post_ToSomebodyOnlyInTheSecond_ReachesThemThereAndIsEditedThere()
    {
        (await _desk.Platform.ReachesAsync(TenantId.Default, Tom, None)).Should().BeTrue();

        var posted = await _desk.Platform.PostAsync(Message(null, Tom), None);
        await _desk.Platform.EditAsync(posted, Message(null, Tom), None);

        posted.Room.Should().Be("DU2TOM");
        TokensOf("chat.postMessage").Should().Equal(Second);
        TokensOf("chat.update").Should().Equal(Second);
    }

    [Fact]
    public async Task Act_FromEachWorkspace_IsTheSamePerson()
    {
        var first = (await _desk.Workspaces.FindAsync(FakeSlack.Team, null, None))!;

        var here = await _desk.People.OfAsync(first, "U1MARCO", None);
        var there = await _desk.People.OfAsync(_second, "U2MARCO", None);

        here!.Person.Should().Be(Marco);
        there!.Person.Should().Be(Marco);
    }

    [Fact]
    public async Task Home_OfSomebodyInBoth_IsShownInBoth()
    {
        await _desk.Platform.ShowHomeAsync(TenantId.Default, Marco, [Card.Line("Hello")], None);

        Slack.Homes.Keys.Should().BeEquivalentTo("U1MARCO", "U2MARCO");
    }

    [Fact]
    public async Task Uninstall_OfTheSecond_ItsRoomsAreLostAndTheFirstGoesOn()
    {
        var mine = await OpenAsync(null, Ana);
        var theirs = await OpenAsync(null, Tom, "effect-2");
        await KeepAsync(mine.Room, 1001);
        await KeepAsync(theirs.Room, 1002);

        var lost = await _desk.Workspaces.LostWithAsync(_second, wasFirst: false, None);
        await _desk.Workspaces.RemovedAsync(_second, "app_uninstalled", None);

        lost.Should().Equal(theirs.Room.Id);
        var post = () => _desk.Platform.PostAsync(Message(theirs.Room, null), None);
        (await post.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Gone, "then a new room is opened and the owner told once");
        await _desk.Platform.PostAsync(Message(mine.Room, null), None);
        TokensOf("chat.postMessage").Should().Equal(FakeSlack.BotToken);
        (await _desk.Platform.ReachesAsync(TenantId.Default, Ana, None)).Should().BeTrue();
        (await _desk.Platform.ReachesAsync(TenantId.Default, Tom, None)).Should().BeFalse();
    }

    [Fact]
    public async Task Announcements_OfThatNameInBoth_AreMadeInBoth()
    {
        var here = Slack.AddChannel("escalations");
        here.OnlyBy = FakeSlack.BotToken;
        Slack.AddChannel("general").OnlyBy = Second;
        var there = Slack.AddChannel("escalations");
        there.OnlyBy = Second;

        var rooms = await _desk.Platform.AnnouncementsAsync(TenantId.Default, None);
        foreach (var room in rooms)
            await _desk.Platform.PostAsync(Message(room, null), None);

        rooms.Select(room => room.Id).Should().Equal(here.Id, there.Id);
        (here.Messages.Count, there.Messages.Count).Should().Be((1, 1));
    }

    [Fact]
    public async Task Announcements_OnlyInTheSecond_AreMadeThere()
    {
        var there = Slack.AddChannel("escalations");
        there.OnlyBy = Second;

        var rooms = await _desk.Platform.AnnouncementsAsync(TenantId.Default, None);
        await _desk.Platform.PostAsync(Message(rooms.Single(), null), None);

        there.Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task Announcements_ChannelGivenByItsId_AreMadeInTheWorkspaceThatHasIt()
    {
        await _desk.DisposeAsync();
        await StartAsync("C0ESCALATE");
        var there = new FakeChannel("C0ESCALATE", "escalations", IsPrivate: false, "U0SOMEBODY")
        {
            OnlyBy = Second,
        };
        Slack.Channels[there.Id] = there;

        var rooms = await _desk.Platform.AnnouncementsAsync(TenantId.Default, None);
        await _desk.Platform.PostAsync(Message(rooms.Single(), null), None);

        there.Messages.Should().ContainSingle();
        TokensOf("chat.postMessage").Should().Equal(Second);
    }

    private IEnumerable<string> TokensOf(string method) =>
        Slack.CallsOf(method).Select(call => call.Token);

    private Task<OpenedRoom> OpenAsync(RoomRef? near, PersonId? of, string effect = "effect-1") =>
        _desk.PatientlyAsync(
            _desk.Platform.OpenRoomAsync(
                new RoomSpec(
                    effect,
                    TenantId.Default,
                    new EscalationNumber(1001),
                    $"esc-{effect}",
                    "Topic",
                    Restricted: false
                )
                {
                    Near = near,
                    Of = of,
                },
                None
            )
        );

    private static Outgoing Message(RoomRef? room, PersonId? person) =>
        new("effect", TenantId.Default, Card.Line("Hello"), room, person);

    private Task<int> KeepAsync(RoomRef room, long number) =>
        _desk.Store.WriteAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText =
                    $"INSERT INTO room (tenant, platform, room, number) VALUES ('{TenantId.Default.Value}', 'slack', '{room.Id}', {number})";
                return command.ExecuteNonQuery();
            },
            None
        );

    private async Task PersonAsync(PersonId person, params (string User, string Token)[] accounts)
    {
        var email = $"{person.Value}@harbor.example";
        foreach (var (user, token) in accounts)
        {
            var account = Slack.AddUser(user, person.Value, email);
            account.OnlyBy = token;
            account.TeamId = token == Second ? "T0SECOND" : FakeSlack.Team;
        }
        await _desk.SaveAsync(new Person(person, person.Value, email, "", "en", "Etc/UTC"));
    }
}
