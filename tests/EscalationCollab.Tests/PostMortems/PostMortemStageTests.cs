using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.PostMortems;

public sealed class PostMortemStageTests
{
    [Fact]
    public async Task PostMortem_LivedByThreePeople_IsPublishedAndRead()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Resolved(stage);
        (await stage.Load(number)).PostMortem!.Facilitator.Should().Be(Scenes.Who("marco"));
        stage.Platform.To("ana").Should().Contain(m => Has(m.Card, "postmortem.answer"));
        (await WaitsAsync(stage, "ana")).Should().BeTrue("nobody has answered yet");

        await Submit(
            stage,
            "ana",
            "postmortem.answer",
            number,
            ("happened", "The customer called"),
            ("judged", "Luck"),
            ("change", "An alert")
        );
        (await WaitsAsync(stage, "ana")).Should().BeFalse();
        foreach (var (_, id, sections) in WriteSections.Dialogs)
            await Submit(
                stage,
                "beatriz",
                id,
                number,
                [.. sections.Select(s => (WriteSections.NameOf(s), "How it was"))]
            );
        await Submit(
            stage,
            "ana",
            "postmortem.cause",
            number,
            ("why1", "a"),
            ("why2", "b"),
            ("why3", "c"),
            ("cause", "No  Alert on the Limit."),
            ("contributors", "Month end")
        );
        await Submit(
            stage,
            "marco",
            "action-item.open",
            number,
            ("title", "Add an alert"),
            ("owner", "tom"),
            ("due", "2026-03-30"),
            ("kind", "Product")
        );
        await Submit(
            stage,
            "marco",
            "postmortem.customer",
            number,
            ("summary", "Não foi possível entrar"),
            ("cause", "Um limite foi atingido"),
            ("resolution", "O limite foi aumentado"),
            ("changes", "O limite será vigiado")
        );
        (await stage.Press("ana", "postmortem.submit", number))
            .Should()
            .NotBeOfType<Reply.Refused>();
        await stage.Settle();
        var review = stage.Platform.To("marco").Last(m => Has(m.Card, "postmortem.publish")).Card;
        (await stage.Press("marco", Button(review, "postmortem.publish")))
            .Should()
            .NotBeOfType<Reply.Refused>();
        (await stage.Press("ruta", Button(review, "postmortem.publish")))
            .Should()
            .BeOfType<Reply.Refused>();
        await stage.Settle();

        stage.Platform.To("marco").Should().NotContain(m => Has(m.Card, "postmortem.publish"));
        stage
            .Platform.To("ana")
            .SelectMany(m => m.Card.Blocks.OfType<Context>())
            .SelectMany(context => context.Body.Parts.OfType<Phrase>())
            .Select(phrase => phrase.Key)
            .Should()
            .Contain("postmortem.questions.given")
            .And.NotContain("postmortem.questions.answered", "nothing can be changed any more");
        var (state, markdown, cause) = await stage.Read(records =>
            records.Connection.QuerySingle<(string, string, string)>(
                "SELECT p.state, p.markdown, e.root_cause FROM post_mortem p JOIN escalation e ON e.number = p.number"
            )
        );
        state.Should().Be("published");
        cause.Should().Be("no alert on the limit");
        var published = await stage.Load(number);
        PublishPostMortem.HashOf(markdown).Should().Be(published.PostMortem!.Publication!.Hash);
        (await stage.Read(r => r.Rebuild(number)!))
            .PostMortem.Should()
            .BeEquivalentTo(published.PostMortem);

        var letter = (Reply.Show)
            await stage.Press(
                "marco",
                LetterDialog.Button(published, CustomerMessageKind.PostMortemSummary)
            );
        letter
            .Dialog.Inputs.OfType<TextInput>()
            .Single(input => input.Id == "cause")
            .Initial.Should()
            .Be("Um limite foi atingido", "the letter begins with the customer's version");
        await ReadsByLink(stage, number, markdown);
    }

    /// <summary>Whether the questions stand on a person's own page.</summary>
    private static Task<bool> WaitsAsync(Stage stage, string person) =>
        stage.Read(records =>
            new HomeView(records, Scenes.At(person, stage.Now), stage.Slices)
                .Cards()
                .Any(card => Has(card, "postmortem.answer"))
        );

    private static async Task ReadsByLink(Stage stage, EscalationNumber number, string markdown)
    {
        var links = (Reply.Private)await stage.Press("tom", "postmortem.read", number);
        var address = links
            .Card.Blocks.OfType<Actions>()
            .Single()
            .Items.OfType<Visits>()
            .First()
            .Address;
        address.ToString().Should().StartWith("https://esc.example/post-mortems/");
        var library = new PostMortemLibrary(
            stage.Store,
            new Situations(() => Scenes.Policy, stage.Time),
            stage.Time,
            new Tools(Scenes.Words, [], new Uri("https://esc.example/"))
        );
        var token = address.Segments[^1];
        (await library.FindAsync(token, CancellationToken.None))!.Markdown.Should().Be(markdown);
        (await library.FindAsync(token[..^3] + "AAA", CancellationToken.None)).Should().BeNull();
        stage.Sleep(Duration.FromHours(25));
        (await library.FindAsync(token, CancellationToken.None)).Should().BeNull();
    }

    private static async Task<EscalationNumber> Resolved(Stage stage)
    {
        var number = await stage.Declare();
        await stage.Press("marco", "owner.accept", number);
        await stage.Write(records =>
        {
            var before = records.Load(number)!;
            return Commit.Write(
                before,
                Decision.That(
                    new Resolved(
                        ResolutionKind.Fix,
                        "Raised the limit",
                        "",
                        stage.Now + Duration.FromDays(3)
                    )
                ),
                Scenes.At("marco", stage.Now),
                records,
                stage.Slices
            );
        });
        await stage.Settle();
        return number;
    }

    private static async Task Submit(
        Stage stage,
        string person,
        string dialog,
        EscalationNumber number,
        params (string, string)[] inputs
    )
    {
        await stage.Open(person, dialog, number);
        (await stage.Submit(person, dialog, number, inputs))
            .Should()
            .NotBeOfType<Reply.Refused>($"{person} may submit {dialog}");
    }

    private static bool Has(Card card, string id) =>
        card
            .Blocks.OfType<Actions>()
            .SelectMany(a => a.Items)
            .Any(a => a is Does d && d.ActionId == id || a is Opens o && o.DialogId == id);

    private static Does Button(Card card, string id) =>
        card
            .Blocks.OfType<Actions>()
            .SelectMany(a => a.Items)
            .OfType<Does>()
            .First(d => d.ActionId == id);
}
