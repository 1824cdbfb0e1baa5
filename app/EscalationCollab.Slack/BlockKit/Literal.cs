using System.Globalization;
using System.Text;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>Texts of people on their way to Slack: cleaned and shortened, never marked up.</summary>
internal static class Literal
{
    /// <summary>
    /// Without control characters except line breaks and tabs, without half characters, and without the invisible signs
    /// that turn the direction of the words of others around or let marks begin inside a word.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
            if (rune.Value is '\n' or '\t' || !(Rune.IsControl(rune) || IsTrick(rune.Value)))
                clean.Append(rune);
        return clean.ToString();
    }

    /// <summary>
    /// At most <paramref name="most"/> UTF-16 units, cut between words where there is one near, never inside a character
    /// of several code points, and with "…" when something is missing.
    /// </summary>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var end = most - 1;
        var inside = StringInfo.GetNextTextElementLength(text.AsSpan(LastStart(text, end)));
        if (LastStart(text, end) + inside > end)
            end = LastStart(text, end);
        var blank = end > 0 ? text.LastIndexOfAny([' ', '\n'], end - 1) : -1;
        if (blank > end * 3 / 4)
            end = blank;
        return text[..end].TrimEnd() + "…";
    }

    /// <summary>Pieces of at most <paramref name="most"/> units, cut between lines or words where possible; nothing is lost.</summary>
    public static IEnumerable<string> Split(string text, int most)
    {
        while (text.Length > most)
        {
            var end = text.LastIndexOf('\n', most - 1, most / 2);
            if (end < 0)
                end = text.LastIndexOf(' ', most - 1, most / 2);
            if (end < 0)
                end = Math.Max(LastStart(text, most), 1) - 1;
            yield return text[..(end + 1)].TrimEnd('\n');
            text = text[(end + 1)..];
        }
        if (text.Length > 0)
            yield return text;
    }

    // Where the character that holds this position begins. Looks back a little only: no real one is longer.
    private static int LastStart(string text, int position)
    {
        var start = Math.Max(0, position - 64);
        if (start > 0 && char.IsLowSurrogate(text[start]))
            start++;
        while (true)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(start));
            if (start + length > position || length == 0)
                return start == 0 ? position : start;
            start += length;
        }
    }

    private static bool IsTrick(int value) =>
        value
            is 0x200B
                or 0x2060
                or 0xFEFF
                or 0x061C
                or 0x200E
                or 0x200F
                or 0x2028
                or 0x2029
                or (>= 0x202A and <= 0x202E)
                or (>= 0x2066 and <= 0x2069);
}
