using System.Text.RegularExpressions;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Host.Verbs;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Verbs;

/// <summary>The verb on copies of the delivered templates, each broken in one way that people break files.</summary>
public sealed class ValidateVerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("validate");

    public ValidateVerbTests()
    {
        foreach (
            var file in Directory.EnumerateFiles(Templates.Root, "*", SearchOption.AllDirectories)
        )
        {
            var copy = PathOf(Path.GetRelativePath(Templates.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [Fact]
    public void Delivered_NothingWrong()
    {
        var (code, said) = Run();

        said.Should().ContainSingle().Which.Should().Contain("in order");
        code.Should().Be(CommandLine.Fine);
    }

    [Theory]
    [InlineData("policy.yaml", "    acknowledge: 15 min", "    acknowledge: a while")]
    [InlineData("policy.yaml", "language: en", "language: klingon")]
    [InlineData("policy.yaml", "zone: Europe/London", "zone: Mars/Olympus")]
    [InlineData("policy.yaml", "Easter + 1, 1st Monday of May", "Estaer + 1, 1st Monday of May")]
    [InlineData("policy.yaml", "triggers:", "trigers:")]
    [InlineData("policy.yaml", "amount: 50 }", "amount: fifty }")]
    [InlineData("words/it/intake.yaml", "card.resolve-by: ", "card.resolve-bi: ")]
    [InlineData("words/lt/roles.yaml", "{skill}", "{skil}")]
    [InlineData("words/en/customer/update.hbs", "{{contact}}", "{{contakt}}")]
    [InlineData("words/pt-BR/customer/receipt.hbs", "{{/if}}", "")]
    [InlineData("tickets/servicenow-audit.yaml", "  opened: opened_at", "  openned: opened_at")]
    [InlineData("post-mortem/en/internal.hbs", "{{customer}}", "{{costumer}}")]
    public void Broken_OneFile_NamesFileLineAndRemedy(string file, string good, string bad)
    {
        Break(file, good, bad);

        var (code, said) = Run();

        code.Should().Be(CommandLine.ProblemFound);
        said.Should().HaveCountGreaterThan(1);
        // Something missing has no line of its own: the line that shows what it should say is named instead.
        said.Should()
            .Contain(
                line =>
                    line.Replace('\\', '/').Contains(file, StringComparison.Ordinal)
                    && Regex.IsMatch(line, @":[1-9]\d*(:\d+)?: |line [1-9]\d*$")
                    && Regex.IsMatch(line, @"\w.*\. +\w"),
                string.Join('\n', said)
            );
    }

    [Fact]
    public void Broken_SeveralFiles_EveryOneIsNamedAtOnce()
    {
        (string File, string Good, string Bad)[] all =
        [
            ("policy.yaml", "    acknowledge: 15 min", "    acknowledge: a while"),
            ("policy.yaml", "triggers:", "trigers:"),
            ("words/it/intake.yaml", "card.resolve-by: ", "card.resolve-bi: "),
            ("words/lt/roles.yaml", "{skill}", "{skil}"),
            ("words/en/customer/update.hbs", "{{contact}}", "{{contakt}}"),
            ("tickets/servicenow-audit.yaml", "  opened: opened_at", "  openned: opened_at"),
        ];
        foreach (var (file, good, bad) in all)
            Break(file, good, bad);

        var (code, said) = Run();

        code.Should().Be(CommandLine.ProblemFound);
        foreach (var file in all.Select(broken => broken.File).Distinct())
            said.Should().Contain(line => line.Contains(file, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Break(string file, string good, string bad)
    {
        var text = File.ReadAllText(PathOf(file));
        text.Should().Contain(good, "the test breaks what is there");
        File.WriteAllText(PathOf(file), new Regex(Regex.Escape(good)).Replace(text, bad, 1));
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, "templates", file);

    private (int Code, string[] Said) Run()
    {
        using var output = new StringWriter();
        var code = ValidateVerb.Run(
            new Places(
                Path.Combine(_folder.FullName, "data"),
                Path.Combine(_folder.FullName, "templates")
            ),
            output
        );
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
