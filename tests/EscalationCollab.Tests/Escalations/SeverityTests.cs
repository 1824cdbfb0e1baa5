using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

public sealed class SeverityTests
{
    private const string Later = "2026-03-02T11:00:00Z";

    private static readonly Escalation Owned = Scenes
        .Declared()
        .After(Scenes.At("marco"), AcceptOwnership.Decide);

    private static SeverityWanted To(Severity severity) =>
        new("Payments fail as well") { Severity = severity };

    [Fact]
    public void Raise_Sev1_TargetRunsFromDeclaredByTheNewRuleAndMetOnesStayMet()
    {
        var raised = Owned.After(
            Scenes.At("marco", Later),
            (e, s) => ChangeSeverity.Decide(e, To(Severity.Sev1), s)
        );

        raised.ResolveBy!.Due.Should().Be(Owned.DeclaredAt + Duration.FromHours(4));
        raised.AcknowledgeBy.Should().Be(Owned.AcknowledgeBy);
    }

    [Fact]
    public void Raise_Sev1ForEnterprise_ExecutivesComeInAndAreToldOnce()
    {
        var decision = ChangeSeverity.Decide(Owned, To(Severity.Sev1), Scenes.At("marco", Later));

        decision
            .Effects.OfType<BroughtIn>()
            .Select(told => told.Person.Value)
            .Should()
            .Equal("helen");
        Owned
            .After(decision, Scenes.At("marco"))
            .Holders(Role.Stakeholder)
            .Should()
            .Contain(Scenes.Who("helen"));
    }

    [Fact]
    public void Lower_Sev3_NobodyIsSentAway()
    {
        var lowered = Owned.After(
            Scenes.At("marco"),
            (e, s) => ChangeSeverity.Decide(e, To(Severity.Sev3), s)
        );

        lowered.Holders(Role.Stakeholder).Should().Equal(Owned.Holders(Role.Stakeholder));
        lowered.ResolveBy!.Due.Should().BeGreaterThan(Owned.ResolveBy!.Due);
    }

    [Fact]
    public void Change_Refused_SaysWhy()
    {
        ChangeSeverity
            .Decide(Owned, To(Severity.Sev1), Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("severity.not-allowed");
        ChangeSeverity
            .Decide(Owned, To(Severity.Sev2), Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("severity.nothing-new");
    }

    [Fact]
    public void Further_FromL2_ManagersJoinThenExecutivesSponsor()
    {
        var atL2 = Owned with { Level = Level.L2 };
        var atL3 = atL2.After(
            Scenes.At("marco"),
            (e, s) => EscalateFurther.Decide(e, "We need a decision", s)
        );
        atL3.Level.Should().Be(Level.L3);
        atL3.Type.Should().Be(EscalationType.Hierarchical);
        atL3.Holders(Role.Stakeholder).Should().Contain(Scenes.Who("helen"));

        var atL4 = atL3.After(
            Scenes.At("marco"),
            (e, s) => EscalateFurther.Decide(e, "They ask for the board", s)
        );
        atL4.Type.Should().Be(EscalationType.Executive);
        atL4.RoleBoard.Of(Role.Sponsor, Scenes.Who("helen")).Should().NotBeNull();
        EscalateFurther
            .Decide(atL4, "Again", Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("further.at-the-top");
        EscalateFurther
            .Decide(atL2, "Please", Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("further.not-allowed");
    }

    [Fact]
    public void Merge_Refused_SaysWhy()
    {
        var other = Scenes.Declared(number: 1002);
        MergeKeys(Owned, Owned, "marco").Should().Equal("merge.itself");
        MergeKeys(Owned, other, "ana").Should().Equal("merge.not-allowed");
        MergeKeys(Owned, Scenes.Declared(number: 1002, restricted: true), "marco")
            .Should()
            .Equal("merge.silent-and-open");
        var declined = other.After(Scenes.At("marco"), new Declined("No", "First line"));
        MergeKeys(Owned, declined, "marco").Should().Equal("merge.target-over");
        var merged = other.After(
            Scenes.At("marco"),
            new Merged(new EscalationNumber(1003), "Same")
        );
        MergeKeys(Owned, merged, "marco").Should().Equal("merge.target-merged");
        MergeKeys(merged, Owned, "marco").Should().Equal("escalation.over");
    }

    [Fact]
    public void Decline_Refused_SaysWhy()
    {
        DeclineEscalation
            .Decide(Owned, "No", "First line", Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("decline.not-allowed");
        var mitigated = Owned with { Status = Status.Mitigated };
        DeclineEscalation
            .Decide(mitigated, "No", "First line", Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("decline.too-late");
    }

    [Fact]
    public async Task Merge_Two_BothTellItPeopleMoveAndTheRoomIsPutAwayNextDay()
    {
        await using var stage = await Stage.OpenAsync();
        var source = await stage.Declare(summary: "Sign-in fails");
        var target = await stage.Declare(by: "james", customer: "acme", summary: "Login broken");
        await stage.Press("marco", "owner.accept", source);

        var reply = await stage.Submit(
            "marco",
            "merge",
            source,
            ("into", target.ToString()),
            ("reason", "Same cause")
        );
        await stage.Settle();

        reply.Should().BeOfType<Reply.Private>();
        (await stage.Load(source)).MergedInto.Should().Be(target);
        (await stage.Load(target)).MergedFrom.Should().Equal(source);
        stage.Platform.RoomOf(target)!.Members.Should().Contain(Scenes.Who("ana"));
        stage.Platform.InRoom(source).Should().ContainSingle();
        stage.Platform.RoomOf(source)!.Archived.Should().BeFalse();
        await stage.Advance(Duration.FromHours(25));
        stage.Platform.RoomOf(source)!.Archived.Should().BeTrue();
        stage.Platform.RoomOf(target)!.Archived.Should().BeFalse();
    }

    [Fact]
    public async Task Merge_TargetMissing_NothingHappensToEither()
    {
        await using var stage = await Stage.OpenAsync();
        var source = await stage.Declare();

        var reply = await stage.Submit(
            "marco",
            "merge",
            source,
            ("into", "ESC-4711"),
            ("reason", "Same")
        );

        reply.Should().BeOfType<Reply.Refused>().Which.Fields.Should().ContainKey("into");
        (await stage.Load(source)).Status.Should().Be(Status.Declared);
    }

    private static IEnumerable<string> MergeKeys(Escalation from, Escalation into, string by) =>
        MergeInto.Decide(from, into, "Same cause", Scenes.At(by)).Keys();
}
