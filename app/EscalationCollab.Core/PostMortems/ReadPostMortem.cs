using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using NodaTime;
using Phrase = EscalationCollab.Core.Cards.Phrase;

namespace EscalationCollab.Core.PostMortems;

/// <summary>Gives a person links to the documents as pages: made for this person, for a day.</summary>
internal static class ReadPostMortem
{
    public const string Id = "postmortem.read";

    public static void Register(Slices slices, Uri publicAddress) =>
        slices
            .Action(Id, turn => turn.On(e => Read(e, turn, publicAddress)))
            .Offers(
                15,
                escalation =>
                    escalation.PostMortem is { IsOpen: false }
                        ? new Does(
                            Phrase.Of("postmortem.read"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null
            );

    private static Reply Read(Escalation escalation, Turn turn, Uri publicAddress)
    {
        if (escalation.PostMortem is not { } postMortem)
            return Turn.Refuse(Phrase.Of("postmortem.none"));
        if (postMortem.IsOpen && !PostMortemCommon.MayWrite(escalation, turn.Situation))
            return Turn.Refuse(Phrase.Of("postmortem.not-published"));
        var key = PostMortemLink.KeyOf(turn.Records);
        Visits To(Phrase label, bool customer) =>
            new(
                label,
                new PostMortemLink(
                    turn.Records.Tenant,
                    escalation.Number,
                    turn.Situation.Actor,
                    customer,
                    turn.Situation.Now + PostMortemLink.Lifetime
                ).Address(publicAddress, key)
            );
        return new Reply.Private(
            Card.Of(
                Phrase.Of("postmortem.links", ("number", escalation.Number.ToString())),
                new Paragraph(
                    Phrase.Of("postmortem.links", ("number", escalation.Number.ToString()))
                ),
                new Context(Phrase.Of("postmortem.links.hint")),
                Actions.Of(
                    To(Phrase.Of("postmortem.read.internal"), customer: false),
                    postMortem.Customer is null
                        ? null
                        : To(Phrase.Of("postmortem.read.customer"), customer: true),
                    MeetingFile.Button(escalation)
                )
            )
        );
    }
}

/// <summary>
/// A link to a document. It is signed with a key that only the database has (HMAC-SHA-256), names the person it was made
/// for and ends after <see cref="Lifetime"/>. Whoever opens it sees what that person may see at that moment: when the
/// person loses the right, the link is worth nothing.
/// </summary>
/// <param name="Reader">For whom it was made.</param>
/// <param name="Customer">The customer's version instead of the internal one.</param>
/// <param name="Until">It works up to this second.</param>
public sealed record PostMortemLink(
    TenantId Tenant,
    EscalationNumber Number,
    PersonId Reader,
    bool Customer,
    Instant Until
)
{
    /// <summary>How long a link works.</summary>
    public static readonly Duration Lifetime = Duration.FromHours(24);

    /// <summary>Where the pages are, below the public address.</summary>
    public const string Path = "post-mortems/";

    private const string Setting = "post-mortem.link-key";
    private const int KeyBytes = 32;
    private const char Between = '\n';

    /// <summary>The key of a tenant's links; made on first use, so only inside a transaction that may write.</summary>
    public static byte[] KeyOf(Records records)
    {
        if (records.Setting(Setting) is { } known)
            return Convert.FromHexString(known);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        records.SaveSetting(Setting, Convert.ToHexStringLower(key));
        return key;
    }

    /// <summary>The key of a tenant's links, or null while there is none, which means that there are no links.</summary>
    public static byte[]? KnownKeyOf(Records records) =>
        records.Setting(Setting) is { } known ? Convert.FromHexString(known) : null;

    /// <summary>The whole address.</summary>
    /// <param name="publicAddress">Ends in a slash.</param>
    /// <param name="key">The key of the tenant.</param>
    public Uri Address(Uri publicAddress, byte[] key) => new(publicAddress, Path + Token(key));

    /// <summary>What stands in the address: what it says, and the signature.</summary>
    public string Token(byte[] key)
    {
        var said = Encoding.UTF8.GetBytes(
            string.Join(
                Between,
                Tenant.Value,
                Number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Reader.Value,
                Customer ? "c" : "i",
                Until
                    .ToUnixTimeSeconds()
                    .ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );
        return $"{Base64Url.EncodeToString(said)}.{Base64Url.EncodeToString(Sign(said, key))}";
    }

    /// <summary>Reads a token without trusting it, to find out whose key to ask; null when it is none.</summary>
    public static PostMortemLink? Claim(string token) => Parse(token)?.Link;

    /// <summary>Reads a token that was signed with the key and has not ended; null otherwise.</summary>
    public static PostMortemLink? Read(string token, byte[] key, Instant now) =>
        Parse(token) is var (link, said, signature)
        && CryptographicOperations.FixedTimeEquals(signature, Sign(said, key))
        && now <= link.Until
            ? link
            : null;

    private static byte[] Sign(byte[] said, byte[] key) => HMACSHA256.HashData(key, said);

    private static (PostMortemLink Link, byte[] Said, byte[] Signature)? Parse(string token)
    {
        if (token.Length > 600 || token.Split('.') is not [var first, var second])
            return null;
        if (!Base64Url.IsValid(first) || !Base64Url.IsValid(second))
            return null;
        var said = Base64Url.DecodeFromChars(first);
        return
            Encoding.UTF8.GetString(said).Split(Between)
                is [var tenant, var number, var reader, "c" or "i", var until] parts
            && EscalationNumber.Parse(number) is { } known
            && long.TryParse(
                until,
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var seconds
            )
            && seconds < 253_402_300_800
            ? (
                new PostMortemLink(
                    new TenantId(tenant),
                    known,
                    new PersonId(reader),
                    parts[3] == "c",
                    Instant.FromUnixTimeSeconds(seconds)
                ),
                said,
                Base64Url.DecodeFromChars(second)
            )
            : null;
    }
}
