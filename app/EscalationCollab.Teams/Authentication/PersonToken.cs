using EscalationCollab.Core;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EscalationCollab.Teams.Authentication;

/// <summary>Somebody who is signed in to Teams.</summary>
/// <param name="Entra">Their organisation, in lower case.</param>
/// <param name="User">Their Entra object id, in lower case.</param>
internal sealed record SignedIn(string Entra, string User);

/// <summary>
/// Proves who looks at a tab, by the token that Teams hands to it: of Entra, for this application, for the organisation it
/// names, of a person and with the one permission that is asked for
/// (https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/authentication/tab-sso-overview).
/// </summary>
/// <param name="keys">Of people's tokens, which are not those of activities.</param>
internal sealed class PersonToken(
    TeamsOptions options,
    SigningKeys keys,
    Tools tools,
    TimeProvider time,
    ILogger<PersonToken> log
)
{
    /// <summary>The permission that the application's own interface is exposed with.</summary>
    public const string Scope = "access_as_user";

    private const int LongestToken = 16 * 1024;

    private readonly TokenProof _proof = new(keys, time, LongestToken);

    /// <summary>Whose token it is; null when it proves nothing.</summary>
    /// <param name="authorization">The header, as received.</param>
    /// <exception cref="KeysUnavailableException">The keys could not be asked for.</exception>
    public async Task<SignedIn?> JudgeAsync(string? authorization, CancellationToken cancellation)
    {
        if (_proof.TokenIn(authorization) is not { } token)
            return null;
        var result = await _proof.ValidateAsync(token, Wanted, cancellation);
        if (!result.IsValid)
        {
            log.LogWarning(
                "A person's token was refused: {Reason}",
                result.Exception.GetType().Name
            );
            return null;
        }
        return WhoOf((JsonWebToken)result.SecurityToken);
    }

    private void Wanted(TokenValidationParameters parameters)
    {
        parameters.IssuerValidator = (issuer, token, _) =>
            token is JsonWebToken one
            && Id(one, "tid") is { } entra
            && (options.TenantId.Length == 0 || options.TenantId == entra)
            && IssuersOf(entra).Contains(issuer, StringComparer.Ordinal)
                ? issuer
                : throw new SecurityTokenInvalidIssuerException(
                    "of no organisation that is served"
                );
        parameters.ValidAudiences =
        [
            options.ClientId,
            $"api://{tools.PublicAddress.Host}/{options.ClientId}",
            $"api://{options.ClientId}",
        ];
    }

    // Entra makes tokens of two versions, as the application's registration says.
    private string[] IssuersOf(string entra) =>
        [
            new Uri(options.Cloud.Login, $"{entra}/v2.0").AbsoluteUri,
            $"https://sts.windows.net/{entra}/",
        ];

    private static SignedIn? WhoOf(JsonWebToken token) =>
        Id(token, "tid") is { } entra
        && Id(token, "oid") is { } user
        && token.TryGetPayloadValue<string>("scp", out var scopes)
        && scopes.Split(' ').Contains(Scope, StringComparer.Ordinal)
            ? new SignedIn(entra, user)
            : null;

    private static string? Id(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var text) && Guid.TryParse(text, out var id)
            ? id.ToString("D")
            : null;
}
