using EscalationCollab.CustomerChannels.Email;

namespace EscalationCollab.CustomerChannels.Microsoft365;

/// <summary>The shared mailbox of Microsoft 365 that customers are written to from, and the application that may use it.</summary>
/// <param name="Mailbox">Its address, and the name customers see.</param>
/// <param name="ClientId">The application (client) id.</param>
/// <param name="Secret">Never shown or logged.</param>
/// <param name="TokenUrl">Where Entra gives tokens.</param>
/// <param name="GraphUrl">Where Microsoft Graph is, ending in a slash.</param>
internal sealed record Microsoft365Options(
    Mailbox Mailbox,
    string ClientId,
    string Secret,
    Uri TokenUrl,
    Uri GraphUrl
)
{
    /// <summary>What a token is asked for: what an administrator has granted, nothing else.</summary>
    public string Scope =>
        GraphUrl.IsLoopback
            ? "https://graph.microsoft.com/.default"
            : new Uri(GraphUrl, "/.default").AbsoluteUri;

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"Microsoft 365 ({Mailbox.Address})";
}
