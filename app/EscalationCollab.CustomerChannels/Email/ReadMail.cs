using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Reads back what <see cref="ComposeMail"/> writes; no more of the mail standards than that.</summary>
internal static partial class ReadMail
{
    private const string DateForm = "ddd, dd MMM yyyy HH:mm:ss zzz";

    /// <summary>The mail, or null when it is not one of ours.</summary>
    public static StoredMail? Read(string id, EscalationNumber escalation, byte[] bytes)
    {
        var (headers, body) = Split(Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n"));
        if (Boundary().Match(Value(headers, "Content-Type")) is not { Success: true } boundary)
            return null;
        if (!TryDate(Value(headers, "Date"), out var date))
            return null;
        var parts = body.Split($"--{boundary.Groups[1].Value}")
            .Skip(1)
            .Select(part => Part(part.TrimStart('\n')))
            .ToList();
        return new StoredMail(
            id,
            escalation,
            Value(headers, "Message-ID"),
            headers.GetValueOrDefault("In-Reply-To"),
            Contacts(Value(headers, "From")).FirstOrDefault() ?? new Contact("", ""),
            Contacts(Value(headers, "To")),
            date,
            Value(headers, "Content-Language"),
            Words(Value(headers, "Subject")),
            parts.FirstOrDefault(p => p.Type == "text/plain").Text ?? "",
            parts.FirstOrDefault(p => p.Type == "text/html").Text ?? ""
        );
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string mail)
    {
        var end = mail.IndexOf("\n\n", StringComparison.Ordinal);
        var head = end < 0 ? mail : mail[..end];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in head.Replace("\n ", " ").Split('\n'))
            if (line.IndexOf(':') is var colon and > 0)
                headers.TryAdd(line[..colon], line[(colon + 1)..].Trim());
        return (headers, end < 0 ? "" : mail[(end + 2)..]);
    }

    private static (string Type, string? Text) Part(string part)
    {
        var (headers, body) = Split(part);
        // The line end before the next boundary is the boundary's.
        body = body.EndsWith('\n') ? body[..^1] : body;
        return (
            Value(headers, "Content-Type").Split(';')[0],
            Value(headers, "Content-Transfer-Encoding") switch
            {
                "quoted-printable" => QuotedPrintable(body.Replace("=\n", "")),
                "base64" when Base64(body) is { } text => text.ReplaceLineEndings("\n"),
                _ => body,
            }
        );
    }

    private static string? Base64(string body)
    {
        var bytes = new byte[body.Length];
        return Convert.TryFromBase64String(body, bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : null;
    }

    private static string QuotedPrintable(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (
                text[i] == '='
                && i + 2 < text.Length
                && byte.TryParse(
                    text.AsSpan(i + 1, 2),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var b
                )
            )
            {
                bytes.Add(b);
                i += 2;
            }
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string Words(string value) =>
        EncodedWord()
            .Replace(
                BetweenWords().Replace(value, "?==?"),
                m => QuotedPrintable(m.Groups[1].Value.Replace('_', ' '))
            );

    private static List<Contact> Contacts(string value) =>
        [
            .. Address()
                .Matches(value)
                .Select(m => new Contact(
                    Name(m.Groups["name"].Value.Trim()),
                    m.Groups["angle"].Value + m.Groups["bare"].Value
                )),
        ];

    private static string Name(string name) =>
        name.StartsWith('"') ? Escape().Replace(name.Trim('"'), "$1") : Words(name);

    private static bool TryDate(string value, out Instant date)
    {
        var known = DateTimeOffset.TryParseExact(
            value.Replace("+0000", "+00:00"),
            DateForm,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var read
        );
        date = Instant.FromDateTimeOffset(read);
        return known;
    }

    private static string Value(Dictionary<string, string> headers, string name) =>
        headers.GetValueOrDefault(name) ?? "";

    [GeneratedRegex("""boundary="([^"]+)""")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"=\?utf-8\?Q\?([^?]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(
        """(?<name>"(\\.|[^"\\])*"|[^",<>]*?)\s*<(?<angle>[^<>]+)>|(?<bare>[^\s,<>"]+@[^\s,<>"]+)"""
    )]
    private static partial Regex Address();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
