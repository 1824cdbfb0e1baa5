using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tenants;
using Microsoft.Graph.Models;

namespace EscalationCollab.Teams.Graph;

/// <summary>What is done alike in channels and in group chats. Each call may be made again.</summary>
internal interface ITeamsRoomKind
{
    /// <summary>Brings users in; those there stay.</summary>
    /// <returns>Those who cannot be brought in.</returns>
    /// <exception cref="Connector.TeamsException">It did not happen, or it is not clear whether it did.</exception>
    Task<IReadOnlyList<KnownUser>> InviteAsync(
        TeamsTenant tenant,
        string room,
        IReadOnlyList<KnownUser> users,
        CancellationToken cancellation
    );

    /// <summary>Says in one line what a room is about.</summary>
    /// <exception cref="Connector.TeamsException">It did not happen, or it is not clear whether it did.</exception>
    Task DescribeAsync(
        TeamsTenant tenant,
        string room,
        string line,
        CancellationToken cancellation
    );

    /// <summary>Keeps a message at hand by a tab that leads to it; a room that allows no tabs does without.</summary>
    /// <exception cref="Connector.TeamsException">It did not happen, or it is not clear whether it did.</exception>
    Task PinAsync(
        TeamsTenant tenant,
        MessageRef message,
        string title,
        CancellationToken cancellation
    );

    /// <summary>Adds a tab unless one of the same address is there; a room that allows none does without.</summary>
    /// <exception cref="Connector.TeamsException">It did not happen, or it is not clear whether it did.</exception>
    Task AddTabAsync(TeamsTenant tenant, string room, TeamsTab tab, CancellationToken cancellation);
}
