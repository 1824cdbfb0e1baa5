using System.Data;
using Dapper;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>A call that must not happen twice.</summary>
/// <param name="BegunAt">When it was first begun.</param>
/// <param name="Room">The room it led to; null while nobody knows.</param>
/// <param name="Result">The message posted there, or the name the room got.</param>
public sealed record NotedCall(Instant BegunAt, string? Room, string? Result);

/// <summary>What was begun and what came of it, inside one transaction.</summary>
public sealed class NotedCalls(IDbConnection connection, TenantId tenant)
{
    /// <summary>How long a call is remembered: an effect that is still tried by then was put aside long ago.</summary>
    public static readonly Duration Memory = Duration.FromDays(30);

    /// <summary>What is noted of an effect, or null.</summary>
    public NotedCall? Find(string effect) =>
        connection
            .Query<(long BegunAt, string? Room, string? Result)>(
                "SELECT begun_at, room, result FROM chat_call WHERE tenant = @tenant AND effect = @effect",
                new { tenant = tenant.Value, effect }
            )
            .Select(row => new NotedCall(
                Instant.FromUnixTimeMilliseconds(row.BegunAt),
                row.Room,
                row.Result
            ))
            .FirstOrDefault();

    /// <summary>Notes that a call is about to be made.</summary>
    public void Begin(string effect, Instant now)
    {
        connection.Execute(
            """
            INSERT INTO chat_call (tenant, effect, begun_at) VALUES (@tenant, @effect, @now)
            ON CONFLICT (tenant, effect) DO NOTHING
            """,
            new
            {
                tenant = tenant.Value,
                effect,
                now = now.ToUnixTimeMilliseconds(),
            }
        );
        // Each new one takes up to two old ones away.
        connection.Execute(
            """
            DELETE FROM chat_call WHERE tenant = @tenant AND effect IN (
                SELECT effect FROM chat_call WHERE tenant = @tenant AND begun_at < @oldest ORDER BY begun_at LIMIT 2)
            """,
            new { tenant = tenant.Value, oldest = (now - Memory).ToUnixTimeMilliseconds() }
        );
    }

    /// <summary>Notes what came of it.</summary>
    public void Finish(string effect, string room, string result) =>
        connection.Execute(
            "UPDATE chat_call SET room = @room, result = @result WHERE tenant = @tenant AND effect = @effect",
            new
            {
                tenant = tenant.Value,
                effect,
                room,
                result,
            }
        );

    /// <summary>Nothing happened: as if it had not been begun.</summary>
    public void Forget(string effect) =>
        connection.Execute(
            "DELETE FROM chat_call WHERE tenant = @tenant AND effect = @effect AND room IS NULL",
            new { tenant = tenant.Value, effect }
        );

    /// <summary>Whether a room is known as somebody's: opened by another effect, or a war room.</summary>
    public bool IsTaken(RoomRef room) =>
        connection.ExecuteScalar<long>(
            """
            SELECT (SELECT COUNT(*) FROM chat_call WHERE tenant = @tenant AND room = @room AND result IS NOT NULL)
                 + (SELECT COUNT(*) FROM room WHERE tenant = @tenant AND platform = @platform AND room = @room)
            """,
            new
            {
                tenant = tenant.Value,
                platform = room.Platform,
                room = room.Id,
            }
        ) > 0;
}
