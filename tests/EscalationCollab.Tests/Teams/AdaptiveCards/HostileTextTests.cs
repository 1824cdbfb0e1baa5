using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Gallery;
using EscalationCollab.Tests.Chat;
using EscalationCollab.Tests.EndToEnd;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Tests.TestSupport;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>No text of a person or customer becomes a mention, a link, a mark or a date in Teams.</summary>
[Collection(BrowserTests.Name)]
public sealed class HostileTextTests(Chromium chromium)
{
    private static readonly string[] Pieces =
    [
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "```",
        "<",
        ">",
        "&",
        "&lt;",
        "&#60;",
        "<at>Ana Souza</at>",
        "<at>",
        "</at>",
        "<at id=\"0\">",
        "[x](https://evil.example)",
        "![x](https://evil.example/p.png)",
        "[x]: https://evil.example",
        "[x]",
        "[",
        "]",
        "(",
        ")",
        "](https://evil.example)",
        "<https://evil.example>",
        "https://evil.example",
        "javascript:alert(1)",
        "{{DATE(2026-11-24T12:10:00Z, LONG)}}",
        "{{TIME(2026-11-24T12:10:00Z)}}",
        "{{",
        "}}",
        "{",
        "${name}",
        "$",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "    ",
        "\t",
        "# ",
        "## ",
        "- ",
        "+ ",
        "1. ",
        "2) ",
        "> ",
        "---",
        "===",
        "| a | b |",
        "|-|-|",
        "\\",
        "\u200B",
        "\u2060",
        "\u202E",
        "\uFEFF",
        "\u0000",
        "\ud83d",
        "\ude00",
        "a",
        "B",
        "9",
        "ą",
        "👩🏽‍💻",
        "*b*",
        "_i_",
        "**b**",
        "<b>b</b>",
        "<script>alert(1)</script>",
        "\"",
        "d4:",
    ];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.Select(Gen.ListOf(Gen.Elements(Pieces)), parts => string.Concat(parts)),
        Gen.Select(Gen.Choose(0, int.MaxValue), seed => HostileWords.Any(new Random(seed)))
    );

    [Fact]
    public void Cards_HostileTextEverywhere_FitAndMentionNobodyElse() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Hostile.ToArbitrary(),
                text =>
                {
                    var payload = HostileCard(text);
                    CardLint.Of(payload).Should().BeEmpty();
                    var entities = CardLint.CardOf(payload)!["msteams"]!["entities"]!
                        .AsArray()
                        .Select(e => (string)e!["mentioned"]!["id"]!);
                    return entities.ToHashSet().SetEquals(["aad-ana", "aad-tomas"]);
                }
            )
        );

    [Fact]
    public void Dialogs_HostileTextEverywhere_FitAndMarkNothing() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Hostile.ToArbitrary(),
                text =>
                {
                    CardLint.Of(HostileDialog(text)).Should().BeEmpty();
                    return true;
                }
            )
        );

    [Fact]
    public void Runs_HarmlessText_ShowExactlyAsWritten()
    {
        const string Written = "*not bold* _x_ [a](b) & <b> `code` # https://evil.example";

        var runs = RichText.Runs(Written, TeamsScenes.Reader(), Look.Usual);

        runs.Should().ContainSingle().Which["text"]!.GetValue<string>().Should().Be(Written);
    }

    [Fact]
    public void Marked_HarmlessText_KeepsItsLetters() =>
        Safe.Marked("ESC-1042: Acme & Co., a_name, 80 % (of 3) at 14:30?")
            .Replace("\u2060", "", StringComparison.Ordinal)
            .Should()
            .Be("ESC-1042: Acme & Co., a_name, 80 % (of 3) at 14:30?");

    [RequiresFact("teams-packages", "chromium")]
    public async Task Cards_HostileTextEverywhere_ComeToNoMarkInMicrosoftsRenderer()
    {
        var browser = await chromium.OpenAsync();
        string[] texts =
        [
            .. Pieces,
            string.Concat(Pieces),
            string.Join('\n', Pieces),
            string.Join("\n\n", Pieces),
            .. Enumerable.Range(0, 12).Select(i => HostileWords.Any(new Random(i))),
        ];
        foreach (var text in texts)
        {
            var card = CardLint.CardOf(HostileCard(text))!;

            var marks = await BrowserCheck.MarksAsync(browser, card);

            marks.Should().OnlyContain(mark => IsOurs(mark), text);
        }
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Renderer_TextThatWasNotMadeSafe_ComesToMarks()
    {
        var browser = await chromium.OpenAsync();
        var card = CardLint.CardOf(HostileCard("x"))!;
        card["body"]!.AsArray().Add(Block("**b** [x](https://evil.example)"));

        var marks = await BrowserCheck.MarksAsync(browser, card);

        marks.Should().Contain("a https://evil.example").And.Contain("<strong>b</strong>");
    }

    [Fact]
    public void Lint_MarkdownAndMacrosAndForeignMentions_AreFound()
    {
        foreach (
            var text in new[]
            {
                "**b",
                "[x](javascript:x)",
                "# x",
                "a <at>Nobody</at>",
                "{{DATE(x)}}",
                "&lt;",
            }
        )
        {
            var payload = HostileCard("x");
            CardLint.CardOf(payload)!["body"]!.AsArray().Add(Block(text));
            CardLint.Of(payload).Should().NotBeEmpty(text);
        }
    }

    private static JsonObject Block(string text) =>
        new()
        {
            ["type"] = "TextBlock",
            ["text"] = text,
            ["wrap"] = true,
        };

    // Links of ours lead to our own pages and rooms alone; nothing else is marked.
    private static bool IsOurs(string mark) =>
        mark.StartsWith("a https://support.example/", StringComparison.Ordinal)
        || mark.StartsWith("a https://teams.microsoft.com/", StringComparison.Ordinal);

    private static JsonObject HostileCard(string text)
    {
        var hostile = text.Length == 0 ? "x" : text;
        var reader = TeamsScenes.Room() with
        {
            Directory = Named(hostile),
            UserOf = person => new TeamsPerson("aad-" + person.Value, hostile + "x"),
        };
        return TeamsExhibits.ActivityOf(Surfaces.Message(Everything(hostile), reader, "key"));
    }

    private static JsonObject HostileDialog(string text)
    {
        var hostile = text.Length == 0 ? "x" : text;
        var dialog = SampleCompany.EveryInput().Map(_ => hostile) with
        {
            Introduction = [.. Everything(hostile).Blocks],
            Data = ActionData.None.With("who", hostile[..Math.Min(hostile.Length, 1_400)]),
        };
        return Surfaces.Dialog(
            dialog,
            TeamsScenes.Reader() with
            {
                Directory = Named(hostile),
            },
            new DialogOrigin("C1", "1.2"),
            new EscalationCollab.Core.Chat.Reply.Refused(
                hostile,
                ImmutableDictionary<string, Text>.Empty.Add("line", hostile).Add("no", hostile)
            )
        );
    }

    private static CompanyDirectory Named(string name) =>
        new(
            SampleCompany.Directory.People.ToImmutableDictionary(
                p => p.Key,
                p => p.Value with { Name = name, Title = name }
            ),
            SampleCompany.Directory.Customers.ToImmutableDictionary(
                c => c.Key,
                c => c.Value with { Name = name, Tier = name }
            )
        );

    private static Card Everything(string text)
    {
        var said =
            (Text)text
            + new Bold(text)
            + new Code(text)
            + new Mention(SampleCompany.Ana.Id)
            + new Link(text, new Uri("https://support.example/a(b)?c=<d>"))
            + new RoomLink(new(7))
            + text;
        return Card.Of(
            "x" + said,
            new Header(said, Tone.Bad),
            new Paragraph(said),
            new Quote(said, said),
            new Facts([new Fact("Label", said), new Fact(said, "value")]),
            new Figures([new Figure(said, said, said, Tone.Good), new Figure("a", "b")]),
            new Context(said),
            new Table(
                ["a", said],
                [
                    [said, said],
                    ["x", ""],
                ]
            ),
            new ClockBlock(said, SampleCompany.Now, SampleCompany.Now + Duration.FromHours(1)),
            new Picture(new Uri("https://support.example/p.png"), said),
            new Letter(text, text, text, text),
            Actions.Of(
                new Does(said, "a", ActionData.None.With("t", text[..Math.Min(text.Length, 1_400)]))
                {
                    Confirm = new Confirm(said, said, said),
                },
                new Visits(said, new Uri("https://support.example/x"))
            )
        ) with
        {
            Notify = [SampleCompany.Ana.Id, SampleCompany.Tomas.Id],
        };
    }
}
