using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.Receiving;

/// <summary>What people do to the team, its channels and those in them, as Teams tells the bot of it.</summary>
public sealed class TeamsRoomEventTests : IAsyncLifetime
{
    private const string General = "19:general@thread.tacv2";
    private const string Room = "19:esc@thread.tacv2";
    private const string Chat = "19:esc@thread.v2";
    private const string Team = "aaaaaaaa-0000-0000-0000-000000000001";

    private TeamsApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await TeamsApp.StartAsync();
        await SendAsync("teamMemberAdded", added: true);
        await _app.DeclareAsync("ana", "Sign-in fails");
        await OpenAsync(Room);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("teamArchived")]
    [InlineData("teamDeleted")]
    [InlineData("teamHardDeleted")]
    public async Task Team_PutAway_IsToldOnceAndNoRoomIsPromised(string happened)
    {
        var activity = Event(happened);
        await _app.SendAsync(activity);
        await _app.SendAsync(activity);

        (await RoomsAsync()).Should().ContainSingle().Which.Lost.Should().BeTrue();
        (await _app.HearAsync("a:ana", Before + 1))
            .Text.Should()
            .Contain("cannot be used any more");
        (await TeamAsync()).Should().BeEmpty();
        (await EffectsAsync("open-war-room")).Should().Be(_opens);
    }

    [Theory]
    [InlineData("teamArchived", "teamUnarchived")]
    [InlineData("teamDeleted", "teamRestored")]
    public async Task Team_Back_HasItsRoomsAgain(string gone, string back)
    {
        await SendAsync(gone);

        await SendAsync(back);

        (await RoomsAsync()).Should().ContainSingle().Which.Archived.Should().BeFalse();
        (await TeamAsync()).Should().Be(Team);
    }

    [Fact]
    public async Task Team_NotOurs_ChangesNothing()
    {
        var other = Event("teamArchived");
        other["channelData"]!["team"]!["aadGroupId"] = "bbbbbbbb-0000-0000-0000-000000000001";

        await _app.SendAsync(other);

        (await RoomsAsync()).Should().ContainSingle().Which.Archived.Should().BeFalse();
        (await TeamAsync()).Should().Be(Team);
    }

    [Fact]
    public async Task Team_PutAway_LeavesGroupChatsAlone()
    {
        await _app.DeclareAsync("ana", "A quiet matter", restricted: true);
        await OpenAsync(Chat, 1002);

        await SendAsync("teamArchived");

        (await RoomsAsync(1002)).Should().ContainSingle().Which.Archived.Should().BeFalse();
    }

    [Fact]
    public async Task Team_Renamed_IsNoted()
    {
        var renamed = Event("teamRenamed");
        renamed["channelData"]!["team"]!["name"] = "Escalations";

        await _app.SendAsync(renamed);

        (await ColumnAsync("name")).Should().Be("Escalations");
    }

    [Fact]
    public async Task Channel_Renamed_IsCalledSo()
    {
        await SendAsync("channelRenamed", Room, "fire");

        (await RoomsAsync()).Should().ContainSingle().Which.Name.Should().Be("fire");
    }

    [Theory]
    [InlineData("channelDeleted")]
    [InlineData("channelArchived")]
    public async Task Channel_Gone_IsRepairedAndTold(string happened)
    {
        await SendAsync(happened, Room);

        (await RoomsAsync())[0].Lost.Should().BeTrue();
        (await EffectsAsync("open-war-room")).Should().Be(_opens + 1);
        (await _app.HearAsync("a:ana", Before + 1)).Text.Should().Contain("A new room");
    }

    [Fact]
    public async Task Channel_Restored_IsUsedAgain()
    {
        await SendAsync("channelDeleted", Room);

        await SendAsync("channelRestored", Room);

        (await RoomsAsync())[0].Archived.Should().BeFalse();
    }

    [Fact]
    public async Task Member_RemovedFromTheTeam_IsMissedInTheirRooms()
    {
        await _app.SendAsync(_app.Message("tom", "help"));
        await ChangeAsync(new RoleTaken(Role.TechnicalLead, new PersonId("tom")));

        var removed = Event("teamMemberRemoved");
        removed["membersRemoved"] = new JsonArray(
            new JsonObject { ["id"] = "29:tom", ["aadObjectId"] = BotConnector.Entra("29:tom") }
        );
        await _app.SendAsync(removed);

        (await _app.LoadAsync(1001))!.Away.Should().Equal(new PersonId("tom"));
        (await _app.HearAsync("a:ana", Before + 1)).Text.Should().Contain("Tom");
    }

    [Fact]
    public async Task App_TakenOutOfOneChannel_KeepsTheTeamAndAsksToBePutBack()
    {
        var removed = Event("channelMemberRemoved", Room);
        removed["membersRemoved"] = new JsonArray(new JsonObject { ["id"] = BotConnector.Bot });

        await _app.SendAsync(removed);

        (await TeamAsync()).Should().Be(Team);
        (await _app.HearAsync("a:ana", Before + 1)).Text.Should().Contain("Manage channel");
    }

    [Fact]
    public async Task App_LetIntoAPrivateChannel_SaysWhatItWasWaitingWith()
    {
        var cards = await EffectsAsync("escalation-card");
        var added = Event("channelMemberAdded", Room);
        added["membersAdded"] = new JsonArray(new JsonObject { ["id"] = BotConnector.Bot });

        await _app.SendAsync(added);

        (await EffectsAsync("escalation-card")).Should().BeGreaterThan(cards);
    }

    [Fact]
    public async Task Events_OfAnySize_AreNoMistakes()
    {
        foreach (
            var happened in new[]
            {
                "teamArchived",
                "teamUnarchived",
                "teamRestored",
                "teamRenamed",
                "channelRenamed",
                "channelMemberRemoved",
                "",
            }
        )
        foreach (
            var data in new[] { "{}", "null", """{"team":7}""", """{"team":{"aadGroupId":""}}""" }
        )
        {
            var activity = Event(happened);
            activity["channelData"] = JsonNode.Parse(data);
            if (activity["channelData"] is JsonObject some)
            {
                some["eventType"] = happened;
                some["tenant"] = new JsonObject { ["id"] = TokenMint.Tenant };
            }
            (await _app.SendAsync(activity)).Status.Should().BeOneOf(200, 403);
        }

        _app.Mistakes.Should().BeEmpty();
    }

    private int Before { get; set; }

    private long _opens;

    private async Task OpenAsync(string room, long number = 1001)
    {
        await ChangeAsync(
            new WarRoomOpened(new WarRoom(new RoomRef("teams", room), "esc-1001-acme")),
            number
        );
        await _app.Store.WriteAsync(
            connection =>
            {
                new Records(connection, TenantId.Default).SaveRoom(
                    new EscalationNumber(number),
                    new RoomRef("teams", room)
                );
                return true;
            },
            default
        );
        _opens = await EffectsAsync("open-war-room");
        Before = _app.Said.Count(said => said.Conversation == "a:ana");
    }

    private Task<bool> ChangeAsync(EscalationEvent change, long number = 1001) =>
        _app.Store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                records.Append(
                    records.Load(new EscalationNumber(number))!,
                    [change],
                    PersonId.Product,
                    Scenes.Moment(Scenes.Morning)
                );
                return true;
            },
            default
        );

    private Task<(int Status, JsonObject? Body)> SendAsync(
        string happened,
        string channel = "",
        string name = "",
        bool added = false
    )
    {
        var activity = Event(happened, channel);
        if (name.Length > 0)
            activity["channelData"]!["channel"]!["name"] = name;
        if (added)
            activity["membersAdded"] = new JsonArray(new JsonObject { ["id"] = BotConnector.Bot });
        return _app.SendAsync(activity);
    }

    private JsonObject Event(string happened, string channel = "")
    {
        var data = new JsonObject
        {
            ["eventType"] = happened,
            ["tenant"] = new JsonObject { ["id"] = TokenMint.Tenant },
            ["team"] = new JsonObject
            {
                ["id"] = General,
                ["aadGroupId"] = Team,
                ["name"] = "Ops",
            },
        };
        if (channel.Length > 0)
            data["channel"] = new JsonObject { ["id"] = channel, ["name"] = "esc-1001-acme" };
        return _app.Activity(
            "marco",
            "conversationUpdate",
            new JsonObject { ["channelData"] = data },
            channel.Length > 0 ? channel : General
        );
    }

    private async Task<WarRoom[]> RoomsAsync(long number = 1001) =>
        [.. (await _app.LoadAsync(number))!.Rooms];

    private Task<string> TeamAsync() => ColumnAsync("team");

    private Task<string> ColumnAsync(string column) =>
        _app.ReadAsync(records =>
            Dapper.SqlMapper.ExecuteScalar<string>(
                records.Connection,
                $"SELECT {column} FROM teams_tenant"
            )!
        );

    private Task<long> EffectsAsync(string kind) =>
        _app.ReadAsync(records =>
            Dapper.SqlMapper.ExecuteScalar<long>(
                records.Connection,
                "SELECT COUNT(*) FROM outbox WHERE kind = @kind",
                new { kind }
            )
        );
}
