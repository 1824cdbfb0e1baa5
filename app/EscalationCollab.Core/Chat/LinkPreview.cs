using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// The short card below a link to an escalation or a post-mortem that somebody shared in a room. Everybody who reads the
/// room reads the card, so it says nothing that one of them may not know.
/// </summary>
public static class LinkPreview
{
    /// <summary>What a link leads to, or null when it is none of ours or worth nothing any more.</summary>
    /// <param name="publicAddress">The beginning of our links, ending in a slash.</param>
    public static LinkedTo? Read(Uri link, Records records, Situation situation, Uri publicAddress)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(situation);
        if (!link.IsAbsoluteUri || !publicAddress.IsBaseOf(link))
            return null;
        var path = publicAddress
            .MakeRelativeUri(new Uri(link.GetLeftPart(UriPartial.Path)))
            .OriginalString;
        if (path.StartsWith(EscalationPages.Path, StringComparison.Ordinal))
            return
                EscalationNumber.Parse(path[EscalationPages.Path.Length..].TrimEnd('/'))
                    is { } number
                ? new LinkedTo(number, IsPostMortem: false)
                : null;
        if (!path.StartsWith(PostMortemLibrary.Path, StringComparison.Ordinal))
            return null;
        var token = path[PostMortemLibrary.Path.Length..].Split('/')[0];
        // Only a link that we made says that there is anything.
        return
            SignedLink.Read(token, records, situation.Now)
                is {
                    Page: LinkedPage.PostMortem or LinkedPage.CustomerPostMortem,
                    Number: { } known
                }
            ? new LinkedTo(known, IsPostMortem: true)
            : null;
    }

    /// <summary>The card, or null when somebody who reads it might not be allowed to.</summary>
    /// <param name="room">Where the link was shared.</param>
    /// <param name="onlyColleagues">Whether everybody in the room may use the product: no guests, nobody of another company.</param>
    public static Card? Of(LinkedTo to, RoomRef room, bool onlyColleagues, Records records)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(records);
        if (records.Load(to.Number) is not { } escalation)
            return null;
        var own = escalation.Rooms.Any(known => known.Room == room);
        if (!own && (escalation.Restricted || !onlyColleagues))
            return null;
        return Of(escalation, to.IsPostMortem);
    }

    /// <summary>The card, without asking who reads it: whoever calls this has made sure that they may.</summary>
    public static Card Of(Escalation escalation, bool asPostMortem)
    {
        ArgumentNullException.ThrowIfNull(escalation);
        var line = Line(escalation);
        return Card.Of(line, [new Paragraph(line), new Context(More(escalation, asPostMortem))]);
    }

    /// <summary>What it is, in one line.</summary>
    public static Text Line(Escalation escalation)
    {
        ArgumentNullException.ThrowIfNull(escalation);
        return Phrase.Of(
            "preview.escalation",
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name),
            ("severity", Phrase.For(escalation.Severity)),
            ("status", Phrase.For(escalation.Status)),
            ("summary", escalation.Summary)
        );
    }

    /// <summary>Who has it, or its post-mortem.</summary>
    public static Text More(Escalation escalation, bool asPostMortem)
    {
        ArgumentNullException.ThrowIfNull(escalation);
        return asPostMortem && escalation.PostMortem?.Publication is { } publication
            ? Phrase.Of(
                "preview.post-mortem",
                ("title", publication.Title),
                ("when", new Moment(publication.At, MomentStyle.Exact))
            )
            : Phrase.Of(
                "preview.owner",
                (
                    "person",
                    escalation.Owner is { } owner ? new Mention(owner) : Phrase.Of("answer.nobody")
                )
            );
    }
}

/// <summary>What a link leads to.</summary>
/// <param name="IsPostMortem">Its post-mortem rather than itself.</param>
public sealed record LinkedTo(EscalationNumber Number, bool IsPostMortem);
