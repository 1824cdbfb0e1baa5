using System.Globalization;
using System.Text;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>
/// The one place where text from people becomes part of a header (RFC 5322, RFC 2047). Whatever comes in, a
/// header stays one header: line ends and control characters are gone before anything is encoded.
/// </summary>
internal static class HeaderText
{
    private const int LineLength = 76;
    private const int WordLength = 75;
    private const string WordStart = "=?utf-8?Q?";
    private const string WordEnd = "?=";
    private const string NewLine = "\r\n ";

    /// <summary>Cleans a text to one line of at most <paramref name="longest"/> characters; a longer one ends in an ellipsis.</summary>
    public static string Line(string? text, int longest)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            var blank = IsBlank(rune);
            if (blank && (line.Length == 0 || line[^1] == ' '))
                continue;
            if (line.Length + rune.Utf16SequenceLength >= longest)
                return line.ToString().TrimEnd() + "…";
            line.Append(blank ? " " : rune.ToString());
        }
        return line.ToString().TrimEnd();
    }

    /// <summary>A whole header line with free text, folded, ending in CRLF.</summary>
    public static string Unstructured(string header, string line)
    {
        var start = header + ": ";
        return start + (Folded(line, start.Length) ?? Encoded(line, start.Length)) + "\r\n";
    }

    /// <summary>A whole header line with addresses, folded, ending in CRLF.</summary>
    public static string Addresses(string header, IEnumerable<Mailbox> mailboxes)
    {
        var start = header + ": ";
        return start
            + string.Join("," + NewLine, mailboxes.Select(m => Full(m, start.Length)))
            + "\r\n";
    }

    private static string Full(Mailbox mailbox, int column)
    {
        if (mailbox.Name.Length == 0)
            return mailbox.Address;
        var name = Phrase(mailbox.Name, column);
        var fits = column + name.Length + mailbox.Address.Length + 4 <= LineLength;
        return $"{name}{(fits ? " " : NewLine)}<{mailbox.Address}>";
    }

    private static string Phrase(string name, int column)
    {
        var quoted = "\"" + name.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
        return IsPlain(name) && column + quoted.Length <= LineLength
            ? quoted
            : Encoded(name, column);
    }

    /// <summary>Plain ASCII, folded at its spaces; null when it has to be encoded.</summary>
    private static string? Folded(string line, int column)
    {
        if (!IsPlain(line))
            return null;
        var folded = new StringBuilder();
        foreach (var word in line.Split(' '))
        {
            if (word.Length + 1 > LineLength)
                return null;
            var first = folded.Length == 0;
            if (column + word.Length + 1 > LineLength && !first)
            {
                folded.Append(NewLine).Append(word);
                column = 1 + word.Length;
                continue;
            }
            folded.Append(first ? "" : " ").Append(word);
            column += word.Length + 1;
        }
        return folded.ToString();
    }

    /// <summary>Encoded words of at most 75 characters; a character is never split between two of them.</summary>
    private static string Encoded(string line, int column)
    {
        var words = new StringBuilder(WordStart);
        var room = Math.Min(WordLength, LineLength - column) - WordStart.Length - WordEnd.Length;
        foreach (var rune in line.EnumerateRunes())
        {
            var piece = Escaped(rune);
            if (piece.Length > room)
            {
                words.Append(WordEnd).Append(NewLine).Append(WordStart);
                room = WordLength - WordStart.Length - WordEnd.Length;
            }
            words.Append(piece);
            room -= piece.Length;
        }
        return words.Append(WordEnd).ToString();
    }

    // The narrow alphabet of RFC 2047 section 5 (3), which is right in names and in free text alike.
    private static string Escaped(Rune rune)
    {
        if (rune.Value == ' ')
            return "_";
        if (
            rune.IsAscii
            && (char.IsAsciiLetterOrDigit((char)rune.Value) || "!*+-/".Contains((char)rune.Value))
        )
            return rune.ToString();
        return string.Concat(
            Encoding
                .UTF8.GetBytes(rune.ToString())
                .Select(b => "=" + b.ToString("X2", CultureInfo.InvariantCulture))
        );
    }

    // What looks like an encoded word is encoded itself, so that it arrives as it was written.
    private static bool IsPlain(string text) => Ascii.IsValid(text) && !text.Contains("=?");

    // Direction overrides can make a subject or a name read as something else; they are blanked with the controls.
    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.IsControl(rune)
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF;
}
