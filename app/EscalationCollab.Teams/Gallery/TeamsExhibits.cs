using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Platform;

namespace EscalationCollab.Teams.Gallery;

/// <summary>
/// Exhibits as they go to Teams. A card is the body of an activity without its conversation, a dialog is the value of a
/// task module.
/// </summary>
public sealed class TeamsExhibits(Wordbook words) : IExhibitRenderer
{
    private static readonly JsonSerializerOptions Indented = new(Payload.Writing)
    {
        WriteIndented = true,
    };

    /// <inheritdoc/>
    public string Name => "teams";

    /// <inheritdoc/>
    public string Extension => "json";

    /// <inheritdoc/>
    public Task<string> RenderAsync(
        Exhibit exhibit,
        string language,
        CancellationToken cancellation
    ) => Task.FromResult(PayloadOf(exhibit, language).ToJsonString(Indented) + "\n");

    /// <summary>The payload of an exhibit in a language.</summary>
    internal JsonObject PayloadOf(Exhibit exhibit, string language)
    {
        ArgumentNullException.ThrowIfNull(exhibit);
        var reader = ReaderOf(exhibit, language);
        return exhibit.Dialog is { } dialog
            ? Surfaces.Dialog(
                dialog,
                reader,
                new DialogOrigin("19:gallery@thread.tacv2;messageid=1772442000000", "1772442000000")
            )
            : ActivityOf(
                Surfaces.Message(
                    exhibit.Card!,
                    reader,
                    exhibit.FileName,
                    exhibit.Name == "escalation-card" ? ViewersOf(exhibit) : null
                )
            );
    }

    /// <summary>A message as an activity without its conversation.</summary>
    internal static JsonObject ActivityOf(TeamsMessage message)
    {
        var activity = new JsonObject { ["type"] = "message", ["summary"] = message.Summary };
        if (message.Text is { } text)
        {
            activity["textFormat"] = "plain";
            activity["text"] = text;
        }
        if (message.Attachment is { } attachment)
            activity["attachments"] = new JsonArray(attachment);
        return activity;
    }

    /// <summary>Somebody in an organisation in which everybody of the company has an account, in a room.</summary>
    internal TeamsReader ReaderOf(Exhibit exhibit, string language) =>
        new()
        {
            Format = new ReaderFormat(
                words,
                new Reader(language, exhibit.Reader.Zone),
                exhibit.Now
            ),
            Now = exhibit.Now,
            Directory = exhibit.Directory,
            UserOf = person => UserOf(person, exhibit),
            RoomOf = RoomOf,
            PublicUrl = new Uri("https://support.example/"),
            MentionsRing = true,
            IsRoom = true,
        };

    /// <inheritdoc/>
    public IEnumerable<Exhibit> Own(Exhibit like)
    {
        ArgumentNullException.ThrowIfNull(like);
        yield return like with
        {
            Area = "WarRooms",
            Name = "teams-chat-over",
            Variant = 1,
            Dialog = null,
            Card = ChatCards.Over,
        };
    }

    // As many as there may be, with ids as long as they come.
    private static string[] ViewersOf(Exhibit exhibit) =>
        [
            .. Enumerable
                .Range(0, exhibit.Voice == "longest" ? CardLimits.Viewers : 3)
                .Select(number => $"29:1{number:00}{new string('x', 80)}"),
        ];

    private static Uri RoomOf(EscalationNumber number) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"https://teams.microsoft.com/l/channel/19%3Aesc{number.Value}%40thread.tacv2/room"
            )
        );

    private static TeamsPerson? UserOf(PersonId person, Exhibit exhibit) =>
        exhibit.Directory.Find(person) is { } known
            ? new TeamsPerson($"00000000-0000-4000-8000-{known.Id.Value}", known.Name)
            : null;
}
