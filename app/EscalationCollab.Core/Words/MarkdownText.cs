using System.Text;
using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace EscalationCollab.Core.Words;

/// <summary>
/// Makes any text mean itself in Markdown: no emphasis, heading, list, table, link, picture, mention, HTML or code comes
/// of it, neither in CommonMark nor in the dialects with tables, footnotes, formulas and bare links. What needs no
/// backslash gets none, so that the file stays readable as it is.
/// </summary>
public static partial class MarkdownText
{
    // These mean something wherever they stand.
    private const string Always = "\\`*_{}[]<>|~&$^@#";

    /// <summary>The text with backslashes where they are needed. Lines stay lines; an empty line stays a new paragraph.</summary>
    public static string Escape(string text)
    {
        var output = new StringBuilder(text.Length + 16);
        var paragraphs = EmptyLines()
            .Split(TemplateValues.Clean(text).Replace('\u00a0', ' ').Trim())
            .Select(Paragraph);
        output.AppendJoin("\n\n", paragraphs);
        return output.ToString();
    }

    private static string Paragraph(string paragraph) =>
        string.Join("\\\n", paragraph.Split('\n').Select(line => Line(line.Trim())));

    private static string Line(string line)
    {
        var output = new StringBuilder(line.Length + 8);
        var number = 0;
        while (number < line.Length && char.IsAsciiDigit(line[number]))
            number++;
        for (var i = 0; i < line.Length; i++)
        {
            if (IsSpecial(line, i, number))
                output.Append('\\');
            output.Append(line[i]);
        }
        return output.ToString();
    }

    private static bool IsSpecial(string line, int at, int number) =>
        line[at] switch
        {
            var c when Always.Contains(c, StringComparison.Ordinal) => true,
            // A list, a heading by underlining, a definition.
            '-' or '+' or '=' or ':' when at == 0 => true,
            // A numbered list.
            '.' or ')' when number > 0 && at == number => true,
            // An address or an emoji by name.
            ':' => at + 1 < line.Length && (line[at + 1] == '/' || char.IsLetter(line[at + 1])),
            '.' => at >= 3
                && line.AsSpan(at - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    [GeneratedRegex("""\n[ \t]*(?:\n[ \t]*)+""")]
    private static partial Regex EmptyLines();

    internal sealed class Encoder : ITextEncoder
    {
        public void Encode(StringBuilder? text, TextWriter target) =>
            target.Write(Escape(text?.ToString() ?? ""));

        public void Encode(string? text, TextWriter target) => target.Write(Escape(text ?? ""));

        public void Encode<T>(T? text, TextWriter target)
            where T : IEnumerator<char>
        {
            var all = new StringBuilder();
            while (text?.MoveNext() == true)
                all.Append(text.Current);
            Encode(all, target);
        }
    }
}
