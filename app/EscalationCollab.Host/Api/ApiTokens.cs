using System.Data;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using EscalationCollab.Core;
using NodaTime;

namespace EscalationCollab.Host.Api;

/// <summary>The tokens of the HTTP interface: 256 random bits each, kept as SHA-256 only.</summary>
internal static class ApiTokens
{
    private const string Prefix = "ec_";

    /// <summary>A new token and its hash.</summary>
    public static (string Token, string Hash) Make()
    {
        var token = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (token, Hash(token));
    }

    /// <summary>Keeps a token's hash under its name; false when the name is taken.</summary>
    public static bool Add(
        IDbConnection connection,
        TenantId tenant,
        string name,
        string hash,
        Instant now
    ) =>
        connection.Execute(
            """
            INSERT INTO api_token (tenant, name, hash, created_at) VALUES (@tenant, @name, @hash, @at)
            ON CONFLICT (tenant, name) DO NOTHING
            """,
            new
            {
                tenant = tenant.Value,
                name,
                hash,
                at = now.ToUnixTimeMilliseconds(),
            }
        ) == 1;

    /// <summary>The names with the moment each was made, oldest first.</summary>
    public static IReadOnlyList<(string Name, Instant Since)> Names(
        IDbConnection connection,
        TenantId tenant
    ) =>
        [
            .. connection
                .Query<(string Name, long At)>(
                    "SELECT name, created_at FROM api_token WHERE tenant = @tenant ORDER BY created_at, name",
                    new { tenant = tenant.Value }
                )
                .Select(row => (row.Name, Instant.FromUnixTimeMilliseconds(row.At))),
        ];

    /// <summary>Forgets a token; false when there was none of that name.</summary>
    public static bool Remove(IDbConnection connection, TenantId tenant, string name) =>
        connection.Execute(
            "DELETE FROM api_token WHERE tenant = @tenant AND name = @name",
            new { tenant = tenant.Value, name }
        ) == 1;

    /// <summary>Whose token it is, or null. The look-up is by hash, so its time tells nothing about the token.</summary>
    public static (TenantId Tenant, string Name)? Owner(IDbConnection connection, string token)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var row = connection.QueryFirstOrDefault<(string? Tenant, string Name)>(
            "SELECT tenant, name FROM api_token WHERE hash = @hash",
            new { hash = Hash(token) }
        );
        return row.Tenant is null ? null : (new TenantId(row.Tenant), row.Name);
    }

    private static string Hash(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
