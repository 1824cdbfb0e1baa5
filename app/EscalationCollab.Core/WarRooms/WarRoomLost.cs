using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.WarRooms;

/// <summary>
/// A war room is no longer there: somebody deleted it, or took the product out of it. While the escalation goes on, a
/// new room is opened with the same people and the card, and the one who answers for the escalation is told once.
/// </summary>
[StoredAs("war-room-lost")]
public sealed record WarRoomLost(RoomRef Room) : EscalationEvent
{
    /// <summary>How many rooms a platform gets in all. One that loses them again and again is not flooded with new ones.</summary>
    internal const int MostRooms = 3;

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Rooms = Without(before.Rooms, [Room]),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.war-room-lost");

    /// <summary>What follows when rooms turn out to be gone. Those known to be closed or gone already change nothing.</summary>
    internal static Decision Decide(Escalation escalation, ImmutableArray<RoomRef> gone)
    {
        var lost = escalation
            .Rooms.Where(room => !room.Archived && gone.Contains(room.Room))
            .ToList();
        if (lost.Count == 0)
            return Decision.Nothing;
        var decision = Decision.That([.. lost.Select(room => new WarRoomLost(room.Room))]);
        if (escalation.IsOver)
            return decision;
        var after = escalation with { Rooms = Without(escalation.Rooms, gone) };
        if (lost.Exists(room => MayOpenAgain(after, room.Room.Platform)))
            decision = decision.Then(new OpenWarRoom());
        var told = escalation.Owner ?? escalation.DeclaredBy;
        return decision.Then(lost.Select(room => new WarRoomLostNotice(told, room.Room)));
    }

    /// <summary>
    /// What follows when rooms are gone together with all the places where others could be opened. Whoever answers for the
    /// escalation is told so, and there is none until <see cref="RoomWatch.ServedAsync"/>.
    /// </summary>
    internal static Decision Unserved(Escalation escalation, Func<RoomRef, bool> isThere)
    {
        var lost = escalation.Rooms.Where(room => !room.Archived && isThere(room.Room)).ToList();
        if (lost.Count == 0)
            return Decision.Nothing;
        var told = escalation.Owner ?? escalation.DeclaredBy;
        var decision = Decision.That([.. lost.Select(room => new WarRoomLost(room.Room))]);
        return escalation.IsOver
            ? decision
            : decision.Then(
                lost.Select(room => new WarRoomLostNotice(told, room.Room) { IsUnserved = true })
            );
    }

    /// <summary>Whether a platform may get one more room.</summary>
    internal static bool MayOpenAgain(Escalation escalation, string platform) =>
        escalation.Rooms.Count(room => room.Lost && room.Room.Platform == platform) < MostRooms;

    private static ImmutableArray<WarRoom> Without(
        ImmutableArray<WarRoom> rooms,
        ImmutableArray<RoomRef> gone
    ) =>
        [
            .. rooms.Select(room =>
                gone.Contains(room.Room) && !room.Archived
                    ? room with
                    {
                        Archived = true,
                        Lost = true,
                    }
                    : room
            ),
        ];

    /// <summary>Makes a call about a room; one that is gone is added to <paramref name="lost"/>.</summary>
    /// <exception cref="ChatException">Any other failure.</exception>
    internal static async Task TryAsync(RoomRef room, List<RoomRef> lost, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ChatException gone) when (gone.Failure is ChatFailure.Gone)
        {
            lost.Add(room);
        }
    }
}

/// <summary>Tells the one who answers for the escalation that its war room is gone, and where it goes on.</summary>
[StoredAs("war-room-lost-notice")]
public sealed record WarRoomLostNotice(PersonId Person, RoomRef Room) : Notice
{
    /// <summary>Whether there is no place where another could be opened.</summary>
    public bool IsUnserved { get; init; }

    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"war-room-lost:{Room.Platform}:{Room.Id}";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.Rooms.FirstOrDefault(room => room.Room == Room) is not { } lost)
            return null;
        var sentence = Phrase.Of(
            IsUnserved ? "war-room.unserved"
                : WarRoomLost.MayOpenAgain(escalation, Room.Platform) ? "war-room.lost"
                : "war-room.lost-for-good",
            ("name", lost.Name),
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name)
        );
        return Card.Of(sentence, new Paragraph(sentence));
    }
}
