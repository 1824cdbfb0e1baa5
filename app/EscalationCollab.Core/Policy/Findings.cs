using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

/// <summary>Collects what is wrong while a text is read to its end, so that all of it is shown at once.</summary>
internal sealed class Findings(string file)
{
    /// <summary>Nobody reads more; a text with more problems is of another kind altogether.</summary>
    private const int Most = 100;

    private readonly List<PolicyProblem> problems = [];

    public void Add(YamlNode at, string wrong, string remedy) =>
        Add((int)at.Start.Line, (int)at.Start.Column, wrong, remedy);

    public void Add(int line, int column, string wrong, string remedy)
    {
        if (problems.Count < Most)
            problems.Add(
                new PolicyProblem(file, Math.Max(1, line), Math.Max(1, column), wrong, remedy)
            );
    }

    /// <summary>An unknown name, with the nearest known one as the remedy.</summary>
    public void Unknown(YamlNode at, string what, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        var nearest = Nearest(name, names);
        Add(
            at,
            $"There is no {what} '{Shown(name)}'.",
            nearest is not null ? $"Did you mean '{nearest}'?"
                : names.Count == 0 ? $"Define one first."
                : $"Write one of: {string.Join(", ", names.Take(20))}."
        );
    }

    public ImmutableArray<PolicyProblem> InOrder() =>
        [.. problems.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    public static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";

    /// <summary>The known name that a mistyped one most likely stands for, or null.</summary>
    internal static string? Nearest(string name, IEnumerable<string> known)
    {
        var typed = Plain(name);
        if (typed.Length is 0 or > 60)
            return null;
        var best = known
            .Select(candidate => (Name: candidate, Distance: Distance(typed, Plain(candidate))))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, typed.Length / 3)
            ? best.Name
            : null;
    }

    /// <summary>A name without case and separators: <c>missing expertise</c> and <c>MissingExpertise</c> are the same.</summary>
    internal static string Plain(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static int Distance(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var current = new int[to.Length + 1];
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.Length];
    }
}
