using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Chat;

/// <summary>One escalation on two platforms: the same truth on both, and one that is down holds up nobody elsewhere.</summary>
public sealed class SeveralPlatformsTests
{
    private readonly RecordingPlatform _other = new("other");

    [Fact]
    public async Task Escalation_OnTwoPlatforms_HasOneRoomAndOneTruthOnEach()
    {
        await using var stage = await OpenAsync();
        var number = await stage.Declare();

        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();
        Same(stage, number);
        await stage.Submit("marco", "status.post", number, Status("Sign-in is slow"));
        await stage.Settle();

        Same(stage, number).Should().Contain("Sign-in is slow");
        (await stage.Load(number)).Rooms.Should().HaveCount(2);
    }

    [Fact]
    public async Task Platform_DownFromTheBeginning_GetsItsRoomAndTheCardOfThenOnceItIsBack()
    {
        await using var stage = await OpenAsync();
        _other.IsDown = true;

        var number = await stage.Declare();
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Submit("marco", "status.post", number, Status("Sign-in is slow"));
        await stage.Settle();

        Shown(stage.Platform, number).Should().Contain("Sign-in is slow");
        stage
            .Platform.RoomOf(number)!
            .Members.Should()
            .Contain(new PersonId("marco"), "nobody waits for the other platform");
        _other.Rooms.Should().BeEmpty();

        _other.IsDown = false;
        await stage.Advance(Duration.FromMinutes(2));

        Same(stage, number).Should().Contain("Sign-in is slow");
        _other.Rooms.Should().ContainSingle().Which.Members.Should().Contain(new PersonId("marco"));
        (await LeftAsync(stage)).Should().Be(0);
    }

    [Fact]
    public async Task Platform_DownForAWhile_IsNotAskedForEveryChangeAndCatchesUpWithOneEdit()
    {
        await using var stage = await OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();
        var before = Card(_other, number).Edits;

        _other.IsDown = true;
        for (var i = 1; i <= 10; i++)
        {
            await stage.Submit("marco", "status.post", number, Status($"Attempt {i}"));
            await stage.Settle();
            Shown(stage.Platform, number).Should().Contain($"Attempt {i}");
        }
        _other.CallsWhileDown.Should().BeLessThan(6);
        _other.IsDown = false;
        await stage.Advance(Duration.FromMinutes(2));

        Same(stage, number).Should().Contain("Attempt 10");
        (Card(_other, number).Edits - before).Should().BeLessThan(4);
        (await LeftAsync(stage)).Should().Be(0);
    }

    [Fact]
    public async Task Platform_ThatHangs_HoldsUpNobodyElseAndCatchesUpOnceItAnswers()
    {
        await using var stage = await OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();
        var before = Card(_other, number).Edits;

        _other.Hang();
        await stage.Submit("marco", "status.post", number, Status("Attempt 1"));
        await SettleAsync(stage);
        Shown(stage.Platform, number).Should().Contain("Attempt 1");
        var asked = _other.CallsWhileHanging;
        for (var i = 2; i <= 5; i++)
        {
            await stage.Submit("marco", "status.post", number, Status($"Attempt {i}"));
            await stage.Settle();
            Shown(stage.Platform, number)
                .Should()
                .Contain($"Attempt {i}", "what hangs is not waited for");
        }
        _other.CallsWhileHanging.Should().Be(asked, "one call tells that it hangs");
        _other.GoOn();
        await CatchUpAsync(stage);

        Same(stage, number).Should().Contain("Attempt 5");
        (Card(_other, number).Edits - before).Should().BeLessThan(4);
    }

    [Fact]
    public async Task Platform_ThatHangsLongerThanAnAttemptMayTake_IsAskedAgain()
    {
        await using var stage = await OpenAsync();
        _other.Hang();
        await stage.Submit("ana", "declare", null, Declaration);
        await SettleAsync(stage);
        var number = new EscalationNumber(1001);
        stage.Platform.RoomOf(number)!.Members.Should().Contain(new PersonId("ana"));
        _other.Rooms.Should().BeEmpty();

        await stage.Advance(Duration.FromMinutes(3));
        _other.CallsWhileHanging.Should().BeGreaterThan(1);
        _other.GoOn();
        await CatchUpAsync(stage);

        Same(stage, number).Should().Contain("Customers cannot sign in");
        _other.Rooms.Should().ContainSingle().Which.Members.Should().Contain(new PersonId("ana"));
    }

    [Fact]
    public async Task Person_WhosePlatformHangs_KeepsNobodyElseWaitingAndIsToldOnce()
    {
        await using var stage = await OpenAsync();
        var number = await stage.Declare();
        var room = stage.Platform.RoomOf(number)!.Ref;
        int Told(RecordingPlatform platform, string person) =>
            platform.To(person).Count(message => Lost(message.Card));
        stage.Platform.Hang();

        await stage.Write(records =>
        {
            records.AddEffects(
                [
                    new WarRoomLostNotice(new PersonId("marco"), room),
                    new WarRoomLostNotice(new PersonId("ruta"), room),
                    new BroughtIn(new PersonId("marco"), Phrase.Of("merge.title")),
                ],
                number,
                stage.Now
            );
            return 0;
        });
        await SettleAsync(stage);

        stage.Platform.CallsWhileHanging.Should().Be(2, "nobody waits for word to another");
        _other.To("marco").Should().ContainSingle("the second word goes where it is heard");
        stage.Platform.GoOn();
        await CatchUpAsync(stage);
        Told(stage.Platform, "marco").Should().Be(1);
        Told(stage.Platform, "ruta").Should().Be(1);
        _other.To("ruta").Should().BeEmpty();
    }

    [Fact]
    public async Task Person_WhomAHangingPlatformDoesNotKnowYet_KeepsNobodyWaiting()
    {
        await using var stage = await OpenAsync();
        var number = await stage.Declare();
        var room = stage.Platform.RoomOf(number)!.Ref;
        int Told(RecordingPlatform platform, string person) =>
            platform.To(person).Count(message => Lost(message.Card));
        stage.Platform.LooksUp.UnionWith([new PersonId("ruta"), new PersonId("tom")]);
        _other.Strangers.Add(new PersonId("tom"));
        stage.Platform.Hang();
        var began = stage.Now;

        await stage.Write(records =>
        {
            records.AddEffects(
                [
                    .. new[] { "ruta", "tom", "marco" }.Select(person => new WarRoomLostNotice(
                        new PersonId(person),
                        room
                    )),
                    new BroughtIn(new PersonId("tom"), Phrase.Of("merge.title")),
                ],
                number,
                stage.Now
            );
            return 0;
        });
        await SettleAsync(stage);

        Told(_other, "ruta").Should().Be(1, "she is known there");
        (stage.Now - began).Should().BeLessThan(6 * EachPlatform.Courtesy);
        stage.Platform.CallsWhileHanging.Should().Be(3, "it is asked once for each");
        stage.Platform.GoOn();
        await CatchUpAsync(stage);
        stage.Platform.To("tom").Should().HaveCount(2).And.Contain(word => Lost(word.Card));
        Told(stage.Platform, "marco").Should().Be(1);
        Told(stage.Platform, "ruta").Should().Be(0);
    }

    [Fact]
    public async Task Person_OnAPlatformThatIsDown_IsToldOnTheOtherOneFromTheSecondWordOn()
    {
        await using var stage = await OpenAsync();
        stage.Platform.IsDown = true;

        // The first word waits, as it may have arrived; whoever comes after it knows.
        var number = await stage.Declare();
        stage.Platform.To("marco").Should().BeEmpty();
        _other.To("marco").Should().BeEmpty();
        await stage.Write(records =>
        {
            records.AddEffects(
                [new WarRoomLostNotice(new PersonId("marco"), _other.RoomOf(number)!.Ref)],
                number,
                stage.Now
            );
            return 0;
        });
        await stage.Settle();
        _other.To("marco").Should().ContainSingle();

        stage.Platform.IsDown = false;
        await stage.Advance(Duration.FromMinutes(2));
        stage.Platform.To("marco").Should().NotBeEmpty();
        (await LeftAsync(stage)).Should().Be(0);
    }

    [Fact]
    public async Task Person_WhoCannotBeReachedNow_KeepsNobodyElseWaiting()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var room = stage.Platform.RoomOf(number)!.Ref;
        int Told(string person) => stage.Platform.To(person).Count(message => Lost(message.Card));
        stage.Platform.CannotReach = new PersonId("marco");

        await stage.Write(records =>
        {
            records.AddEffects(
                new[] { "marco", "ruta" }.Select(person => new WarRoomLostNotice(
                    new PersonId(person),
                    room
                )),
                number,
                stage.Now
            );
            return 0;
        });
        await stage.Settle();

        Told("ruta").Should().Be(1);
        Told("marco").Should().Be(0);
        stage.Platform.CannotReach = null;
        await stage.Advance(Duration.FromMinutes(2));
        Told("marco").Should().Be(1);
        (await LeftAsync(stage)).Should().Be(0);
    }

    [Fact]
    public async Task Word_BehindOneThatWaits_GoesRightAfterIt()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var room = stage.Platform.RoomOf(number)!.Ref;
        async Task TellAsync(Notice notice)
        {
            await stage.Write(records =>
            {
                records.AddEffects([notice], number, stage.Now);
                return 0;
            });
            await stage.Settle();
        }
        var marco = new PersonId("marco");
        stage.Platform.CannotReach = marco;
        await TellAsync(new WarRoomLostNotice(marco, room));
        await stage.Advance(Duration.FromSeconds(20));
        await TellAsync(new BroughtIn(marco, Phrase.Of("merge.title")));

        stage.Platform.CannotReach = null;
        await stage.Advance(Duration.FromSeconds(11));

        stage.Platform.To("marco").Should().Contain(message => Lost(message.Card));
        (await LeftAsync(stage)).Should().Be(0);
    }

    private static readonly (string, string)[] Declaration =
    [
        ("customer", "acme"),
        ("summary", "Customers cannot sign in"),
        ("reason", "MissingExpertise"),
        ("severity", "Sev2"),
    ];

    /// <summary>Performs what is due while a platform hangs: others wait for it a moment.</summary>
    private static async Task SettleAsync(Stage stage)
    {
        var settling = stage.Settle();
        while (!settling.IsCompleted)
        {
            await Task.WhenAny(
                settling,
                Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System)
            );
            // Slowly: on a busy machine an attempt must not come to its time limit here.
            stage.Time.Advance(EachPlatform.Courtesy / 4);
        }
        await settling;
    }

    /// <summary>What went on by itself comes to its end, and what waited behind it.</summary>
    private static async Task CatchUpAsync(Stage stage)
    {
        await Eventually.IsTrueAsync(
            () =>
                stage
                    .Read(records =>
                        records.Connection.ExecuteScalar<long>(
                            "SELECT COUNT(*) FROM outbox WHERE lease_owner IS NOT NULL"
                        )
                    )
                    .GetAwaiter()
                    .GetResult() == 0,
            "what hung to be answered"
        );
        await stage.Advance(Duration.FromMinutes(2));
        (await LeftAsync(stage)).Should().Be(0);
    }

    private static bool Lost(Card card) =>
        Scenes.Texts(card).Any(text => text.ToString().Contains("war-room.lost"));

    private Task<Stage> OpenAsync() => Stage.OpenAsync(besides: _other);

    private static (string, string)[] Status(string conditions) =>
        [("conditions", conditions), ("trend", "Same")];

    /// <summary>What both cards say.</summary>
    private string Same(Stage stage, EscalationNumber number)
    {
        var card = Shown(stage.Platform, number);
        Shown(_other, number).Should().Be(card);
        return card;
    }

    private static string Shown(RecordingPlatform platform, EscalationNumber number) =>
        string.Join("\n", Scenes.Texts(platform.CardOf(number)).Select(text => text.Say("en")));

    private static PostedMessage Card(RecordingPlatform platform, EscalationNumber number) =>
        platform.Messages.Single(message =>
            message.Pinned && message.Room == platform.RoomOf(number)!.Ref
        );

    private static Task<long> LeftAsync(Stage stage) =>
        stage.Read(records =>
            records.Connection.ExecuteScalar<long>(
                "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND kind = 'set-aside'"
            )
        );
}
