using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Chat;

/// <summary>One message a slot, whatever happens between posting it and keeping it; and nothing lost silently.</summary>
public sealed class NoticeSenderTests
{
    [Fact]
    public async Task Notice_KilledBeforeItWasKeptAndNotWantedAnyMore_IsStillTheMessageOfItsSlot()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        await Send(stage, number, "x1", new Said("First"), killed: true);
        await Send(stage, number, "x1", new Said(null));
        await Send(stage, number, "x2", new Said("Second"));

        Shown(stage, "Second").Edits.Should().Be(1);
        stage.Platform.To("nadia").Should().ContainSingle();
    }

    [Fact]
    public async Task Notice_KilledAndGivenUp_IsEditedByTheNextOfItsSlot()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        await Send(stage, number, "x1", new Said("First"), killed: true);
        await Send(stage, number, "x2", new Said("Second") { OnlyEdits = true });

        Shown(stage, "Second");
        stage.Platform.To("nadia").Should().ContainSingle();
    }

    [Fact]
    public async Task Notice_BegunButNeverPosted_IsPosted()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        stage.Platform.FailOnce = new ChatException(ChatFailure.Unclear, "no answer");
        (await Send(stage, number, "x1", new Said("First"))).Should().BeOfType<Performed.Failure>();
        await Send(stage, number, "x1", new Said("First"));

        Shown(stage, "First").Edits.Should().Be(0);
    }

    [Fact]
    public async Task Notice_KilledOnAPlatformThatCannotSearch_IsPostedAgainAndThenKept()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        stage.Platform.Searches = false;

        await Send(stage, number, "x1", new Said("First"), killed: true);
        await Send(stage, number, "x1", new Said("First"));
        await Send(stage, number, "x2", new Said("Second"));

        stage
            .Platform.To("nadia")
            .Select(message => message.Card.Summary.ToString())
            .Should()
            .Equal("First", "Second");
    }

    [Fact]
    public async Task PersonalNotice_KilledAndNotWantedAnyMore_TakesThePlaceOfTheEarlierOne()
    {
        await using var stage = await Stage.OpenAsync();
        await Send(stage, null, "x0", new Told("Zero"));

        await Send(stage, null, "x1", new Told("First"), killed: true);
        await Send(stage, null, "x1", new Told(null));
        await Send(stage, null, "x2", new Told("Second"));

        stage
            .Platform.To("nadia")
            .Select(message => message.Card.Summary.ToString())
            .Should()
            .Equal("replaced", "replaced", "Second");
    }

    [Fact]
    public async Task PersonalNotice_KilledAndRepeated_IsOneMessage()
    {
        await using var stage = await Stage.OpenAsync();

        await Send(stage, null, "x1", new Told("First"), killed: true);
        await Send(stage, null, "x1", new Told("First, later"));

        stage
            .Platform.To("nadia")
            .Should()
            .ContainSingle()
            .Which.Card.Summary.ToString()
            .Should()
            .Be("First, later");
    }

    [Fact]
    public async Task Card_TakenAwayByHand_IsPostedAnewAndPinned()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var first = stage.Platform.Messages.Single(message => message.Pinned);
        stage.Platform.Delete(first.Ref);

        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();

        var second = stage.Platform.Messages.Single(message => message.Pinned && !message.Deleted);
        second.Room.Should().Be(first.Room);
        (await Dead(stage)).Should().Be(0);
    }

    [Fact]
    public async Task Card_ThatCannotBePinned_IsPostedOnceAndEdited()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Platform.PinFails = new ChatException(ChatFailure.Refused, "not allowed to pin");
        var number = await stage.Declare();
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Advance(Duration.FromMinutes(5));

        stage
            .Platform.Messages.Where(message =>
                message.Room == stage.Platform.RoomOf(number)!.Ref
                && message.Card.Summary.ToString().Contains(number.ToString())
            )
            .Should()
            .ContainSingle()
            .Which.Edits.Should()
            .BePositive();
    }

    [Fact]
    public async Task Card_KilledAfterPostingAndAgainAfterFindingIt_IsPinned()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        stage.Platform.Delete(stage.Platform.Messages.Single(message => message.Pinned).Ref);

        await Send(stage, number, "x1", new CardNotice(), killed: true);
        await Send(stage, number, "x1", new CardNotice(), killed: true);
        await Send(stage, number, "x1", new CardNotice());
        await stage.Settle();

        stage
            .Platform.Messages.Should()
            .ContainSingle(message => message.Pinned && !message.Deleted);
    }

    [Fact]
    public async Task WarRoom_DeletedByHand_IsOpenedAnewAndTheOwnerToldOnce()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();
        var first = stage.Platform.RoomOf(number)!;
        stage.Platform.Delete(first.Ref);

        await stage.Submit("marco", PostsStatus, number, Status);
        await stage.Settle();
        await stage.Submit("marco", PostsStatus, number, Status);
        await stage.Settle();

        var second = stage.Platform.RoomOf(number)!;
        second.Ref.Should().NotBe(first.Ref);
        second.Members.Should().BeEquivalentTo(first.Members);
        stage
            .Platform.Messages.Single(message => message.Pinned && !message.Deleted)
            .Room.Should()
            .Be(second.Ref);
        Lost(stage, "marco").Should().ContainSingle();
        (await stage.Load(number)).Rooms.Should().HaveCount(2);
        (await Dead(stage)).Should().Be(0);
    }

    [Fact]
    public void WarRoom_LostAgainAndAgain_IsNotOpenedForEver()
    {
        var escalation = Scenes.Declared();
        Decision decision;
        for (var i = 1; i < WarRoomLost.MostRooms; i++)
        {
            escalation = Lose(escalation, i, out decision);
            decision.Effects.OfType<OpenWarRoom>().Should().ContainSingle();
            WarRoomLost.MayOpenAgain(escalation, "test").Should().BeTrue();
        }

        escalation = Lose(escalation, WarRoomLost.MostRooms, out decision);

        decision.Effects.OfType<OpenWarRoom>().Should().BeEmpty();
        decision.Effects.OfType<WarRoomLostNotice>().Should().ContainSingle();
        WarRoomLost.MayOpenAgain(escalation, "test").Should().BeFalse();
    }

    [Fact]
    public void WarRoom_LostAfterTheEnd_IsOnlyNoted()
    {
        var situation = Scenes.At("marco");
        var room = new RoomRef("test", "esc-1001");
        var escalation = Scenes
            .Declared()
            .After(situation, new WarRoomOpened(new WarRoom(room, "esc-1001"))) with
        {
            Status = Core.Escalations.Status.Closed,
        };

        var decision = WarRoomLost.Decide(escalation, [room]);

        decision.Events.Should().ContainSingle();
        decision.Effects.Should().BeEmpty();
    }

    private const string PostsStatus = "status.post";

    private static readonly (string, string)[] Status =
    [
        ("conditions", "Still slow"),
        ("trend", "Same"),
    ];

    private static Escalation Lose(Escalation escalation, int turn, out Decision decision)
    {
        var situation = Scenes.At("product");
        var room = new RoomRef("test", $"esc-{turn}");
        escalation = escalation.After(situation, new WarRoomOpened(new WarRoom(room, room.Id)));
        decision = WarRoomLost.Decide(escalation, [room]);
        return escalation.After(decision, situation);
    }

    private static PostedMessage Shown(Stage stage, string line) =>
        stage.Platform.To("nadia").Single(message => message.Card.Summary.ToString() == line);

    private static IEnumerable<PostedMessage> Lost(Stage stage, string person) =>
        stage
            .Platform.To(person)
            .Where(message =>
                message
                    .Card.Blocks.OfType<Paragraph>()
                    .Any(text =>
                        text.ToString().Contains("war-room.lost", StringComparison.Ordinal)
                    )
            );

    private static Task<long> Dead(Stage stage) =>
        stage.Read(records =>
            records.Connection.ExecuteScalar<long>(
                "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL"
            )
        );

    /// <summary>Performs an effect; <paramref name="killed"/> before what it did could be kept.</summary>
    private static async Task<Performed> Send(
        Stage stage,
        EscalationNumber? number,
        string effect,
        Effect notice,
        bool killed = false
    )
    {
        var performed = await stage.Runner.PerformAsync(
            new OutboxItem(effect, TenantId.Default, number, notice),
            default
        );
        if (!killed && performed is Performed.Finished { Commit: { } commit })
            await stage.Write(records =>
            {
                commit(records.Connection);
                return 0;
            });
        return performed;
    }

    /// <summary>A notice that nobody needs when it has nothing to say.</summary>
    [StoredAs("test-said")]
    private sealed record Said(string? Line) : Notice
    {
        public override Destination To => Destination.To(new PersonId("nadia"));

        public override string Slot => "said";

        public override Card? Compose(Escalation escalation, Situation situation) =>
            Line is null ? null : Card.Line(Line);
    }

    [StoredAs("test-told")]
    private sealed record Told(string? Line) : PersonalNotice(new PersonId("nadia"))
    {
        public override string Slot => "told";

        public override Card Replaced => Card.Line("replaced");

        public override Card? Compose(Records records, Situation situation) =>
            Line is null ? null : Card.Line(Line);
    }
}
