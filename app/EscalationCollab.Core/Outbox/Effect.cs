using System.Text.Json.Serialization;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>
/// Something that must happen outside the decision, now or later: a chat message, a letter, a timer. It is stored in
/// the same transaction as the events that caused it, and performed at least once; each effect is idempotent or looks
/// first. Its record is stored as JSON under the name given by <see cref="StoredAsAttribute"/>.
/// </summary>
public abstract record Effect
{
    /// <summary>What it queues behind: one failing lane never holds up another.</summary>
    [JsonIgnore]
    public abstract string Lane { get; }

    /// <summary>
    /// Whether it is one thing on each platform: where several serve, each gets it by itself, and one that is down holds up
    /// no other.
    /// </summary>
    [JsonIgnore]
    public virtual bool IsPerPlatform => false;

    /// <summary>Not before this moment; null for at once.</summary>
    [JsonIgnore]
    public virtual Instant? NotBefore => null;

    /// <summary>While an unstarted effect with the same key waits, this one is not added: edits of one card coalesce.</summary>
    [JsonIgnore]
    public virtual string? Coalesce => null;
}

/// <summary>An effect due later that asks the escalation what to do then. The decision checks whether it is still wanted.</summary>
public abstract record TimerEffect : Effect
{
    /// <summary>When it is due.</summary>
    public required Instant Due { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "timer";

    /// <inheritdoc/>
    [JsonIgnore]
    public override Instant? NotBefore => Due;
}

/// <summary>An effect due later that is about no escalation, such as another look at the tickets.</summary>
public abstract record TenantTimer : Effect
{
    /// <summary>When it is due.</summary>
    public required Instant Due { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "timer";

    /// <inheritdoc/>
    [JsonIgnore]
    public override Instant? NotBefore => Due;
}

/// <summary>The name under which an event or effect is stored. Never change or reuse one: old rows carry it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StoredAsAttribute(string name) : Attribute
{
    /// <summary>The stored name, such as <c>status-posted</c>.</summary>
    public string Name => name;
}
