using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.CustomerUpdates;

/// <summary>A broken letter is told to the administrators once, and again when it is mended.</summary>
public sealed class BrokenTemplatesTests
{
    private static readonly TemplateProblem Broken = new(
        "words/it/customer/update.hbs",
        3,
        "'{{sumary}}' is no fact",
        "Write {{summary}}"
    );

    [Fact]
    public async Task Found_ManyTimesThenMended_IsOneMessageThatIsCleared()
    {
        await using var stage = await Stage.OpenAsync();
        for (var letter = 0; letter < 5; letter++)
            await Tell(stage, Broken);

        var message = stage.Platform.Messages.Should().ContainSingle().Subject;
        message.Person!.Value.Value.Should().Be("helen");
        Key(message.Card).Should().Be("template.broken");

        await Check(stage);

        stage.Platform.Messages.Should().ContainSingle();
        Key(message.Card).Should().Be("template.mended");

        await Check(stage, Broken);
        stage.Platform.Messages.Should().HaveCount(2, "it is broken anew");
    }

    [Fact]
    public async Task Checked_TwoFilesBroken_AreTwoMessagesAndOneIsMended()
    {
        await using var stage = await Stage.OpenAsync();
        var other = Broken with { File = "words/lt/customer/receipt.hbs" };

        await Check(stage, Broken, other);
        await Check(stage, Broken, other);
        await Check(stage, other);

        stage
            .Platform.Messages.Select(message => Key(message.Card))
            .Should()
            .BeEquivalentTo("template.mended", "template.broken");
    }

    [Fact]
    public void Letters_WithABrokenFile_TellWhatIsWrong()
    {
        var folder = Directory.CreateTempSubdirectory("letters");
        try
        {
            var letters = CustomerTemplates.Load(folder.FullName, Scenes.Words);
            var told = new List<TemplateProblem>();
            letters.Failed += told.Add;

            letters.Render(
                CustomerTemplateKind.Update,
                "it",
                CustomerTemplateSamples.All("it", CustomerTemplateKind.Update)[0]
            );

            told.Should().ContainSingle();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Tell(Stage stage, TemplateProblem problem)
    {
        await stage.Write(records =>
        {
            BrokenTemplates.Found(records, problem, Scenes.At("product"));
            return 0;
        });
        await stage.Settle();
    }

    private static async Task Check(Stage stage, params TemplateProblem[] problems)
    {
        await stage.Write(records =>
        {
            BrokenTemplates.Checked(records, problems, Scenes.At("product"));
            return 0;
        });
        await stage.Settle();
    }

    private static string Key(Card card) =>
        card.Summary.Parts.OfType<Phrase>().FirstOrDefault()?.Key ?? "";
}
