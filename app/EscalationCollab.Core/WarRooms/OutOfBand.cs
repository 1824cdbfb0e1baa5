using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.WarRooms;

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
