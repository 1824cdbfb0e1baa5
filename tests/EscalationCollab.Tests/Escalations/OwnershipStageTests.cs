using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

/// <summary>From declared to owned, through the router, the database and the outbox.</summary>
public sealed class OwnershipStageTests
{
    [Fact]
    public async Task Declare_Sev2_OpensRoomAndAsksTheFirstManagerOnly()
    {
        await using var stage = await Stage.OpenAsync();

        var number = await stage.Declare();

        stage.Platform.RoomOf(number)!.Ref.Id.Should().StartWith("esc-1001-acme-pagamentos");
        stage.Platform.RoomOf(number)!.Members.Should().Contain(new PersonId("ana"));
        stage.Platform.To("marco").Should().ContainSingle().Which.Actions.Should().HaveCount(2);
        stage.Platform.To("ruta").Should().BeEmpty();
    }

    [Fact]
    public async Task Silence_PolicyTimePassed_NextAskedAtThatMomentAndFirstMayStillAccept()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        await stage.Advance(Duration.FromMinutes(9));
        stage.Platform.To("ruta").Should().BeEmpty();
        await stage.Advance(Duration.FromMinutes(2));

        stage.Platform.To("ruta").Should().ContainSingle();
        (await stage.Load(number))
            .Ownership.Of(new PersonId("ruta"))!
            .At.Should()
            .Be(Scenes.Moment("2026-03-02T09:10:00Z"));
        var accept = stage.Platform.To("marco")[0].Actions.First();
        (await stage.Press("marco", accept)).Should().BeOfType<Reply.Private>();
        (await stage.Load(number)).Owner.Should().Be(new PersonId("marco"));
    }

    [Fact]
    public async Task Accept_ByTwo_SecondIsToldWhoAndCardsLoseTheirButtons()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Advance(Duration.FromMinutes(11));

        await stage.Press("marco", "owner.accept", number);
        var second = await stage.Press("ruta", "owner.accept", number);
        await stage.Settle();

        second
            .Should()
            .BeOfType<Reply.Refused>()
            .Which.Sentence.ToString()
            .Should()
            .Contain("ownership.taken")
            .And.Contain("@marco");
        stage.Platform.To("marco")[0].Actions.Should().BeEmpty();
        stage.Platform.To("ruta")[0].Actions.Should().BeEmpty();
        stage.Platform.To("ana").Should().ContainSingle("the declarer is told who has it");
        stage.Platform.RoomOf(number)!.TopicChanges.Should().Be(1);
        var escalation = await stage.Load(number);
        escalation.Status.Should().Be(Status.Acknowledged);
        escalation.AcknowledgeBy!.Met.Should().Be(stage.Now);
    }

    [Fact]
    public async Task NobodyAnswers_WholePath_EverybodyAskedOnceAndThatIsSaid()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        await stage.Advance(Duration.FromHours(2));

        var escalation = await stage.Load(number);
        escalation
            .Ownership.Asked.Select(ask => ask.Person.Value)
            .Should()
            .Equal("marco", "ruta", "helen");
        escalation.Level.Should().Be(Level.L3);
        escalation.Ownership.NobodyLeft.Should().BeTrue();
        stage.Platform.To("helen").Should().NotBeEmpty();
        (await stage.Events(number))
            .Count(happened => happened.Event is NobodyLeftToAsk)
            .Should()
            .Be(1);
    }

    [Fact]
    public async Task Rebuild_AfterEverything_EqualsTheSnapshot()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Advance(Duration.FromMinutes(11));
        await stage.Press("ruta", "owner.accept", number);
        await stage.Submit(
            "ruta",
            "role.assign",
            number,
            ("role", "TechnicalLead"),
            ("person", "tom")
        );
        await stage.Press("tom", "role.accept", number, ("role", "TechnicalLead"));
        await stage.Submit(
            "ruta",
            "severity.change",
            number,
            ("severity", "Sev1"),
            ("reason", "Payments fail as well")
        );
        await stage.Advance(Duration.FromHours(1));

        var loaded = await stage.Load(number);
        var rebuilt = await stage.Read(records => records.Rebuild(number));
        Json(rebuilt!).Should().Be(Json(loaded));
        loaded.Holder(Role.TechnicalLead).Should().Be(new PersonId("tom"));
        stage.Platform.CardOf(number).Blocks.OfType<Actions>().Should().ContainSingle();
    }

    private static string Json(Escalation escalation) =>
        System.Text.Json.JsonSerializer.Serialize(escalation, Core.Json.Options);
}
