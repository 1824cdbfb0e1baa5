using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Links;

/// <summary>What a link leads to.</summary>
public enum LinkedPage
{
    /// <summary>The post-mortem of an escalation, for people of the company.</summary>
    PostMortem,

    /// <summary>The version of it that was written for the customer.</summary>
    CustomerPostMortem,

    /// <summary>An escalation with its timeline.</summary>
    Escalation,

    /// <summary>What waits for a person.</summary>
    Home,
}

/// <summary>
/// A link to a page that is only read. It is signed with a key that only the database has (HMAC-SHA-256), names the person it
/// was made for and what it leads to, and ends. Whoever opens it sees what that person may see at that moment: when the person
/// loses the right, the link is worth nothing.
/// </summary>
/// <param name="Number">Of the escalation; null for a page about no one of them.</param>
/// <param name="Reader">For whom it was made.</param>
/// <param name="Until">It works up to this second.</param>
public sealed record SignedLink(
    TenantId Tenant,
    LinkedPage Page,
    EscalationNumber? Number,
    PersonId Reader,
    Instant Until
)
{
    /// <summary>How long a link works that is given in chat.</summary>
    public static readonly Duration Lifetime = Duration.FromHours(24);

    private const string Setting = "link-key";
    private const int KeyBytes = 32;
    private const int LongestToken = 600;
    private const char Between = '\n';

    // The last second of the year 9999, behind which there are no dates.
    private const long LastSecond = 253_402_300_799;

    /// <summary>The key of a tenant's links; made on first use, so only inside a transaction that may write.</summary>
    public static byte[] KeyOf(Records records)
    {
        if (KnownKeyOf(records) is { } known)
            return known;
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        records.SaveSetting(Setting, Convert.ToHexStringLower(key));
        return key;
    }

    /// <summary>What stands in the address: what it says, and the signature.</summary>
    /// <param name="key">The key of the tenant.</param>
    public string Token(byte[] key)
    {
        var said = Encoding.UTF8.GetBytes(
            string.Join(
                Between,
                Tenant.Value,
                Page.ToString(),
                Number?.Value.ToString(CultureInfo.InvariantCulture),
                Reader.Value,
                Until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
            )
        );
        return $"{Base64Url.EncodeToString(said)}.{Base64Url.EncodeToString(Sign(said, key))}";
    }

    /// <summary>Reads a token without trusting it, to find out whose key to ask; null when it is none.</summary>
    public static SignedLink? Claim(string? token) => Parse(token)?.Link;

    /// <summary>Reads a token that was made for this tenant and has not ended; null otherwise.</summary>
    public static SignedLink? Read(string? token, Records records, Instant now) =>
        KnownKeyOf(records) is { } key
        && Read(token, key, now) is { } link
        && link.Tenant == records.Tenant
            ? link
            : null;

    /// <summary>Reads a token that was signed with the key and has not ended; null otherwise.</summary>
    internal static SignedLink? Read(string? token, byte[] key, Instant now) =>
        Parse(token) is var (link, said, signature)
        && CryptographicOperations.FixedTimeEquals(signature, Sign(said, key))
        && now <= link.Until
            ? link
            : null;

    // While there is no key there are no links.
    private static byte[]? KnownKeyOf(Records records) =>
        records.Setting(Setting) is { } known ? Convert.FromHexString(known) : null;

    private static byte[] Sign(byte[] said, byte[] key) => HMACSHA256.HashData(key, said);

    private static (SignedLink Link, byte[] Said, byte[] Signature)? Parse(string? token)
    {
        if (
            token is not { Length: <= LongestToken }
            || token.Split('.') is not [var first, var second]
            || !Base64Url.IsValid(first)
            || !Base64Url.IsValid(second)
        )
            return null;
        var said = Base64Url.DecodeFromChars(first);
        return
            Encoding.UTF8.GetString(said).Split(Between)
                is [var tenant, var page, var number, var reader, var until]
            && PageNamed(page) is { } leads
            && NumberFor(leads, number, out var escalation)
            && long.TryParse(
                until,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seconds
            )
            && seconds <= LastSecond
            ? (
                new SignedLink(
                    new TenantId(tenant),
                    leads,
                    escalation,
                    new PersonId(reader),
                    Instant.FromUnixTimeSeconds(seconds)
                ),
                said,
                Base64Url.DecodeFromChars(second)
            )
            : null;
    }

    private static LinkedPage? PageNamed(string name) =>
        Enum.TryParse<LinkedPage>(name, out var page) && Enum.IsDefined(page) ? page : null;

    private static bool NumberFor(LinkedPage page, string text, out EscalationNumber? number)
    {
        number = EscalationNumber.Parse(text);
        return page == LinkedPage.Home ? text.Length == 0 : number is not null;
    }
}
