using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>
/// What goes to Slack, compared with a file each. After a deliberate change run once with GOLDEN_UPDATE=1 and read the
/// difference before committing it.
/// </summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Indented = new(Payload.Writing)
    {
        WriteIndented = true,
    };

    private static readonly Dictionary<string, Card> Cards = new()
    {
        ["escalation-card"] = SampleCompany.EscalationCard(),
        ["status-ask"] = SampleCompany.NudgeCard(),
        ["metrics"] = SampleCompany.MetricsCard(),
        ["approval"] = SampleCompany.ApprovalCard(),
        ["charts"] = Card.Of(
            "Figures",
            ChartWords.Chart(
                "Rates by period",
                ChartKind.Line,
                ChartScale.Share,
                ["2026-01", "2026-02", "2026-03"],
                [
                    new ChartSeries("Escalation rate", [.031, .042, .029]),
                    new ChartSeries("Customer updates in time", [.8, null, .92]),
                ]
            ),
            ChartWords.Chart(
                "Escalations by period",
                ChartKind.Bar,
                ChartScale.Count,
                ["2026-Q1", "2026-Q2"],
                [new ChartSeries("Escalations", [12, 0])]
            )
        ),
    };

    public static TheoryData<string> CardNames => [.. Cards.Keys];

    [Theory]
    [MemberData(nameof(CardNames))]
    public void Card_EachKey_RendersAsAgreed(string name)
    {
        foreach (var language in new[] { "en", "lt" })
        {
            var message = Surfaces.Message(Cards[name], SlackScenes.Reader(language), "key");
            Compare(
                $"{name}.{language}",
                new JsonObject { ["text"] = message.Text, ["blocks"] = message.Blocks }
            );
        }
    }

    [Fact]
    public void Dialog_EveryInput_RendersAsAgreed() =>
        Compare(
            "dialog-every-input",
            Surfaces.Modal(
                SampleCompany.EveryInput(),
                SlackScenes.Reader(),
                new DialogOrigin("C1", "1.2")
            )
        );

    [Fact]
    public void Dialog_Status_RendersAsAgreed() =>
        Compare(
            "dialog-status",
            Surfaces.Modal(
                SampleCompany.StatusDialog(),
                SlackScenes.Reader("pt-BR"),
                DialogOrigin.None
            )
        );

    [Fact]
    public void Home_SeveralCards_RendersAsAgreed() =>
        Compare(
            "home",
            Surfaces.Home(
                [SampleCompany.MetricsCard(), SampleCompany.NudgeCard(), SampleCompany.NudgeCard()],
                SlackScenes.Reader()
            )
        );

    private static void Compare(string name, JsonObject payload)
    {
        LimitsLint.Of(payload).Should().BeEmpty();
        var path = Path.Combine(
            Templates.Repository(),
            "tests/EscalationCollab.Tests/Slack/BlockKit/Golden",
            name + ".json"
        );
        var shown = payload.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("GOLDEN_UPDATE") == "1")
            File.WriteAllText(path, shown);
        shown.Should().Be(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
