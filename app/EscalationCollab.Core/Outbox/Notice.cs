using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;

namespace EscalationCollab.Core.Outbox;

/// <summary>
/// A card for somebody about an escalation. It is composed when it is sent, from the state of that moment, so it never
/// tells yesterday's truth. With a <see cref="Slot"/> it is edited in place when it is sent again.
/// </summary>
public abstract record Notice : Effect
{
    /// <summary>Word to one person has a lane of its own: the card of a room does not wait until somebody is reached.</summary>
    [JsonIgnore]
    public override string Lane => To is Destination.Direct ? "direct" : "chat";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsPerPlatform => To is not Destination.Direct;

    /// <summary>Where it goes.</summary>
    [JsonIgnore]
    public abstract Destination To { get; }

    /// <summary>Names the one message that this and later notices of the same slot are; null for a message of its own.</summary>
    [JsonIgnore]
    public virtual string? Slot => null;

    /// <summary>True when it only brings an earlier message of its slot up to date and posts nothing new.</summary>
    public bool OnlyEdits { get; init; }

    /// <summary>Whether the message is kept at the top of the room.</summary>
    [JsonIgnore]
    public virtual bool Pinned => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce =>
        Slot is null ? null : $"notice:{Slot}:{To}:{(OnlyEdits ? "edit" : "post")}";

    /// <summary>The card as of now, or null when nobody needs it any more.</summary>
    public abstract Card? Compose(Escalation escalation, Situation situation);
}

/// <summary>Where a <see cref="Notice"/> goes.</summary>
public abstract record Destination
{
    /// <summary>The war room, on every platform it is open on.</summary>
    public static readonly Destination WarRoom = new Room();

    /// <summary>The channel where new escalations are announced. Nothing goes there about a restricted escalation.</summary>
    public static readonly Destination Announcements = new Announcement();

    /// <summary>One person, directly.</summary>
    public static Destination To(PersonId person) => new Direct(person);

    /// <summary>The war room.</summary>
    public sealed record Room : Destination;

    /// <summary>The announcement channel.</summary>
    public sealed record Announcement : Destination;

    /// <summary>One person.</summary>
    public sealed record Direct(PersonId Person) : Destination;
}
