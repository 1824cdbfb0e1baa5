namespace EscalationCollab.Slack.WebApi;

/// <summary>Addresses that Slack hands us to send something to.</summary>
internal static class SlackHosts
{
    /// <summary>Whether an address is Slack's: nothing must be sent to a stranger's host.</summary>
    public static bool AreSlacks(string address, SlackOptions options, out Uri url)
    {
        url = options.ApiUrl;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var read))
            return false;
        url = read;
        return read.Authority == options.ApiUrl.Authority && read.Scheme == options.ApiUrl.Scheme
            || read.Scheme == Uri.UriSchemeHttps
                && read.IsDefaultPort
                && (
                    read.Host == "slack.com"
                    || read.Host.EndsWith(".slack.com", StringComparison.Ordinal)
                );
    }
}
