using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.StatusUpdates;

/// <summary>Status and timeline through the whole kernel: router, real database, outbox, a chat platform in memory.</summary>
public sealed class StatusStageTests
{
    [Fact]
    public async Task Ask_AnsweredWithOneTap_CardShowsItAndTheAskLosesItsButtons()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Owned(stage);
        await stage.Advance(Duration.FromMinutes(5));
        await Post(stage, number, "Looking into it");
        await stage.Advance(Duration.FromMinutes(41));
        var asked = stage.Platform.To("priya")[^1];
        var noChange = asked
            .Actions.OfType<Does>()
            .Single(button => button.ActionId == NoChange.Id);

        (await stage.Press("priya", noChange)).Should().BeOfType<Reply.Private>();
        (await stage.Press("tom", noChange)).Should().BeOfType<Reply.Refused>();
        await stage.Settle();

        asked.Actions.Should().BeEmpty();
        var board = (await stage.Load(number)).StatusUpdates;
        (board.Cadence.Kept, board.Cadence.Missed).Should().Be((2, 0));
        stage
            .Platform.CardOf(number)
            .Blocks.OfType<ClockBlock>()
            .Should()
            .Contain(clock => clock.Due == board.Cadence.Next!.Due);
        (await Promises(stage)).Should().Equal((true, 0), (true, 0), (false, 0));
    }

    [Fact]
    public async Task Post_WithNeed_OneShortMessageInTheRoom()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Owned(stage);
        var quiet = stage.Platform.InRoom(number).Count;

        await Post(stage, number, "Looking into it");
        stage.Platform.InRoom(number).Should().HaveCount(quiet);
        await Post(stage, number, "Stuck", needs: "Access to the server");

        stage.Platform.InRoom(number).Should().HaveCount(quiet + 1);
    }

    [Fact]
    public async Task Submit_EmptyOrHuge_RefusedBesideTheField()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Owned(stage);

        var refused = (Reply.Refused)
            await stage.Submit(
                "priya",
                PostStatus.Id,
                number,
                ("conditions", " "),
                ("needs", new string('x', 100_000)),
                ("trend", "Sideways")
            );

        refused.Fields.Keys.Should().BeEquivalentTo("conditions", "needs", "trend");
        var snooze = (Reply.Refused)
            await stage.Submit("priya", Snooze.Id, number, ("length", "30"), ("reason", ""));
        snooze.Fields.Keys.Should().Equal("reason");
    }

    [Fact]
    public async Task Timeline_Restricted_IsNotToldToStrangers()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(restricted: true);

        foreach (var command in new[] { "timeline", "catchup", "note" })
        {
            (await stage.Command("tom", command, $"{number.Value} x"))
                .Should()
                .BeOfType<Reply.Refused>();
            (await stage.Command("ana", command, $"{number.Value} x"))
                .Should()
                .BeOfType<Reply.Private>();
        }
    }

    [Fact]
    public async Task Shortcut_OutsideARoom_OffersOnlyWhatThePersonMaySee()
    {
        await using var stage = await Stage.OpenAsync();
        var open = await Owned(stage);
        var secret = await stage.Declare(restricted: true);

        var dialog = (Reply.Show)
            await stage.Act("tom", InteractionKind.Shortcut, AddToTimeline.Shortcut);
        var offered = dialog.Dialog.Inputs.OfType<ChoiceInput>().First();
        offered.Options.Select(option => option.Value).Should().Equal($"{open.Value}");
        (
            await stage.Submit(
                "tom",
                AddToTimeline.Id,
                number: null,
                ("escalation", $"{secret.Value}"),
                ("kind", "Event"),
                ("text", "They called")
            )
        )
            .Should()
            .BeOfType<Reply.Refused>();
        await stage.Submit(
            "tom",
            AddToTimeline.Id,
            number: null,
            ("escalation", $"{open.Value}"),
            ("kind", "Decision"),
            ("text", "They called")
        );

        Timeline
            .Entries(await stage.Events(open))
            .Should()
            .Contain(entry => entry.What.ToString().Contains("They called"));
    }

    [Fact]
    public async Task Rebuild_AfterStatusAndWarnings_IsTheSnapshot()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Owned(stage);
        await Post(stage, number, "Stuck", needs: "Access");
        await stage.Submit("priya", Snooze.Id, number, ("length", "30"), ("reason", "Deploying"));
        await stage.Advance(Duration.FromHours(5));

        var rebuilt = await stage.Read(records => records.Rebuild(number));

        System
            .Text.Json.JsonSerializer.Serialize(rebuilt, Json.Options)
            .Should()
            .Be(System.Text.Json.JsonSerializer.Serialize(await stage.Load(number), Json.Options));
    }

    private static async Task<EscalationNumber> Owned(Stage stage)
    {
        var number = await stage.Declare();
        foreach (
            var (person, command, words) in new[]
            {
                ("marco", "accept", ""),
                ("priya", "join", " technical-lead"),
            }
        )
            (await stage.Command(person, command, $"{number.Value}{words}"))
                .Should()
                .BeOfType<Reply.Private>();
        await stage.Settle();
        return number;
    }

    private static async Task Post(
        Stage stage,
        EscalationNumber number,
        string conditions,
        string needs = ""
    )
    {
        (
            await stage.Submit(
                "priya",
                PostStatus.Id,
                number,
                ("conditions", conditions),
                ("needs", needs),
                ("trend", "Same")
            )
        )
            .Should()
            .BeOfType<Reply.Private>();
        await stage.Settle();
    }

    private static Task<List<(bool Met, long Snoozed)>> Promises(Stage stage) =>
        stage.Read(records =>
            records
                .Connection.Query<(long? Met, long Snoozed)>(
                    "SELECT met_at, snoozed FROM promise WHERE kind = 'status' ORDER BY due_at"
                )
                .Select(row => (row.Met is not null, row.Snoozed))
                .ToList()
        );
}
