using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Cards;

/// <summary>
/// The HTML of every block and input, compared with a file each. After a deliberate change run once with
/// GOLDEN_UPDATE=1 and read the difference before committing it.
/// </summary>
public sealed partial class BlockHtmlTests
{
    private static readonly Instant Now = SampleCompany.Now;

    private static readonly Dictionary<string, Block> Blocks = new()
    {
        ["header"] = new Header("ESC-1042 · Acme", Tone.Bad),
        ["paragraph"] = new Paragraph("First line\nsecond line"),
        ["inlines"] = new Paragraph(
            (Text)"plain "
                + new Bold("bold")
                + new Code("code")
                + new Mention(SampleCompany.Ana.Id)
                + new Mention(new PersonId("gone"))
                + new Link("link", new Uri("https://example.org/a?b=1&c=2"))
                + new RoomLink(new EscalationNumber(1042))
                + new Moment(Now + Duration.FromMinutes(20))
                + new Span(Duration.FromMinutes(80))
                + new Number(1234.5m, "N1")
                + Phrase.Of("button.save")
        ),
        ["quote"] = new Quote("Their own words", "Carla, 14:02"),
        ["facts"] = Facts.Of(("Owner", "Ana"), ("Severity", "Sev1"), ("Left out", null)),
        ["figures"] = new Figures([
            new Figure("Rate", "3 %", "formula", Tone.Good),
            new Figure("CSAT", "No data"),
        ]),
        ["context"] = new Context("Small print"),
        ["divider"] = new Divider(),
        ["table"] = new Table(
            ["Customer", "Count"],
            [
                ["Acme", "4"],
                ["BaltLog", "2"],
            ]
        ),
        ["clock-running"] = Clock(-10, 30),
        ["clock-little-left"] = Clock(-70, 20),
        ["clock-late"] = Clock(-70, -10),
        ["clock-met"] = Clock(-70, 20) with { Met = Now - Duration.FromMinutes(5) },
        ["clock-met-late"] = Clock(-70, -30) with { Met = Now - Duration.FromMinutes(5) },
        ["clock-paused"] = Clock(-10, 30) with { PausedFor = Duration.FromMinutes(30) },
        ["picture"] = new Picture(new Uri("https://example.org/p.png"), "A chart"),
        ["letter"] = new Letter(
            "a@b.example",
            "Subject",
            "Plain",
            "<p class=\"x\">Rich & well</p>"
        ),
        ["letter-in-chat"] = new Letter("#acme-support", "Subject", "Plain\n\ntext", "<p>x</p>")
        {
            InChat = true,
        },
        ["chart-line"] = ChartWords.Chart(
            "Rates by period",
            ChartKind.Line,
            ChartScale.Share,
            ["2026-01", "2026-02", "2026-03", "2026-04"],
            [
                new ChartSeries("Escalation rate", [.031, .042, .029, .025]),
                new ChartSeries("In time", [.8, null, .92, 1]),
            ]
        ),
        ["chart-bar"] = ChartWords.Chart(
            "Escalations by period",
            ChartKind.Bar,
            ChartScale.Count,
            ["2026-Q1", "2026-Q2"],
            [new ChartSeries("Escalations", [12, 0]), new ChartSeries("Tickets", [140, 96])]
        ),
        ["actions"] = ((Actions)SampleCompany.EscalationCard().Blocks[^2]),
    };

    public static TheoryData<string> BlockNames => [.. Blocks.Keys];

    [Theory]
    [MemberData(nameof(BlockNames))]
    public async Task Block_EachKind_RendersAsAgreed(string name)
    {
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        var html = await pages.CardAsync(
            Card.Of("summary", Blocks[name]),
            SampleCompany.Context(),
            "c",
            default
        );
        Compare($"block-{name}", html);
    }

    [Fact]
    public async Task Dialog_EveryInput_RendersAsAgreed()
    {
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        var html = await pages.DialogAsync(
            SampleCompany.EveryInput(),
            SampleCompany.Context(),
            "d",
            DialogState.New,
            default
        );
        Compare("dialog-every-input", html);
    }

    [Fact]
    public async Task Dialog_WithMistakes_TellsThemBesideTheFieldsAndKeepsTheAnswers()
    {
        var state = DialogState.New with
        {
            Answers = DialogState
                .New.Answers.Add("conditions", ["half <done>"])
                .Add("trend", ["same"]),
            Errors = DialogState.New.Errors.Add("next", "Please choose a time after 14:10."),
        };
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        var html = await pages.DialogAsync(
            SampleCompany.StatusDialog(),
            SampleCompany.Context(),
            "d",
            state,
            default
        );
        Compare("dialog-mistakes", html);
        html.Should().Contain("half &lt;done&gt;").And.Contain("aria-invalid=\"true\"");
    }

    private static ClockBlock Clock(int from, int due) =>
        new("Update", Now + Duration.FromMinutes(from), Now + Duration.FromMinutes(due));

    private static void Compare(string name, string html)
    {
        var path = Path.Combine(
            Templates.Repository(),
            "tests/EscalationCollab.Tests/Cards/Html",
            name + ".html"
        );
        var shown = BetweenTags().Replace(html.Trim(), ">\n<") + "\n";
        if (Environment.GetEnvironmentVariable("GOLDEN_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, shown);
        }
        shown.Should().Be(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [GeneratedRegex(@">\s+<")]
    private static partial Regex BetweenTags();
}
