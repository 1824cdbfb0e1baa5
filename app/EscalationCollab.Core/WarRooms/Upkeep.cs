using System.Text.Json.Serialization;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.WarRooms;

/// <summary>
/// Keeps the war room and the announcement in step with the escalation, whichever slice changed it: the topic, who is
/// in the room, and the line in the announcement channel.
/// </summary>
internal static class Upkeep
{
    public static void Register(Slices slices) =>
        slices
            .Performs<SetTopic>(SetTopic.PerformAsync)
            .Follows((before, after, _) => Decision.Nothing.Then(After(before, after)));

    /// <summary>What must follow a change, beside the card that follows every one.</summary>
    public static IEnumerable<Effect> After(Escalation before, Escalation after)
    {
        if (before.Rooms.IsEmpty)
            yield break;
        if (!EscalationCard.Topic(before).Equals(EscalationCard.Topic(after)))
        {
            yield return new SetTopic();
            if (!after.Restricted)
                yield return new Announcement { OnlyEdits = true };
        }
        if (!Inside(after).IsSubsetOf(Inside(before)))
            yield return new InvitePeople();
    }

    private static HashSet<PersonId> Inside(Escalation escalation) =>
        [.. escalation.Invited, .. escalation.Roles.Values.SelectMany(holders => holders)];
}

/// <summary>Sets the topic of the war rooms to what it is when this is performed.</summary>
[StoredAs("set-topic")]
public sealed record SetTopic : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "rooms";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsPerPlatform => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce => "topic";

    internal static async Task<Performed> PerformAsync(
        SetTopic effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        var lost = new List<RoomRef>();
        foreach (var room in performing.Rooms)
            await WarRoomLost.TryAsync(
                room.Room,
                lost,
                () =>
                    performing
                        .PlatformOf(room.Room.Platform)
                        .SetTopicAsync(
                            escalation.Tenant,
                            room.Room,
                            EscalationCard.Topic(escalation),
                            cancellation
                        )
            );
        return performing.Done((current, _) => WarRoomLost.Decide(current, [.. lost]));
    }
}
