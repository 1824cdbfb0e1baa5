using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Gallery;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>
/// What goes to Teams, compared with a file each. After a deliberate change run once with GOLDEN_UPDATE=1 and read the
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
        ["status-ask"] = SampleCompany.NudgeCard() with { Notify = [SampleCompany.Tomas.Id] },
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
            ),
            ChartWords.Chart(
                "One more than a card draws",
                ChartKind.Bar,
                ChartScale.Count,
                ["2026-Q1"],
                [new ChartSeries("Escalations", [12])]
            )
        ),
    };

    public static TheoryData<string> CardNames => [.. Cards.Keys];

    [Theory]
    [MemberData(nameof(CardNames))]
    public void Card_EachKey_RendersAsAgreed(string name)
    {
        foreach (var language in new[] { "en", "lt" })
            Compare(
                $"{name}.{language}",
                TeamsExhibits.ActivityOf(
                    Surfaces.Message(Cards[name], TeamsScenes.Room(language), "key")
                )
            );
    }

    [Fact]
    public void Dialog_EveryInput_RendersAsAgreed() =>
        Compare(
            "dialog-every-input",
            Surfaces.Dialog(
                SampleCompany.EveryInput(),
                TeamsScenes.Reader(),
                new DialogOrigin("19:a@thread.tacv2", "17")
            )
        );

    [Fact]
    public void Dialog_StatusThatWasRefused_RendersAsAgreed() =>
        Compare(
            "dialog-status-refused",
            Surfaces.Dialog(
                SampleCompany.StatusDialog(),
                TeamsScenes.Reader("pt-BR"),
                DialogOrigin.None,
                new Reply.Refused(
                    "Please check.",
                    ImmutableDictionary<string, Text>.Empty.Add(
                        "conditions",
                        Phrase.Of("form.required")
                    )
                ),
                ImmutableDictionary<string, ImmutableArray<string>>
                    .Empty.Add("trend", ["declining"])
                    .Add("helper", ["ana"])
                    .Add("next", ["16:45"])
            )
        );

    private static void Compare(string name, JsonObject payload)
    {
        CardLint.Of(payload).Should().BeEmpty();
        var path = Path.Combine(
            Templates.Repository(),
            "tests/EscalationCollab.Tests/Teams/AdaptiveCards/Golden",
            name + ".json"
        );
        var shown = payload.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("GOLDEN_UPDATE") == "1")
            File.WriteAllText(path, shown);
        shown.Should().Be(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
