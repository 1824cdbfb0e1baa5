using EscalationCollab.Core.Tickets;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Tickets;

public sealed class TicketMapFileTests
{
    private static readonly string Delivered = File.ReadAllText(
        Path.Combine(Templates.Root, TicketMapFile.Shipped)
    );

    [Fact]
    public void Parse_Delivered_NothingWrong()
    {
        var reading = TicketMapFile.Parse("map.yaml", Delivered);

        reading.Problems.Should().BeEmpty();
        reading.Map!.Source.Should().Be("servicenow");
        reading.Map.Zone.Should().BeNull("the policy's zone is taken then");
    }

    [Theory]
    [InlineData(
        "columns:\n  number: number",
        "columns:\n  numbr: number",
        "numbr",
        "Did you mean 'number'"
    )]
    [InlineData(
        "dd-MM-yyyy HH:mm]",
        "dd-mm-yyyy HH:mm]",
        "dd-mm-yyyy",
        "months are MM|'dd-MM-yyyy HH:mm'"
    )]
    [InlineData(
        "  # zone: America/New_York",
        "  zone: America/Nwe_York",
        "Nwe_York",
        "Did you mean 'America/New_York'"
    )]
    [InlineData("separator: \",\"", "separator: \"ab\"", "'ab'", "tab")]
    [InlineData("encoding: utf-8", "encoding: utf8", "utf8", "Did you mean 'utf-8'")]
    [InlineData(
        "{ column: made_sla, is: [\"TRUE\"] }",
        "{ column: made_sla }",
        "does not ask one thing",
        "at-least: 2"
    )]
    [InlineData("at-least: 2", "at-least: two", "whole number", "Write")]
    [InlineData("source: servicenow", "sauce: servicenow", "sauce", "source")]
    [InlineData(
        "resolved: { column: incident_state, is: [Resolved, Closed] }",
        "resolved: yes",
        "keys of its own",
        "Indent"
    )]
    [InlineData("  any:\n", "  any: [\n", "not YAML", "Indent with spaces")]
    public void Parse_OneMistake_ToldWithLineAndRemedy(
        string good,
        string bad,
        string wrong,
        string remedy
    )
    {
        Delivered.Should().Contain(good);
        var text = Delivered.Replace(good, bad, StringComparison.Ordinal);

        var reading = TicketMapFile.Parse("map.yaml", text);

        reading.Map.Should().BeNull();
        var problem = reading.Problems[0];
        problem.File.Should().Be("map.yaml");
        problem.Line.Should().BeGreaterThan(1).And.BeLessThanOrEqualTo(text.Split('\n').Length);
        $"{problem.Wrong} {problem.Remedy}"
            .Should()
            .Contain(wrong)
            .And.ContainAny(remedy.Split('|'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("just text")]
    public void Parse_NoMapping_Told(string text) =>
        TicketMapFile
            .Parse("map.yaml", text)
            .Problems.Should()
            .ContainSingle()
            .Which.Remedy.Should()
            .Contain("templates/");

    [Fact]
    public void Load_MissingFile_Told() =>
        TicketMapFile
            .Load("/nowhere/map.yaml")
            .Problems.Should()
            .ContainSingle()
            .Which.Wrong.Should()
            .Contain("cannot be read");
}
