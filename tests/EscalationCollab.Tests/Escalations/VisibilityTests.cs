using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Escalations;

public sealed class VisibilityTests
{
    [Fact]
    public async Task Accept_RestrictedAndAsked_IsAccepted()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(restricted: true);
        var asked = (await stage.Load(number)).Ownership.Asked[^1].Person;

        await stage.Press(asked.Value, "owner.accept", number);

        (await stage.Load(number)).Owner.Should().Be(asked);
    }

    [Fact]
    public async Task Accept_RestrictedAndNotAsked_NoSuchEscalation()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(restricted: true);

        var reply = await stage.Press("tom", "owner.accept", number);

        reply
            .Should()
            .BeOfType<Reply.Refused>()
            .Which.Sentence.ToString()
            .Should()
            .Contain("no-such-escalation");
    }

    [Fact]
    public void Sees_RestrictedAfterDecliningToOwnIt_NoLonger()
    {
        var restricted = Scenes.Declared() with
        {
            Restricted = true,
            Ownership = new OwnershipBoard
            {
                Asked =
                [
                    new Ask(
                        new PersonId("tom"),
                        Scenes.Moment(Scenes.Morning),
                        Scenes.Moment(Scenes.Morning)
                    ),
                ],
            },
        };
        var declined = restricted with
        {
            Ownership = new OwnershipBoard
            {
                Asked = Asks.Declined(
                    restricted.Ownership.Asked,
                    new PersonId("tom"),
                    Scenes.Moment(Scenes.Morning)
                ),
            },
        };

        Visibility.Sees(restricted, Scenes.At("tom")).Should().BeTrue();
        Visibility.Sees(declined, Scenes.At("tom")).Should().BeFalse();
    }

    [Fact]
    public void Guest_OfAListOfRights_DoesTheseAndSeesOnlyItsOwn()
    {
        var mine = Scenes.Declared();
        var guest = AsGuest("tom", new GuestRule(false, [Right.PostStatus]));

        guest.May(Right.PostStatus).Should().BeTrue();
        guest.May(Right.Declare).Should().BeFalse("the list does not say so");
        Visibility.Sees(mine, guest).Should().BeFalse();
        Visibility.Sees(mine with { Invited = [new PersonId("tom")] }, guest).Should().BeTrue();
    }

    [Fact]
    public void Guest_LikeEverybody_DoesAndSeesWhatEverybodyMay()
    {
        var guest = AsGuest("tom", new GuestRule(true, []));

        guest.May(Right.Declare).Should().BeTrue();
        Visibility.Sees(Scenes.Declared(), guest).Should().BeTrue();
    }

    [Fact]
    public void Guest_NoLongerWelcome_MayNothing()
    {
        var guest = AsGuest("tom", GuestRule.Nothing);

        Enum.GetValues<Right>().Should().NotContain(right => guest.May(right, null));
        Visibility.Sees(Scenes.Declared(), guest).Should().BeFalse();
    }

    private static Situation AsGuest(string person, GuestRule rule)
    {
        var situation = Scenes.At(person);
        var people = situation.Directory.People;
        return situation with
        {
            Policy = situation.Policy with { Guests = rule },
            Directory = new CompanyDirectory(
                people.SetItem(
                    new PersonId(person),
                    people[new PersonId(person)] with
                    {
                        IsGuest = true,
                    }
                ),
                situation.Directory.Customers
            ),
        };
    }
}
