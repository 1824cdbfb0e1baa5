using System.Globalization;
using System.Text;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>The body of one part, in 7-bit lines of at most 76 characters (RFC 2045), whatever the text.</summary>
internal static class BodyText
{
    private const int LineLength = 76;

    /// <summary>The transfer encoding and the encoded body, which ends in CRLF.</summary>
    public static (string Encoding, string Body) Encode(string text)
    {
        var clean = Clean(text);
        var quoted = QuotedPrintable(clean);
        var bytes = Encoding.UTF8.GetBytes(clean.Replace("\n", "\r\n"));
        // Mostly-ASCII text stays readable on the wire; only other scripts are shorter as base64.
        return quoted.Length <= (bytes.Length * 3 / 2) + LineLength
            ? ("quoted-printable", quoted)
            : (
                "base64",
                Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks) + "\r\n"
            );
    }

    /// <summary>One kind of line end and no control characters but the tab.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune))
                clean.Append(rune.ToString());
        return clean.ToString();
    }

    private static string QuotedPrintable(string text)
    {
        var encoded = new StringBuilder(text.Length * 5 / 4);
        var lines = text.Split('\n');
        var count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        for (var i = 0; i < count; i++)
        {
            Line(encoded, Encoding.UTF8.GetBytes(lines[i]));
            encoded.Append("\r\n");
        }
        return encoded.ToString();
    }

    private static void Line(StringBuilder encoded, byte[] bytes)
    {
        var column = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var piece = Piece(bytes, i);
            if (column + piece.Length >= LineLength)
            {
                encoded.Append("=\r\n");
                column = 0;
            }
            encoded.Append(piece);
            column += piece.Length;
        }
    }

    private static string Piece(byte[] line, int at)
    {
        var b = line[at];
        var last = at == line.Length - 1;
        var plain = b is (>= 33 and <= 126 and not (byte)'=') || (b is 32 or 9 && !last);
        // Some stores put ">" before a line that starts with "From "; an encoded F is left alone.
        if (at == 0 && line.AsSpan().StartsWith("From "u8))
            plain = false;
        return plain ? ((char)b).ToString() : "=" + b.ToString("X2", CultureInfo.InvariantCulture);
    }
}
