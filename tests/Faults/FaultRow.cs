namespace EscalationCollab.Faults;

/// <summary>A row of the fault matrix: injects a fault so many times and sees what comes of it.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Fault">In words.</param>
/// <param name="Full">How many make the figure that is asked for.</param>
/// <param name="Small">How many are enough to see that it works at all.</param>
internal sealed record FaultRow(
    string Name,
    string Fault,
    int Full,
    int Small,
    Func<int, Task<Finding>> RunAsync
);

/// <summary>What was seen.</summary>
/// <param name="Sent">What was sent and done, with numbers.</param>
/// <param name="Seen">What came of it, with numbers.</param>
/// <param name="Limit">What would have been too much or too little.</param>
internal sealed record Finding(string Sent, string Seen, string Limit)
{
    /// <summary>The head of the table.</summary>
    public const string Header =
        "| row | fault | sent | seen | limit | |\n| --- | --- | --- | --- | --- | --- |";

    /// <summary>What is not as it must be, whatever the machine.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>What took longer than it may; a machine that is busy with something else says little about that.</summary>
    public List<string> Slow { get; } = [];

    /// <summary>Everything beyond the limit.</summary>
    public IReadOnlyList<string> Breaches => [.. Wrong, .. Slow];

    /// <summary>Notes what is wrong unless it holds.</summary>
    public Finding Must(bool holds, string otherwise)
    {
        if (!holds)
            Wrong.Add(otherwise);
        return this;
    }

    /// <summary>Notes what is slow unless it holds.</summary>
    public Finding Within(bool holds, string otherwise)
    {
        if (!holds)
            Slow.Add(otherwise);
        return this;
    }

    /// <summary>As a line of the table.</summary>
    public string ToMarkdown(FaultRow row) =>
        $"| `{row.Name}` | {row.Fault} | {Sent} | {Seen} | {Limit} | {(Breaches.Count == 0 ? "holds" : "**missed**")} |";
}
