using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Chat;

/// <summary>A person's own page: what is on it for whom, and when it is shown anew.</summary>
public sealed class HomeTests
{
    [Fact]
    public async Task Of_NothingYet_SaysSoAndOffersToDeclare()
    {
        await using var stage = await Stage.OpenAsync();

        var page = await PageAsync(stage, "ana");

        page.Should().HaveCount(5);
        Actions(page).OfType<Opens>().Should().Contain(opens => opens.DialogId == "declare");
        Words(page)
            .Should()
            .Contain("Nothing waits for you now.")
            .And.Contain("Nothing open is yours now.")
            .And.Contain("no data");
    }

    [Fact]
    public async Task Of_WhatIsAskedOfSomebody_StandsOnTheirPageOnly()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var escalation = await stage.Load(number);
        var asked = escalation.Ownership.Asked[0].Person.Value;

        Words(await PageAsync(stage, asked)).Should().Contain("Customers cannot sign in");
        Words(await PageAsync(stage, "ana")).Should().Contain("Customers cannot sign in");
        foreach (
            var other in Scenes.Company.People.Keys.Where(person =>
                person.Value != "ana" && person.Value != asked && !escalation.Involves(person)
            )
        )
            Words(await PageAsync(stage, other.Value))
                .Should()
                .NotContain("Customers cannot sign in");
    }

    [Fact]
    public async Task Of_SomebodyAskedToOwn_WaitsWithItsButtonsUntilAnswered()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var asked = (await stage.Load(number)).Ownership.Asked[0].Person.Value;

        var page = await PageAsync(stage, asked);
        Words(page).Should().Contain("can you own this?").And.NotContain("Nothing waits for you");
        Words(await PageAsync(stage, "ana")).Should().Contain("Nothing waits for you");
        var accept = Actions(page).OfType<Does>().Single(does => does.ActionId == "owner.accept");
        await stage.Press(asked, accept);

        Words(await PageAsync(stage, asked)).Should().Contain("Nothing waits for you");
    }

    [Fact]
    public async Task Of_SomebodyOfferedARoleOrAskedForHelp_WaitsUntilAnswered()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Submit(
            "marco",
            AssignRole.Id,
            number,
            ("role", "TechnicalLead"),
            ("person", "tom")
        );
        await stage.Submit(
            "marco",
            AskExpert.Id,
            number,
            ("person", "priya"),
            ("question", "Is the token cache to blame?")
        );

        Words(await PageAsync(stage, "tom"))
            .Should()
            .ContainEquivalentOf("asks you to be technical lead");
        Words(await PageAsync(stage, "priya")).Should().Contain("can you help?");
        var decline = Actions(await PageAsync(stage, "tom"))
            .OfType<Does>()
            .Single(does => does.ActionId == "role.decline");
        await stage.Press("tom", decline);

        Words(await PageAsync(stage, "tom")).Should().Contain("Nothing waits for you");
    }

    [Fact]
    public async Task Of_WhoeverIsAskedForAStatus_WaitsFromTheQuestionToTheAnswer()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(severity: "Sev1");
        await stage.Press("marco", AcceptOwnership.Id, number);
        Words(await PageAsync(stage, "marco")).Should().Contain("Nothing waits for you");

        var promise = (await stage.Load(number)).StatusUpdates.Cadence.Next!;
        stage.Sleep((promise.Due - promise.From) * 7 / 10);
        Words(await PageAsync(stage, "marco")).Should().Contain("Anything new?");

        await stage.Submit(
            "marco",
            "status.post",
            number,
            ("conditions", "Two of three regions work again."),
            ("trend", "Improving")
        );
        Words(await PageAsync(stage, "marco")).Should().NotContain("Anything new?");
    }

    [Fact]
    public async Task Of_WhoeverWritesToTheCustomer_WaitsWhenThreeQuartersOfTheTimeHavePassed()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(severity: "Sev1");
        await stage.Press("marco", AcceptOwnership.Id, number);
        var promise = (await stage.Load(number)).CustomerUpdates.Cadence.Next!;
        async Task<IEnumerable<string>> DialogsAsync(string person) =>
            Actions(await PageAsync(stage, person)).OfType<Opens>().Select(opens => opens.DialogId);

        stage.Sleep((promise.Due - promise.From) * 7 / 10);
        (await DialogsAsync("marco")).Should().NotContain(LetterDialog.Id);
        stage.Sleep((promise.Due - promise.From) / 10);

        (await DialogsAsync("marco")).Should().Contain(LetterDialog.Id);
        (await DialogsAsync("ana")).Should().NotContain(LetterDialog.Id);
    }

    [Fact]
    public async Task Of_RestrictedEscalation_IsInvisibleToOthers()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(restricted: true);
        var escalation = await stage.Load(number);

        foreach (var person in Scenes.Company.People.Keys)
        {
            var sees = Visibility.Sees(escalation, Scenes.At(person.Value));
            if (!sees)
                Words(await PageAsync(stage, person.Value))
                    .Should()
                    .NotContain("Customers cannot sign in");
        }
    }

    [Fact]
    public async Task Change_OfSomebodyWithAPage_IsShownOnceSoonAfter()
    {
        await using var stage = await Stage.OpenAsync();
        await OpenAsync(stage, "ana");
        await OpenAsync(stage, "priya");

        await stage.Declare();
        (await WaitingAsync(stage)).Should().Be(1, "several changes are one, and only Ana's");
        await stage.Advance(Home.Pause);

        stage.Platform.Homes[new PersonId("ana")].Should().HaveCount(1);
        stage.Platform.Homes.Should().NotContainKey(new PersonId("priya"));
        Words(stage.Platform.Homes[new PersonId("ana")][0])
            .Should()
            .Contain("Customers cannot sign in");
    }

    [Fact]
    public async Task Change_NobodyHasAPage_AddsNothing()
    {
        await using var stage = await Stage.OpenAsync();

        await stage.Declare();

        (await WaitingAsync(stage)).Should().Be(0);
    }

    [Fact]
    public async Task Page_PersonNoLongerThere_IsForgotten()
    {
        await using var stage = await Stage.OpenAsync();
        await OpenAsync(stage, "ana");
        stage.Platform.HomeFails = new ChatException(ChatFailure.Gone, "not there");

        await stage.Declare();
        await stage.Advance(Home.Pause);

        (await stage.Read(records => records.HomesOf(new PersonId("ana")))).Should().BeEmpty();
    }

    [Fact]
    public async Task Pin_TwiceAndByTheDialogBefore_IsOnTheTimelineOnce()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var room = (await stage.Load(number)).Rooms[0].Room;

        var first = await stage.Act(Pin(room, "a", "ana"));
        var second = await stage.Act(Pin(room, "b", "marco"));

        first.Should().BeOfType<Reply.Private>();
        Words([((Reply.Private)second).Card]).Should().Contain("already");
        (await stage.Events(number))
            .Count(told => told.Event is EscalationCollab.Core.Timelines.NoteAdded)
            .Should()
            .Be(1);
    }

    private static Interaction Pin(RoomRef room, string key, string by) =>
        new()
        {
            Key = key,
            Tenant = TenantId.Default,
            Actor = new PersonId(by),
            Platform = room.Platform,
            Kind = InteractionKind.Action,
            Route = "timeline.pin",
            Room = room,
            Source = new SourceMessage(
                new MessageRef(room.Platform, room.Id, "m1"),
                "Customer",
                "It works again",
                new Uri("https://chat.example/m1")
            ),
        };

    private static Task<IReadOnlyList<Card>> PageAsync(Stage stage, string person) =>
        stage.Read(records =>
            new HomeView(records, Scenes.At(person, stage.Now), stage.Slices).Cards()
        );

    private static Task<int> OpenAsync(Stage stage, string person) =>
        stage.Write(records =>
        {
            records.OpenHome(new PersonId(person), stage.Platform.Name, stage.Now);
            return 0;
        });

    private static Task<long> WaitingAsync(Stage stage) =>
        stage.Read(records =>
            Dapper.SqlMapper.ExecuteScalar<long>(
                records.Connection,
                "SELECT COUNT(*) FROM outbox WHERE kind = 'home' AND done_at IS NULL"
            )
        );

    private static IEnumerable<CardAction> Actions(IEnumerable<Card> page) =>
        page.SelectMany(card => card.Blocks).OfType<Actions>().SelectMany(row => row.Items);

    private static string Words(IEnumerable<Card> page) =>
        string.Join('\n', page.SelectMany(Scenes.Texts).Select(text => text.Say()));
}
