using System.Net;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Voices;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// The short card of an escalation that somebody puts into a conversation. It says what everybody of the company may know,
/// shows the whole to whoever presses its button and may see it, and is brought up to date when its author looks at it.
/// </summary>
internal sealed class TeamsFound(IStore store, Situations situations, TeamsVoices voices)
{
    private const string Thumbnail = "application/vnd.microsoft.card.thumbnail";
    private const string Prefix = "ESC-";

    /// <summary>The escalation of a card's key, or null when it is the key of something else.</summary>
    public static EscalationNumber? NumberOf(string key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal) ? EscalationNumber.Parse(key) : null;

    /// <summary>As an entry of a list: the card, and how it looks in the list.</summary>
    public static JsonObject Entry(
        Card card,
        EscalationNumber number,
        TeamsVoice voice,
        string teamsId
    )
    {
        var attachment = Attachment(card, number, voice, teamsId);
        attachment["preview"] = new JsonObject
        {
            ["contentType"] = Thumbnail,
            ["content"] = new JsonObject
            {
                ["title"] = Marked(voice, card.Summary, 160),
                ["text"] = card.Blocks is [_, Context { Body: var more }, ..]
                    ? Marked(voice, more, 200)
                    : "",
            },
        };
        return attachment;
    }

    /// <summary>The card as it is now, for its author; null when there is nothing they may see.</summary>
    public async Task<JsonObject?> AgainAsync(Meeting meeting, EscalationNumber number)
    {
        var card = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, meeting.Tenant.Tenant);
                return
                    records.Load(number) is { Restricted: false } escalation
                    && Visibility.Sees(escalation, situations.Of(records, meeting.Person))
                    ? LinkPreview.Of(escalation, asPostMortem: true)
                    : null;
            },
            CancellationToken.None
        );
        return card is null
            ? null
            : await voices.ToPersonAsync(
                meeting.Tenant,
                meeting.Person,
                voice => Attachment(card, number, voice, meeting.User.TeamsId),
                CancellationToken.None
            );
    }

    private static JsonObject Attachment(
        Card card,
        EscalationNumber number,
        TeamsVoice voice,
        string teamsId
    )
    {
        var key = number.ToString();
        // The language of whoever shares it, and the zone's name, for those who read it elsewhere.
        var reader = voice.Reader with
        {
            IsRoom = true,
        };
        var attachment = Surfaces.Message(card, reader, key, [teamsId], mark: key).Attachment!;
        attachment["content"]!["body"]!.AsArray().Add((JsonNode)new Buttons(reader).Whole(key));
        return attachment;
    }

    // Teams looks for markup in the texts of a list.
    private static string Marked(TeamsVoice voice, Text text, int most) =>
        WebUtility.HtmlEncode(Literal.Shorten(voice.Line(text), most));
}
