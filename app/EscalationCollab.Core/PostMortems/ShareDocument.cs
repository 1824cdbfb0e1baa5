using System.Globalization;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// Puts the published post-mortem into the war room, where the platform knows a way
/// (<see cref="IChatPlatform.ShareDocumentAsync"/>). It reads as it was published, whatever changed since.
/// </summary>
/// <param name="Sequence">The event that holds the document.</param>
/// <param name="Begun">When it was published.</param>
[StoredAs("share-post-mortem")]
public sealed record ShareDocument(int Sequence, Instant Begun) : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "documents";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsPerPlatform => true;

    internal static void Register(Slices slices) =>
        slices
            .Performs<ShareDocument>(PerformAsync)
            .Follows(
                (before, after, _) =>
                    after.PostMortem?.Publication is { } publication
                    && before.PostMortem?.Publication != publication
                        ? Decision.Nothing.Then(
                            new ShareDocument(publication.Sequence, publication.At)
                        )
                        : Decision.Nothing
            );

    private static async Task<Performed> PerformAsync(
        ShareDocument effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        PostMortemPublished? published = null;
        await performing.FirstAsync(
            (_, _, records) =>
            {
                published = records.Events(escalation.Number, effect.Sequence, effect.Sequence)
                    is [{ Event: PostMortemPublished found }]
                    ? found
                    : null;
                return Decision.Nothing;
            },
            cancellation
        );
        if (published is null)
            return Performed.Done();
        var lost = new List<RoomRef>();
        foreach (var room in performing.Rooms)
            await WarRoomLost.TryAsync(
                room.Room,
                lost,
                () =>
                    performing
                        .PlatformOf(room.Room.Platform)
                        .ShareDocumentAsync(
                            Of(effect, performing.EffectId, escalation, room.Room, published),
                            cancellation
                        )
            );
        return performing.Done((current, _) => WarRoomLost.Decide(current, [.. lost]));
    }

    private static RoomDocument Of(
        ShareDocument effect,
        string effectId,
        Escalation escalation,
        RoomRef room,
        PostMortemPublished published
    ) =>
        new(
            $"{effectId}/{room.Platform}",
            escalation.Tenant,
            room,
            effect.Begun,
            string.Create(
                CultureInfo.InvariantCulture,
                $"esc-{escalation.Number.Value}-post-mortem"
            ),
            published.Title,
            published.Markdown,
            Phrase.Of("postmortem.document", ("title", published.Title))
        );
}
