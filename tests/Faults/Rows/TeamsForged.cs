using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Tests.Teams.Authentication;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// A press that would count, with a token that is forged (a bit changed, another key, no signature, the public key taken for
/// a secret), foreign (another bot, issuer, service, channel, organisation) or out of its time.
/// </summary>
internal static class TeamsForged
{
    private const string Another = "99999999-0000-0000-0000-000000000009";
    private const int Foreign = 13;
    private const int Kinds = 14;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await TeamsCase.StartAsync();
        var number = await product.OwnedAsync();
        await product.RestAsync();
        var calls = product.Teams.Calls.Count;
        var random = new Random(1);
        var requests = Enumerable
            .Range(0, count)
            .Select(i => (Kind: i % Kinds, Request: Forge(product, number, i % Kinds, random)))
            .ToList();

        var answers = await Deliveries.AllAsync(
            requests,
            async one =>
                (one.Kind, Reply: await product.SendAsync(one.Request.Press, one.Request.Token)),
            16
        );

        // Somebody of an organisation that is not served is told so; the others learn nothing.
        var accepted = answers.Count(one =>
            one.Kind == Foreign
                ? !one.Reply.Body.Contains("another organisation", StringComparison.Ordinal)
                : one.Reply.Status is not (401 or 403)
        );
        var called = product.Teams.Calls.Count - calls;
        // The same door is open to what Teams did send.
        var genuine = await product.SendAsync(product.Press(NoChange.Id, number));
        var stored = await product.StoredAsync();
        return new Finding(
            $"{count:N0} presses: a bit of the token changed, other keys, algorithms, audiences, issuers, services, channels, organisations, too old or too new",
            $"{accepted} accepted, {stored - 1} decided, {called} calls out; the genuine one after them answered {genuine.Status}",
            "0 accepted, 0 calls out"
        )
            .Must(accepted == 0, $"{accepted} were accepted")
            .Must(called == 0, $"{called} calls were made because of them")
            .Must(
                stored == 1 && genuine.Status == 200,
                "the genuine one was not decided, or others were"
            );
    }

    private static (JsonObject Press, string Token) Forge(
        TeamsCase product,
        EscalationNumber number,
        int kind,
        Random random
    )
    {
        var press = product.Press(NoChange.Id, number);
        var (header, claims, key) = (
            TokenMint.Header(),
            TokenMint.Claims((string?)press["serviceUrl"], product.Time),
            "teams"
        );
        var now = product.Time.GetUtcNow().ToUnixTimeSeconds();
        switch (kind)
        {
            case 1:
                claims["aud"] = Another;
                break;
            case 2:
                claims["iss"] = $"https://sts.windows.net/{Another}/";
                break;
            case 3:
                (claims["nbf"], claims["exp"]) = (now - 7_200, now - 301 - random.Next(86_400));
                break;
            case 4:
                (claims["nbf"], claims["exp"]) = (now + 310 + random.Next(86_400), now + 200_000);
                break;
            case 5:
                claims["serviceurl"] = "https://smba.trafficmanager.net/emea/";
                break;
            case 6:
                claims.Remove("serviceurl");
                break;
            case 7:
                header["alg"] = "none";
                break;
            case 8:
                header["alg"] = "HS256";
                break;
            case 9:
                key = "never-published";
                break;
            case 10:
                (header["kid"], key) = ("webchat", "webchat");
                break;
            case 11:
                claims.Remove("exp");
                break;
            case 12:
                press["channelId"] = "webchat";
                break;
            case Foreign:
                press["conversation"]!["tenantId"] = Another;
                press["channelData"]!["tenant"]!["id"] = Another;
                break;
        }
        var token = product.Mint.Sign(header, claims, key);
        return (press, "Bearer " + (kind == 0 ? Flip(token, random) : token));
    }

    // One character by another of the same alphabet, somewhere before the last: that one has bits nobody reads.
    private static string Flip(string token, Random random)
    {
        int at;
        do at = random.Next(token.Length - 1);
        while (token[at] == '.');
        return string.Concat(
            token.AsSpan(0, at),
            token[at] == 'A' ? "B" : "A",
            token.AsSpan(at + 1)
        );
    }
}
