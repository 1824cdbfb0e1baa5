using System.Text;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// Texts of people on their way to Teams. Every client has a Markdown of its own, and none has escapes that all others
/// know: so signs that mark are replaced by signs that look alike, and the rest is parted by a word joiner, which shows
/// nothing.
/// </summary>
internal static partial class Safe
{
    private const char Joiner = '\u2060';

    /// <summary>
    /// For places without Markdown: text runs, labels, buttons. Clients fill in dates there too, so <c>{{DATE(…)}}</c>
    /// and <c>${…}</c> are taken apart.
    /// </summary>
    public static string Plain(string text) =>
        Braces().Replace(Literal.Clean(text), match => $"{match.Value}{Joiner}");

    /// <summary>For places with Markdown, and for those of which clients are not of one mind: shows as it is, marks nothing.</summary>
    public static string Marked(string text)
    {
        var plain = Literal.Clean(text);
        var safe = new StringBuilder(plain.Length + 16);
        for (var i = 0; i < plain.Length; i++)
            switch (plain[i])
            {
                case '*':
                    safe.Append('∗');
                    break;
                case '~':
                    safe.Append('∼');
                    break;
                case '`':
                    safe.Append('ˋ');
                    break;
                case '\\':
                    safe.Append('⧵');
                    break;
                // Inside a word it marks nothing, and there it is part of a name that people copy.
                case '_':
                    safe.Append(IsInside(plain, i) ? '_' : 'ˍ');
                    break;
                // Also at the end, for something may be put behind it.
                case '<' or '&' or '{' or '$' or ']' or '!' or '|':
                    safe.Append(plain[i]).Append(Joiner);
                    break;
                case ':' when plain.AsSpan(i).StartsWith("://"):
                    safe.Append(plain[i]).Append(Joiner);
                    break;
                default:
                    safe.Append(plain[i]);
                    break;
            }
        return LineStart().Replace(safe.ToString(), $"{Joiner}$1{Joiner}");
    }

    /// <summary>The words of something that Teams refuses without any, such as a button.</summary>
    public static string Shown(string text) => string.IsNullOrWhiteSpace(text) ? "…" : text;

    private static bool IsInside(string text, int at) =>
        at > 0
        && at < text.Length - 1
        && char.IsLetterOrDigit(text[at - 1])
        && char.IsLetterOrDigit(text[at + 1]);

    [GeneratedRegex(@"[{$](?=\{)")]
    private static partial Regex Braces();

    // A list, a heading, a quotation, a line, code by indent: what Markdown finds at the start of a line.
    [GeneratedRegex(
        @"(?<=^[ \t]*)([-+#>=•]|\d+(?=[.)])|(?:\t| {4})(?=[ \t]*\S))",
        RegexOptions.Multiline
    )]
    private static partial Regex LineStart();
}
