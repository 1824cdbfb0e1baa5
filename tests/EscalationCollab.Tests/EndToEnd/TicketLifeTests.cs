using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Tests.Surveys;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Tests.Tickets;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// A real ticket of the help desk's log, replayed up to noon of 2 March 2016: proposed by the policy's triggers, accepted by
/// a manager and lived as an escalation to the end.
/// </summary>
public sealed class TicketLifeTests
{
    private const string Noon = "2016-03-02T12:00:00Z";

    [Fact]
    public async Task ProposedTicket_AcceptedFromTheCard_LivesToTheEndAndCountsAsEscalated()
    {
        await using var stage = await Stage.OpenAsync(Noon);
        await Replay(stage);
        var proposed = await stage.Read(Worst);

        var number = await Accept(stage, proposed);
        await Work(stage, number);
        await Learn(stage, number);
        await Hear(stage, number);

        var escalation = await stage.Load(number);
        escalation.Status.Should().Be(Status.Closed);
        escalation.Ticket.Should().Be(proposed.Ticket.Number);
        escalation.PostMortem!.Publication.Should().NotBeNull();
        escalation.Survey.AnsweredAt.Should().NotBeNull();
        stage.Platform.RoomOf(number)!.Archived.Should().BeTrue();
        (await LinkOf(stage, proposed)).Should().Be(number.Value);
        (await stage.Read(Waiting))
            .Should()
            .NotContain(other => other.Ticket.Number == proposed.Ticket.Number);
        stage.Mistakes.Should().BeEmpty();
    }

    private static async Task Replay(Stage stage)
    {
        var result = await new TicketImport(
            stage.Store,
            stage.Time,
            NullLogger<TicketImport>.Instance
        ).RunAsync(
            TenantId.Default,
            new TicketImportRequest(
                TicketDesk.RealFile,
                TicketDesk.RealMap,
                Scenes.Policy,
                stage.Now
            ),
            null,
            CancellationToken.None
        );
        result.Rejected.Should().Be(0);
        await stage.Settle();
    }

    // As a manager does it: the button of the worst ticket on the card in the direct message.
    private static async Task<EscalationNumber> Accept(Stage stage, ProposedTicket proposed)
    {
        var card = stage.Platform.To("ruta").Last(m => Buttons(m.Card).Any(Accepts)).Card;
        var button = Buttons(card).OfType<Opens>().First(Accepts);
        var dialog = (Reply.Show)await stage.Press("ruta", button);
        var prefilled = dialog
            .Dialog.Inputs.OfType<TextInput>()
            .First(input => input.Id == "summary")
            .Initial;
        var reply = await stage.Act(
            "ruta",
            InteractionKind.SubmitDialog,
            AcceptProposal.Route,
            data: button.Data,
            inputs:
            [
                ("customer", "acme"),
                ("summary", prefilled!),
                ("reason", "SlaBreach"),
                ("severity", "Sev2"),
            ]
        );
        reply.Should().NotBeOfType<Reply.Refused>();
        await stage.Settle();
        var number = await stage.Read(records => new EscalationNumber(
            records.Connection.ExecuteScalar<long>("SELECT MAX(number) FROM escalation")
        ));
        (await stage.Load(number)).Ticket.Should().Be(proposed.Ticket.Number);
        (await Refused(stage.Press("marco", button)))
            .Should()
            .BeTrue("it is an escalation already");
        return number;
    }

    private static async Task Work(Stage stage, EscalationNumber number)
    {
        await Done(stage, stage.Press("marco", AcceptOwnership.Id, number));
        await Done(
            stage,
            stage.Submit(
                "priya",
                "status.post",
                number,
                ("conditions", "The queue is stuck"),
                ("actions", "Restarting it"),
                ("trend", "Improving")
            )
        );
        await Done(
            stage,
            stage.Submit("marco", "resolution.mitigate", number, ("workaround", "Use the web form"))
        );
        await Done(
            stage,
            stage.Submit(
                "marco",
                "resolution.resolve",
                number,
                ("how", "Fix"),
                ("done", "The queue was drained and its limit raised")
            )
        );
        await Done(stage, stage.Press("marco", "resolution.confirmed", number));
    }

    private static async Task Learn(Stage stage, EscalationNumber number)
    {
        if ((await stage.Load(number)).PostMortem is null)
            await Done(stage, stage.Submit("marco", "postmortem.open", number));
        foreach (var (_, id, sections) in WriteSections.Dialogs)
            await Done(
                stage,
                stage.Submit(
                    "marco",
                    id,
                    number,
                    [.. sections.Select(s => (WriteSections.NameOf(s), "As the timeline tells"))]
                )
            );
        await Done(
            stage,
            stage.Submit(
                "priya",
                "postmortem.cause",
                number,
                ("why1", "The queue was full"),
                ("why2", "Its limit was never looked at"),
                ("why3", "Nobody is told when it is reached"),
                ("cause", "No alert on the limit"),
                ("contributors", "Month end")
            )
        );
        await Done(
            stage,
            stage.Submit(
                "marco",
                "action-item.open",
                number,
                ("title", "Add an alert on the limit"),
                ("owner", "tom"),
                ("due", "2016-03-30"),
                ("kind", "Product")
            )
        );
        await Done(
            stage,
            stage.Submit(
                "marco",
                "postmortem.customer",
                number,
                ("summary", "Pedidos parados"),
                ("cause", "Um limite foi atingido"),
                ("resolution", "O limite foi aumentado"),
                ("changes", "O limite será vigiado")
            )
        );
        await Done(stage, stage.Press("priya", "postmortem.submit", number));
        var review = stage
            .Platform.Messages.Last(m => Buttons(m.Card).Any(Publishes))
            .Should()
            .BeAssignableTo<PostedMessage>()
            .Subject;
        await Done(
            stage,
            stage.Press(review.Person!.Value.Value, Buttons(review.Card).First(Publishes))
        );
        await Done(stage, stage.Press("tom", "action-item.done", number, ("item", "1")));
    }

    private static async Task Hear(Stage stage, EscalationNumber number)
    {
        await stage.Advance(Duration.FromHours(26));
        var sheet = await stage
            .Desk()
            .AnswerAsync(stage.Token(), SurveyScenes.Answers(), CancellationToken.None);
        sheet.JustAnswered.Should().BeTrue();
        await stage.Advance(Duration.FromDays(3));
        (await stage.Load(number))
            .ActionItems.Should()
            .OnlyContain(item => item.State == ActionItemState.Done);
    }

    private static async Task Done(Stage stage, Task<Reply> act)
    {
        var reply = await act;
        ((reply as Reply.Refused)?.Sentence.ToString() ?? "").Should().BeEmpty();
        await stage.Settle();
    }

    private static async Task<bool> Refused(Task<Reply> act) => await act is Reply.Refused;

    private static IEnumerable<CardAction> Buttons(Card card) =>
        card.Blocks.OfType<Actions>().SelectMany(actions => actions.Items);

    private static bool Accepts(CardAction action) =>
        action is Opens { DialogId: AcceptProposal.Route };

    private static bool Publishes(CardAction action) =>
        action
            is Does { ActionId: "postmortem.publish" }
                or Opens { DialogId: "postmortem.publish" };

    private static ProposedTicket Worst(Core.Storage.Records records) =>
        new ProposalTable(records.Connection, records.Tenant).Worst(1)[0];

    private static IReadOnlyList<ProposedTicket> Waiting(Core.Storage.Records records) =>
        new ProposalTable(records.Connection, records.Tenant).Worst(1_000);

    private static Task<long?> LinkOf(Stage stage, ProposedTicket proposed) =>
        stage.Read(records =>
            records.Connection.ExecuteScalar<long?>(
                "SELECT escalation FROM ticket WHERE number = @number",
                new { number = proposed.Ticket.Number }
            )
        );
}
