using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

public sealed class ExpertTests
{
    private static readonly Escalation Searching = Scenes
        .Declared()
        .After(
            Scenes.At("marco"),
            (e, s) => AskExpert.ForSkill(e, "integrations", "Which call fails", s)
        );

    [Fact]
    public void Ask_Skill_FirstSkilledPersonAskedOnly() =>
        Searching
            .ExpertsFor("integrations")!
            .Asked.Select(ask => ask.Person.Value)
            .Should()
            .Equal("priya");

    [Fact]
    public void Decline_NextAskedAtOnceThenNobodyLeft()
    {
        var second = Searching.After(
            Scenes.At("priya"),
            (e, s) => AskExpert.Decline(e, "integrations", s)
        );
        second.ExpertsFor("integrations")!.Asked[^1].Person.Should().Be(Scenes.Who("tom"));
        var decision = AskExpert.Decline(second, "integrations", Scenes.At("tom"));

        second
            .After(decision, Scenes.At("tom"))
            .ExpertsFor("integrations")!
            .NobodyLeft.Should()
            .BeTrue();
        decision.Effects.OfType<ExpertAnswered>().Single().Person.Should().Be(Scenes.Who("marco"));
    }

    [Fact]
    public void Accept_NoTechnicalLead_LeadsTheWorkAndIsInvited()
    {
        var found = Searching.After(
            Scenes.At("priya"),
            (e, s) => AskExpert.Accept(e, "integrations", s)
        );

        found.Holder(Role.TechnicalLead).Should().Be(Scenes.Who("priya"));
        found.Invited.Should().Contain(Scenes.Who("priya"));
        AskExpert
            .Accept(found, "integrations", Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("expert.found-already");
        found.Stored().Experts[0].Asked.Should().Equal(found.Experts[0].Asked);
    }

    [Fact]
    public void Accept_WithTechnicalLead_HelpsWithoutTakingTheRole()
    {
        var led = Searching.After(
            Scenes.At("tom"),
            (e, s) => JoinRole.Decide(e, Role.TechnicalLead, s)
        );

        led.After(Scenes.At("priya"), (e, s) => AskExpert.Accept(e, "integrations", s))
            .Holder(Role.TechnicalLead)
            .Should()
            .Be(Scenes.Who("tom"));
    }

    [Fact]
    public void Ask_Refused_SaysWhy()
    {
        AskExpert
            .ForSkill(Searching, "integrations", null, Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("expert.asked-already");
        AskExpert
            .ForSkill(Searching, "astrology", null, Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("form.unknown-choice");
        AskExpert
            .Accept(Searching, "integrations", Scenes.At("james"))
            .Keys()
            .Should()
            .Equal("expert.not-asked");
    }

    [Fact]
    public async Task Silence_PolicyTimePassed_NextExpertAskedToo()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Command("ana", "expert", $"{number} integrations");

        await stage.Advance(Duration.FromMinutes(11));

        (await stage.Load(number))
            .ExpertsFor("integrations")!
            .Asked.Select(ask => ask.Person.Value)
            .Should()
            .Equal("priya", "tom");
    }
}
