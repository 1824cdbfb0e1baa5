using EscalationCollab.Core.Words;

namespace EscalationCollab.Tests.Words;

using Values = Dictionary<string, object?>;

public sealed class TemplateEngineTests
{
    private static readonly Values Sample = new()
    {
        ["name"] = "Ana",
        ["other"] = null,
        ["yes"] = true,
        ["items"] = new List<object?>
        {
            new Values
            {
                ["title"] = "t",
                ["inner"] = new List<object?> { "x" },
            },
        },
    };

    private static TemplateReading Read(
        string source,
        TemplateOutput output = TemplateOutput.Text
    ) => TemplateEngine.Read("a.hbs", source, output, [Sample]);

    private static string Fill(string source, TemplateOutput output, object? name) =>
        Read(source, output).Template!.Render(new Values { ["name"] = name });

    [Theory]
    [InlineData("{{name}}\n{{nmae}}", 2, "no \"nmae\"", "{{name}}")]
    [InlineData("{{#if zzzzzzzzzzz}}x{{/if}}", 1, "no \"zzzzzzzzzzz\"", "items, name")]
    [InlineData("{{{name}}}", 1, "without escaping", "two braces")]
    [InlineData("{{&name}}", 1, "can do", "one name")]
    [InlineData("\n\n{{name", 3, "never closed", "}}")]
    [InlineData("{{#if name}}\nx", 1, "never closed", "{{/if}}")]
    [InlineData("{{#if name}}x{{/each}}", 1, "closes", "{{/if}}")]
    [InlineData("x{{/if}}", 1, "not open", "Remove")]
    [InlineData("{{> partial}}", 1, "can do", "one name")]
    [InlineData("{{lookup name 0}}", 1, "can do", "one name")]
    [InlineData("{{#with name}}x{{/with}}", 1, "can do", "{{#if name}}")]
    [InlineData("{{#*inline \"a\"}}x{{/inline}}", 1, "can do", "{{#if name}}")]
    [InlineData("{{else}}", 1, "outside", "between")]
    [InlineData("{{#each name}}x{{/each}}", 1, "not a list", "{{#if name}}")]
    [InlineData("{{name.Length}}", 1, "no \"name.Length\"", "")]
    [InlineData(
        "{{#if name}}{{#if name}}{{#if name}}{{#if name}}{{#if name}}{{#if name}}{{#if name}}x{{/if}}{{/if}}{{/if}}{{/if}}{{/if}}{{/if}}{{/if}}",
        1,
        "more than 6",
        "fewer"
    )]
    [InlineData(
        "{{#each items}}{{#each inner}}{{#each ../inner}}x{{/each}}{{/each}}{{/each}}",
        1,
        "more than 2 lists",
        "one after the other"
    )]
    [InlineData("{{#each items}}{{name}}{{/each}}", 1, "no \"name\"", "inner, title")]
    public void Read_BrokenTemplate_NamesLineAndRemedy(
        string source,
        int line,
        string what,
        string remedy
    )
    {
        var reading = Read(source);

        reading.Template.Should().BeNull();
        reading
            .Problems.Should()
            .Contain(p =>
                p.File == "a.hbs"
                && p.Line == line
                && p.What.Contains(what)
                && p.Remedy.Contains(remedy)
            );
    }

    [Theory]
    [InlineData(
        "{{#each items}}{{title}}{{#each inner}}{{this}}{{../title}}{{@index}}{{/each}}{{/each}}",
        "txt0"
    )]
    [InlineData(
        "{{#if other}}a{{else}}b{{/if}}{{#unless yes}}c{{/unless}}{{! note }}{{!-- {{x}} --}}",
        "b"
    )]
    public void Render_GoodTemplate_Fills(string source, string expected)
    {
        var reading = Read(source);

        reading.Problems.Should().BeEmpty();
        reading.Template!.Render(Sample).Should().Be(expected);
    }

    [Fact]
    public void Render_Hostile_IsEscapedInHtmlOnly()
    {
        const string hostile = "<script>alert(\"1\")</script> & {{other}} 'é' @everyone";

        Fill("{{name}}", TemplateOutput.Text, hostile).Should().Be(hostile);
        var html = Fill("{{name}}", TemplateOutput.Html, hostile);
        html.Should().NotContain("<script").And.Contain("&lt;script&gt;").And.Contain("é");
        System.Net.WebUtility.HtmlDecode(html).Should().Be(hostile);
    }

    [Fact]
    public void Render_ControlAndBidiCharacters_AreLeftOut() =>
        Fill("{{name}}", TemplateOutput.Text, "a\0b\u001b[31m\r\nc\u202ed\u0007")
            .Should()
            .Be("ab[31m\ncd");

    [Fact]
    public void Render_TooLong_IsRefused()
    {
        var longest = new string('x', TemplateEngine.LongestText);

        Fill("{{name}}", TemplateOutput.Text, longest).Should().HaveLength(longest.Length);
        var tooLong = () => Fill("{{name}}{{name}}", TemplateOutput.Text, longest);
        tooLong.Should().Throw<TemplateException>().WithMessage("*65536*");
    }

    [Fact]
    public void Render_ListTooLong_IsRefused()
    {
        var template = Read("{{#each items}}{{/each}}").Template!;
        var many = Enumerable.Repeat<object?>("x", TemplateEngine.MostItems + 1).ToList();

        var render = () => template.Render(new Values { ["items"] = many });
        render.Should().Throw<TemplateException>();
    }

    [Fact]
    public void Render_ObjectOfTheProgram_IsRefused()
    {
        var render = () => Fill("{{name}}", TemplateOutput.Text, new FileInfo("/etc/passwd"));

        render.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Read_SampleDoesNotFit_IsAProblem()
    {
        var longest = new Values { ["name"] = new string('x', TemplateEngine.LongestText) };

        TemplateEngine
            .Read("a.hbs", "{{name}} ", TemplateOutput.Text, [longest])
            .Problems.Should()
            .ContainSingle(p => p.What.Contains("longer than"));
    }
}
