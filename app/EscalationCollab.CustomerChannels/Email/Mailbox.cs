using System.Globalization;
using System.Text;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>An address that is safe to put into a header and an SMTP command: no other way leads there.</summary>
internal sealed record Mailbox
{
    private const int LongestName = 200;
    private const int LongestLocal = 64;
    private const int LongestAddress = 254;
    private const string Marks = "!#$%&'*+-/=?^_`{|}~";

    private Mailbox(string name, string local, string domain)
    {
        Name = name;
        Local = local;
        Domain = domain;
    }

    /// <summary>The display name, one line, perhaps empty.</summary>
    public string Name { get; }

    public string Local { get; }

    /// <summary>In ASCII form (<c>xn--</c> for other scripts), so that every server understands it.</summary>
    public string Domain { get; }

    public string Address => $"{Local}@{Domain}";

    /// <summary>The part before the @ is not ASCII: only a server with SMTPUTF8 can carry it.</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    /// <summary>Reads a name and an address; null when the address is not one that can be mailed.</summary>
    public static Mailbox? From(string? name, string? address)
    {
        var text = (address ?? "").Trim().Normalize(NormalizationForm.FormC);
        var at = text.LastIndexOf('@');
        if (at < 1 || !IsLocal(text[..at]) || AsciiDomain(text[(at + 1)..]) is not { } domain)
            return null;
        var mailbox = new Mailbox(HeaderText.Line(name, LongestName), text[..at], domain);
        return Encoding.UTF8.GetByteCount(mailbox.Address) <= LongestAddress ? mailbox : null;
    }

    /// <summary>Reads <c>Name &lt;address&gt;</c> or a bare address, as an administrator writes it.</summary>
    public static Mailbox? Parse(string text)
    {
        var open = text.LastIndexOf('<');
        if (open < 0)
            return From("", text);
        var trimmed = text.TrimEnd();
        return trimmed.EndsWith('>')
            ? From(text[..open].Trim().Trim('"'), trimmed[(open + 1)..^1])
            : null;
    }

    /// <summary>The domain in ASCII form, or null when it is not a domain.</summary>
    public static string? AsciiDomain(string domain)
    {
        try
        {
            var ascii = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain);
            return ascii.EndsWith('.') ? null : ascii.ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLocal(string local) =>
        Encoding.UTF8.GetByteCount(local) <= LongestLocal
        && local.Split('.').All(atom => atom.Length > 0 && atom.EnumerateRunes().All(IsAtom));

    private static bool IsAtom(Rune rune) =>
        rune.IsAscii
            ? Rune.IsLetterOrDigit(rune) || Marks.Contains((char)rune.Value)
            : Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.SpacingCombiningMark;
}
