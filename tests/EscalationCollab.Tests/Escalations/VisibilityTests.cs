using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
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
}
