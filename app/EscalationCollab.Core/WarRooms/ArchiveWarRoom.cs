using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.WarRooms;

/// <summary>Puts the war rooms away some time after the end, unless it was opened again meanwhile.</summary>
[StoredAs("archive-war-room")]
public sealed record ArchiveWarRoom : Effect
{
    /// <summary>How long a room stays open after the end, so that last words can be said.</summary>
    public static readonly Duration After = Duration.FromHours(24);

    /// <summary>When.</summary>
    public required Instant Due { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "rooms";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsPerPlatform => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override Instant? NotBefore => Due;

    internal static void Register(Slices slices) => slices.Performs<ArchiveWarRoom>(PerformAsync);

    private static async Task<Performed> PerformAsync(
        ArchiveWarRoom effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        // A later end has a later effect of its own.
        if (!escalation.IsOver || escalation.ClosedAt is { } closed && effect.Due < closed + After)
            return Performed.Done();
        // The room stays open while people write the post-mortem there; its publication has an effect of its own.
        if (escalation.PostMortem is { IsOpen: true })
            return Performed.Done();
        var rooms = performing.Rooms.ToImmutableArray();
        // One that is gone already is as good as put away.
        foreach (var room in rooms)
            await WarRoomLost.TryAsync(
                room.Room,
                [],
                () =>
                    performing
                        .PlatformOf(room.Room.Platform)
                        .ArchiveAsync(escalation.Tenant, room.Room, cancellation)
            );
        return performing.Done((current, _) => Decide(current, rooms));
    }

    internal static Decision Decide(Escalation escalation, ImmutableArray<WarRoom> archived) =>
        Decision.That([
            .. escalation
                .Rooms.Where(room => !room.Archived && archived.Any(gone => gone.Room == room.Room))
                .Select(room => new WarRoomArchived(room.Room)),
        ]);
}

/// <summary>A war room was closed for writing.</summary>
[StoredAs("war-room-archived")]
public sealed record WarRoomArchived(RoomRef Room) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Rooms =
            [
                .. before.Rooms.Select(room =>
                    room.Room == Room ? room with { Archived = true } : room
                ),
            ],
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.war-room-archived");
}
