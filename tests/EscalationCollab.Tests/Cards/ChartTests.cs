using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Slack.BlockKit;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Cards;

namespace EscalationCollab.Tests.Cards;

public sealed class ChartTests
{
    private static readonly ImmutableArray<Text> Months = ["2026-01", "2026-02", "2026-03"];

    [Fact]
    public void Card_ThirteenSeries_IsRefused() =>
        Building([.. Enumerable.Range(1, 13).Select(n => new ChartSeries($"S{n}", [1, 2, 3]))])
            .Should()
            .Throw<CardException>()
            .WithMessage("*1 to 12 series*");

    [Fact]
    public void Card_TwentyOneCategories_IsRefused()
    {
        ImmutableArray<Text> many = [.. Enumerable.Range(1, 21).Select(n => (Text)$"C{n}")];
        var chart = ChartWords.Chart(
            "Title",
            ChartKind.Bar,
            ChartScale.Count,
            many,
            [new ChartSeries("S", [.. many.Select(_ => (double?)1)])]
        );

        ((Func<Card>)(() => Card.Of("summary", chart)))
            .Should()
            .Throw<CardException>()
            .WithMessage("*1 to 20 categories*");
    }

    [Fact]
    public void Card_SeriesShorterThanItsCategories_IsRefused() =>
        Building([new ChartSeries("S", [1, 2])]).Should().Throw<CardException>();

    [Fact]
    public void Card_NoWordsForThoseWhoCannotSee_IsRefused()
    {
        var mute = new Chart("T", ChartKind.Line, Months, [new ChartSeries("S", [1, 2, 3])], "");

        ((Func<Card>)(() => Card.Of("summary", mute))).Should().Throw<CardException>();
    }

    [Theory]
    [InlineData("en", "3.1% at the start (2026-01), 2.9% at the end (2026-03); lowest 2.9%")]
    [InlineData("it", "all'inizio (2026-01)")]
    [InlineData("pt-BR", "no início (2026-01)")]
    [InlineData("lt", "pradžioje")]
    public void Alternative_ALine_TellsItsWay(string language, string said) =>
        Rates(.031, .042, .029).Alternative.Say(language).Should().Contain(said);

    [Fact]
    public void Alternative_AGap_IsNoDataAndNeverZero()
    {
        var said = Rates(.031, null, .029).Alternative.Say();

        said.Should().Contain("No data for 2026-02.").And.NotContain("0.0%");
        Rates(null, null, null).Alternative.Say().Should().Contain("no data");
    }

    [Fact]
    public void Slack_ASeriesWithAGap_IsToldAndNotDrawnAsZero()
    {
        var message = Surfaces.Message(
            Card.Of("summary", Rates(.031, null, .029)),
            SlackScenes.Reader(),
            "key"
        );

        message.Blocks.Should().NotContain(b => (string?)b!["type"] == "data_visualization");
        message.Blocks.ToJsonString().Should().Contain("No data for 2026-02.");
    }

    [Fact]
    public void Slack_ThreeCharts_DrawsTwoAndTellsTheThird()
    {
        var message = Surfaces.Message(
            Card.Of("summary", Rates(1, 1, 1), Rates(.5, .5, .5), Rates(0, 0, 0)),
            SlackScenes.Reader(),
            "key"
        );

        message.Blocks.Count(b => (string?)b!["type"] == "data_visualization").Should().Be(2);
        Lint(message).Should().BeEmpty();
    }

    [Fact]
    public void Slack_NamesThatAreCutToTheSame_StayDifferent()
    {
        var chart = ChartWords.Chart(
            new string('t', 80),
            ChartKind.Line,
            ChartScale.Count,
            ["The first of many long periods", "The first of many long months"],
            [
                new ChartSeries("A very long name of a series, one", [1, 2]),
                new ChartSeries("A very long name of a series, two", [1, 2]),
            ]
        );

        Lint(Surfaces.Message(Card.Of("summary", chart), SlackScenes.Reader(), "key"))
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Drawing_AGap_BreaksTheLine()
    {
        var drawing = ChartDrawing.Of(Rates(.1, null, .3));

        drawing.Series.Single().Lines.Should().BeEmpty("a single point makes no line");
        drawing.Series.Single().Points.Should().HaveCount(2);
        ChartDrawing.Of(Rates(.1, .2, .3)).Series.Single().Lines.Should().ContainSingle();
    }

    [Fact]
    public void Drawing_OfZeros_StandsOnTheGround()
    {
        var drawing = ChartDrawing.Of(Rates(0, 0, 0));

        drawing.Series.Single().Points.Select(point => point.Y).Distinct().Should().Equal("162");
    }

    private static IReadOnlyList<string> Lint(SlackMessage message) =>
        LimitsLint.Of(
            new JsonObject { ["text"] = message.Text, ["blocks"] = message.Blocks.DeepClone() }
        );

    private static Chart Rates(params double?[] values) =>
        ChartWords.Chart(
            "Rates by period",
            ChartKind.Line,
            ChartScale.Share,
            Months,
            [new ChartSeries("Escalation rate", [.. values])]
        );

    private static Func<Card> Building(ImmutableArray<ChartSeries> series) =>
        () =>
            Card.Of(
                "summary",
                new Chart("Title", ChartKind.Line, Months, series, "The same in words")
            );
}
