using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>Who reads on Slack, and what the renderer has to know about the workspace.</summary>
internal sealed record SlackReader
{
    // A profile may hold anything as a name.
    private const int LongestName = 100;

    /// <summary>Says phrases, lengths and numbers in the reader's language. Moments are left to each reader's own client.</summary>
    public required ReaderFormat Format { get; init; }

    /// <summary>The moment of rendering: a clock is late or not as of then.</summary>
    public required Instant Now { get; init; }

    /// <summary>Names of people, and the customers a form may choose from.</summary>
    public CompanyDirectory Directory { get; init; } = CompanyDirectory.Empty;

    /// <summary>What people call a customer tier, by its key.</summary>
    public Func<string, Text> TierName { get; init; } = tier => tier;

    /// <summary>The Slack user (<c>U…</c> or <c>W…</c>) of a person in this workspace; null when there is none.</summary>
    public Func<PersonId, string?> UserOf { get; init; } = _ => null;

    /// <summary>The channel (<c>C…</c>) of an escalation's war room; null when there is none or it must not be named.</summary>
    public Func<EscalationNumber, string?> ChannelOf { get; init; } = _ => null;

    /// <summary>Before addresses of our own pages; null leaves such links out, their words stay.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// Whether a mention in this message would ring: a new message in a channel. There, only the people of
    /// <see cref="Card.Notify"/> are mentioned and all others go by their names. Edits, direct and private messages and
    /// views ring nobody, so there everybody is mentioned.
    /// </summary>
    public bool MentionsRing { get; init; }

    /// <summary>A text without any markup.</summary>
    public string Tell(Text text) =>
        Literal.Clean(PlainText.Of(Named(Format.Words.Resolve(text, Format.Language)), Format));

    /// <summary>A phrase without places.</summary>
    public string Tell(string key) => Tell((Text)Phrase.Of(key));

    /// <summary>The name a person goes by.</summary>
    public string NameOf(PersonId person) =>
        Literal.Shorten(Directory.Find(person)?.Name ?? person.Value, LongestName);

    /// <summary>An address that Slack may make a link of: the web, mail, or a page of ours; null for everything else.</summary>
    public string? AddressOf(Uri address)
    {
        var text = WebAddress
            .Of(address, PublicUrl)
            ?.Replace("|", "%7C", StringComparison.Ordinal)
            .Replace("*", "%2A", StringComparison.Ordinal);
        return text?.Length <= BlockKitLimits.Url ? text : null;
    }

    private Text Named(Text text) =>
        new([
            .. text.Parts.Select(part =>
                part switch
                {
                    Mention mention => new Plain(NameOf(mention.Person)),
                    Bold bold => new Bold(Named(bold.Value)),
                    Link link => link with { Label = Named(link.Label) },
                    _ => part,
                }
            ),
        ]);
}
