using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Chat;
using EscalationCollab.Tests.Sandbox;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>No text of a person or customer becomes a mention, a link or a mark in Slack.</summary>
public sealed partial class HostileTextTests
{
    private static readonly string[] Pieces =
    [
        "*",
        "_",
        "~",
        "`",
        "```",
        "<",
        ">",
        "&",
        "&lt;",
        "&gt;",
        "!channel",
        "!here",
        "@here",
        "@channel",
        "@everyone",
        "<!channel>",
        "<!here|x>",
        "<@U0ANA>",
        "<#C1>",
        "<!subteam^S1>",
        "<!date^1^{date}|x>",
        "|",
        "^",
        ":fire:",
        ":",
        "https://evil.example",
        "http://x",
        "a@b.example",
        "[x](https://evil.example)",
        "\n",
        " ",
        "\u200B",
        "\u2060",
        "\u202E",
        "\u2066",
        "\uFEFF",
        "\u0000",
        "\u001b",
        "\ud83d",
        "\ude00",
        "> ",
        "\n>",
        "&gt; q",
        "1. ",
        "• ",
        "a",
        "B",
        "9",
        "ą",
        "👩🏽‍💻",
        "{time}",
        "{customer}",
        "d4:",
        "}",
        "\"",
        "\\",
        "`x`",
        "*b*",
        "_i_",
        "~s~",
    ];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.Select(Gen.ListOf(Gen.Elements(Pieces)), parts => string.Concat(parts)),
        Gen.Select(Gen.Choose(0, int.MaxValue), seed => HostileWords.Any(new Random(seed)))
    );

    /// <summary>What our own marks look like; anything else must have been said by somebody.</summary>
    [GeneratedRegex(
        @"<(@[UW]0[A-Z]+|#C0ESC\d+|!date\^\d+\^[^|<>]*\|[^<>]*|https://support\.example/[^|<>]*\|[^<>]*)>"
    )]
    private static partial Regex OwnMarks();

    [Fact]
    public void Mrkdwn_LiteralText_HoldsNoMark() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Hostile.ToArbitrary(),
                text =>
                {
                    var said = Mrkdwn.Of(text, SlackScenes.Reader());
                    return !said.AsSpan().ContainsAny("<>*~`")
                        && !Entities().Replace(said, "").Contains('&', StringComparison.Ordinal)
                        && !MarkingUnderscore().IsMatch(said)
                        && !Shortcode().IsMatch(said)
                        && !Broadcast().IsMatch(said)
                        && !LineQuote().IsMatch(said);
                }
            )
        );

    [Fact]
    public void Mrkdwn_LiteralTextBesideOurMarks_LeavesThemWhole() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Hostile.ToArbitrary(),
                text =>
                {
                    var said = Mrkdwn.Of(
                        (Text)text
                            + new Bold(text)
                            + text
                            + new Mention(SampleCompany.Ana.Id)
                            + new Link(text, new Uri("https://support.example/a|b?c=<d>"))
                            + new Code(text)
                            + new RoomLink(new EscalationNumber(7))
                            + new Moment(SampleCompany.Now),
                        SlackScenes.Reader()
                    );
                    var rest = OwnMarks().Replace(said, "");
                    return OwnMarks().Count(said) == 4
                        && !rest.AsSpan().ContainsAny("<>")
                        && rest.Count(c => c == '`') % 2 == 0
                        && rest.Split('\n').All(line => line.Count(c => c == '*') % 2 == 0);
                }
            )
        );

    [Fact]
    public void RichText_LiteralText_StaysInTextLeaves() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Hostile.ToArbitrary(),
                text =>
                    RichText
                        .Leaves(
                            (Text)text + new Bold(text) + new Code(text),
                            SlackScenes.Reader(),
                            _ => null
                        )
                        .TrueForAll(leaf =>
                            (string?)leaf["type"] == "text" && ((string)leaf["text"]!).Length > 0
                        )
            )
        );

    [Fact]
    public void RichText_HarmlessText_ShowsExactlyAsWritten()
    {
        const string Written = "*not bold* _x_ <!channel> & <b> `code` :fire: https://evil.example";

        var leaves = RichText.Leaves(Written, SlackScenes.Reader(), _ => null);

        leaves.Should().ContainSingle().Which["text"]!.GetValue<string>().Should().Be(Written);
    }

    [Fact]
    public void Cards_HostileTextEverywhere_FitAndMentionNobodyElse() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Hostile.ToArbitrary(),
                text =>
                {
                    var hostile = text.Length == 0 ? "x" : text;
                    var reader = SlackScenes.Reader() with { Directory = Named(hostile) };
                    var message = Surfaces.Message(Everything(hostile), reader, "key");
                    var payload = new JsonObject
                    {
                        ["text"] = message.Text,
                        ["blocks"] = message.Blocks,
                    };
                    LimitsLint.Of(payload).Should().BeEmpty();
                    return OnlyOurMarks(payload);
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
                    var hostile = text.Length == 0 ? "x" : text;
                    var dialog = SampleCompany.EveryInput().Map(_ => hostile) with
                    {
                        Introduction = [.. Everything(hostile).Blocks],
                        Data = ActionData.None.With(
                            "who",
                            hostile[..Math.Min(hostile.Length, 1_400)]
                        ),
                    };
                    var view = Surfaces.Modal(
                        dialog,
                        SlackScenes.Reader() with
                        {
                            Directory = Named(hostile),
                        },
                        new DialogOrigin("C1", "1.2")
                    );
                    LimitsLint.Of(view).Should().BeEmpty();
                    return OnlyOurMarks(view);
                }
            )
        );

    private static bool OnlyOurMarks(JsonNode? node) =>
        node switch
        {
            JsonObject part when (string?)part["type"] is "broadcast" or "usergroup" => false,
            JsonObject part when (string?)part["type"] == "mrkdwn" => !OwnMarks()
                .Replace((string)part["text"]!, "")
                .AsSpan()
                .ContainsAny("<>"),
            JsonObject part => part.All(p => OnlyOurMarks(p.Value)),
            JsonArray list => list.All(OnlyOurMarks),
            _ => true,
        };

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
        var said = (Text)text + new Bold(text) + new Code(text) + new Mention(SampleCompany.Ana.Id);
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
        );
    }

    [GeneratedRegex("&(amp|lt|gt);")]
    private static partial Regex Entities();

    [GeneratedRegex(@"(?<![\p{L}\p{Nd}])_|_(?![\p{L}\p{Nd}])")]
    private static partial Regex MarkingUnderscore();

    [GeneratedRegex(":[a-z0-9_+'-]+:", RegexOptions.IgnoreCase)]
    private static partial Regex Shortcode();

    [GeneratedRegex("@(here|channel|everyone)", RegexOptions.IgnoreCase)]
    private static partial Regex Broadcast();

    [GeneratedRegex(@"^[ \t]*&gt;", RegexOptions.Multiline)]
    private static partial Regex LineQuote();
}
