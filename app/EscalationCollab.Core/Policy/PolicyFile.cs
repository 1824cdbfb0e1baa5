using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Words;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

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

    /// <summary>Deeper nesting is refused before a tree is built of it.</summary>
    private const int Deepest = 24;

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
        if (Root(text, findings) is { } root)
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

    private static YamlMappingNode? Root(string text, Findings findings)
    {
        if (text.Length > LongestText)
        {
            findings.Add(
                1,
                1,
                "The text is too long for a policy.",
                $"Keep it below {LongestText.ToString("N0", CultureInfo.InvariantCulture)} characters."
            );
            return null;
        }
        try
        {
            return Depth(text, findings) ? Tree(text, findings) : null;
        }
        catch (YamlException failure)
        {
            findings.Add(
                (int)failure.Start.Line,
                (int)failure.Start.Column,
                $"This is not YAML: {Sentence(failure)}",
                "Indent with spaces, two for each step, write 'key: value', and put text with ':' or '#' in quotes."
            );
            return null;
        }
    }

    private static YamlMappingNode? Tree(string text, Findings findings)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
            return root;
        findings.Add(
            1,
            1,
            stream.Documents.Count == 0
                ? "The policy is empty."
                : "The policy is not one mapping of keys to values.",
            "Start from the templates/policy.yaml that comes with the product."
        );
        return null;
    }

    /// <summary>The tree is built by recursion, so that depth is looked at first, on the flat stream of events.</summary>
    private static bool Depth(string text, Findings findings)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth <= Deepest || parser.Current is not (MappingStart or SequenceStart))
                continue;
            var at = parser.Current.Start;
            findings.Add(
                (int)at.Line,
                (int)at.Column,
                "The text is nested too deeply.",
                "Remove the extra brackets or indentation."
            );
            return false;
        }
        return true;
    }

    private static string Sentence(YamlException failure)
    {
        var words = (failure.InnerException ?? failure).Message.Trim();
        return words.EndsWith('.') ? words : words + ".";
    }
}
