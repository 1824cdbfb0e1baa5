using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Time;
using Microsoft.AspNetCore.DataProtection;
using NodaTime;

namespace EscalationCollab.Slack.Installation;

/// <summary>
/// Who may install: whoever got a link from an administrator of the product. Without one, anybody on the internet could
/// bring a workspace of theirs in. Links need no database, so that one can be made while the product runs.
/// </summary>
public sealed class InstallLink
{
    /// <summary>How long a link works, for any number of workspaces.</summary>
    public static readonly Duration Lasts = Duration.FromHours(24);

    /// <summary>How long an administrator may look at Slack's page before allowing.</summary>
    public static readonly Duration Patience = Duration.FromMinutes(15);

    private readonly IDataProtector _links;
    private readonly IDataProtector _states;
    private readonly TimeProvider _time;

    /// <summary>Links protected by the keys of the installation.</summary>
    public InstallLink(IDataProtectionProvider protection, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(protection);
        _links = protection.CreateProtector("slack-install-link");
        _states = protection.CreateProtector("slack-install-state");
        _time = time;
    }

    /// <summary>A link to the page that begins an installation.</summary>
    /// <param name="address">The public address, ending in a slash.</param>
    public Uri Make(Uri address) =>
        new(address, $"slack/install?ticket={Stamp(_links, "install", Lasts)}");

    /// <summary>Whether a link of ours was followed in time.</summary>
    public bool IsGood(string? ticket) => Read(_links, ticket) == "install";

    /// <summary>
    /// What travels to Slack and back. It is good only together with a secret in the browser that began, so that nobody can
    /// have another person's browser finish an installation.
    /// </summary>
    public (string State, string Secret) Begin()
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return (Stamp(_states, secret, Patience), secret);
    }

    /// <summary>Whether what came back from Slack is what this browser was sent away with.</summary>
    public bool IsOurs(string? state, string? secret) =>
        Read(_states, state) is { } expected
        && secret is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected),
            Encoding.UTF8.GetBytes(secret)
        );

    private string Stamp(IDataProtector protector, string text, Duration lasts) =>
        protector.Protect(
            FormattableString.Invariant(
                $"{(_time.Moment() + lasts).ToUnixTimeMilliseconds()} {text}"
            )
        );

    private string? Read(IDataProtector protector, string? stamped)
    {
        if (string.IsNullOrEmpty(stamped) || stamped.Length > 2_000)
            return null;
        try
        {
            var parts = protector.Unprotect(stamped).Split(' ', 2);
            var until = Instant.FromUnixTimeMilliseconds(
                long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)
            );
            return _time.Moment() < until ? parts[1] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
