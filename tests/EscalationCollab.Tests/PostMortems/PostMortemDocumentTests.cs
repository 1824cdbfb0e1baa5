using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web;

namespace EscalationCollab.Tests.PostMortems;

public sealed class PostMortemDocumentTests
{
    private const string Nasty =
        "<script>alert(1)</script> [x](https://evil.example) {{company}} **b** | # h @everyone";

    private static readonly PostMortemDocuments Documents = new(Templates.Root, Scenes.Words);

    private static readonly Situation Situation = Scenes.At("marco", "2026-03-03T12:00:00Z");

    private static string Golden(string name) =>
        Path.Combine(
            Templates.Repository(),
            "tests",
            "EscalationCollab.Tests",
            "PostMortems",
            "Golden",
            name
        );

    public static TheoryData<string> All => [.. Languages.All];

    [Fact]
    public void Templates_AsDelivered_HaveNoProblem() => Documents.Validate().Should().BeEmpty();

    [Theory]
    [MemberData(nameof(All))]
    public void Internal_OfALivedEscalation_IsAsItWas(string language)
    {
        var scene = PostMortemScenes.Opened().Written();
        var (document, problem) = Documents.Internal(language, scene.Now, scene.Events, Situation);

        problem.Should().BeNull();
        Compare(document, $"internal.{language}.md");
    }

    [Fact]
    public void Internal_OfAnEscalationInWhichOthersContinued_SaysHowMany()
    {
        var scene = PostMortemScenes.Opened().Written();
        scene.Do(
            "marco",
            "2026-03-02T12:00:00Z",
            (_, _) => Decision.That(new MergedHere(new EscalationNumber(1050), "Same outage.", []))
        );

        var (document, _) = Documents.Internal("en", scene.Now, scene.Events, Situation);

        document.Should().Contain("| Escalations merged into this one | 1 |");
    }

    [Fact]
    public void Internal_OfACompanyElsewhere_TellsItsClockAndNamesItsZone()
    {
        var scene = PostMortemScenes.Opened().Written();
        var there = Situation with
        {
            Policy = Situation.Policy with { DefaultZone = "America/Sao_Paulo" },
        };

        var (document, _) = Documents.Internal("en", scene.Now, scene.Events, there);

        document
            .Should()
            .Contain("| Declared | Monday 2 March 2026, 06:00 (São Paulo time) |")
            .And.Contain("## Timeline (São Paulo time)")
            .And.Contain("- 2 March 2026, 06:12, Marco Rossi: accepted the ownership");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Customer_OfALivedEscalation_IsAsItWas(string language)
    {
        var scene = PostMortemScenes.Opened().Written();
        var (document, problem) = Documents.Customer(language, scene.Now, Situation);

        problem.Should().BeNull();
        Compare(document!, $"customer.{language}.md");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Customer_Document_NamesNobodyAndHasNoTimeline(string language)
    {
        var scene = PostMortemScenes.Opened().Written(words: "INTERNALWORD");
        var (document, _) = Documents.Customer(language, scene.Now, Situation);

        document.Should().NotContain("INTERNALWORD").And.NotContain("Limit of 500");
        foreach (var person in Scenes.Company.People.Values)
            document.Should().NotContain(person.Name).And.NotContain(person.Email);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Documents_OfHostileWords_HaveNoMarkupOfTheirs(string language)
    {
        var plain = PostMortemScenes.Opened().Written();
        var nasty = PostMortemScenes
            .Opened(summary: $"Cannot sign in {Nasty}")
            .Written(Nasty, Nasty);

        Tags(Documents.Internal(language, nasty.Now, nasty.Events, Situation).Document)
            .Should()
            .Equal(Tags(Documents.Internal(language, plain.Now, plain.Events, Situation).Document));
        Tags(Documents.Customer(language, nasty.Now, Situation).Document!)
            .Should()
            .Equal(Tags(Documents.Customer(language, plain.Now, Situation).Document!));
    }

    [Fact]
    public void Document_OfTheLongestTexts_StillComesOut()
    {
        var scene = PostMortemScenes.Opened().Written(new string('*', 2_900));
        var (document, problem) = Documents.Internal("en", scene.Now, scene.Events, Situation);

        problem.Should().BeNull();
        document.Length.Should().BeGreaterThan(50_000);
    }

    [Fact]
    public void Document_OfABrokenTemplate_IsPlainAndTold()
    {
        var folder = Directory.CreateTempSubdirectory("broken");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "post-mortem", "en"));
        File.WriteAllText(
            Path.Combine(folder.FullName, "post-mortem", "en", "internal.hbs"),
            "# {{nmber}}"
        );
        var scene = PostMortemScenes.Opened().Written(Nasty);
        var (document, problem) = new PostMortemDocuments(folder.FullName, Scenes.Words).Internal(
            "en",
            scene.Now,
            scene.Events,
            Situation
        );

        problem!.ToString().Should().Contain("nmber").And.Contain("post-mortem/en/internal.hbs");
        document.Should().Contain("Text of Summary");
        PostMortemPages.Html(document).Should().NotContain("<script").And.NotContain("<a ");
        folder.Delete(recursive: true);
    }

    private static List<string> Tags(string document) =>
        [
            .. System
                .Text.RegularExpressions.Regex.Matches(PostMortemPages.Html(document), "<[^>]*>")
                .Select(tag => tag.Value),
        ];

    /// <summary>Run with <c>UPDATE_GOLDEN=1</c> after a wanted change, and read the difference.</summary>
    private static void Compare(string document, string name)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Golden(name))!);
            File.WriteAllText(Golden(name), document);
        }
        document.Should().Be(File.ReadAllText(Golden(name)));
    }
}
