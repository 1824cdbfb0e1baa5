using Dapper;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>An effect that was given up.</summary>
/// <param name="Id">Its identity in the outbox.</param>
/// <param name="Lane">Where it queued.</param>
/// <param name="Kind">Its stored name.</param>
/// <param name="Number">The escalation it belongs to, or null.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why the last attempt failed.</param>
/// <param name="Due">When it was wanted.</param>
/// <param name="GivenUpAt">When it was given up.</param>
public sealed record DeadLetter(
    long Id,
    string Lane,
    string Kind,
    EscalationNumber? Number,
    int Attempts,
    string Error,
    Instant Due,
    Instant GivenUpAt
);

/// <summary>What an administrator can do with effects that were given up.</summary>
public sealed class DeadLetters(IStore store, TimeProvider time)
{
    private const string Dead = "dead_at IS NOT NULL AND done_at IS NULL";

    /// <summary>Those of a tenant, the latest first, at most 200.</summary>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) =>
        store.ReadAsync<IReadOnlyList<DeadLetter>>(
            connection =>
                [
                    .. connection
                        .Query<Row>(
                            $"""
                            SELECT id, lane, kind, number, attempts, last_error AS Error, due_at AS DueAt,
                                dead_at AS DeadAt
                            FROM outbox WHERE tenant = @tenant AND {Dead} ORDER BY dead_at DESC, id DESC LIMIT 200
                            """,
                            new { tenant = tenant.Value }
                        )
                        .Select(row => row.Told()),
                ],
            cancellation
        );

    /// <summary>Tries one again from the beginning, under its old identity. False when it is not there any more.</summary>
    public Task<bool> ReplayAsync(TenantId tenant, long id, CancellationToken cancellation) =>
        Change("dead_at = NULL, attempts = 0, next_at = @now", tenant, id, cancellation);

    /// <summary>Drops one for good. False when it is not there any more.</summary>
    public Task<bool> DiscardAsync(TenantId tenant, long id, CancellationToken cancellation) =>
        Change("done_at = @now", tenant, id, cancellation);

    private Task<bool> Change(
        string change,
        TenantId tenant,
        long id,
        CancellationToken cancellation
    ) =>
        store.WriteAsync(
            connection =>
                connection.Execute(
                    $"UPDATE outbox SET {change} WHERE tenant = @tenant AND id = @id AND {Dead}",
                    new
                    {
                        tenant = tenant.Value,
                        id,
                        now = time.Moment().ToUnixTimeMilliseconds(),
                    }
                ) == 1,
            cancellation
        );

    private sealed class Row
    {
        public long Id { get; init; }
        public string Lane { get; init; } = "";
        public string Kind { get; init; } = "";
        public long? Number { get; init; }
        public int Attempts { get; init; }
        public string? Error { get; init; }
        public long DueAt { get; init; }
        public long DeadAt { get; init; }

        public DeadLetter Told() =>
            new(
                Id,
                Lane,
                Kind,
                Number is { } number ? new EscalationNumber(number) : null,
                Attempts,
                Error ?? "",
                Instant.FromUnixTimeMilliseconds(DueAt),
                Instant.FromUnixTimeMilliseconds(DeadAt)
            );
    }
}
