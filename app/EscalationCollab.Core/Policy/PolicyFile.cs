using System.Collections.Immutable;

namespace EscalationCollab.Core.Policy;

/// <summary>Something wrong in a text that people edit.</summary>
/// <param name="File">As it was named to the reader.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Wrong">What is wrong, a sentence for an administrator.</param>
/// <param name="Remedy">What to write instead, a sentence.</param>
public sealed record PolicyProblem(string File, int Line, int Column, string Wrong, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{File}:{Line}:{Column}: {Wrong} {Remedy}"
        );
}

/// <summary>A policy, or everything that is wrong with its text.</summary>
/// <param name="Policy">Null when there are problems.</param>
/// <param name="Problems">In the order of the file.</param>
public sealed record PolicyReading(
    EscalationPolicy? Policy,
    ImmutableArray<PolicyProblem> Problems
);
