using System.Collections.Immutable;
using EscalationCollab.Core.Chat;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>The open war rooms, one a platform.</summary>
    public ImmutableArray<WarRoom> Rooms { get; init; } = [];

    /// <summary>Everybody who was asked into the war room.</summary>
    public ImmutableArray<PersonId> Invited { get; init; } = [];

    /// <summary>Those who left the war room themselves, and were not asked back since.</summary>
    public ImmutableArray<PersonId> Away { get; init; } = [];
}

/// <summary>A war room on one platform.</summary>
/// <param name="Name">As it was really named.</param>
public sealed record WarRoom(RoomRef Room, string Name, bool Archived = false)
{
    /// <summary>It vanished from the platform without our doing; then it counts as archived too.</summary>
    public bool Lost { get; init; }
}
