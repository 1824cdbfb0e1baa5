using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

/// <summary>Turns a YAML text that people edit into a tree, or notes with its place why it is none.</summary>
internal static class YamlText
{
    /// <summary>Deeper nesting is refused before a tree is built of it.</summary>
    private const int Deepest = 24;

    /// <summary>Reads a text whose top is a mapping.</summary>
    /// <param name="what">What the text should be, in a word, such as <c>policy</c>.</param>
    /// <param name="longest">The longest text that is read, in characters.</param>
    /// <param name="example">A file to start from.</param>
    /// <returns>Null when something was noted.</returns>
    public static YamlMappingNode? Root(
        string text,
        string what,
        int longest,
        string example,
        Findings findings
    )
    {
        if (text.Length > longest)
        {
            findings.Add(
                1,
                1,
                $"The text is too long for a {what}.",
                $"Keep it below {longest.ToString("N0", CultureInfo.InvariantCulture)} characters."
            );
            return null;
        }
        try
        {
            return Depth(text, findings) ? Tree(text, what, example, findings) : null;
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

    private static YamlMappingNode? Tree(
        string text,
        string what,
        string example,
        Findings findings
    )
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
            return root;
        findings.Add(
            1,
            1,
            stream.Documents.Count == 0
                ? $"The {what} is empty."
                : $"The {what} is not one mapping of keys to values.",
            $"Start from the {example} that comes with the product."
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
