using EscalationCollab.Core.Words;
using EscalationCollab.Web;

namespace EscalationCollab.Tests.PostMortems;

public sealed class MarkdownTextTests
{
    public static TheoryData<string> Hostile { get; } =
        new(
            "# heading",
            "- item",
            "+ item",
            "1. item",
            "1) item",
            "> quote",
            "**bold** __bold__ *i* _i_ ~~s~~",
            "`code` ```fence```",
            "~~~\nfence\n~~~",
            "[link](https://evil.example)",
            "![picture](https://evil.example/x.png)",
            "<script>alert(1)</script>",
            "<https://evil.example>",
            "https://evil.example www.evil.example mailto:a@evil.example",
            "a | b\n--- | ---\nc | d",
            "title\n=====",
            "title\n-----",
            "&lt;b&gt; &amp;",
            "[ref]: https://evil.example\n[ref]",
            "@everyone <@U123> #123",
            "    indented code",
            "\tindented",
            "***",
            "- - -",
            "\\",
            "a\\\nb",
            "[^1]: footnote[^1]",
            "$x$ :smile:",
            "* [ ] task",
            "line one\n\n\n   \n# two",
            "\u202Ereversed"
        );

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Escape_WhateverPeopleWrite_StaysText(string text)
    {
        var html = PostMortemPages.Html(MarkdownText.Escape(text));

        var tags = System.Text.RegularExpressions.Regex.Matches(html, "<[^>]*>");
        tags.Select(tag => tag.Value)
            .Should()
            .OnlyContain(tag => tag == "<p>" || tag == "</p>" || tag == "<br />", html);
        var shown = System.Net.WebUtility.HtmlDecode(
            System.Text.RegularExpressions.Regex.Replace(html, "<[^>]*>", " ")
        );
        Letters(shown).Should().Be(Letters(text));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Escape_InAListOrTable_StaysText(string text)
    {
        var line = MarkdownText.Escape(text.ReplaceLineEndings(" "));
        var html = PostMortemPages.Html($"- 10:00 {line}\n\n| a |\n| --- |\n| {line} |\n");

        html.Should().NotContain("<a").And.NotContain("<img").And.NotContain("<script");
        html.Should().NotContain("<code").And.NotContain("<h1").And.NotContain("<strong");
        System.Text.RegularExpressions.Regex.Count(html, "<td").Should().Be(1, html);
    }

    [Theory]
    [InlineData("At 14:30 the limit (2.5 GB) was reached - again!")]
    [InlineData("Jūsų užklausa, \"labai\" svarbi: 50 %")]
    public void Escape_OrdinaryText_NeedsNoBackslash(string text) =>
        MarkdownText.Escape(text).Should().Be(text);

    [Fact]
    public void Escape_Random_NeverMakesATag()
    {
        var random = new Random(7);
        const string Alphabet = "#*_`[]()<>!|\\~&$^@:-+=.1 \n\tabw/h";
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(
                Enumerable
                    .Range(0, random.Next(1, 40))
                    .Select(_ => Alphabet[random.Next(Alphabet.Length)])
            );
            var html = PostMortemPages.Html(MarkdownText.Escape(text));
            System
                .Text.RegularExpressions.Regex.IsMatch(html, "<(?!/?p>|br />)[^>]*>")
                .Should()
                .BeFalse($"of {text} came {html}");
        }
    }

    private static string Letters(string text) =>
        string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '\u202E'));
}
