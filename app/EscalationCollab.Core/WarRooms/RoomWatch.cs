using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Core.WarRooms;

/// <summary>
/// What somebody did to a war room without asking us. A platform that hears of it tells it here; one that does not finds
/// out by its next failing call (<see cref="WarRoomLost"/>). A room that is none of ours changes nothing. The key of each
/// is the same for every delivery of what happened, so that a repeated one counts once.
/// </summary>
public sealed class RoomWatch(IStore store, Slices slices, Situations situations)
{
    /// <summary>Whose war room it is, or null.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public Task<EscalationNumber?> OwnerOfAsync(
        TenantId tenant,
        RoomRef room,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection => new Records(connection, tenant).EscalationOf(room),
            cancellation
        );

    /// <summary>The room has another name now.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task RenamedAsync(
        TenantId tenant,
        RoomRef room,
        string name,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => OutOfBand.Renamed(escalation, room, name),
            cancellation
        );

    /// <summary>The room was deleted, or the product was taken out of it.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task LostAsync(
        TenantId tenant,
        RoomRef room,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => WarRoomLost.Decide(escalation, [room]),
            cancellation
        );

    /// <summary>Somebody put the room away.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task ArchivedAsync(
        TenantId tenant,
        RoomRef room,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => OutOfBand.Archived(escalation, room),
            cancellation
        );

    /// <summary>A room that was put away can be written in again, and the product is in it.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task ReturnedAsync(
        TenantId tenant,
        RoomRef room,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => OutOfBand.Returned(escalation, room),
            cancellation
        );

    /// <summary>
    /// The room is there, and the product is not in it: only a person can let it in, who is told how, once.
    /// </summary>
    /// <param name="owner">Who can; whoever answers for the escalation when it is not known.</param>
    /// <param name="how">The key of what they are told, with the places <c>name</c>, <c>number</c> and <c>customer</c>.</param>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task ShutAsync(
        TenantId tenant,
        RoomRef room,
        PersonId? owner,
        string how,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => OutOfBand.Shut(escalation, room, owner, how),
            cancellation
        );

    /// <summary>Somebody has let the product into the room: the card it was waiting with goes there, and its topic.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task LetInAsync(
        TenantId tenant,
        RoomRef room,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => OutOfBand.LetIn(escalation, room),
            cancellation
        );

    /// <summary>
    /// A platform has become one where war rooms can be opened: whoever has none anywhere, because it could not be opened
    /// or is gone, gets one.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task ServedAsync(TenantId tenant, string key, CancellationToken cancellation) =>
        DecideAllAsync(tenant, key, OutOfBand.Served, cancellation);

    /// <summary>
    /// Rooms are gone together with all the places where others could be opened, such as a whole team that was put away.
    /// </summary>
    /// <param name="isThere">Whether a room is one of them.</param>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task UnservedAsync(
        TenantId tenant,
        Func<RoomRef, bool> isThere,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAllAsync(
            tenant,
            key,
            escalation => WarRoomLost.Unserved(escalation, isThere),
            cancellation
        );

    /// <summary>What <see cref="UnservedAsync"/> told is over: each escalation has its last room there again.</summary>
    /// <param name="isThere">Whether a room is one of them.</param>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task ServedAgainAsync(
        TenantId tenant,
        Func<RoomRef, bool> isThere,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAllAsync(
            tenant,
            key,
            escalation =>
                escalation.Rooms.LastOrDefault(room => room.Lost && isThere(room.Room)) is { } last
                    ? OutOfBand.Returned(escalation, last.Room)
                    : Decision.Nothing,
            cancellation
        );

    /// <summary>Somebody is no longer in any of several rooms, such as those of a whole team.</summary>
    /// <param name="isThere">Whether a room is one of them.</param>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task LeftAllAsync(
        TenantId tenant,
        Func<RoomRef, bool> isThere,
        PersonId person,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAllAsync(
            tenant,
            key,
            escalation =>
                escalation.Rooms.LastOrDefault(room => !room.Archived && isThere(room.Room))
                    is { } room
                    ? OutOfBand.Left(escalation, room.Room, person)
                    : Decision.Nothing,
            cancellation
        );

    /// <summary>Somebody is no longer in the room.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    public Task LeftAsync(
        TenantId tenant,
        RoomRef room,
        PersonId person,
        string key,
        CancellationToken cancellation
    ) =>
        DecideAsync(
            tenant,
            room,
            key,
            escalation => OutOfBand.Left(escalation, room, person),
            cancellation
        );

    private Task<bool> DecideAllAsync(
        TenantId tenant,
        string key,
        Func<Escalation, Decision> decide,
        CancellationToken cancellation
    ) =>
        store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, tenant);
                if (!records.Remember(key, situations.Time.Moment()))
                    return false;
                var situation = situations.Of(records, PersonId.Product);
                foreach (var escalation in OpenEscalations.All(records, situation))
                    Commit.Write(escalation, decide(escalation), situation, records, slices);
                return true;
            },
            cancellation
        );

    private Task<bool> DecideAsync(
        TenantId tenant,
        RoomRef room,
        string key,
        Func<Escalation, Decision> decide,
        CancellationToken cancellation
    ) =>
        store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, tenant);
                if (
                    records.EscalationOf(room) is { } number
                    && records.Load(number) is { } escalation
                    && records.Remember(key, situations.Time.Moment())
                )
                    Commit.Write(
                        escalation,
                        decide(escalation),
                        situations.Of(records, PersonId.Product),
                        records,
                        slices
                    );
                return true;
            },
            cancellation
        );
}
