using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Chat;

/// <summary>The administrators hear of a lost workspace once, by the ways that are left.</summary>
public sealed class LostAccessTests
{
    [Fact]
    public async Task Found_ManyTimesThenRestored_IsOneMessageElsewhereAndOneMail()
    {
        await using var stage = await Stage.OpenAsync();
        for (var refusal = 0; refusal < 5; refusal++)
            await Lose(stage, "slack");

        var message = stage.Platform.Messages.Should().ContainSingle().Subject;
        message.Person!.Value.Value.Should().Be("helen");
        Key(message.Card).Should().Be("access.lost");
        var mail = stage.Customers.Sent.Should().ContainSingle().Subject;
        mail.PlainBody.Should().Contain("Harbor").And.Contain("Slack");

        await stage.Write(records =>
        {
            LostAccess.Restored(records, "slack", "T1", Scenes.At("product", stage.Now));
            return 0;
        });
        await stage.Settle();
        stage.Platform.Messages.Should().ContainSingle();
        Key(message.Card).Should().Be("access.back");

        await stage.Advance(NodaTime.Duration.FromHours(1));
        await Lose(stage, "slack");
        stage.Customers.Sent.Should().HaveCount(2, "it was lost anew");
    }

    [Fact]
    public async Task Found_OnTheOnlyPlatform_GoesByMailAlone()
    {
        await using var stage = await Stage.OpenAsync();

        await Lose(stage, stage.Platform.Name);

        stage.Platform.Messages.Should().BeEmpty();
        stage.Customers.Sent.Should().ContainSingle();
    }

    private static async Task Lose(Stage stage, string platform)
    {
        await stage.Write(records =>
        {
            LostAccess.Found(records, platform, "T1", "Harbor", Scenes.At("product", stage.Now));
            return 0;
        });
        await stage.Settle();
    }

    private static string Key(Card card) =>
        card.Summary.Parts.OfType<Phrase>().FirstOrDefault()?.Key ?? "";
}
