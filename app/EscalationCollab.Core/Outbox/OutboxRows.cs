using System.Data;
using Dapper;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>A row that this worker has taken.</summary>
internal sealed record ClaimedRow
{
    public long Id { get; init; }
    public string Tenant { get; init; } = "";
    public string Lane { get; init; } = "";
    public long? Number { get; init; }
    public string Kind { get; init; } = "";
    public string Payload { get; init; } = "";
    public long DueAt { get; init; }
    public long NextAt { get; init; }
    public int Attempts { get; init; }
    public string Lease { get; init; } = "";
}

/// <summary>Somewhere effects wait: one lane of one tenant.</summary>
internal readonly record struct LaneKey(string Tenant, string Lane);

/// <summary>What a claim found.</summary>
/// <param name="Rows">The rows taken, oldest first within each lane.</param>
/// <param name="NextDue">When the next one that is not due yet will be, or null.</param>
internal sealed record Claim(IReadOnlyList<ClaimedRow> Rows, Instant? NextDue);

/// <summary>The statements of the outbox worker. Rows are pending until done or put aside ("dead").</summary>
internal static class OutboxRows
{
    /// <summary>How long performed rows are kept to be looked at.</summary>
    public static readonly Duration Kept = Duration.FromDays(7);

    private const string Pending = "done_at IS NULL AND dead_at IS NULL";

    // Jumps from lane to lane in the index instead of reading every pending row: a million timers may be waiting.
    private const string Lanes = $"""
        WITH RECURSIVE lane_row (id, tenant, lane) AS (
            SELECT * FROM (
                SELECT id, tenant, lane FROM outbox WHERE {Pending} ORDER BY tenant, lane LIMIT 1) AS head
            UNION ALL
            SELECT o.id, o.tenant, o.lane FROM lane_row l JOIN outbox o ON o.id = COALESCE(
                (SELECT n.id FROM outbox n WHERE n.done_at IS NULL AND n.dead_at IS NULL
                    AND n.tenant = l.tenant AND n.lane > l.lane ORDER BY n.lane LIMIT 1),
                (SELECT n.id FROM outbox n WHERE n.done_at IS NULL AND n.dead_at IS NULL
                    AND n.tenant > l.tenant ORDER BY n.tenant, n.lane LIMIT 1)))
        SELECT tenant, lane FROM lane_row
        """;

    // Within one lane the effects of one escalation wait for those before them, also while one of them pauses.
    private const string ClaimLane = $"""
        UPDATE outbox
        SET lease_owner = @lease, lease_until = @until, attempts = attempts + 1, coalesce_key = NULL
        WHERE id IN (
            SELECT o.id FROM outbox o
            WHERE o.done_at IS NULL AND o.dead_at IS NULL AND o.tenant = @tenant AND o.lane = @lane
                AND o.next_at <= @now AND (o.lease_until IS NULL OR o.lease_until <= @now)
                AND NOT EXISTS (
                    SELECT 1 FROM outbox e
                    WHERE e.done_at IS NULL AND e.dead_at IS NULL AND e.number IS NOT NULL
                        AND e.tenant = o.tenant AND e.lane = o.lane AND e.number = o.number
                        AND (e.due_at < o.due_at OR (e.due_at = o.due_at AND e.id < o.id)))
            ORDER BY o.next_at, o.id LIMIT @limit)
        RETURNING id, tenant, lane, number, kind, payload, due_at AS DueAt, next_at AS NextAt, attempts,
            lease_owner AS Lease
        """;

    private const string NextDueOfLane = $"""
        SELECT MIN(next_at) FROM outbox
        WHERE {Pending} AND tenant = @tenant AND lane = @lane AND next_at > @now
        """;

    /// <summary>Takes due rows for a worker.</summary>
    /// <param name="room">How many more may run in a lane; asked once for each lane that has rows.</param>
    /// <param name="turn">Grows with every claim: each time another lane is served first.</param>
    /// <param name="lease">Differs with every claim, so that a late answer of an earlier holder is recognised.</param>
    public static Claim Take(
        IDbConnection connection,
        Func<LaneKey, int> room,
        long turn,
        string lease,
        Instant now,
        Instant until
    )
    {
        var rows = new List<ClaimedRow>();
        long? next = null;
        var lanes = connection.Query<(string Tenant, string Lane)>(Lanes).AsList();
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[(int)((turn + i) % lanes.Count)];
            var parameters = new
            {
                tenant = lane.Tenant,
                lane = lane.Lane,
                lease,
                now = now.ToUnixTimeMilliseconds(),
                until = until.ToUnixTimeMilliseconds(),
                limit = room(new LaneKey(lane.Tenant, lane.Lane)),
            };
            if (parameters.limit > 0)
                rows.AddRange(
                    connection
                        .Query<ClaimedRow>(ClaimLane, parameters)
                        .OrderBy(row => row.DueAt)
                        .ThenBy(row => row.Id)
                );
            if (connection.ExecuteScalar<long?>(NextDueOfLane, parameters) is { } due)
                next = Math.Min(next ?? due, due);
        }
        return new Claim(rows, next is { } ms ? Instant.FromUnixTimeMilliseconds(ms) : null);
    }

    /// <summary>Marks a row done; false when the lease was lost to another worker.</summary>
    public static bool Finish(IDbConnection connection, ClaimedRow row, Instant now)
    {
        var done = connection.Execute(
            $"""
            UPDATE outbox SET done_at = @now, lease_owner = NULL, lease_until = NULL
            WHERE id = @Id AND lease_owner = @Lease AND {Pending}
            """,
            Parameters(row, now)
        );
        // Each one done takes up to two old ones away: the table shrinks without a job of its own.
        connection.Execute(
            """
            DELETE FROM outbox WHERE id IN (
                SELECT id FROM outbox WHERE tenant = @Tenant AND done_at < @old ORDER BY done_at LIMIT 2)
            """,
            new { row.Tenant, old = (now - Kept).ToUnixTimeMilliseconds() }
        );
        return done == 1;
    }

    /// <summary>Adds what goes on by itself once a row is done, as taken by the same worker.</summary>
    public static ClaimedRow GoOn(
        IDbConnection connection,
        ClaimedRow row,
        string lane,
        string kind,
        string payload,
        Instant now,
        Instant until
    )
    {
        var due = now.ToUnixTimeMilliseconds();
        var added = row with
        {
            Lane = lane,
            Kind = kind,
            Payload = payload,
            DueAt = due,
            NextAt = due,
            Attempts = 1,
        };
        const string Insert = """
            INSERT INTO outbox (tenant, lane, due_at, next_at, kind, payload, number, created_at, attempts,
                lease_owner, lease_until)
            VALUES (@Tenant, @Lane, @DueAt, @NextAt, @Kind, @Payload, @Number, @DueAt, @Attempts, @Lease, @until)
            RETURNING id
            """;
        var id = connection.ExecuteScalar<long>(
            Insert,
            new
            {
                added.Tenant,
                added.Lane,
                added.DueAt,
                added.NextAt,
                added.Kind,
                added.Payload,
                added.Number,
                added.Attempts,
                added.Lease,
                until = until.ToUnixTimeMilliseconds(),
            }
        );
        return added with { Id = id };
    }

    /// <summary>Gives a row back to be tried at another time.</summary>
    /// <param name="counts">Whether the attempt counts towards giving up.</param>
    public static void Defer(
        IDbConnection connection,
        ClaimedRow row,
        Instant next,
        string? why,
        bool counts
    )
    {
        var given = connection.Execute(
            $"""
            UPDATE outbox SET lease_owner = NULL, lease_until = NULL, next_at = @next, attempts = attempts - @uncounted,
                last_error = COALESCE(@why, last_error)
            WHERE id = @Id AND lease_owner = @Lease AND {Pending}
            """,
            new
            {
                row.Id,
                row.Lease,
                next = next.ToUnixTimeMilliseconds(),
                why,
                uncounted = counts ? 0 : 1,
            }
        );
        // Those that wait behind it need not be looked at before then.
        if (given == 1 && row.Number is not null)
            connection.Execute(
                $"""
                UPDATE outbox SET next_at = @next
                WHERE {Pending} AND tenant = @Tenant AND lane = @Lane AND number = @Number AND next_at < @next
                    AND lease_owner IS NULL
                """,
                new
                {
                    row.Tenant,
                    row.Lane,
                    row.Number,
                    next = next.ToUnixTimeMilliseconds(),
                }
            );
    }

    /// <summary>Puts a row aside for an administrator.</summary>
    public static void Bury(IDbConnection connection, ClaimedRow row, Instant now, string why) =>
        connection.Execute(
            $"""
            UPDATE outbox SET dead_at = @now, lease_owner = NULL, lease_until = NULL, last_error = @why
            WHERE id = @Id AND lease_owner = @Lease AND {Pending}
            """,
            new
            {
                row.Id,
                row.Lease,
                now = now.ToUnixTimeMilliseconds(),
                why,
            }
        );

    private static object Parameters(ClaimedRow row, Instant now) =>
        new
        {
            row.Id,
            row.Lease,
            now = now.ToUnixTimeMilliseconds(),
        };
}
