using EscalationCollab.Core.Time;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NodaTime;

namespace EscalationCollab.Teams.Authentication;

/// <summary>
/// What every token of Microsoft's must be, whoever it is of: signed with RS256 by a key that is known, and in its time. Who
/// made it for whom, its reader says.
/// </summary>
/// <param name="longest">Bytes; longer ones are not looked at.</param>
internal sealed class TokenProof(SigningKeys keys, TimeProvider time, int longest)
{
    /// <summary>How far the clocks may be apart, in both directions.</summary>
    public static readonly Duration Skew = Duration.FromMinutes(5);

    private const string Scheme = "Bearer ";

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = longest };

    /// <summary>The token of a header; null when there is none, or it is none.</summary>
    /// <param name="authorization">The header, as received.</param>
    public string? TokenIn(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            return null;
        var token = authorization[Scheme.Length..].Trim();
        return _handler.CanReadToken(token) ? token : null;
    }

    /// <summary>Looks at a token.</summary>
    /// <param name="wanted">Sets whose and for whom it must be.</param>
    /// <exception cref="KeysUnavailableException">The keys could not be asked for.</exception>
    public async Task<TokenValidationResult> ValidateAsync(
        string token,
        Action<TokenValidationParameters> wanted,
        CancellationToken cancellation
    )
    {
        var known = await keys.CurrentAsync(cancellation);
        var result = await _handler.ValidateTokenAsync(token, Parameters(known, wanted));
        // Keys change every few months: a key never seen is asked for once, not at every forged token.
        if (
            result.Exception is SecurityTokenSignatureKeyNotFoundException
            && await keys.NewerAsync(cancellation) is { } newer
        )
            result = await _handler.ValidateTokenAsync(token, Parameters(newer, wanted));
        return result;
    }

    private TokenValidationParameters Parameters(
        IEnumerable<SecurityKey> known,
        Action<TokenValidationParameters> wanted
    )
    {
        var parameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = known,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) => IsNow(from, until),
        };
        wanted(parameters);
        return parameters;
    }

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = time.Moment();
        return until is { } end
            && now < Of(end) + Skew
            && (from is not { } begin || now >= Of(begin) - Skew);
    }

    private static Instant Of(DateTime utc) =>
        Instant.FromDateTimeUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
