using System.Text.Json.Nodes;
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
    /// <summary>Whether it is one of the workspaces of an organisation for all of which the app was installed at once.</summary>
    public bool IsOfOrganisation => Enterprise.Length > 0 && Token.Workspace == Enterprise;

    /// <summary>Keeps it apart from every other one; those of an organisation share a token.</summary>
    public string Place =>
        IsOfOrganisation && Team.Length > 0 ? $"{Enterprise}/{Team}" : Token.Workspace;

    /// <summary>Arguments of a method that, called with the token of an organisation, must be told which workspace is meant.</summary>
    public JsonObject Meant(JsonObject arguments)
    {
        if (Enterprise.Length > 0 && Team.Length > 0)
            arguments["team_id"] = Team;
        return arguments;
    }

    /// <summary>Whether a delivery that names this workspace or organisation belongs here.</summary>
    public bool Is(string? team, string? enterprise) =>
        team is { Length: > 0 } && team == Team
        || Enterprise.Length > 0 && enterprise == Enterprise;
}
