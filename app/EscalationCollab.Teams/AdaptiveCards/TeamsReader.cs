using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>Who reads in Teams, and what the renderer has to know about the organisation.</summary>
/// <remarks>
/// Moments are said as text in the reader's zone, in a room in the room's zone and with its name, and not with
/// <c>{{DATE()}}</c> and <c>{{TIME()}}</c>: clients fill those in where Markdown is, which is where texts of people must not
/// be; notifications, search and exports show them raw; and they come in the client's language in the middle of a sentence
/// of another one. A message stands still, so in it a moment is said with its day and never as "in 20 min". A dialog is
/// looked at now: there it is said as its style asks.
/// </remarks>
internal sealed record TeamsReader
{
    // A profile may hold anything as a name.
    private const int LongestName = 100;

    /// <summary>Says phrases, moments, lengths and numbers in the reader's language and zone.</summary>
    public required ReaderFormat Format { get; init; }

    /// <summary>The moment of rendering: a clock is late or not as of then.</summary>
    public required Instant Now { get; init; }

    /// <summary>Names of people, and the people and customers a form may choose from.</summary>
    public CompanyDirectory Directory { get; init; } = CompanyDirectory.Empty;

    /// <summary>What people call a customer tier, by its key.</summary>
    public Func<string, Text> TierName { get; init; } = tier => tier;

    /// <summary>The Entra object id of a person in this organisation and the name they have there; null when there is none.</summary>
    public Func<PersonId, TeamsPerson?> UserOf { get; init; } = _ => null;

    /// <summary>The deep link to an escalation's war room; null when there is none or it must not be named.</summary>
    public Func<EscalationNumber, Uri?> RoomOf { get; init; } = _ => null;

    /// <summary>Before addresses of our own pages; null leaves such links out, their words stay.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// Whether a mention in this message would ring: a new message in a channel or group chat. There, the people of
    /// <see cref="Card.Notify"/> are mentioned and all others go by their names. Everywhere else everybody goes by their
    /// name: Teams rings for a mention wherever it is, also in an edited message.
    /// </summary>
    public bool MentionsRing { get; init; }

    /// <summary>Whether several people read this, so that times need the name of their zone.</summary>
    public bool IsRoom { get; init; }

    /// <summary>Whether this is looked at as it is written, such as a dialog, and not read later.</summary>
    public bool IsNow { get; init; }

    /// <summary>Whether moments are said with the name of their zone; a card with several says it once, at its end.</summary>
    public bool NamesZone { get; init; }

    /// <summary>Whether there is no room for lines: each is an element of its own, which takes more than its words.</summary>
    public bool IsTight { get; init; }

    /// <summary>A text without any markup, not yet made safe for Markdown.</summary>
    public string Tell(Text text) =>
        Safe.Plain(PlainText.Of(Named(Format.Words.Resolve(text, Format.Language)), Format));

    /// <summary>A phrase without places.</summary>
    public string Tell(string key) => Tell((Text)Phrase.Of(key));

    /// <summary>The name a person goes by.</summary>
    public string NameOf(PersonId person) =>
        Literal.Shorten(
            (Directory.Find(person)?.Name ?? person.Value).ReplaceLineEndings(" "),
            LongestName
        );

    /// <summary>A moment as words.</summary>
    public string TimeOf(Moment moment) =>
        moment.Style == MomentStyle.Date || (IsNow && !NamesZone) ? Format.Moment(moment)
        : IsNow ? Format.Exact(moment.At, withZone: true)
        : Format.Standing(moment.At, NamesZone);

    /// <summary>An address that Teams may make a link of: the web, mail, or a page of ours; null for everything else.</summary>
    public string? AddressOf(Uri address) =>
        WebAddress.Of(address, PublicUrl) is { Length: <= CardLimits.Url } whole ? whole : null;

    private Text Named(Text text) =>
        new([
            .. text.Parts.Select(part =>
                part switch
                {
                    Mention mention => new Plain(NameOf(mention.Person)),
                    Moment moment => new Plain(TimeOf(moment)),
                    Bold bold => new Bold(Named(bold.Value)),
                    Link link => (Inline)(link with { Label = Named(link.Label) }),
                    _ => part,
                }
            ),
        ]);
}

/// <summary>Somebody as Teams knows them.</summary>
/// <param name="Id">The Entra object id.</param>
/// <param name="Name">The name shown.</param>
internal sealed record TeamsPerson(string Id, string Name);
