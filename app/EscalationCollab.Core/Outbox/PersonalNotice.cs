using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Outbox;

/// <summary>
/// A card for one person about something that is no escalation, such as tickets that should become one. Composed when it
/// is sent. There is one message of each slot that counts: a new one replaces the earlier one, which then points to it;
/// one that only edits brings the message up to date in place.
/// </summary>
/// <param name="Person">Whom it is for.</param>
public abstract record PersonalNotice(PersonId Person) : Effect
{
    /// <summary>Stands in the place of an escalation's number where posted messages are kept.</summary>
    internal static readonly EscalationNumber NoEscalation = new(0);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "chat";

    /// <summary>Names the one message of this kind that a person has.</summary>
    [JsonIgnore]
    public abstract string Slot { get; }

    /// <summary>True when it only brings the earlier message up to date and posts nothing new.</summary>
    public bool OnlyEdits { get; init; }

    /// <summary>A platform that cannot carry it, because that is what it is about; null for none.</summary>
    [JsonIgnore]
    public virtual string? NotOn => null;

    /// <summary>What the earlier message of the slot becomes when a new one is posted.</summary>
    [JsonIgnore]
    public abstract Card Replaced { get; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce => $"personal:{Slot}:{Person}:{(OnlyEdits ? "edit" : "post")}";

    /// <summary>The card as of now, or null when it is not needed any more.</summary>
    public abstract Card? Compose(Records records, Situation situation);
}
