using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Outbox;
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

/// <summary>What follows when a war room was changed by somebody else.</summary>
internal static class OutOfBand
{
    public const string AskBackId = "war-room.ask-back";

    public static void Register(Slices slices) =>
        slices
            .Action(
                AskBackId,
                turn => turn.Decide((e, s) => AskBack(e, turn.Interaction.Data["person"], s))
            )
            .Follows((before, after, _) => Return(before, after));

    public static Decision Renamed(Escalation escalation, RoomRef room, string name) =>
        escalation.Rooms.Any(known => known.Room == room && known.Name != name)
            ? Decision.That(new WarRoomRenamed(room, name))
            : Decision.Nothing;

    /// <summary>While the escalation goes on, nobody can write there any more: as if it were gone.</summary>
    public static Decision Archived(Escalation escalation, RoomRef room) =>
        escalation.IsOver
            ? ArchiveWarRoom.Decide(
                escalation,
                [.. escalation.Rooms.Where(known => known.Room == room)]
            )
            : WarRoomLost.Decide(escalation, [room]);

    /// <summary>It is used again, unless the escalation is over or goes on in another room by now.</summary>
    public static Decision Returned(Escalation escalation, RoomRef room) =>
        !escalation.IsOver
        && escalation.Rooms.Any(known => known.Room == room && known.Archived)
        && escalation.Rooms.All(known => known.Archived || known.Room.Platform != room.Platform)
            ? Decision.That(new WarRoomReturned(room)).Then(new InvitePeople(), new SetTopic())
            : Decision.Nothing;

    /// <summary>Whoever can let the product in is told how.</summary>
    public static Decision Shut(Escalation escalation, RoomRef room, PersonId? owner, string how) =>
        !escalation.IsOver && escalation.Rooms.Any(known => known.Room == room && !known.Archived)
            ? Decision.Nothing.Then(
                new WarRoomShutNotice(owner ?? escalation.Owner ?? escalation.DeclaredBy, room, how)
            )
            : Decision.Nothing;

    /// <summary>What could not be said there is said now.</summary>
    public static Decision LetIn(Escalation escalation, RoomRef room) =>
        escalation.Rooms.Any(known => known.Room == room && !known.Archived)
            ? Decision.Nothing.Then(new CardNotice(), new SetTopic(), new InvitePeople())
            : Decision.Nothing;

    /// <summary>An escalation that goes on without a room can have one now.</summary>
    public static Decision Served(Escalation escalation) =>
        escalation.IsOver || escalation.Rooms.Any(room => !room.Archived)
            ? Decision.Nothing
            : Decision.Nothing.Then(new OpenWarRoom());

    /// <summary>Whoever has work to do there is missed: the one who answers for the escalation is told.</summary>
    public static Decision Left(Escalation escalation, RoomRef room, PersonId person)
    {
        if (
            escalation.IsOver
            || !escalation.Involves(person)
            || !escalation.Rooms.Any(known => known.Room == room && !known.Archived)
        )
            return Decision.Nothing;
        var left = Decision.That(new LeftWarRoom(room, person));
        return RolesOf(escalation, person).IsEmpty
            ? left
            : left.Then(
                new LeftWarRoomNotice(escalation.Owner ?? escalation.DeclaredBy, person, room)
            );
    }

    /// <summary>What a person has to do in an escalation; not what they only want to know.</summary>
    internal static ImmutableArray<Role> RolesOf(Escalation escalation, PersonId person) =>
        [
            .. Enum.GetValues<Role>()
                .Where(role => !role.IsPassive() && escalation.Holders(role).Contains(person)),
        ];

    /// <param name="person">Who left; everybody who did when a button of an earlier version does not say.</param>
    internal static Decision AskBack(Escalation escalation, string? person, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        var asked = escalation.Away.Where(away => person is null || away.Value == person).ToList();
        var decision =
            asked.Count == 0
                ? Decision.Nothing
                : Decision.That(new AskedBack([.. asked.OrderBy(away => away.Value)]));
        return decision
            .Then(new InvitePeople())
            .Saying(Phrase.Of("war-room.asked-back", ("number", new RoomLink(escalation.Number))));
    }

    /// <summary>Whoever left and is given something to do there is wanted in the room again.</summary>
    internal static Decision Return(Escalation before, Escalation after)
    {
        var wanted = after
            .Away.Where(person => RolesOf(after, person).Except(RolesOf(before, person)).Any())
            .OrderBy(person => person.Value)
            .ToList();
        return wanted.Count == 0
            ? Decision.Nothing
            : Decision.That(new AskedBack([.. wanted])).Then(new InvitePeople());
    }
}

/// <summary>Somebody gave the war room another name.</summary>
[StoredAs("war-room-renamed")]
public sealed record WarRoomRenamed(RoomRef Room, string Name) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Rooms =
            [
                .. before.Rooms.Select(known =>
                    known.Room == Room ? known with { Name = Name } : known
                ),
            ],
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.war-room-renamed", ("name", Name));
}

/// <summary>A war room that was put away is used again.</summary>
[StoredAs("war-room-returned")]
public sealed record WarRoomReturned(RoomRef Room) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Rooms =
            [
                .. before.Rooms.Select(known =>
                    known.Room == Room ? known with { Archived = false, Lost = false } : known
                ),
            ],
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.war-room-returned");
}

/// <summary>
/// Somebody who takes part is no longer in the room. Their roles stay until somebody decides otherwise, and they are not
/// brought back until somebody asks for it.
/// </summary>
[StoredAs("left-war-room")]
public sealed record LeftWarRoom(RoomRef Room, PersonId Person) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Away = [.. before.Away.Where(away => away != Person), Person],
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.left-war-room", ("person", new Mention(Person)));
}

/// <summary>Those who left are wanted in the room again.</summary>
[StoredAs("asked-back")]
public sealed record AskedBack(ImmutableArray<PersonId> People) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Away = [.. before.Away.Except(People)],
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.asked-back",
            ("people", Text.Join(", ", People.Select(person => (Text)new Mention(person))))
        );
}

/// <summary>Tells the one who answers for the escalation that somebody with work to do has left the room.</summary>
[StoredAs("left-war-room-notice")]
public sealed record LeftWarRoomNotice(PersonId Told, PersonId Person, RoomRef Room) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Told);

    /// <inheritdoc/>
    public override string Slot => $"left-war-room:{Room.Platform}:{Room.Id}:{Person}";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        var roles = OutOfBand.RolesOf(escalation, Person);
        if (escalation.IsOver || roles.IsEmpty)
            return null;
        var sentence = Phrase.Of(
            Told == Person ? "war-room.you-left" : "war-room.left",
            ("person", new Mention(Person)),
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name),
            ("roles", Text.Join(", ", roles.Select(role => (Text)Phrase.For(role))))
        );
        var data = ActionData.For(escalation.Number);
        return Card.Of(
            sentence,
            new Paragraph(sentence),
            Actions.Of(
                new Does(
                    Phrase.Of("war-room.ask-back"),
                    OutOfBand.AskBackId,
                    data.With("person", Person.Value)
                ),
                new Opens(
                    Phrase.Of("roles.button"),
                    AssignRole.Id,
                    data.With("role", roles[0].ToString())
                )
            )
        ) with
        {
            Tone = Tone.Warning,
        };
    }
}

/// <summary>
/// Tells whoever can that the product has to be let into a war room.
/// </summary>
/// <param name="How">The key of the words: how it is done is the platform's own matter.</param>
[StoredAs("war-room-shut-notice")]
public sealed record WarRoomShutNotice(PersonId Person, RoomRef Room, string How) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"war-room-shut:{Room.Platform}:{Room.Id}";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (
            escalation.IsOver
            || escalation.Rooms.FirstOrDefault(room => room.Room == Room && !room.Archived)
                is not { } shut
        )
            return null;
        var sentence = Phrase.Of(
            How,
            ("name", shut.Name),
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name)
        );
        return Card.Of(sentence, new Paragraph(sentence));
    }
}
