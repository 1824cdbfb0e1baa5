using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.Slack.BlockKit;
using EscalationCollab.Tests.Teams.AdaptiveCards;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Cards;
using NodaTime;

namespace EscalationCollab.Tests.Cards;

/// <summary>Where somebody chooses a customer, the tier beside its name is called what the policy calls it.</summary>
public sealed class TierNameTests
{
    private static readonly CustomerInput Customer = new("customer", "Customer");

    [Fact]
    public void Tier_InSlack_IsCalledByItsName()
    {
        var reader = SlackScenes.Reader() with
        {
            Directory = Scenes.Company,
            TierName = Scenes.Policy.TierName,
        };

        new EscalationCollab.Slack.BlockKit.Inputs(reader)
            .CustomerOptions("Acme")
            .ToJsonString()
            .Should()
            .Contain("Enterprise")
            .And.NotContain("enterprise");
    }

    [Fact]
    public void Tier_InTeams_IsCalledByItsName()
    {
        var reader = TeamsScenes.Reader() with
        {
            Directory = Scenes.Company,
            TierName = Scenes.Policy.TierName,
        };

        new EscalationCollab.Teams.AdaptiveCards.Inputs(reader, 20)
            .Of(Customer)
            .ToJsonString()
            .Should()
            .Contain("Enterprise")
            .And.NotContain("enterprise");
    }

    [Fact]
    public void Tier_OnAPage_IsCalledByItsName()
    {
        var context = new CardContext
        {
            Reader = new PersonId("ana"),
            Format = new ReaderFormat(
                Scenes.Words,
                new Reader("en", "Europe/London"),
                Instant.MinValue
            ),
            Now = Instant.MinValue,
            NewKey = () => "",
            AntiForgery = new HiddenField("", ""),
            Directory = Scenes.Company,
            TierName = Scenes.Policy.TierName,
        };

        Choice.Customers(context).Should().Contain(choice => choice.Note == "Enterprise");
    }
}
