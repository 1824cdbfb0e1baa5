using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Words;

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
        string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Wrong} {Remedy}");
}

/// <summary>A policy, or everything that is wrong with its text.</summary>
/// <param name="Policy">Null when there are problems.</param>
/// <param name="Problems">In the order of the file.</param>
public sealed record PolicyReading(
    EscalationPolicy? Policy,
    ImmutableArray<PolicyProblem> Problems
);

/// <summary>Reads <c>policy.yaml</c>. Never throws for what is written in it: every problem is a value with its place and remedy.</summary>
public static class PolicyFile
{
    /// <summary>The longest text that is read, in characters; the default policy has about a tenth of it.</summary>
    public const int LongestText = 400_000;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Shown in problems as given.</param>
    public static PolicyReading Load(string path)
    {
        try
        {
            return Parse(path, ReadCapped(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, failure.GetType().Name);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">The name shown in problems.</param>
    /// <param name="languages">Languages there are words for; those of <see cref="Languages"/> when default.</param>
    public static PolicyReading Parse(
        string file,
        string text,
        ImmutableArray<string> languages = default
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        var findings = new Findings(file);
        EscalationPolicy? policy = null;
        if (
            YamlText.Root(text, "policy", LongestText, "templates/policy.yaml", findings) is
            { } root
        )
            policy = new PolicyReader(
                findings,
                languages.IsDefault ? Languages.All : languages
            ).Read(root, HashOf(text));
        var problems = findings.InOrder();
        return new PolicyReading(problems.IsEmpty ? policy : null, problems);
    }

    internal static string ReadCapped(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var text = new StringBuilder();
        var buffer = new char[8192];
        // Read in pieces: this runs every few seconds, and a buffer for the longest text would be garbage each time.
        for (int read; text.Length <= LongestText && (read = reader.Read(buffer)) > 0; )
            text.Append(buffer, 0, read);
        return text.ToString();
    }

    internal static PolicyReading Unreadable(string path, string failure) =>
        new(
            null,
            [
                new PolicyProblem(
                    path,
                    1,
                    1,
                    $"The policy file cannot be read ({failure}).",
                    "Put the file there and let the product's account read it."
                ),
            ]
        );

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
