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
/// The app installed for a whole organisation of two workspaces: one token, with which Slack demands the workspace wherever
/// its reference says so.
/// </summary>
public sealed class OrganisationTests : IAsyncLifetime
{
    private const string Token = "xoxb-organisation";
    private const string Organisation = FakeSlack.Organisation;
    private static readonly PersonId Ana = new("ana");
    private static readonly CancellationToken None = CancellationToken.None;

    private SlackDesk _desk = null!;

    private FakeSlack Slack => _desk.Slack;

    public async Task InitializeAsync()
    {
        _desk = await SlackDesk.OpenAsync("escalations", installs: true, configured: false);
        Slack.Granted[Token] = true;
        Slack.Organisations[Token] = ["T1", "T2"];
        await _desk.Installations!.AddAsync(
            new SlackInstallation
            {
                Tenant = TenantId.Default,
                Team = "",
                Enterprise = Organisation,
                Name = "Harbor Group",
                BotUser = FakeSlack.BotUser,
                Scopes = "",
                Token = Token,
                InstalledAt = _desk.Time.Moment(),
                InstalledBy = "U0ADMIN",
            },
            None
        );
        Slack.AddUser("U1ANA", "ana", "ana@harbor.example").TeamId = "T1";
        await _desk.SaveAsync(new Person(Ana, "ana", "ana@harbor.example", "", "en", "Etc/UTC"));
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task OpenRoom_DeclaredInTheSecond_IsOpenedThere()
    {
        await DeclaredInAsync("T2");

        var opened = await OpenAsync(new RoomRef("slack", "C2SUPPORT"));
        await _desk.Platform.PostAsync(Message(opened.Room), None);

        Slack.Channels[opened.Room.Id].Team.Should().Be("T2");
        Slack.Channels[opened.Room.Id].Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task OpenRoom_DeclaredNowhereInParticular_IsOpenedInTheFirst()
    {
        var opened = await OpenAsync(null);

        Slack.Channels[opened.Room.Id].Team.Should().Be("T1");
    }

    [Fact]
    public async Task OpenRoom_AnswerLost_IsFoundInItsWorkspace()
    {
        await DeclaredInAsync("T2");
        Slack.Fail("conversations.create", Fault.Status(503, afterDoing: true));
        var lost = () => OpenAsync(new RoomRef("slack", "C2SUPPORT"));
        await lost.Should().ThrowAsync<ChatException>();

        var opened = await OpenAsync(new RoomRef("slack", "C2SUPPORT"));

        Slack.Channels.Values.Where(channel => channel.Id[0] == 'C').Should().ContainSingle();
        Slack.Channels[opened.Room.Id].Team.Should().Be("T2");
    }

    [Fact]
    public async Task Announcements_AreMadeInEachWorkspaceThatHasTheChannel()
    {
        var first = Slack.AddChannel("escalations");
        first.Team = "T1";
        var second = Slack.AddChannel("escalations");
        second.Team = "T2";

        var rooms = await _desk.Platform.AnnouncementsAsync(TenantId.Default, None);

        rooms.Select(room => room.Id).Should().Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task Delivery_FromAWorkspaceThatJoinedJustNow_IsTaken()
    {
        var third = await _desk.Workspaces.FindAsync("T3", Organisation, None);

        third!.Team.Should().Be("T3");
        Slack.CallsOf("auth.teams.list").Should().BeEmpty("somebody waits");
        (await _desk.Workspaces.FindAsync("T3", "E0OTHER", None)).Should().BeNull();
    }

    [Fact]
    public async Task Home_IsShownOnceForAllOfIt()
    {
        await _desk.Platform.ShowHomeAsync(TenantId.Default, Ana, [Card.Line("Hello")], None);

        Slack.CallsOf("views.publish").Should().ContainSingle();
    }

    [Fact]
    public async Task OpenRoom_TheTokenIsGivenInTheConfiguration_IsOpenedInTheFirstOfItsWorkspaces()
    {
        await using var desk = await SlackDesk.OpenAsync(
            "escalations",
            installs: false,
            configured: true
        );
        desk.Slack.Organisations[FakeSlack.BotToken] = ["T1", "T2"];

        var opened = await desk.PatientlyAsync(desk.Platform.OpenRoomAsync(Room(null), None));

        desk.Slack.Channels[opened.Room.Id].Team.Should().Be("T1");
        (await desk.Workspaces.FindAsync("T2", Organisation, None))!.Team.Should().Be("T2");
    }

    [Fact]
    public async Task Workspaces_SlackDoesNotAnswer_WhatItSaidBeforeServes()
    {
        await _desk.Workspaces.AllAsync(None);
        _desk.Time.Advance(SlackOrganisations.Memory + NodaTime.Duration.FromMinutes(1));
        Slack.Fail("auth.teams.list", Fault.Status(503));

        (await _desk.Workspaces.AllAsync(None))
            .Select(workspace => workspace.Team)
            .Should()
            .Equal("T1", "T2");
    }

    private async Task DeclaredInAsync(string team) =>
        await _desk.Workspaces.NoteAsync(
            (await _desk.Workspaces.FindAsync(team, Organisation, None))!,
            "C2SUPPORT",
            None
        );

    private Task<OpenedRoom> OpenAsync(RoomRef? near) =>
        _desk.PatientlyAsync(_desk.Platform.OpenRoomAsync(Room(near), None));

    private static RoomSpec Room(RoomRef? near) =>
        new(
            "effect-1",
            TenantId.Default,
            new EscalationNumber(1001),
            "esc-1001",
            "Topic",
            Restricted: false
        )
        {
            Near = near,
        };

    private static Outgoing Message(RoomRef room) =>
        new("effect", TenantId.Default, Card.Line("Hello"), room, null);
}
