using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.WarRooms;

public sealed class EscalationCardTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    [InlineData("it")]
    [InlineData("lt")]
    public async Task Card_ThroughItsLife_IsSaidWholeInEveryLanguage(string language)
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var said = new System.Text.StringBuilder();
        said.AppendLine(Said(stage, number, language));
        await stage.Press("marco", "owner.accept", number);
        await stage.Settle();
        said.AppendLine(Said(stage, number, language));
        await stage.Submit(
            "marco",
            "decline",
            number,
            ("reason", "A question about a bill"),
            ("next", "First line answers today")
        );
        await stage.Settle();
        said.AppendLine(Said(stage, number, language));

        foreach (var message in stage.Platform.Messages)
            said.AppendLine(All(message.Card, language));
        said.ToString()
            .Should()
            .Contain("A question about a bill")
            .And.NotContainAny("ownership.", "roles.", "card.", "decline.", "expert.");
    }

    private static string Said(Stage stage, EscalationNumber number, string language) =>
        All(stage.Platform.CardOf(number), language);

    private static string All(Card card, string language) =>
        string.Join("\n", Scenes.Texts(card).Select(text => text.Say(language)));
}
