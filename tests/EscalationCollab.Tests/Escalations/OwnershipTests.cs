using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Escalations;

public sealed class OwnershipTests
{
    private static readonly Escalation Asked = Scenes
        .Declared()
        .After(Scenes.At("product"), AskOwner.Next);

    private static readonly Escalation Owned = Asked.After(
        Scenes.At("marco", "2026-03-02T09:05:00Z"),
        AcceptOwnership.Decide
    );

    [Fact]
    public void Accept_Declared_AcknowledgesAndTellsTheDeclarer()
    {
        var decision = AcceptOwnership.Decide(Asked, Scenes.At("marco"));

        decision.Events.Should().ContainSingle().Which.Should().BeOfType<OwnershipAccepted>();
        decision.Effects.OfType<OwnerKnown>().Single().Person.Should().Be(Scenes.Who("ana"));
        Owned.Status.Should().Be(Status.Acknowledged);
        Owned.AcknowledgeBy!.Met.Should().Be(Scenes.Moment("2026-03-02T09:05:00Z"));
        Owned.Stored().Ownership.Asked.Should().Equal(Owned.Ownership.Asked);
    }

    [Fact]
    public void Accept_BySomebodyNotAskedWithTheRight_IsTheirs() =>
        Asked
            .After(Scenes.At("helen"), AcceptOwnership.Decide)
            .Owner.Should()
            .Be(Scenes.Who("helen"));

    [Fact]
    public void Accept_Refused_SaysWhy()
    {
        AcceptOwnership
            .Decide(Asked, Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("ownership.not-allowed");
        AcceptOwnership.Decide(Owned, Scenes.At("ruta")).Keys().Should().Equal("ownership.taken");
        AcceptOwnership
            .Decide(Owned, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("ownership.already-yours");
        var over = Asked.After(Scenes.At("marco"), new Declined("No", "First line answers"));
        AcceptOwnership.Decide(over, Scenes.At("ruta")).Keys().Should().Equal("escalation.over");
    }

    [Fact]
    public void Taken_Said_NamesWhoAndWhen() =>
        ((Text)AcceptOwnership.Decide(Owned, Scenes.At("ruta")).Refusals[0].Sentence)
            .Say(now: Scenes.Moment("2026-03-02T09:07:00Z"))
            .Should()
            .Contain("marco")
            .And.Contain("09:05");

    [Fact]
    public void Decline_ByTheLastAsked_AsksTheNextAtOnce()
    {
        var decision = DeclineOwnership.Decide(Asked, "On leave", Scenes.At("marco"));

        decision.Events.OfType<OwnerAsked>().Single().Person.Should().Be(Scenes.Who("ruta"));
        decision.Effects.OfType<OwnerSilent>().Should().ContainSingle();
    }

    [Fact]
    public void Decline_WhenALaterOneIsAskedAlready_DisturbsNobodyElse()
    {
        var both = Asked.After(Scenes.At("product", "2026-03-02T09:10:00Z"), AskOwner.Next);

        DeclineOwnership
            .Decide(both, null, Scenes.At("marco"))
            .Events.OfType<OwnerAsked>()
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Decline_Refused_SaysWhy()
    {
        DeclineOwnership
            .Decide(Asked, null, Scenes.At("ruta"))
            .Keys()
            .Should()
            .Equal("ownership.not-asked");
        DeclineOwnership
            .Decide(Owned, null, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("ownership.already-yours");
        var declined = Asked.After(
            Scenes.At("marco"),
            (e, s) => DeclineOwnership.Decide(e, null, s)
        );
        DeclineOwnership
            .Decide(declined, null, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("ownership.you-declined");
        AcceptOwnership.Decide(declined, Scenes.At("marco")).IsRefused.Should().BeFalse();
    }

    [Fact]
    public void Silence_AfterAnAnswerOrForAnEarlierRequest_DecidesNothing()
    {
        var due = Asked.Ownership.Asked[0].Until;
        var timer = new OwnerSilent { Due = due, Person = Scenes.Who("marco") };

        AskOwner.Decide(Owned, timer, Scenes.At("product", due)).Should().Be(Decision.Nothing);
        var next = Asked.After(Scenes.At("product", due), (e, s) => AskOwner.Decide(e, timer, s));
        next.Ownership.Asked.Should().HaveCount(2);
        AskOwner.Decide(next, timer, Scenes.At("product", due)).Should().Be(Decision.Nothing);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    [InlineData("it")]
    [InlineData("lt")]
    public void Request_Composed_SaysWhatWhoWhyInEveryLanguage(string language)
    {
        var card = new OwnerRequest(Scenes.Who("marco")).Compose(Asked, Scenes.At("product"));

        card.Summary.Say(language).Should().Contain("ESC-1001").And.Contain("Sev2");
        var body = string.Join("\n", Scenes.Texts(card).Select(text => text.Say(language)));
        body.Should().Contain("Customers cannot sign in").And.Contain("Acme Pagamentos");
        body.Should().NotContainAny("ownership.", "request.", "card.");
        card.Blocks.OfType<Actions>().Single().Items.Should().HaveCount(2);
    }

    [Fact]
    public void Request_AfterTheEnd_HasNoButtons()
    {
        foreach (var person in new[] { "marco", "ruta" })
            new OwnerRequest(Scenes.Who(person))
                .Compose(Owned, Scenes.At("product"))
                .Blocks.OfType<Actions>()
                .Should()
                .BeEmpty();
    }
}
