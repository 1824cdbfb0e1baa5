using EscalationCollab.Core.Words;

namespace EscalationCollab.Tests.Words;

public sealed class BrokenWordsTests
{
    [Theory]
    [InlineData("it", "a: x\n", 0, "\"b\" is missing", "Add it")]
    [InlineData("it", "a: x\nb: \"{nome}\"\n", 2, "differs", "{name}")]
    [InlineData("it", "a: x\nb: y\n", 2, "differs", "{name}")]
    [InlineData("it", "a: x\nb: \"{name}\"\nc: z\n", 0, "\"c\" is missing", "Add it")]
    [InlineData(
        "lt",
        "a:\n  one: x\n  two: y\nb: \"{name}\"\n",
        3,
        "\"two\"",
        "one, few, many, other"
    )]
    [InlineData(
        "lt",
        "a:\n  one: x\n  few: x\n  other: y\nb: \"{name}\"\n",
        2,
        "no form \"many\"",
        "many: ..."
    )]
    [InlineData("en", "a: \"\"\nb: \"{name}\"\n", 1, "empty", "Write the text")]
    [InlineData("en", "a:\nb: \"{name}\"\n", 1, "empty", "Write the text")]
    [InlineData("en", "a: Done!\nb: \"{name}\"\n", 1, "exclamation mark", "full stop")]
    [InlineData("en", "a: x\nb: \"{name} {\"\n", 2, "brace", "{name}")]
    [InlineData("en", "a: x\nb: \"{my name}\"\n", 2, "brace", "{name}")]
    [InlineData("en", "a: x\nb: \"{name}\"\na: y\n", 3, "written twice", "key: text")]
    [InlineData("en", "a: x\nb: \"{name}\n", 2, "not valid YAML", "double quotes")]
    [InlineData("en", "a: x\nb: {name}\n", 2, "\"name\"", "one, other")]
    [InlineData("en", "- a\n- b\n", 1, "not a list of keys", "key: text")]
    [InlineData("en", "a: x\nb: \"{name}\"\nBig Key: y\n", 3, "cannot be a key", "button.save")]
    [InlineData("en", "a: [x]\nb: \"{name}\"\n", 1, "neither a text", "one text")]
    public void Validate_BrokenFile_NamesFileLineAndRemedy(
        string language,
        string yaml,
        int line,
        string what,
        string remedy
    )
    {
        using var folder = WordFolder.Everywhere("a: x\nb: \"{name}\"\n");
        folder.Write($"words/{language}/a.yaml", yaml);

        var problems = Wordbook.Load(folder.Root).Validate();

        // A key that only one language has is missing in the others, not in that one.
        var file = what.StartsWith("\"c\"", StringComparison.Ordinal)
            ? "words/en/a.yaml"
            : $"words/{language}/a.yaml";
        problems
            .Should()
            .Contain(p =>
                p.File == file
                && p.Line == line
                && p.What.Contains(what)
                && p.Remedy.Contains(remedy)
            );
    }

    [Fact]
    public void Validate_KeyInTwoFiles_NamesBoth()
    {
        using var folder = WordFolder.Everywhere("a: x\n");
        folder.Write("words/en/b.yaml", "\na: y\n");

        Wordbook
            .Load(folder.Root)
            .Validate()
            .Should()
            .ContainSingle()
            .Which.ToString()
            .Should()
            .Be("words/en/b.yaml:2: \"a\" is also in words/en/a.yaml, line 1. Keep one of the two");
    }

    [Fact]
    public void Validate_UnknownLanguage_SaysWhichThereAre()
    {
        using var folder = WordFolder.Everywhere("a: x\n");
        folder.Write("words/de/a.yaml", "a: x\n");

        Wordbook
            .Load(folder.Root)
            .Validate()
            .Should()
            .ContainSingle(p => p.File == "words/de" && p.Remedy.Contains("pt-BR"));
    }

    [Fact]
    public void Validate_NoFolder_SaysSo()
    {
        using var folder = new WordFolder();

        Wordbook
            .Load(folder.Root)
            .Validate()
            .Should()
            .ContainSingle(p => p.What.Contains("missing"));
    }
}
