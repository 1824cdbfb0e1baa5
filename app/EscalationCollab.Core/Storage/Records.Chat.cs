using Dapper;
using EscalationCollab.Core.Chat;
using NodaTime;

namespace EscalationCollab.Core.Storage;

public sealed partial class Records
{
    /// <summary>The escalation whose war room this is, or null.</summary>
    public EscalationNumber? EscalationOf(RoomRef room) =>
        _connection.QuerySingleOrDefault<long?>(
            "SELECT number FROM room WHERE tenant = @tenant AND platform = @Platform AND room = @Id",
            new
            {
                tenant = Tenant.Value,
                room.Platform,
                room.Id,
            }
        )
            is { } number
            ? new EscalationNumber(number)
            : null;

    /// <summary>Remembers that a room belongs to an escalation.</summary>
    public void SaveRoom(EscalationNumber number, RoomRef room) =>
        _connection.Execute(
            """
            INSERT INTO room (tenant, platform, room, number) VALUES (@tenant, @Platform, @Id, @number)
            ON CONFLICT (tenant, platform, room) DO UPDATE SET number = excluded.number
            """,
            new
            {
                tenant = Tenant.Value,
                room.Platform,
                room.Id,
                number = number.Value,
            }
        );

    /// <summary>The message that was posted for a notice's slot to one target, or null.</summary>
    public MessageRef? Posted(EscalationNumber number, string slot, string target) =>
        _connection
            .Query<(string Platform, string Room, string Message)>(
                """
                SELECT platform, room, message FROM posted
                WHERE tenant = @tenant AND number = @number AND slot = @slot AND target = @target
                """,
                new
                {
                    tenant = Tenant.Value,
                    number = number.Value,
                    slot,
                    target,
                }
            )
            .Select(row => new MessageRef(row.Platform, row.Room, row.Message))
            .SingleOrDefault();

    /// <summary>Remembers the message that was posted for a notice's slot to one target.</summary>
    public void SavePosted(
        EscalationNumber number,
        string slot,
        string target,
        MessageRef message
    ) =>
        _connection.Execute(
            """
            INSERT INTO posted (tenant, number, slot, target, platform, room, message)
            VALUES (@tenant, @number, @slot, @target, @Platform, @Room, @Id)
            ON CONFLICT (tenant, number, slot, target) DO UPDATE
            SET platform = excluded.platform, room = excluded.room, message = excluded.message
            """,
            new
            {
                tenant = Tenant.Value,
                number = number.Value,
                slot,
                target,
                message.Platform,
                message.Room,
                message.Id,
            }
        );

    /// <summary>Forgets a message that is no longer there.</summary>
    public void DropPosted(EscalationNumber number, string slot, string target) =>
        Drop("posted", number, slot, target);

    /// <summary>Remembers that a message of a notice's slot is about to be posted to one target.</summary>
    public void BeginPosting(
        EscalationNumber number,
        string slot,
        string target,
        Posting posting
    ) =>
        _connection.Execute(
            """
            INSERT INTO posting (tenant, number, slot, target, effect, platform, room, person, begun_at)
            VALUES (@tenant, @number, @slot, @target, @EffectId, @Platform, @room, @person, @begun)
            ON CONFLICT (tenant, number, slot, target) DO UPDATE
            SET effect = excluded.effect, platform = excluded.platform, room = excluded.room,
                person = excluded.person, begun_at = excluded.begun_at
            """,
            new
            {
                tenant = Tenant.Value,
                number = number.Value,
                slot,
                target,
                posting.EffectId,
                posting.Platform,
                room = posting.Room?.Id,
                person = posting.Person?.Value,
                begun = posting.Begun.ToUnixTimeMilliseconds(),
            }
        );

    /// <summary>What was begun for a notice's slot and is neither kept nor known not to have happened, by target.</summary>
    public IReadOnlyList<(string Target, Posting Posting)> Postings(
        EscalationNumber number,
        string slot
    ) =>
        [
            .. _connection
                .Query<PostingRow>(
                    """
                    SELECT target, effect, platform, room, person, begun_at AS BegunAt FROM posting
                    WHERE tenant = @tenant AND number = @number AND slot = @slot ORDER BY target
                    """,
                    new
                    {
                        tenant = Tenant.Value,
                        number = number.Value,
                        slot,
                    }
                )
                .Select(row => (row.Target, row.Told(Tenant))),
        ];

    /// <summary>What was begun is kept now, or did not happen.</summary>
    public void EndPosting(EscalationNumber number, string slot, string target) =>
        Drop("posting", number, slot, target);

    private void Drop(string table, EscalationNumber number, string slot, string target) =>
        _connection.Execute(
            $"""
            DELETE FROM {table}
            WHERE tenant = @tenant AND number = @number AND slot = @slot AND target = @target
            """,
            new
            {
                tenant = Tenant.Value,
                number = number.Value,
                slot,
                target,
            }
        );

    private sealed class PostingRow
    {
        public string Target { get; init; } = "";
        public string Effect { get; init; } = "";
        public string Platform { get; init; } = "";
        public string? Room { get; init; }
        public string? Person { get; init; }
        public long BegunAt { get; init; }

        public Posting Told(TenantId tenant) =>
            new(
                Effect,
                tenant,
                Platform,
                Room is { } room ? new RoomRef(Platform, room) : null,
                Person is { } person ? new PersonId(person) : null,
                Instant.FromUnixTimeMilliseconds(BegunAt)
            );
    }
}
