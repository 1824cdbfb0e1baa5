using System.Globalization;
using System.Text;

namespace EscalationCollab.Core.Cards;

/// <summary>Texts of people on their way to a chat platform: cleaned and shortened, never marked up.</summary>
public static class Literal
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
        var end = Boundary(text, most - 1);
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
                end = Math.Max(Boundary(text, most), 1) - 1;
            yield return text[..(end + 1)].TrimEnd('\n');
            text = text[(end + 1)..];
        }
        if (text.Length > 0)
            yield return text;
    }

    // The last place up to this one that is between two characters. Looks back a little only: what is longer than that is
    // no character but a heap of marks, and may be cut anywhere but inside a code point.
    private static int Boundary(string text, int most)
    {
        var start = Math.Max(0, most - 64);
        if (start > 0 && char.IsLowSurrogate(text[start]))
            start++;
        for (var at = start; ; )
        {
            var next = at + StringInfo.GetNextTextElementLength(text.AsSpan(at));
            if (next > most)
                return at > start || (start == 0 && next <= 64) ? at
                    : char.IsLowSurrogate(text[most]) ? most - 1
                    : most;
            at = next;
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
