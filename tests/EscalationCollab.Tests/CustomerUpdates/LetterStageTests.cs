using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.CustomerUpdates;

public sealed class LetterStageTests
{
    [Fact]
    public async Task Accept_AnEscalation_SendsTheReceiptByItself()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage);

        var receipt = stage.Customers.Sent.Should().ContainSingle().Subject;
        receipt.Language.Should().Be("pt-BR");
        receipt.PlainBody.Should().Contain("Marco Rossi").And.Contain("ESC-");
        var escalation = await stage.Load(number);
        escalation.CustomerUpdates.Last!.Kind.Should().Be(CustomerMessageKind.Receipt);
        escalation.CustomerUpdates.Cadence.Kept.Should().Be(1);
        escalation
            .CustomerUpdates.Cadence.Next!.Due.Should()
            .Be(escalation.CustomerUpdates.Last.NextBy!.Value);
    }

    [Fact]
    public async Task Accept_ARestrictedOne_SendsNothingWithoutAPerson()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage, restricted: true);

        stage.Customers.Sent.Should().BeEmpty();
        var send = Button(stage, "marco", SendLetter.SendId);
        (await stage.Press("marco", send)).Should().NotBeOfType<Reply.Refused>();
        await stage.Settle();
        stage.Customers.Sent.Should().ContainSingle();
        (await stage.Load(number)).CustomerUpdates.Last.Should().NotBeNull();
    }

    [Fact]
    public async Task Update_WrittenApprovedSent_ArrivesAndStartsTheNextClock()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage);
        await WriteUpdate(stage, number);

        await stage.Press("marco", Button(stage, "marco", ApproveLetter.AskId));
        await stage.Settle();
        (await stage.Press("marco", ApproveLetter.ApproveId, number, ("draft", "2"), ("rev", "1")))
            .Should()
            .BeOfType<Reply.Refused>();
        var asked = (await stage.Load(number)).CustomerUpdates.Find(2)!.Asked;
        var approver = asked[0].Value;
        var approve = Button(stage, approver, ApproveLetter.ApproveId);
        (await stage.Press(approver, approve)).Should().NotBeOfType<Reply.Refused>();
        (await stage.Press("helen", approve)).Should().BeOfType<Reply.Refused>();
        await stage.Settle();

        stage.Customers.Sent.Should().HaveCount(2);
        stage.Customers.Sent[1].PlainBody.Should().Contain("Encontramos a causa");
        stage.Customers.Sent[1].Earlier.Should().ContainSingle();
        var board = (await stage.Load(number)).CustomerUpdates;
        board.Drafts.Should().BeEmpty();
        board.Last!.ApprovedBy.Should().Be(asked[0]);
        board.Cadence.Next!.Due.Should().Be(Scenes.Moment("2026-03-02T13:30:00Z"));
        stage
            .Platform.To(approver)
            .Where(message =>
                message.Actions.Any(action =>
                    action is Does d && d.ActionId == ApproveLetter.ApproveId
                )
            )
            .Should()
            .BeEmpty("the card tells the outcome instead");
        var promises = await stage.Read(records =>
            records.Connection.Query<long?>(
                "SELECT met_at FROM promise WHERE kind = 'customer' ORDER BY due_at"
            )
        );
        promises.Should().HaveCount(3);
        promises.Count(met => met is null).Should().Be(1);
    }

    [Fact]
    public async Task Dialog_ForAnotherKind_ShowsItsFieldsAndKeepsTheText()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage);
        var dialog = await stage.Open("marco", LetterDialog.Id, number);
        dialog.Data["kind"].Should().Be("Update");
        dialog.Inputs.OfType<DateInput>().Single().Initial.Should().NotBeNull();

        var reply = await stage.Act(
            "marco",
            InteractionKind.SubmitDialog,
            LetterDialog.Id,
            "",
            dialog.Data,
            null,
            ("kind", "Apology"),
            ("summary", "Sem acesso"),
            ("now", "Trabalhamos nisso")
        );

        var shown = reply.Should().BeOfType<Reply.Show>().Subject.Dialog;
        shown.Inputs.Select(input => input.Id).Should().Contain(["fault", "changes"]);
        shown
            .Inputs.OfType<TextInput>()
            .Single(i => i.Id == "now")
            .Initial.Should()
            .Be("Trabalhamos nisso");
    }

    [Fact]
    public async Task Delivery_Later_IsTriedAgainAndSentOnce()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Customers.AnswerOnce = new Delivery.Later(Duration.FromMinutes(2), "busy");
        var number = await Accepted(stage);
        stage.Customers.Sent.Should().BeEmpty();

        await stage.Advance(Duration.FromMinutes(5));

        stage.Customers.Sent.Should().ContainSingle();
        (await stage.Load(number)).CustomerUpdates.Last.Should().NotBeNull();
    }

    [Fact]
    public async Task Delivery_Refused_TellsTheKeeperWhatToDo()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Customers.AnswerOnce = new Delivery.Refused("550 no such user");
        var number = await Accepted(stage);

        var card = stage.Platform.To("marco")[^1];
        card.Card.Blocks.OfType<Quote>().Single().Body.ToString().Should().Be("550 no such user");
        (await stage.Load(number)).CustomerUpdates.Last.Should().BeNull();
        await stage.Press("marco", Button(stage, "marco", SendLetter.SendId));
        await stage.Settle();
        stage.Customers.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task Delivery_Unclear_IsNeverRepeatedByItself()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Customers.AnswerOnce = new Delivery.Unclear("connection lost after DATA");
        var number = await Accepted(stage);
        await stage.Advance(Duration.FromMinutes(10));
        stage.Customers.Sent.Should().BeEmpty();

        var arrived = Button(stage, "marco", SendLetter.ArrivedId);
        (await stage.Press("marco", arrived)).Should().NotBeOfType<Reply.Refused>();
        (await stage.Press("ruta", arrived)).Should().BeOfType<Reply.Refused>();
        await stage.Settle();

        stage.Customers.Sent.Should().BeEmpty();
        (await stage.Load(number))
            .CustomerUpdates.Last!.Kind.Should()
            .Be(CustomerMessageKind.Receipt);
    }

    [Fact]
    public async Task Delivery_Unclear_IsSentAgainWhenAPersonSaysSo()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Customers.AnswerOnce = new Delivery.Unclear("connection lost after DATA");
        var number = await Accepted(stage);

        await stage.Press("marco", Button(stage, "marco", SendLetter.AgainId));
        await stage.Settle();

        stage.Customers.Sent.Should().ContainSingle();
        (await stage.Load(number)).CustomerUpdates.Drafts.Should().BeEmpty();
    }

    [Fact]
    public async Task Cadence_RunningOut_WarnsBeforeAndRecordsTheMiss()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage);

        await stage.Advance(Duration.FromMinutes(100));
        stage
            .Platform.To("marco")
            .Should()
            .ContainSingle(m => m.Card.Summary.ToString().Contains("customer-update.warn"));
        await stage.Advance(Duration.FromMinutes(30));

        (await stage.Load(number)).CustomerUpdates.Cadence.Missed.Should().Be(1);
        stage
            .Platform.To("marco")
            .Should()
            .Contain(m => m.Card.Summary.ToString().Contains("customer-update.warn.missed"));
    }

    [Fact]
    public async Task Rebuild_AfterLetters_EqualsTheSnapshot()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage);
        await WriteUpdate(stage, number);
        await stage.Press("marco", Button(stage, "marco", ApproveLetter.AskId));
        await stage.Settle();

        var loaded = await stage.Load(number);
        var rebuilt = await stage.Read(records => records.Rebuild(number));
        Serialized(rebuilt!).Should().Be(Serialized(loaded));
    }

    internal static async Task<EscalationNumber> Accepted(Stage stage, bool restricted = false)
    {
        var number = await stage.Declare(restricted: restricted);
        await stage.Press("marco", "owner.accept", number);
        await stage.Settle();
        return number;
    }

    internal static CardAction Button(Stage stage, string person, string id) =>
        stage
            .Platform.To(person)
            .Reverse()
            .SelectMany(message => message.Actions)
            .First(action =>
                action is Does does && does.ActionId == id
                || action is Opens opens && opens.DialogId == id
            );

    internal static async Task WriteUpdate(Stage stage, EscalationNumber number)
    {
        var reply = await stage.Submit(
            "marco",
            LetterDialog.Id,
            number,
            ("kind", "Update"),
            ("summary", "Os clientes não conseguem entrar"),
            ("now", "Encontramos a causa"),
            ("next-date", "2026-03-02"),
            ("next-time", "14:30")
        );
        reply.Should().NotBeOfType<Reply.Refused>();
        await stage.Settle();
    }

    private static string Serialized(Escalation escalation) =>
        System.Text.Json.JsonSerializer.Serialize(escalation, Json.Options);
}
