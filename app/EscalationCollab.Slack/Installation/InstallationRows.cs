using System.Data;
using Dapper;
using EscalationCollab.Core;
using NodaTime;

namespace EscalationCollab.Slack.Installation;

/// <summary>Reads and writes installations over one connection.</summary>
internal sealed class InstallationRows(IDbConnection connection, TokenVault vault)
{
    private const string Columns =
        "tenant, id, team, enterprise, name, url, bot_user, scopes, token, refresh, expires_at, installed_at, installed_by";

    /// <summary>Everywhere the app is installed now; those whose tokens cannot be decrypted any more are left out and named.</summary>
    public IReadOnlyList<SlackInstallation> All(Action<string> undecryptable)
    {
        var installations = new List<SlackInstallation>();
        foreach (
            var row in connection.Query<Row>(
                $"SELECT {Columns} FROM slack_installation WHERE removed_at IS NULL ORDER BY installed_at, id"
            )
        )
            if (
                vault.Unlock(row.token) is { Length: > 0 } token
                && vault.Unlock(row.refresh) is { } refresh
            )
                installations.Add(row.ToInstallation(token, refresh));
            else
                undecryptable(row.name);
        return installations;
    }

    /// <summary>Keeps an installation; a new one of the same workspace takes the place of the old one.</summary>
    public void Save(SlackInstallation made) =>
        connection.Execute(
            $"""
            INSERT INTO slack_installation ({Columns}, removed_at)
            VALUES (@tenant, @id, @team, @enterprise, @name, @url, @botUser, @scopes, @token, @refresh, @expiresAt, @installedAt, @installedBy, NULL)
            ON CONFLICT (tenant, id) DO UPDATE SET
                team = excluded.team, enterprise = excluded.enterprise, name = excluded.name, url = excluded.url,
                bot_user = excluded.bot_user, scopes = excluded.scopes, token = excluded.token, refresh = excluded.refresh,
                expires_at = excluded.expires_at, installed_at = excluded.installed_at,
                installed_by = excluded.installed_by, removed_at = NULL
            """,
            new
            {
                tenant = made.Tenant.Value,
                id = made.Id,
                team = made.Team,
                enterprise = made.Enterprise,
                name = made.Name,
                url = made.Url,
                botUser = made.BotUser,
                scopes = made.Scopes,
                token = vault.Lock(made.Token),
                refresh = vault.Lock(made.Refresh),
                expiresAt = made.ExpiresAt?.ToUnixTimeMilliseconds(),
                installedAt = made.InstalledAt.ToUnixTimeMilliseconds(),
                installedBy = made.InstalledBy,
            }
        );

    /// <summary>Keeps new tokens of an installation that still stands.</summary>
    public void SaveTokens(SlackInstallation made) =>
        connection.Execute(
            "UPDATE slack_installation SET token = @token, refresh = @refresh, expires_at = @expiresAt "
                + "WHERE tenant = @tenant AND id = @id AND removed_at IS NULL",
            new
            {
                tenant = made.Tenant.Value,
                id = made.Id,
                token = vault.Lock(made.Token),
                refresh = vault.Lock(made.Refresh),
                expiresAt = made.ExpiresAt?.ToUnixTimeMilliseconds(),
            }
        );

    /// <summary>The app was removed: its tokens are wiped.</summary>
    /// <returns>Whether it was installed until now.</returns>
    public bool Remove(SlackInstallation made, Instant now) =>
        connection.Execute(
            "UPDATE slack_installation SET removed_at = @now, token = '', refresh = '', expires_at = NULL "
                + "WHERE tenant = @tenant AND id = @id AND removed_at IS NULL",
            new
            {
                tenant = made.Tenant.Value,
                id = made.Id,
                now = now.ToUnixTimeMilliseconds(),
            }
        ) > 0;

    private sealed class Row
    {
        public string tenant { get; init; } = "";
        public string id { get; init; } = "";
        public string team { get; init; } = "";
        public string enterprise { get; init; } = "";
        public string name { get; init; } = "";
        public string url { get; init; } = "";
        public string bot_user { get; init; } = "";
        public string scopes { get; init; } = "";
        public string token { get; init; } = "";
        public string refresh { get; init; } = "";
        public long? expires_at { get; init; }
        public long installed_at { get; init; }
        public string installed_by { get; init; } = "";

        public SlackInstallation ToInstallation(string clearToken, string clearRefresh) =>
            new()
            {
                Tenant = new TenantId(tenant),
                Team = team,
                Enterprise = enterprise,
                Name = name,
                Url = url,
                BotUser = bot_user,
                Scopes = scopes,
                Token = clearToken,
                Refresh = clearRefresh,
                ExpiresAt = expires_at is { } at ? Instant.FromUnixTimeMilliseconds(at) : null,
                InstalledAt = Instant.FromUnixTimeMilliseconds(installed_at),
                InstalledBy = installed_by,
            };
    }
}
