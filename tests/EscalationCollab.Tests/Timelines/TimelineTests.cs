using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.StatusUpdates;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Timelines;

public sealed class TimelineTests
{
    private const string Morning = "2026-03-02T09:00:00Z";
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    [Fact]
    public void Entries_TechnicalEvents_AreLeftOut()
    {
        var play = Play.Owned(Morning);
        play.Post("priya", "Looking");

        var entries = Timeline.Entries(play.Events);

        play.Events.Should().Contain(recorded => recorded.Event is StatusPromised);
        entries.Select(entry => entry.Sequence).Should().BeInAscendingOrder();
        entries.Should().HaveCount(2);
        entries[1].By.Should().Be(new PersonId("priya"));
        Say(entries[1].What).Should().Be("posted a status (No change): Looking");
    }

    [Fact]
    public void View_LongTimeline_NewestLastWithCountAndEarlierButton()
    {
        var play = Play.Owned(Morning);
        for (var note = 1; note <= 40; note++)
            Note(play, $"Note {note}");
        var entries = Timeline.Entries(play.Events);

        var card = TimelineView.Of(play.Escalation, entries);

        var lines = card.Blocks.OfType<Paragraph>().Select(line => Say(line.Body)).ToList();
        lines.Should().HaveCount(TimelineView.Page);
        lines[^1].Should().Be("09:00 Priya Nair: noted: Note 40");
        card.Blocks.OfType<Context>()
            .Select(context => Say(context.Body))
            .Should()
            .Contain($"{entries.Length - TimelineView.Page} earlier lines are not shown.");
        var earlier = (Does)card.Blocks.OfType<Actions>().Single().Items.Single();
        var before = int.Parse(
            earlier.Data["before"]!,
            System.Globalization.CultureInfo.InvariantCulture
        );
        Say(
                TimelineView
                    .Of(play.Escalation, entries, before)
                    .Blocks.OfType<Paragraph>()
                    .Last()
                    .Body
            )
            .Should()
            .EndWith("Note 25");
    }

    [Fact]
    public void View_HugeText_IsShortenedOnOneLine()
    {
        var play = Play.Owned(Morning);
        Note(play, new string('x', 100_000) + "\n@everyone");

        var card = TimelineView.Of(play.Escalation, Timeline.Entries(play.Events));

        var line = Say(card.Blocks.OfType<Paragraph>().Last().Body);
        line.Length.Should().BeLessThan(350);
        var sequence = Timeline.Entries(play.Events)[^1].Sequence;
        line.Should().EndWith($"/escalate timeline {play.Escalation.Number.Value} {sequence})");
    }

    [Fact]
    public void Turns_ManyEvents_FiveWeightiestInOrder()
    {
        var play = Play.Owned(Morning);
        for (var step = 0; step < 30; step++)
            play.Post("priya", $"Step {step}");
        play.Do(
            "marco",
            (e, s) => AddToTimeline.Decide(e, new AddNote(NoteKind.Decision, "Roll back"), s)
        );
        play.Post("priya", "Worse", trend: Trend.Declining);

        var turns = CatchUp.Turns(play.Escalation, play.Events);

        turns.Should().HaveCount(CatchUp.TurningPoints);
        turns.Select(turn => turn.Sequence).Should().BeInAscendingOrder();
        Say(turns[0].What).Should().StartWith("declared it");
        turns.Select(turn => Say(turn.What)).Should().Contain("noted a decision: Roll back");
        Say(turns[^1].What).Should().Contain("Worse");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    [InlineData("it")]
    [InlineData("lt")]
    public void CatchUp_LongLife_FitsAPhoneInEveryLanguage(string language)
    {
        var play = Play.Owned(Morning);
        for (var step = 0; step < 20; step++)
            play.Post("priya", string.Concat(Enumerable.Repeat("A long story. ", 200)));
        play.For(Duration.FromHours(9));

        var text = Spoken(CatchUp.Of(play.Escalation, play.Events), language);

        text.Should().NotContain("catchup.").And.NotContain("timeline.");
        text.Length.Should().BeLessThan(1_800);
        text.Should().Contain("Marco Rossi");
    }

    [Fact]
    public void Note_FromAMessage_KeepsAuthorTextAndLink()
    {
        var play = Play.Owned(Morning);
        var link = new Uri("https://chat.example/m/1");

        play.Do(
            "priya",
            (e, s) =>
                AddToTimeline.Decide(
                    e,
                    new AddNote(
                        NoteKind.Task,
                        "Call them",
                        new SourceMessage(new MessageRef("test", "r", "1"), "Carlos", "…", link)
                    ),
                    s
                )
        );

        var told = Timeline.Entries(play.Events)[^1].What;
        Say(told)
            .Should()
            .Be("noted something to do from Carlos: Call them message (https://chat.example/m/1)");
    }

    [Fact]
    public void Note_EmptyOrStranger_Refused()
    {
        var play = Play.Owned(Morning);
        play.Do("priya", (e, s) => AddToTimeline.Decide(e, new AddNote(NoteKind.Event, ""), s))
            .Refusals[0]
            .Sentence.Key.Should()
            .Be("note.empty");
        play.Do("stranger", (e, s) => AddToTimeline.Decide(e, new AddNote(NoteKind.Event, "x"), s))
            .Refusals[0]
            .Sentence.Key.Should()
            .Be("note.not-allowed");
    }

    private static void Note(Play play, string text) =>
        play.Do("priya", (e, s) => AddToTimeline.Decide(e, new AddNote(NoteKind.Event, text), s));

    private static string Say(Text text, string language = "en") =>
        PlainText.Of(
            text,
            new ReaderFormat(Words, new Reader(language, "Etc/UTC"), Play.Moment(Morning)),
            Play.Company
        );

    private static string Spoken(Card card, string language)
    {
        var said = new List<string>();
        card.Map(text =>
        {
            said.Add(Say(text, language));
            return text;
        });
        return string.Join('\n', said);
    }
}
