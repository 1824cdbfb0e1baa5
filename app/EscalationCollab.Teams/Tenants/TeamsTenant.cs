using EscalationCollab.Core;

namespace EscalationCollab.Teams.Tenants;

/// <summary>An organisation in whose Teams the app is.</summary>
/// <param name="Tenant">Whose it is here.</param>
/// <param name="Entra">The id of its Entra tenant, in lower case.</param>
/// <param name="ServiceUrl">Where Teams is answered, as Teams last said; on the list of hosts.</param>
/// <param name="Team">The Microsoft 365 group of the team whose war rooms are opened in; empty until the app is added to one.</param>
/// <param name="General">The conversation of that team's first channel, by which the connector knows the team; or empty.</param>
/// <param name="Name">The team's name, or empty.</param>
/// <param name="Bot">The bot's own id in Teams, such as <c>28:…</c>.</param>
internal sealed record TeamsTenant(
    TenantId Tenant,
    string Entra,
    Uri ServiceUrl,
    string Team,
    string General,
    string Name,
    string Bot
)
{
    /// <summary>Whether there is a team to open war rooms in.</summary>
    public bool HasTeam => Team.Length > 0;
}
