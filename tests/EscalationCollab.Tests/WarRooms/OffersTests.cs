using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.WarRooms;

/// <summary>Whose view of the escalation card has which buttons: all but those the product would refuse them.</summary>
public sealed class OffersTests
{
    private static readonly string[] Everybody = ["ana", "marco", "tom", "priya", "helen"];

    [Fact]
    public async Task Offers_LeftOutForSomebody_AreRefusedToThemAndNoOthersAre()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var hidden = 0;

        await LookAsync();
        await stage.Press("marco", "owner.accept", number);
        await LookAsync();

        hidden.Should().BeGreaterThan(15);

        async Task LookAsync()
        {
            var all = await OffersAsync(stage, number, "product");
            foreach (var person in Everybody)
            {
                var theirs = (await OffersAsync(stage, number, person)).ConvertAll(RouteOf);
                theirs.Should().BeSubsetOf(all.Select(RouteOf));
                foreach (var button in all.Where(button => button is Opens))
                {
                    var isShown = theirs.Contains(RouteOf(button));
                    var isRefused = isShown
                        ? await stage.Press(person, button) is Reply.Refused
                        : await IsRefusedAsync(stage, person, button, number);
                    isRefused.Should().Be(!isShown, "{0}: {1}", person, RouteOf(button));
                    hidden += isRefused ? 1 : 0;
                }
            }
        }
    }

    [Fact]
    public async Task Offers_ToTakeOwnership_AreThereForThoseWhoMayAlone()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        (await OffersAsync(stage, number, "marco"))
            .Select(RouteOf)
            .Should()
            .Contain("owner.accept");
        (await OffersAsync(stage, number, "tom"))
            .Select(RouteOf)
            .Should()
            .NotContain("owner.accept");
        (await stage.Press("tom", "owner.accept", number)).Should().BeOfType<Reply.Refused>();
    }

    // Some forms say it when they are sent: not beside a field, since no answer would be right.
    private static async Task<bool> IsRefusedAsync(
        Stage stage,
        string person,
        CardAction button,
        EscalationNumber number
    )
    {
        if (await stage.Press(person, button) is not Reply.Show { Dialog: var dialog })
            return true;
        (string, string)[] usual = dialog.Id switch
        {
            "severity.change" => [("severity", "Sev1"), ("reason", "Everybody is down")],
            "escalate.further" => [("reason", "Nobody decides")],
            "merge" => [("into", "1001"), ("reason", "The same")],
            "decline" => [("reason", "None of ours"), ("next", "First line")],
            _ => [],
        };
        return usual.Length > 0
            && await stage.Submit(person, dialog.Id, number, usual)
                is Reply.Refused { Fields.IsEmpty: true };
    }

    private static string RouteOf(CardAction button) =>
        button switch
        {
            Does does => does.ActionId,
            Opens opens => opens.DialogId,
            _ => "",
        };

    private static Task<List<CardAction>> OffersAsync(
        Stage stage,
        EscalationNumber number,
        string person
    ) =>
        stage.Read(records =>
            stage.Slices.OffersFor(records.Load(number)!, Scenes.At(person, stage.Now)).ToList()
        );
}
