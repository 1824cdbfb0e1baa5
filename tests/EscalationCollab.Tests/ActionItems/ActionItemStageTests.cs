using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.ActionItems;

public sealed class ActionItemStageTests
{
    [Fact]
    public async Task Item_FromDialogToDone_KeepsTheTableAndTheCardsInStep()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var refused = await stage.Submit(
            "ana",
            "action-item.open",
            number,
            ("title", ""),
            ("owner", "nobody"),
            ("due", "2026-13-01"),
            ("kind", "Unknown")
        );
        refused
            .Should()
            .BeOfType<Reply.Refused>()
            .Which.Fields.Keys.Should()
            .BeEquivalentTo("title", "owner", "due", "kind");

        await stage.Submit(
            "ana",
            "action-item.open",
            number,
            ("title", "Raise the limit <b>now</b>"),
            ("owner", "priya"),
            ("due", "2026-03-09"),
            ("kind", "Process")
        );
        await stage.Settle();
        var card = stage.Platform.To("priya").Last(m => HasDone(m.Card)).Card;
        await stage.Advance(Duration.FromDays(8));
        (await Rows(stage)).Should().Equal("priya|Raise the limit <b>now</b>|2026-03-09|open");

        var list = (Reply.Private)await stage.Command("priya", "actions");
        list.Card.Blocks.OfType<Table>().Single().Rows.Should().ContainSingle();
        ((Reply.Private)await stage.Command("tom", "actions"))
            .Card.Blocks.OfType<Table>()
            .Should()
            .BeEmpty();
        await stage.Press("priya", Done(card));
        await stage.Settle();

        (await Rows(stage)).Should().Equal("priya|Raise the limit <b>now</b>|2026-03-09|done");
        stage.Platform.To("priya").Should().NotContain(m => HasDone(m.Card));
        (await stage.Press("marco", Done(card)))
            .Should()
            .BeOfType<Reply.Refused>("somebody else has done it");
        (await stage.Read(r => r.VerifyChain(number))).Should().BeNull();
    }

    private static bool HasDone(Card card) =>
        card
            .Blocks.OfType<Actions>()
            .Any(a => a.Items.OfType<Does>().Any(d => d.ActionId == "action-item.done"));

    private static Does Done(Card card) =>
        card
            .Blocks.OfType<Actions>()
            .SelectMany(a => a.Items)
            .OfType<Does>()
            .First(d => d.ActionId == "action-item.done");

    private static Task<List<string>> Rows(Stage stage) =>
        stage.Read(records =>
            records
                .Connection.Query<(string Owner, string Title, string Due, string State)>(
                    "SELECT owner, title, due_on, state FROM action_item"
                )
                .Select(row => $"{row.Owner}|{row.Title}|{row.Due}|{row.State}")
                .ToList()
        );
}
