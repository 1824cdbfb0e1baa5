using System.Text.Json.Serialization;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>
/// What one platform, or one person on it, cannot take now: it waits in a lane of its own, so that the same effect goes on
/// elsewhere, and what comes after it for others does not wait. It is performed as the effect it was, for that platform
/// alone and under the id of the first attempt, by which what took effect already is found.
/// </summary>
/// <param name="Platform">The one it waits for.</param>
/// <param name="EffectId">Of the effect that was set aside.</param>
/// <param name="Kind">Under which that effect is stored.</param>
/// <param name="Payload">That effect.</param>
[StoredAs("set-aside")]
public sealed record SetAside(string Platform, string EffectId, string Kind, string Payload)
    : Effect
{
    /// <summary>The lane it waits in.</summary>
    public required string Behind { get; init; }

    /// <summary>When it is tried again.</summary>
    public required Instant Due { get; init; }

    /// <summary>What coalesces with it; null for nothing.</summary>
    public string? Key { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => Behind;

    /// <inheritdoc/>
    [JsonIgnore]
    public override Instant? NotBefore => Due;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce => Key is null ? null : $"aside:{Platform}:{Key}";

    /// <summary>Sets an effect aside until a moment.</summary>
    internal static SetAside Of(OutboxItem item, string platform, Instant due) =>
        new(
            platform,
            item.EffectId,
            StoredTypes<Effect>.Known.Name(item.Effect),
            StoredTypes<Effect>.Known.Write(item.Effect)
        )
        {
            Behind = LaneOf(item.Effect, platform),
            Due = due,
            Key = item.Effect.Coalesce,
        };

    /// <summary>Where an effect waits for a platform: word to one person apart from that to others.</summary>
    internal static string LaneOf(Effect effect, string platform) =>
        effect is Notice { To: Destination.Direct(var person) }
            ? $"{effect.Lane}:{platform}:{person.Value}"
            : $"{effect.Lane}:{platform}";

    /// <summary>The effect that was set aside, as it was taken from the outbox then.</summary>
    /// <exception cref="System.Text.Json.JsonException">Another version of the program stored it.</exception>
    internal OutboxItem Again(OutboxItem item) =>
        item with
        {
            EffectId = EffectId,
            Effect = StoredTypes<Effect>.Known.Read(Kind, Payload),
            Attempt = item.Attempt + 1,
        };
}
