using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Voices;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// The message extension: searching from the compose box, links that unfold, and messages that a command is used on.
/// </summary>
internal sealed class TeamsExtension(
    IStore store,
    Situations situations,
    Tools tools,
    TeamsVoices voices,
    TeamsAudience audience
)
{
    /// <summary>Entries of one answer: what a phone shows without tiring, and what stays below Teams' limit in size.</summary>
    public const int Shown = 10;

    /// <summary>An empty list.</summary>
    public static TeamsAnswer NothingFound => ListOf([]);

    /// <summary>Escalations and post-mortems by number, customer and words: what this person may see and share here.</summary>
    public async Task<TeamsAnswer> SearchAsync(Meeting meeting)
    {
        var value = meeting.Activity.Value;
        var typed =
            value
                .List("parameters")
                .Where(parameter => parameter.Text("name") != "initialRun")
                .Select(parameter => parameter.Text("value"))
                .FirstOrDefault(text => text is { Length: > 0 })
            ?? "";
        var options = value.Part("queryOptions") ?? default;
        var (skip, take) = (
            Math.Clamp(NumberOf(options, "skip", 0), 0, 500),
            Math.Clamp(NumberOf(options, "count", Shown), 1, Shown)
        );
        var room = RoomOf(meeting);
        var cards = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, meeting.Tenant.Tenant);
                return FindEscalations
                    .Of(
                        typed,
                        records,
                        situations.Of(records, meeting.Person),
                        // What is found is there to be shared, and who reads along is not known.
                        room,
                        skip,
                        take
                    )
                    .Select(escalation =>
                        (escalation.Number, Card: LinkPreview.Of(escalation, asPostMortem: true))
                    )
                    .ToList();
            },
            CancellationToken.None
        );
        if (cards.Count == 0 && skip == 0)
            return await SayAsync(
                meeting,
                typed.Length == 0
                    ? Phrase.Of("teams-acts.nothing-yet")
                    : Phrase.Of("teams-acts.nothing-found", ("typed", Literal.Shorten(typed, 60)))
            );
        return await ShowAsync(meeting, cards);
    }

    /// <summary>
    /// A link to one of our pages that somebody pastes: a card, where everybody who reads it may know what it says.
    /// Elsewhere it stays bare without a word, which would tell that there is something to hide.
    /// </summary>
    public async Task<TeamsAnswer> LinkAsync(Meeting meeting)
    {
        if (!Uri.TryCreate(meeting.Activity.Value.Text("url"), UriKind.Absolute, out var link))
            return NothingFound;
        // What nobody but colleagues may see is asked for first: only then is it worth asking who reads here.
        if (await LinkedAsync(meeting, link, onlyColleagues: true) is not { } found)
            return NothingFound;
        if (!await audience.IsColleaguesOnlyAsync(meeting, CancellationToken.None))
        {
            if (await LinkedAsync(meeting, link, onlyColleagues: false) is not { } harmless)
                return NothingFound;
            found = harmless;
        }
        return await ShowAsync(meeting, [found]);
    }

    /// <summary>The message that a command is used on; null when it is used on none.</summary>
    public static SourceMessage? SourceOf(Meeting meeting)
    {
        if (
            meeting.Activity.Value.Part("messagePayload")
            is not { ValueKind: JsonValueKind.Object } message
        )
            return null;
        var id = message.Text("id") ?? "";
        return new SourceMessage(
            new MessageRef(TeamsPlatform.PlatformName, meeting.Activity.Room, id),
            AuthorOf(message),
            TeamsText.OfMessage(message),
            LinkOf(message)
        );
    }

    private async Task<(EscalationNumber Number, Card Card)?> LinkedAsync(
        Meeting meeting,
        Uri link,
        bool onlyColleagues
    ) =>
        await store.ReadAsync<(EscalationNumber, Card)?>(
            connection =>
            {
                var records = new Records(connection, meeting.Tenant.Tenant);
                var situation = situations.Of(records, meeting.Person);
                return
                    LinkPreview.Read(link, records, situation, tools.PublicAddress) is { } to
                    && records.Load(to.Number) is { } escalation
                    && Visibility.Sees(escalation, situation)
                    && LinkPreview.Of(to, RoomOf(meeting), onlyColleagues, records) is { } card
                    ? (to.Number, card)
                    : null;
            },
            CancellationToken.None
        );

    private async Task<TeamsAnswer> ShowAsync(
        Meeting meeting,
        IReadOnlyList<(EscalationNumber Number, Card Card)> cards
    ) =>
        ListOf(
            await voices.ToPersonAsync(
                meeting.Tenant,
                meeting.Person,
                voice => Fitting(cards, voice, meeting.User.TeamsId),
                CancellationToken.None
            )
        );

    private static List<JsonObject> Fitting(
        IReadOnlyList<(EscalationNumber Number, Card Card)> cards,
        TeamsVoice voice,
        string teamsId
    )
    {
        var (entries, bytes) = (new List<JsonObject>(), 0);
        foreach (var (number, card) in cards)
        {
            var entry = TeamsFound.Entry(card, number, voice, teamsId);
            bytes += Surfaces.BytesOf(entry);
            if (entries.Count > 0 && bytes > CardLimits.MessageBytes - CardLimits.EnvelopeBytes)
                break;
            entries.Add(entry);
        }
        return entries;
    }

    private async Task<TeamsAnswer> SayAsync(Meeting meeting, Text sentence) =>
        new(
            await voices.ToPersonAsync(
                meeting.Tenant,
                meeting.Person,
                voice => TeamsAnswers.Sentence(meeting.Way, sentence, voice.Reader),
                CancellationToken.None
            ),
            () => Task.CompletedTask
        );

    private static TeamsAnswer ListOf(IEnumerable<JsonObject> entries) =>
        new(
            new JsonObject
            {
                ["composeExtension"] = new JsonObject
                {
                    ["type"] = "result",
                    ["attachmentLayout"] = "list",
                    ["attachments"] = new JsonArray([.. entries]),
                },
            },
            () => Task.CompletedTask
        );

    private static RoomRef RoomOf(Meeting meeting) =>
        new(TeamsPlatform.PlatformName, meeting.Activity.Room);

    private static string AuthorOf(JsonElement message)
    {
        var from = message.Part("from") ?? default;
        return from.Part("user")?.Text("displayName")
            ?? from.Part("application")?.Text("displayName")
            ?? "";
    }

    private static Uri? LinkOf(JsonElement message) =>
        Uri.TryCreate(message.Text("linkToMessage"), UriKind.Absolute, out var link)
        && link.Scheme == Uri.UriSchemeHttps
            ? link
            : null;

    private static int NumberOf(JsonElement options, string name, int otherwise) =>
        options.Part(name) switch
        {
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) =>
                value,
            { ValueKind: JsonValueKind.String } text
                when int.TryParse(
                    text.GetString(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var value
                ) => value,
            _ => otherwise,
        };
}
