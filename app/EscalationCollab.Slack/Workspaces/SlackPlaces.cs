using System.Collections.Concurrent;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Slack.Workspaces;

/// <summary>In which workspace a channel is. Noted when a channel is first used, and never changed: channels do not move.</summary>
internal sealed class SlackPlaces(IStore store)
{
    private readonly ConcurrentDictionary<(TenantId, string), string> _known = [];

    /// <summary>The workspace of a channel, or null when nobody noted it.</summary>
    public async Task<string?> FindAsync(
        TenantId tenant,
        string room,
        CancellationToken cancellation
    )
    {
        if (_known.TryGetValue((tenant, room), out var known))
            return known;
        var found = await store.ReadAsync(
            connection => Find(connection, tenant, room),
            cancellation
        );
        if (found is not null)
            _known[(tenant, room)] = found;
        return found;
    }

    /// <summary>The same inside a transaction.</summary>
    public static string? Find(
        System.Data.IDbConnection connection,
        TenantId tenant,
        string room
    ) =>
        connection
            .Query<string>(
                "SELECT workspace FROM slack_place WHERE tenant = @tenant AND room = @room",
                new { tenant = tenant.Value, room }
            )
            .FirstOrDefault();

    /// <summary>Notes where a channel is. What was noted before stays.</summary>
    /// <returns>Where it is.</returns>
    public async Task<string> NoteAsync(
        TenantId tenant,
        string room,
        string workspace,
        CancellationToken cancellation
    )
    {
        if (await FindAsync(tenant, room, cancellation) is { } known)
            return known;
        await store.WriteAsync(
            connection =>
                connection.Execute(
                    """
                    INSERT INTO slack_place (tenant, room, workspace) VALUES (@tenant, @room, @workspace)
                    ON CONFLICT (tenant, room) DO NOTHING
                    """,
                    new
                    {
                        tenant = tenant.Value,
                        room,
                        workspace,
                    }
                ),
            cancellation
        );
        return await FindAsync(tenant, room, cancellation) ?? workspace;
    }

    /// <summary>The war rooms that are in a workspace.</summary>
    public Task<IReadOnlyList<string>> WarRoomsInAsync(
        TenantId tenant,
        string workspace,
        bool first,
        CancellationToken cancellation
    ) =>
        store.ReadAsync<IReadOnlyList<string>>(
            connection =>
                [
                    .. connection.Query<string>(
                        """
                        SELECT room.room FROM room
                        LEFT JOIN slack_place AS place ON place.tenant = room.tenant AND place.room = room.room
                        WHERE room.tenant = @tenant AND room.platform = 'slack'
                            AND (place.workspace = @workspace OR substr(place.workspace, 1, length(@workspace) + 1) = @workspace || '/'
                                OR (@first = 1 AND place.workspace IS NULL))
                        """,
                        new
                        {
                            tenant = tenant.Value,
                            workspace,
                            first = first ? 1 : 0,
                        }
                    ),
                ],
            cancellation
        );
}
