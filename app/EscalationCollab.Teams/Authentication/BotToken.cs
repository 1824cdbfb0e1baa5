using System.Text.Json;
using EscalationCollab.Core.Payloads;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EscalationCollab.Teams.Authentication;

/// <summary>What is thought of a token.</summary>
internal enum TokenVerdict
{
    /// <summary>Teams sent this activity, to us, now.</summary>
    Good,

    /// <summary>There is none, or it is none.</summary>
    Missing,

    /// <summary>Not by Teams, not for us, out of its time, or changed on the way.</summary>
    Invalid,

    /// <summary>Signed with a key that may not speak for the channel of the activity.</summary>
    NotEndorsed,

    /// <summary>Made for answers to another address than the activity names.</summary>
    OtherService,

    /// <summary>Answers would go to a host that is not Microsoft's.</summary>
    StrangeHost,

    /// <summary>Sent by Teams to us, but by an organisation that is not served here.</summary>
    OtherTenant,
}

/// <summary>
/// Proves that an activity was sent by Teams: signature, issuer, audience and time as the Bot Connector documents them
/// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication), and beyond it that
/// the key is endorsed for the channel, that the token was made for the address the answers go to, and that this address
/// is Microsoft's. Each is required; a claim that is missing is a claim that is wrong.
/// </summary>
internal sealed class BotToken(
    TeamsOptions options,
    SigningKeys keys,
    ServiceHosts hosts,
    TimeProvider time,
    ILogger<BotToken> log
)
{
    private const string ServiceUrlClaim = "serviceurl";
    private const int LongestToken = 8 * 1024;

    private readonly TokenProof _proof = new(keys, time, LongestToken);

    /// <summary>Looks at the token of an activity.</summary>
    /// <param name="authorization">The header, as received.</param>
    /// <param name="activity">The body, as received.</param>
    /// <exception cref="KeysUnavailableException">The keys could not be asked for; Teams sends it again.</exception>
    public async Task<TokenVerdict> JudgeAsync(
        string? authorization,
        JsonElement activity,
        CancellationToken cancellation
    )
    {
        var serviceUrl = activity.Text("serviceUrl");
        // Costs nothing, so it comes first: a flood of activities for a stranger's host is turned away cheaply.
        if (!hosts.Allows(serviceUrl))
            return Refused(TokenVerdict.StrangeHost);
        if (_proof.TokenIn(authorization) is not { } token)
            return Refused(TokenVerdict.Missing);
        var result = await _proof.ValidateAsync(token, Wanted, cancellation);
        if (!result.IsValid)
            return Refused(TokenVerdict.Invalid, result.Exception);
        var proven = (JsonWebToken)result.SecurityToken;
        if (!SigningKeys.Endorses(result.SecurityToken.SigningKey, activity.Text("channelId")))
            return Refused(TokenVerdict.NotEndorsed);
        if (
            !proven.TryGetPayloadValue<string>(ServiceUrlClaim, out var claimed)
            || !IsSameAddress(claimed, serviceUrl)
        )
            return Refused(TokenVerdict.OtherService);
        // Last, so that somebody of another organisation who did find the app can be told why it does not serve them.
        return IsOurTenant(activity) ? TokenVerdict.Good : Refused(TokenVerdict.OtherTenant);
    }

    private void Wanted(TokenValidationParameters token)
    {
        token.ValidIssuer = options.Cloud.Issuer;
        token.ValidAudiences =
        [
            options.ClientId,
            $"api://{options.ClientId}",
            $"api://botid-{options.ClientId}",
        ];
    }

    private bool IsOurTenant(JsonElement activity) =>
        options.TenantId.Length == 0 || ActivityTenant.Of(activity) == options.TenantId;

    private static bool IsSameAddress(string claimed, string? named) =>
        claimed.Length > 0
        && string.Equals(claimed.TrimEnd('/'), named?.TrimEnd('/'), StringComparison.Ordinal);

    private TokenVerdict Refused(TokenVerdict verdict, Exception? why = null)
    {
        // Never the token itself, nor what an unproven body says.
        log.LogWarning(
            "An activity was refused: {Verdict} {Reason}",
            verdict,
            why?.GetType().Name ?? ""
        );
        return verdict;
    }
}
