using EscalationCollab.Faults.Rows;

namespace EscalationCollab.Tests.Faults;

/// <summary>The rows of the fault matrix that Teams can cause, with figures that take seconds; tests/Faults runs them whole.</summary>
public sealed class TeamsRowsTests
{
    public static TheoryData<string> Names => [.. TeamsRows.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Row_Small_Holds(string name)
    {
        var row = TeamsRows.Named(name);

        var finding = await row.RunAsync(row.Small);

        // How fast it is, is measured where nothing else runs.
        finding.Wrong.Should().BeEmpty(finding.ToMarkdown(row));
    }
}
