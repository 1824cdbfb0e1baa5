using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>A mail as the customer sees it.</summary>
/// <param name="Id">For <see cref="MailFolder.Get"/>.</param>
/// <param name="Escalation">What it is about.</param>
/// <param name="MessageId">In angle brackets.</param>
/// <param name="InReplyTo">The Message-ID of the mail before it, or null for the first one.</param>
/// <param name="From">The sender; the name may be empty.</param>
/// <param name="To">The recipients, in order.</param>
/// <param name="Date">Cut to seconds, as mail has it.</param>
/// <param name="Language">An IETF tag, or empty.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The text version; lines end in <c>\n</c>.</param>
/// <param name="Html">The HTML version, a whole document. Show it in a sandboxed frame only.</param>
public sealed record StoredMail(
    string Id,
    EscalationNumber Escalation,
    string MessageId,
    string? InReplyTo,
    Contact From,
    IReadOnlyList<Contact> To,
    Instant Date,
    string Language,
    string Subject,
    string Text,
    string Html
);

/// <summary>The mail written to files, for the mailbox of the Sandbox.</summary>
public sealed partial class MailFolder
{
    private const int MostRemembered = 2_000;
    private readonly ConcurrentDictionary<string, StoredMail> read = new();

    /// <summary>Opens a folder, which need not be there yet.</summary>
    public MailFolder(string path)
    {
        Folder = path;
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>A mail was written into the folder by this program. May come from any thread.</summary>
    public event Action? Arrived;

    /// <summary>The newest mail, newest first; files that are not ours are left out.</summary>
    /// <param name="atMost">1 or more.</param>
    public IReadOnlyList<StoredMail> List(int atMost = 200) =>
        [
            .. Ids()
                .OrderDescending(StringComparer.Ordinal)
                .Select(Get)
                .OfType<StoredMail>()
                .Take(atMost),
        ];

    /// <summary>One mail, or null when there is none of that id.</summary>
    public StoredMail? Get(string id)
    {
        // The id comes from a link: only the form that this class gives out ever becomes a path.
        if (OwnId().Match(id) is not { Success: true } match)
            return null;
        if (read.TryGetValue(id, out var known))
            return known;
        var number = long.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        if (
            Bytes(id) is not { } bytes
            || ReadMail.Read(id, new EscalationNumber(number), bytes) is not { } mail
        )
            return null;
        if (read.Count >= MostRemembered)
            read.Clear();
        return read[id] = mail;
    }

    internal static string IdOf(Instant now, EscalationNumber escalation, string key) =>
        $"{now.ToDateTimeUtc().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}Z-{escalation}-{key}";

    internal void Announce() => Arrived?.Invoke();

    internal string PathOf(string id) => Path.Combine(Folder, id + ".eml");

    // What a kill left half written ends in the key too, and is no mail.
    internal bool Holds(string key) =>
        Ids().Any(id => id.EndsWith($"-{key}", StringComparison.Ordinal) && OwnId().IsMatch(id));

    private IEnumerable<string> Ids() =>
        Directory.Exists(Folder)
            ? Directory
                .EnumerateFiles(Folder, "*.eml")
                .Select(path => Path.GetFileNameWithoutExtension(path))
            : [];

    private byte[]? Bytes(string id)
    {
        try
        {
            return File.ReadAllBytes(PathOf(id));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\d{8}T\d{9}Z-ESC-(?<number>\d{1,18})-[0-9a-f]{32}\z")]
    private static partial Regex OwnId();
}
