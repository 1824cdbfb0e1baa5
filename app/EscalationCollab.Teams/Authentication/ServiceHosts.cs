using System.Net;

namespace EscalationCollab.Teams.Authentication;

/// <summary>
/// The hosts Teams is answered at. An activity says where its answers go, and our own token goes with them: to a stranger's
/// host it must never be sent, whatever an activity says.
/// </summary>
internal sealed class ServiceHosts(TeamsOptions options)
{
    /// <summary>Whether something may be sent to an address.</summary>
    public bool Allows(string? serviceUrl) =>
        Uri.TryCreate(serviceUrl, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && url.Fragment.Length == 0
        && (IsMicrosofts(url) || IsConfigured(url));

    /// <summary>Whether a host, with or without a port, is this machine.</summary>
    public static bool IsThisMachine(string host) =>
        Uri.TryCreate($"http://{host}", UriKind.Absolute, out var url)
        && (
            url.Host == "localhost"
            || IPAddress.TryParse(url.Host, out var ip) && IPAddress.IsLoopback(ip)
        );

    private bool IsMicrosofts(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps
        && url.IsDefaultPort
        && options.Cloud.Hosts.Any(host =>
            host[0] == '.'
                ? url.IdnHost.EndsWith(host, StringComparison.OrdinalIgnoreCase)
                : url.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase)
        );

    private bool IsConfigured(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)
        && options.ServiceHosts.Any(host =>
            host.Contains(':', StringComparison.Ordinal)
                ? url.Authority.Equals(host, StringComparison.OrdinalIgnoreCase)
                : url.Host.Equals(host, StringComparison.OrdinalIgnoreCase)
        );
}
