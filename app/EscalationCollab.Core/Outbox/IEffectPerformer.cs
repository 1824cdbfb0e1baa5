using System.Data;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>Performs effects for the outbox worker.</summary>
public interface IEffectPerformer
{
    /// <summary>
    /// Performs one effect, several being performed at the same time. It may have been begun before: look first, or be
    /// idempotent by its id. An exception counts as <see cref="Performed.Failed"/>.
    /// </summary>
    /// <param name="cancellation">Stops an attempt that takes too long, or when the host must go at once.</param>
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
)
{
    /// <summary>When it was wanted, which may be long ago after an outage.</summary>
    public Instant Due { get; init; }

    /// <summary>1 at first. Above 1 an earlier attempt may have taken effect.</summary>
    public int Attempt { get; init; } = 1;
}

/// <summary>What became of an attempt to perform an effect.</summary>
public abstract record Performed
{
    /// <summary>It is done. <paramref name="commit"/> runs in the transaction that marks it done; if it throws, the attempt failed.</summary>
    public static Performed Done(Action<IDbConnection>? commit = null) => new Finished(commit);

    /// <summary>
    /// Not now, and nobody's fault (rate limit, platform unreachable): try again after this long. Does not count as a
    /// failure, so it never gives up. <paramref name="why"/> is for the administrator and holds no customer text.
    /// </summary>
    public static Performed Later(Duration after, string why) => new Postponed(after, why);

    /// <summary>It failed; it is tried again with growing pauses and given up after eight attempts.</summary>
    public static Performed Failed(string why) => new Failure(why);

    /// <summary>It is done but for what takes longer, which goes on by itself: what comes next does not wait for it.</summary>
    internal static Performed Done(
        Action<IDbConnection>? commit,
        IReadOnlyList<Remainder> remainders
    ) => new Finished(commit) { Remainders = remainders };

    internal sealed record Finished(Action<IDbConnection>? Commit) : Performed
    {
        public IReadOnlyList<Remainder> Remainders { get; init; } = [];
    }

    internal sealed record Postponed(Duration After, string Why) : Performed;

    internal sealed record Failure(string Why) : Performed;
}

/// <summary>A part of an effect that is still being performed when the rest of it is done.</summary>
/// <param name="Stored">What it is kept as meanwhile, and tried again as should this attempt come to nothing.</param>
/// <param name="Outcome">Of the attempt that goes on.</param>
internal sealed record Remainder(Effect Stored, Task<Performed> Outcome);
