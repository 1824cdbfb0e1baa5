using EscalationCollab.Core;

namespace EscalationCollab.Web.Sandbox;

/// <summary>The rooms of direct messages: two people, one room, whoever writes first.</summary>
internal static class DirectRooms
{
    // No room is named so: names have letters, digits and hyphens only.
    private const char Sign = '~';

    /// <summary>The room of two people.</summary>
    public static string Id(PersonId one, PersonId other) =>
        string.CompareOrdinal(one.Value, other.Value) <= 0
            ? $"dm{Sign}{one.Value}{Sign}{other.Value}"
            : $"dm{Sign}{other.Value}{Sign}{one.Value}";

    /// <summary>Whether a room is one of direct messages.</summary>
    public static bool Is(string room) => room.StartsWith($"dm{Sign}", StringComparison.Ordinal);

    /// <summary>The two people of a room of direct messages.</summary>
    public static IReadOnlyList<PersonId> Pair(string room) =>
        Is(room) ? [.. room.Split(Sign).Skip(1).Select(id => new PersonId(id))] : [];

    /// <summary>Finds or makes the room of two people.</summary>
    public static string Open(ChatRows rows, PersonId one, PersonId other, NodaTime.Instant now)
    {
        var id = Id(one, other);
        if (rows.Room(id) is null)
        {
            rows.AddRoom(
                new RoomRow
                {
                    Id = id,
                    Name = id,
                    Direct = true,
                    Restricted = true,
                },
                now
            );
            rows.AddMembers(id, [one, other]);
        }
        return id;
    }
}
