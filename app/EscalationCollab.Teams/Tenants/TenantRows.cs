using System.Data;
using Dapper;
using EscalationCollab.Core;
using NodaTime;

namespace EscalationCollab.Teams.Tenants;

/// <summary>The organisations the app is installed in, inside one transaction.</summary>
internal sealed class TenantRows(IDbConnection connection)
{
    private const string Columns =
        "tenant AS Tenant, entra AS Entra, service_url AS ServiceUrl, team AS Team, general AS General, name AS Name, bot AS Bot";

    /// <summary>All of them; the one met first stands first.</summary>
    public IReadOnlyList<TeamsTenant> All() =>
        [
            .. connection
                .Query<Row>($"SELECT {Columns} FROM teams_tenant ORDER BY installed_at, entra")
                .Select(row => row.ToTenant()),
        ];

    /// <summary>Keeps one.</summary>
    public void Save(TeamsTenant tenant, Instant now) =>
        connection.Execute(
            """
            INSERT INTO teams_tenant (tenant, entra, service_url, team, general, name, bot, installed_at)
            VALUES (@tenant, @entra, @serviceUrl, @team, @general, @name, @bot, @now)
            ON CONFLICT (tenant, entra) DO UPDATE SET
                service_url = excluded.service_url, team = excluded.team, general = excluded.general,
                name = excluded.name, bot = excluded.bot
            """,
            new
            {
                tenant = tenant.Tenant.Value,
                entra = tenant.Entra,
                serviceUrl = tenant.ServiceUrl.AbsoluteUri,
                team = tenant.Team,
                general = tenant.General,
                name = tenant.Name,
                bot = tenant.Bot,
                now = now.ToUnixTimeMilliseconds(),
            }
        );

    private sealed record Row
    {
        public required string Tenant { get; init; }
        public required string Entra { get; init; }
        public required string ServiceUrl { get; init; }
        public required string Team { get; init; }
        public required string General { get; init; }
        public required string Name { get; init; }
        public required string Bot { get; init; }

        public TeamsTenant ToTenant() =>
            new(new TenantId(Tenant), Entra, new Uri(ServiceUrl), Team, General, Name, Bot);
    }
}
