using EscalationCollab.Core;
using NodaTime;

namespace EscalationCollab.Slack.Installation;

/// <summary>The app in one workspace, or in all of an organisation, as an administrator installed it.</summary>
internal sealed record SlackInstallation
{
    /// <summary>Whose it is.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Slack's id of the workspace; empty where it was installed for the whole organisation.</summary>
    public required string Team { get; init; }

    /// <summary>Slack's id of the organisation, or empty.</summary>
    public string Enterprise { get; init; } = "";

    /// <summary>As people call the workspace or organisation.</summary>
    public required string Name { get; init; }

    /// <summary>The address of the workspace, or empty.</summary>
    public string Url { get; init; } = "";

    /// <summary>The user that the app is there.</summary>
    public required string BotUser { get; init; }

    /// <summary>What was granted.</summary>
    public required string Scopes { get; init; }

    /// <summary>Acts there. Never shown or logged.</summary>
    public required string Token { get; init; }

    /// <summary>Gets the next token, once; empty where tokens do not expire. Never shown or logged.</summary>
    public string Refresh { get; init; } = "";

    /// <summary>When the token stops working, or null.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>When it was installed.</summary>
    public required Instant InstalledAt { get; init; }

    /// <summary>Slack's id of who installed it.</summary>
    public required string InstalledBy { get; init; }

    /// <summary>The workspace's id, or the organisation's.</summary>
    public string Id => Team.Length > 0 ? Team : Enterprise;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id})";
}
