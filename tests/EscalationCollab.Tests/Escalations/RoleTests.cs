using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

public sealed class RoleTests
{
    private static readonly Escalation Owned = Scenes
        .Declared()
        .After(Scenes.At("marco"), AcceptOwnership.Decide);

    private static Escalation Offered(Role role, string to) =>
        Owned.After(
            Scenes.At("marco"),
            (e, s) => AssignRole.Decide(e, role, Scenes.Who(to), "Knows the login", s)
        );

    [Fact]
    public void Join_FreeRole_IsTheirsAndInvited()
    {
        var joined = Owned.After(
            Scenes.At("priya"),
            (e, s) => JoinRole.Decide(e, Role.TechnicalLead, s)
        );

        joined.Holder(Role.TechnicalLead).Should().Be(Scenes.Who("priya"));
        joined.Invited.Should().Contain(Scenes.Who("priya"));
        JoinRole
            .Decide(joined, Role.TechnicalLead, Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("roles.has-it");
        JoinRole
            .Decide(joined, Role.TechnicalLead, Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("roles.already-yours");
    }

    [Fact]
    public void Join_Observer_IsAListThatAnybodyMayJoin()
    {
        var two = Owned
            .After(Scenes.At("priya"), (e, s) => JoinRole.Decide(e, Role.Observer, s))
            .After(Scenes.At("tom"), (e, s) => JoinRole.Decide(e, Role.Observer, s));

        two.Holders(Role.Observer).Should().Equal(Scenes.Who("priya"), Scenes.Who("tom"));
    }

    [Fact]
    public void Assign_WorkingRole_MovesOnlyWhenAccepted()
    {
        var offered = Offered(Role.TechnicalLead, "tom");

        offered.Holder(Role.TechnicalLead).Should().BeNull();
        var taken = offered.After(
            Scenes.At("tom"),
            (e, s) => AssignRole.Accept(e, Role.TechnicalLead, s)
        );
        taken.Holder(Role.TechnicalLead).Should().Be(Scenes.Who("tom"));
        AssignRole
            .Accept(taken, Role.TechnicalLead, Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("roles.already-yours");
    }

    [Fact]
    public void Decline_Offered_NothingMovesAndTheGiverIsTold()
    {
        var decision = AssignRole.Decline(
            Offered(Role.TechnicalLead, "tom"),
            Role.TechnicalLead,
            Scenes.At("tom")
        );

        decision.Effects.OfType<RoleAnswered>().Single().Person.Should().Be(Scenes.Who("marco"));
        var after = Offered(Role.TechnicalLead, "tom").After(decision, Scenes.At("tom"));
        after.Holder(Role.TechnicalLead).Should().BeNull();
        AssignRole
            .Decline(after, Role.TechnicalLead, Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("roles.you-declined");
    }

    [Fact]
    public void HandOver_Ownership_OldOwnerKeepsItUntilTheNewOneAccepts()
    {
        var offered = Owned.After(
            Scenes.At("marco"),
            (e, s) => HandOver.Decide(e, Role.EscalationManager, Scenes.Who("ruta"), s)
        );

        offered.Owner.Should().Be(Scenes.Who("marco"));
        var moment = "2026-03-02T10:00:00Z";
        var moved = offered.After(
            Scenes.At("ruta", moment),
            (e, s) => AssignRole.Accept(e, Role.EscalationManager, s)
        );
        moved.Owner.Should().Be(Scenes.Who("ruta"));
        moved.Ownership.OwnedSince.Should().Be(Scenes.Moment(moment));
        moved.AcknowledgedAt.Should().Be(Owned.AcknowledgedAt, "it was accepted once only");
    }

    [Theory]
    [InlineData("ana", Role.TechnicalLead, "tom", "roles.not-allowed")]
    [InlineData("marco", Role.EscalationManager, "tom", "roles.may-not-own")]
    [InlineData("ruta", Role.EscalationManager, "marco", "roles.has-it-already")]
    public void Assign_Refused_SaysWhy(string by, Role role, string to, string key) =>
        AssignRole
            .Decide(Owned, role, Scenes.Who(to), null, Scenes.At(by))
            .Keys()
            .Should()
            .Equal(key);

    [Fact]
    public void Assign_AskedAlready_IsRefused() =>
        AssignRole
            .Decide(
                Offered(Role.TechnicalLead, "tom"),
                Role.TechnicalLead,
                Scenes.Who("tom"),
                null,
                Scenes.At("marco")
            )
            .Keys()
            .Should()
            .Equal("roles.asked-already");

    [Fact]
    public void Assign_Observer_BroughtInAtOnceWithOneMessage()
    {
        var decision = AssignRole.Decide(
            Owned,
            Role.Observer,
            Scenes.Who("tom"),
            "Same customer last week",
            Scenes.At("ana")
        );

        decision.Events.Should().ContainSingle().Which.Should().BeOfType<RoleTaken>();
        var told = decision.Effects.OfType<BroughtIn>().Single();
        var after = Owned.After(decision, Scenes.At("ana"));
        var card = told.Compose(after, Scenes.At("product"));
        card.Blocks.OfType<Actions>().Single().Items.Should().ContainSingle();
    }

    [Fact]
    public void Leave_Owner_HandsOverInstead() =>
        LeaveRole
            .Decide(Owned, Role.EscalationManager, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("roles.owner-hands-over");

    [Fact]
    public void Leave_WithoutARoleOrWithSeveral_SaysSo()
    {
        LeaveRole.Decide(Owned, null, Scenes.At("tom")).Keys().Should().Equal("roles.none-yours");
        var several = Owned.After(
            Scenes.At("marco"),
            (e, s) => JoinRole.Decide(e, Role.TechnicalLead, s)
        );
        LeaveRole.Decide(several, null, Scenes.At("marco")).Keys().Should().Equal("roles.which");
    }

    [Fact]
    public async Task Nudges_RolesStayEmpty_OwnerRemindedAsOftenAsThePolicySays()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(customer: "pinewood", severity: "Sev2");
        await stage.Press("marco", "owner.accept", number);

        await stage.Advance(Duration.FromMinutes(10));
        Reminders(stage).Should().Be(1);
        await stage.Submit("marco", "role.assign", number, ("role", "CommunicationsLead"));
        await stage.Advance(Duration.FromHours(3));

        Reminders(stage).Should().Be(Scenes.Policy.Nudges.UnassignedRoleTimes);
    }

    [Fact]
    public async Task Nudges_AfterAnOutage_StaleOneIsSkipped()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(customer: "pinewood", severity: "Sev2");
        await stage.Press("marco", "owner.accept", number);

        stage.Sleep(Duration.FromHours(8));
        await stage.Settle();

        Reminders(stage).Should().Be(0);
    }

    private static int Reminders(Stage stage) =>
        stage
            .Platform.To("marco")
            .Count(message =>
                message.Actions.OfType<Does>().Any(does => does.ActionId == JoinRole.Id)
            );
}
