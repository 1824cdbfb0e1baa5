using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.CustomerUpdates;

/// <summary>Messages into a channel that is shared with the customer.</summary>
public sealed class SharedChannelTests
{
    private static readonly RoomRef Place = new(RecordingPlatform.PlatformName, "C0ACME");

    [Fact]
    public async Task Set_InTheChannelItself_IsKeptWithTheCustomer()
    {
        await using var stage = await Stage.OpenAsync();

        (await Set(stage, "marco", "preferred")).Should().NotBeOfType<Reply.Refused>();

        var shared = (await Customer(stage)).Shared;
        shared.Should().Be(new SharedChannel("test", "C0ACME", "acme-support"));
    }

    [Fact]
    public async Task Set_ByWhoMayNotWriteToCustomers_IsRefused()
    {
        await using var stage = await Stage.OpenAsync();

        (await Ask(stage, "tom", Place)).Should().BeOfType<Reply.Refused>();
        (await Customer(stage)).Shared.Should().BeNull();
    }

    [Fact]
    public async Task Set_InAWarRoom_IsRefused()
    {
        await using var stage = await Stage.OpenAsync();
        var room = (await stage.Load(await stage.Declare())).Rooms.Single().Room;

        (await Ask(stage, "marco", room))
            .Should()
            .BeOfType<Reply.Refused>()
            .Subject.Sentence.Say()
            .Should()
            .Contain("stays inside the company");
    }

    [Fact]
    public async Task Set_ForASecondCustomer_IsRefusedAndNamesTheFirst()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");

        var reply = await Set(stage, "marco", "preferred", "ferri");

        reply
            .Should()
            .BeOfType<Reply.Refused>()
            .Subject.Fields["customer"]
            .Say()
            .Should()
            .Contain("Acme Pagamentos");
    }

    [Fact]
    public async Task Set_ToNever_ForgetsTheChannel()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");

        await Set(stage, "marco", "none");

        (await Customer(stage)).Shared.Should().BeNull();
    }

    [Fact]
    public async Task Receipt_ToACustomerWithAPreferredChannel_GoesThereAndOnTheTimeline()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");

        var number = await Accepted(stage);

        stage.Customers.Sent.Should().BeEmpty();
        var receipt = stage.SharedRooms.Sent.Should().ContainSingle().Subject;
        receipt.Place.Should().Be("C0ACME");
        receipt.Language.Should().Be("pt-BR");
        var board = (await stage.Load(number)).CustomerUpdates;
        board.Last!.Kind.Should().Be(CustomerMessageKind.Receipt);
        board.Cadence.Next.Should().NotBeNull("the next clock runs as after a mail");
        (await stage.Events(number))
            .Select(recorded => recorded.Event.Tell()?.Say())
            .Should()
            .ContainMatch("sent the customer a message in #acme-support*");
    }

    [Fact]
    public async Task Receipt_ToACustomerWhoseChannelIsOnlyOffered_GoesByMail()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "offered");

        await Accepted(stage);

        stage.Customers.Sent.Should().ContainSingle();
        stage.SharedRooms.Sent.Should().BeEmpty();
    }

    [Fact]
    public async Task Dialog_ToACustomerWithAChannel_ShowsWhereItGoesAndKeepsTheChoice()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");
        var number = await Accepted(stage);

        var dialog = await stage.Open("marco", LetterDialog.Id, number);
        var via = dialog.Inputs.OfType<ChoiceInput>().Single(input => input.Id == "via");
        via.Initial.Should().Equal("channel");
        via.Options[0].Label.Say().Should().Contain("#acme-support");
        await stage.Act(
            "marco",
            InteractionKind.SubmitDialog,
            LetterDialog.Id,
            data: dialog.Data,
            inputs:
            [
                ("kind", "Update"),
                ("summary", "Sem acesso"),
                ("now", "Encontramos a causa."),
                ("via", "mail"),
                ("next-date", "2026-03-02"),
                ("next-time", "16:00"),
            ]
        );

        (await stage.Load(number)).CustomerUpdates.Drafts.Single().Letter.Via.Should().BeNull();
    }

    [Fact]
    public async Task Preview_OfAMessageIntoAChannel_ShowsItAsItWillStandThere()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");
        await Accepted(stage, restricted: true);

        var letter = stage
            .Platform.To("marco")
            .SelectMany(message => message.Card.Blocks.OfType<Letter>())
            .Last();

        letter.InChat.Should().BeTrue();
        letter.To.Should().Be("#acme-support");
        stage.SharedRooms.Sent.Should().BeEmpty("nothing silent goes out without a person");
    }

    [Fact]
    public async Task Delivery_RefusedByTheChannel_SaysWhatToDoAndGoesByMailInstead()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");
        stage.SharedRooms.AnswerOnce = new Delivery.Refused("not_in_channel")
        {
            Cause = RefusalCause.NotInside,
        };
        var number = await Accepted(stage);

        var card = stage.Platform.To("marco")[^1].Card;
        card.Summary.Say().Should().Contain("Invite the app there");
        card.Blocks.OfType<Quote>().Should().BeEmpty("Slack's word says nothing to the person");
        var byMail = card
            .Blocks.OfType<Actions>()
            .SelectMany(actions => actions.Items)
            .OfType<Does>()
            .Single(button => button.ActionId == SendLetter.ByMailId);
        (await stage.Press("marco", byMail)).Should().NotBeOfType<Reply.Refused>();
        (await stage.Press("ruta", byMail)).Should().BeOfType<Reply.Refused>("it is on its way");
        await stage.Settle();

        stage.SharedRooms.Sent.Should().BeEmpty();
        stage.Customers.Sent.Should().ContainSingle().Subject.To.Should().NotBeEmpty();
        (await stage.Load(number)).CustomerUpdates.Last.Should().NotBeNull();
    }

    [Fact]
    public async Task Delivery_RefusedTwice_TellsTheOwnerOnce()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Accepted(stage, "ferri", "Sev3");
        await Set(stage, "marco", "preferred", "ferri");
        for (var i = 0; i < 2; i++)
        {
            stage.SharedRooms.AnswerOnce = new Delivery.Refused("is_archived")
            {
                Cause = RefusalCause.PutAway,
            };
            var dialog = await stage.Open("ruta", LetterDialog.Id, number);
            await stage.Act(
                "ruta",
                InteractionKind.SubmitDialog,
                LetterDialog.Id,
                data: dialog.Data,
                inputs:
                [
                    ("kind", "Update"),
                    ("summary", "Senza accesso"),
                    ("now", "Abbiamo trovato la causa."),
                    ("via", "channel"),
                    ("next-date", "2026-03-02"),
                    ("next-time", "16:00"),
                ]
            );
            await stage.Settle();
            var send = stage
                .Platform.To("ruta")
                .SelectMany(message => message.Actions)
                .OfType<Does>()
                .Last(button => button.ActionId == SendLetter.SendId);
            (await stage.Press("ruta", send)).Should().NotBeOfType<Reply.Refused>();
            await stage.Settle();
        }

        stage
            .Platform.To("marco")
            .Count(message => message.Card.Summary.Say().Contains("is archived"))
            .Should()
            .Be(1);
    }

    [Fact]
    public async Task Shortcut_OnAMessageInTheChannel_KnowsTheCustomer()
    {
        await using var stage = await Stage.OpenAsync();
        await Set(stage, "marco", "preferred");

        var reply = await stage.Act(
            new Interaction
            {
                Key = "shortcut",
                Tenant = TenantId.Default,
                Actor = new PersonId("ana"),
                Platform = "test",
                Kind = InteractionKind.Shortcut,
                Route = "escalate-message",
                Source = new SourceMessage(
                    new MessageRef("test", "C0ACME", "1"),
                    "Somebody",
                    "Nothing works",
                    null
                ),
            }
        );

        reply
            .Should()
            .BeOfType<Reply.Show>()
            .Subject.Dialog.Inputs.OfType<CustomerInput>()
            .Single()
            .Initial.Should()
            .Be(new CustomerId("acme"));
    }

    private static Task<Reply> Ask(Stage stage, string person, RoomRef room) =>
        stage.Act(person, InteractionKind.Command, "customer-channel", "acme", room: room);

    private static async Task<Reply> Set(
        Stage stage,
        string person,
        string use,
        string customer = "acme"
    ) =>
        await Ask(stage, person, Place) is Reply.Show(var dialog)
            ? await stage.Act(
                person,
                InteractionKind.SubmitDialog,
                SetSharedChannel.Id,
                data: dialog.Data,
                inputs: [("customer", customer), ("name", "#acme-support"), ("use", use)]
            )
            : throw new InvalidOperationException("no dialog");

    private static async Task<Customer> Customer(Stage stage) =>
        (await stage.Read(records => records.LoadDirectory())).Customers[new CustomerId("acme")];

    private static async Task<EscalationNumber> Accepted(
        Stage stage,
        string customer = "acme",
        string severity = "Sev2",
        bool restricted = false
    )
    {
        var number = await stage.Declare(
            customer: customer,
            severity: severity,
            restricted: restricted
        );
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();
        return number;
    }
}
