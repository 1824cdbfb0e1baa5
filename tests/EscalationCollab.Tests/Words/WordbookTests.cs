using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Tests.Words;

public sealed class WordbookTests
{
    [Theory]
    [InlineData("{other}")]
    [InlineData("{name}")]
    [InlineData("{{name}}")]
    [InlineData("{{{name}}}")]
    [InlineData("<b>bold</b>")]
    [InlineData("@everyone <!channel>")]
    [InlineData("[a](https://evil.example) *b* _c_")]
    [InlineData("{")]
    public void Resolve_HostilePlace_StaysWhatItIs(string hostile)
    {
        using var folder = WordFolder.Everywhere("a: \"{name} and {other}\"\n");
        var words = Wordbook.Load(folder.Root);

        var said = words.Resolve(Phrase.Of("a", ("name", hostile), ("other", "secret")), "lt");

        said.Parts.Should().Equal(new Plain(hostile), new Plain(" and "), new Plain("secret"));
    }

    [Fact]
    public void Resolve_PhraseInsidePlaceBoldAndLink_IsSaidToo()
    {
        using var folder = WordFolder.Everywhere("a: \"x {inner}\"\nb: said\n");
        var words = Wordbook.Load(folder.Root);
        var address = new Uri("https://example.test/");
        Text text = Phrase.Of(
            "a",
            ("inner", new Text(new Bold(Phrase.Of("b")), new Link(Phrase.Of("b"), address)))
        );

        words
            .Resolve(text, "it")
            .Parts.Should()
            .Equal(new Plain("x "), new Bold("said"), new Link("said", address));
    }

    [Fact]
    public void Resolve_Count_ChoosesTheForm()
    {
        using var folder = new WordFolder();
        folder.Write(
            "words/lt/a.yaml",
            "d:\n  one: \"{count} diena\"\n  few: \"{count} dienos\"\n  many: \"{count} dienos\"\n  other: \"{count} dienų\"\n"
        );
        var words = Wordbook.Load(folder.Root);
        var format = new ReaderFormat(words, new Reader("lt", "Etc/UTC"), Instant.MinValue);

        string Days(int n) => PlainText.Of(Phrase.Of("d", ("count", new Number(n))), format);

        new[] { Days(1), Days(2), Days(11), Days(21), Days(1120) }
            .Should()
            .Equal("1 diena", "2 dienos", "11 dienų", "21 diena", "1\u00a0120 dienų");
    }

    [Fact]
    public void Resolve_UnknownKeyOrMissingPlace_NeverFails()
    {
        using var folder = WordFolder.Everywhere("a: \"x {name}\"\n");
        var words = Wordbook.Load(folder.Root);

        words.Resolve(Phrase.Of("no.such"), "en").ToString().Should().Be("no.such");
        words.Resolve(Phrase.Of("a"), "en").ToString().Should().Be("x ");
    }

    [Fact]
    public void In_Card_SaysEveryText()
    {
        using var folder = WordFolder.Everywhere("a: said\n");
        var words = Wordbook.Load(folder.Root);
        var card = Card.Of(
            Phrase.Of("a"),
            new Header(Phrase.Of("a")),
            Actions.Of(new Does(Phrase.Of("a"), "x", ActionData.None))
        );

        var said = words.In(card, "pt");

        said.Should()
            .BeEquivalentTo(
                Card.Of(
                    "said",
                    new Header("said"),
                    Actions.Of(new Does("said", "x", ActionData.None))
                )
            );
    }

    [Theory]
    [InlineData("en", "en")]
    [InlineData("en-US", "en")]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("PT_br", "pt-BR")]
    [InlineData("it-CH", "it")]
    [InlineData("lt", "lt")]
    [InlineData("de", "en")]
    [InlineData("", "en")]
    [InlineData(null, "en")]
    [InlineData("ltg", "en")]
    public void Closest_AnyTag_GivesALanguageSpoken(string? wanted, string expected) =>
        Languages.Closest(wanted).Should().Be(expected);

    [Fact]
    public void Reload_BadEdit_KeepsTheLastGoodWords()
    {
        using var folder = WordFolder.Everywhere("a: before\n");
        var words = Wordbook.Load(folder.Root);

        folder.Write("words/en/a.yaml", "a: \"after\n");
        words.Reload().Should().NotBeEmpty();
        words.Resolve(Phrase.Of("a"), "en").Should().Be((Text)"before");
        words.Validate().Should().NotBeEmpty();

        folder.Write("words/en/a.yaml", "a: after\n");
        words.Reload().Should().BeEmpty();
        words.Resolve(Phrase.Of("a"), "en").Should().Be((Text)"after");
    }
}
