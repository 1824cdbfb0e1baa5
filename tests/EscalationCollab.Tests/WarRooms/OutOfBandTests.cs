using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.WarRooms;

public sealed class OutOfBandTests
{
    private static readonly RoomRef Room = new("test", "r1");
    private static readonly RoomRef Other = new("test", "r2");

    private static Escalation Open(string owner = "marco") =>
        Scenes.Declared().After(new WarRoomOpened(new WarRoom(Room, "esc-1001-acme"))) with
        {
            Roles = System.Collections.Immutable.ImmutableDictionary<
                Role,
                System.Collections.Immutable.ImmutableArray<Core.PersonId>
            >.Empty.Add(Role.EscalationManager, [Scenes.Who(owner)]),
        };

    [Fact]
    public void Renamed_ToTheSameName_IsNothing()
    {
        OutOfBand.Renamed(Open(), Room, "esc-1001-acme").Events.Should().BeEmpty();
        OutOfBand.Renamed(Open(), Other, "fire").Events.Should().BeEmpty();
        Open()
            .After(OutOfBand.Renamed(Open(), Room, "fire"), Scenes.At("product"))
            .Rooms[0]
            .Name.Should()
            .Be("fire");
    }

    [Fact]
    public void Archived_WhileItGoesOn_IsALossThatIsRepaired()
    {
        var decision = OutOfBand.Archived(Open(), Room);

        decision.Events.Should().ContainSingle().Which.Should().BeOfType<WarRoomLost>();
        decision.Effects.OfType<OpenWarRoom>().Should().ContainSingle();
        decision
            .Effects.OfType<WarRoomLostNotice>()
            .Should()
            .ContainSingle()
            .Which.Person.Should()
            .Be(Scenes.Who("marco"));
    }

    [Fact]
    public void Archived_WhenItIsOver_IsPutAwayAndNobodyTold()
    {
        var decision = OutOfBand.Archived(Open() with { Status = Status.Closed }, Room);

        decision.Events.Should().ContainSingle().Which.Should().BeOfType<WarRoomArchived>();
        decision.Effects.Should().BeEmpty();
    }

    [Fact]
    public void Returned_WhileNoOtherRoomIsOpen_IsUsedAgain()
    {
        var lost = Open().After(new WarRoomLost(Room));

        var decision = OutOfBand.Returned(lost, Room);

        lost.After(decision, Scenes.At("product"))
            .Rooms[0]
            .Should()
            .Be(new WarRoom(Room, "esc-1001-acme"));
        decision.Effects.OfType<InvitePeople>().Should().ContainSingle();
        OutOfBand
            .Returned(lost.After(new WarRoomOpened(new WarRoom(Other, "b"))), Room)
            .Events.Should()
            .BeEmpty("it goes on elsewhere");
        OutOfBand
            .Returned(lost with { Status = Status.Closed }, Room)
            .Events.Should()
            .BeEmpty("it is over");
        OutOfBand.Returned(Open(), Room).Events.Should().BeEmpty("it was never away");
    }

    [Fact]
    public void Served_WithoutAnyRoom_GetsOne()
    {
        OutOfBand
            .Served(Open().After(new WarRoomLost(Room)))
            .Effects.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<OpenWarRoom>();
        OutOfBand.Served(Open()).Effects.Should().BeEmpty("it has a room");
        OutOfBand
            .Served(Open().After(new WarRoomLost(Room)) with { Status = Status.Closed })
            .Effects.Should()
            .BeEmpty("it is over");
    }

    [Fact]
    public void Left_SomebodyWithARole_TheOwnerIsTold()
    {
        var decision = OutOfBand.Left(Open(), Room, Scenes.Who("marco"));

        decision.Events.Should().ContainSingle().Which.Should().BeOfType<LeftWarRoom>();
        decision.Effects.OfType<LeftWarRoomNotice>().Should().ContainSingle();
    }

    [Fact]
    public void Left_SomebodyWithoutARole_IsOnlyOnTheTimeline()
    {
        var decision = OutOfBand.Left(Open(), Room, Scenes.Who("ana"));

        decision.Events.Should().ContainSingle();
        decision.Effects.Should().BeEmpty();
    }

    [Fact]
    public void Left_AStranger_OrWhenItIsOver_IsNothing()
    {
        OutOfBand.Left(Open(), Room, Scenes.Who("nobody-here")).Events.Should().BeEmpty();
        OutOfBand
            .Left(Open() with { Status = Status.Closed }, Room, Scenes.Who("marco"))
            .Events.Should()
            .BeEmpty();
    }

    [Theory]
    [InlineData("marco", "You left the room")]
    [InlineData("ana", "left the room of")]
    public void Notice_WhileTheRoleIsTheirs_OffersTheWayBack(string told, string words)
    {
        var notice = new LeftWarRoomNotice(Scenes.Who(told), Scenes.Who("marco"), Room);

        var card = notice.Compose(Open(), Scenes.At("product"))!;

        card.Summary.Say().Should().Contain(words);
        notice
            .Compose(Open("ana"), Scenes.At("product"))
            .Should()
            .BeNull("the role is somebody else's by now");
    }

    [Fact]
    public void Left_StaysAwayUntilAskedBack()
    {
        var left = Open().After(new LeftWarRoom(Room, Scenes.Who("marco")));

        InvitePeople.Wanted(Open()).Should().Contain(Scenes.Who("marco"));
        InvitePeople.Wanted(left).Should().NotContain(Scenes.Who("marco"));
        var back = OutOfBand.AskBack(left, "marco", Scenes.At("ana"));
        back.Effects.OfType<InvitePeople>().Should().ContainSingle();
        InvitePeople
            .Wanted(left.After(back, Scenes.At("ana")))
            .Should()
            .Contain(Scenes.Who("marco"));
    }

    [Fact]
    public void Left_OneAskedBack_LeavesTheOthersAlone()
    {
        var left = Open()
            .After(new LeftWarRoom(Room, Scenes.Who("marco")))
            .After(new LeftWarRoom(Room, Scenes.Who("ana")));

        var back = OutOfBand.AskBack(left, "marco", Scenes.At("ana"));

        left.After(back, Scenes.At("ana")).Away.Should().Equal(Scenes.Who("ana"));
        // A button of an earlier version does not say whom.
        left.After(OutOfBand.AskBack(left, null, Scenes.At("ana")), Scenes.At("ana"))
            .Away.Should()
            .BeEmpty();
    }

    [Fact]
    public void Left_GivenARole_IsWantedAgain()
    {
        var left = Open().After(new LeftWarRoom(Room, Scenes.Who("tom")));
        var led = left with { Roles = left.Roles.Add(Role.TechnicalLead, [Scenes.Who("tom")]) };

        OutOfBand.Return(left, led).Effects.OfType<InvitePeople>().Should().ContainSingle();
        OutOfBand
            .Return(left, led)
            .Events.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<AskedBack>();
        OutOfBand.Return(led, led).Events.Should().BeEmpty();
    }
}
