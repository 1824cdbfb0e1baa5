using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.Connector;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;

namespace EscalationCollab.Teams.Graph;

/// <summary>
/// Lets the calls of one organisation carry our token for its data, and only where Graph is: the address of a next page
/// comes with an answer, and must not lead the token elsewhere.
/// </summary>
internal sealed class GraphTokens(AccessTokens tokens, TeamsOptions options, string entra)
    : IAuthenticationProvider
{
    private const string Header = "Authorization";

    /// <summary>What a token for Graph is asked for: what an administrator has granted, nothing else.</summary>
    public static string ScopeOf(TeamsOptions options) =>
        new Uri(options.Cloud.Graph, "/.default").AbsoluteUri;

    /// <inheritdoc/>
    /// <exception cref="TeamsException">There is no token, or the address is not Graph's.</exception>
    public async Task AuthenticateRequestAsync(
        RequestInformation request,
        Dictionary<string, object>? additionalAuthenticationContext = null,
        CancellationToken cancellationToken = default
    )
    {
        var address = request.URI;
        if (
            address.Scheme != options.GraphUrl.Scheme
            || address.Authority != options.GraphUrl.Authority
        )
            throw new TeamsException("graph", "strange_host", ChatFailure.Refused);
        request.Headers.Remove(Header);
        if (
            await tokens.ForAsync(options.TokenUrlOf(entra), ScopeOf(options), cancellationToken) is
            { } token
        )
            request.Headers.Add(Header, $"Bearer {token}");
    }
}
