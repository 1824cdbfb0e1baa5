using Dapper;
using EscalationCollab.Core.Chat;

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
}
