namespace EscalationCollab.Slack.WebApi;

/// <summary>A token with the workspace it acts in. Shows the workspace, never the token.</summary>
/// <param name="Workspace">Keeps the limits of one workspace apart from those of others; also shown in logs.</param>
internal sealed record SlackToken(string Workspace, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"token of {Workspace}";
}
