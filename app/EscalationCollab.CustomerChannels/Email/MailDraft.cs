using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EscalationCollab.Core.CustomerUpdates;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>A message as it goes over the wire, lines ending in CRLF, not dot-stuffed.</summary>
internal sealed record MailDraft(string MessageId, byte[] Bytes);

/// <summary>Who mail comes from, taken from the options.</summary>
internal sealed record Sender(Mailbox From, Mailbox? ReplyTo, string MessageIdDomain);

/// <summary>Turns a <see cref="CustomerMessage"/> into a mail. Pure: the same message and moment give the same bytes.</summary>
internal static partial class ComposeMail
{
    private const int LongestSubject = 1000;
    private const int MostReferences = 20;

    /// <summary>The same for every attempt at one message, different for all others, and says nothing about its origin.</summary>
    public static string Key(CustomerMessage message) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{message.Tenant}\n{message.EffectId}"))
        )[..32];

    /// <summary>The Message-ID in its angle brackets.</summary>
    public static string MessageId(CustomerMessage message, Sender sender) =>
        $"<{message.Escalation.ToString().ToLowerInvariant()}.{Key(message)}@{sender.MessageIdDomain}>";

    /// <summary>Writes the mail for <paramref name="to"/>, which must not be empty.</summary>
    public static MailDraft Compose(
        CustomerMessage message,
        Sender sender,
        IReadOnlyList<Mailbox> to,
        Instant now
    )
    {
        var id = MessageId(message, sender);
        // "=_" cannot occur in quoted-printable or base64, so no body can contain the boundary.
        var boundary = $"=_{Key(message)}";
        var mail = new StringBuilder();
        AppendHeaders(mail, message, sender, to, now);
        mail.Append("Content-Type: multipart/alternative;\r\n boundary=\"")
            .Append(boundary)
            .Append("\"\r\n\r\n");
        // Worst first, best last: a reader shows the last part it understands (RFC 2046 section 5.1.4).
        AppendPart(mail, boundary, "text/plain", message.PlainBody);
        AppendPart(mail, boundary, "text/html", message.HtmlBody);
        mail.Append("--").Append(boundary).Append("--\r\n");
        return new MailDraft(id, Encoding.UTF8.GetBytes(mail.ToString()));
    }

    private static void AppendHeaders(
        StringBuilder mail,
        CustomerMessage message,
        Sender sender,
        IReadOnlyList<Mailbox> to,
        Instant now
    )
    {
        var date = now.ToDateTimeUtc()
            .ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        mail.Append("Date: ").Append(date).Append(" +0000\r\n");
        mail.Append(HeaderText.Addresses("From", [From(message, sender)]));
        if (sender.ReplyTo is { } reply)
            mail.Append(HeaderText.Addresses("Reply-To", [reply]));
        mail.Append(HeaderText.Addresses("To", to));
        mail.Append(
            HeaderText.Unstructured("Subject", HeaderText.Line(message.Subject, LongestSubject))
        );
        mail.Append("Message-ID: ").Append(MessageId(message, sender)).Append("\r\n");
        AppendThread(mail, message.Earlier);
        // Keeps holiday replies away and tells other robots not to answer (RFC 3834).
        mail.Append("Auto-Submitted: auto-generated\r\n");
        if (LanguageTag().IsMatch(message.Language))
            mail.Append("Content-Language: ").Append(message.Language).Append("\r\n");
        mail.Append("MIME-Version: 1.0\r\n");
    }

    // Customers know the company, not the program that sends for it.
    private static Mailbox From(CustomerMessage message, Sender sender) =>
        sender.From.Name.Length > 0
            ? sender.From
            : Mailbox.From(message.Company, sender.From.Address) ?? sender.From;

    private static void AppendThread(StringBuilder mail, IReadOnlyList<string> earlier)
    {
        var ids = earlier
            .Select(id => id.Trim())
            .Select(id => id.StartsWith('<') ? id : $"<{id}>")
            .Where(id => KnownId().IsMatch(id))
            .Distinct()
            .ToList();
        if (ids.Count == 0)
            return;
        mail.Append("In-Reply-To: ").Append(ids[^1]).Append("\r\n");
        // The first one names the thread; of the rest the newest are enough to find the place in it.
        if (ids.Count > MostReferences)
            ids.RemoveRange(1, ids.Count - MostReferences);
        mail.Append("References: ").AppendJoin("\r\n ", ids).Append("\r\n");
    }

    private static void AppendPart(StringBuilder mail, string boundary, string type, string text)
    {
        var (encoding, body) = BodyText.Encode(text);
        mail.Append("--").Append(boundary).Append("\r\n");
        mail.Append("Content-Type: ").Append(type).Append("; charset=utf-8\r\n");
        mail.Append("Content-Transfer-Encoding: ").Append(encoding).Append("\r\n\r\n").Append(body);
        // The line end before a boundary belongs to the boundary, so a closing one of the text needs its own.
        mail.Append("\r\n");
    }

    [GeneratedRegex(@"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,4}\z")]
    private static partial Regex LanguageTag();

    [GeneratedRegex(@"^<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>\z")]
    private static partial Regex KnownId();
}
