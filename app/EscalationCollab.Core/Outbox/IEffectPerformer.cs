using System.Data;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>Performs effects for the outbox worker.</summary>
public interface IEffectPerformer
{
    /// <summary>Performs one effect. It may have been begun before: look first, or be idempotent by its id.</summary>
    Task<Performed> PerformAsync(OutboxItem item, CancellationToken cancellation);
}

/// <summary>An effect taken from the outbox.</summary>
/// <param name="EffectId">The same for every attempt.</param>
/// <param name="Number">The escalation it is about, or null.</param>
public sealed record OutboxItem(
    string EffectId,
    TenantId Tenant,
    EscalationNumber? Number,
    Effect Effect
);

/// <summary>What became of an attempt to perform an effect.</summary>
public abstract record Performed
{
    /// <summary>It is done. <paramref name="commit"/> runs in the transaction that marks it done.</summary>
    public static Performed Done(Action<IDbConnection>? commit = null) => new Finished(commit);

    /// <summary>Not now, and nobody's fault: try again after this long. Does not count as a failure.</summary>
    public static Performed Later(Duration after, string why) => new Postponed(after, why);

    /// <summary>It failed; it is tried again with growing pauses and given up after some attempts.</summary>
    public static Performed Failed(string why) => new Failure(why);

    internal sealed record Finished(Action<IDbConnection>? Commit) : Performed;

    internal sealed record Postponed(Duration After, string Why) : Performed;

    internal sealed record Failure(string Why) : Performed;
}
