using EscalationCollab.Core;
using EscalationCollab.Slack.WebApi;

namespace EscalationCollab.Slack.Workspaces;

/// <summary>A workspace (or organisation) the app is installed in.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Token">Acts there as the app.</param>
/// <param name="Team">Slack's id of the workspace.</param>
/// <param name="Enterprise">Slack's id of the organisation, or empty.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Url">Its address, ending in a slash.</param>
/// <param name="BotUser">The user that the app is.</param>
internal sealed record SlackWorkspace(
    TenantId Tenant,
    SlackToken Token,
    string Team,
    string Enterprise,
    string Name,
    Uri Url,
    string BotUser
)
{
    /// <summary>Whether a delivery that names this workspace or organisation belongs here.</summary>
    public bool Is(string? team, string? enterprise) =>
        team is { Length: > 0 } && team == Team
        || Enterprise.Length > 0 && enterprise == Enterprise;
}
