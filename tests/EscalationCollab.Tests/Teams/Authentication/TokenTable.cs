using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Teams.Authentication;

namespace EscalationCollab.Tests.Teams.Authentication;

/// <summary>A token with its activity, what we think of it and what Microsoft's own library does.</summary>
/// <param name="TheyAccept">What npm <c>botframework-connector</c> says. Where that differs from ours, the decision record
/// <c>which-tokens-are-accepted.md</c> says why.</param>
internal sealed record TokenCase(
    string Name,
    string? Authorization,
    JsonElement Activity,
    TokenVerdict Ours,
    bool TheyAccept
);

/// <summary>Every way a token may be wrong, one at a time, beside those that are right.</summary>
internal sealed class TokenTable(TokenMint mint, DateTimeOffset now)
{
    private const string Issuer = "https://api.botframework.com";

    public IReadOnlyList<TokenCase> Cases() =>
        [
            // Right.
            Case("as Teams sends it", TokenVerdict.Good, true),
            Case(
                "a key endorsed for several channels",
                TokenVerdict.Good,
                true,
                kid: "teams-and-more"
            ),
            Case("expired within the skew", TokenVerdict.Good, true, c => c["exp"] = At(-240)),
            Case("valid from within the skew", TokenVerdict.Good, true, c => c["nbf"] = At(240)),
            Case("without a beginning", TokenVerdict.Good, true, c => c.Remove("nbf")),
            // Right for us only.
            Case(
                "audience api://",
                TokenVerdict.Good,
                false,
                c => c["aud"] = "api://" + TokenMint.Bot
            ),
            Case(
                "audience api://botid-",
                TokenVerdict.Good,
                false,
                c => c["aud"] = "api://botid-" + TokenMint.Bot
            ),
            Case(
                "service address without its slash",
                TokenVerdict.Good,
                false,
                c => c["serviceurl"] = TokenMint.Service.TrimEnd('/')
            ),
            Case("scheme in small letters", TokenVerdict.Good, false, scheme: "bearer"),
            // No token.
            Whole("no header", TokenVerdict.Missing, null),
            Whole("an empty header", TokenVerdict.Missing, ""),
            Whole("a scheme alone", TokenVerdict.Missing, "Bearer"),
            Whole("a scheme and nothing", TokenVerdict.Missing, "Bearer "),
            Whole("no token at all", TokenVerdict.Missing, "Bearer not-a-token"),
            Whole("two parts", TokenVerdict.Missing, "Bearer e30.e30"),
            Case("another scheme", TokenVerdict.Missing, false, scheme: "Basic"),
            Whole("a token of 100 kB", TokenVerdict.Missing, "Bearer " + new string('a', 100_000)),
            // Not by Teams.
            Case("signed by nobody", TokenVerdict.Invalid, false, header: h => h["alg"] = "none"),
            Case(
                "the public key as a secret",
                TokenVerdict.Invalid,
                false,
                header: h => h["alg"] = "HS256"
            ),
            Case("another hash", TokenVerdict.Invalid, true, header: h => h["alg"] = "RS384"),
            Case("another padding", TokenVerdict.Invalid, false, header: h => h["alg"] = "PS256"),
            Case("a key never published", TokenVerdict.Invalid, false, kid: "never-published"),
            Case(
                "a stranger's signature under a known key",
                TokenVerdict.Invalid,
                false,
                header: h => h["kid"] = "teams",
                kid: "never-published"
            ),
            Case("no key named", TokenVerdict.Invalid, false, header: h => h.Remove("kid")),
            Changed("a claim changed on the way"),
            Case(
                "the emulator's issuer",
                TokenVerdict.Invalid,
                false,
                c => c["iss"] = Entra("v2.0")
            ),
            Case(
                "the government's issuer",
                TokenVerdict.Invalid,
                false,
                c => c["iss"] = "https://api.botframework.us"
            ),
            Case(
                "an issuer that begins like it",
                TokenVerdict.Invalid,
                false,
                c => c["iss"] = Issuer + ".example"
            ),
            Case("no issuer", TokenVerdict.Invalid, false, c => c.Remove("iss")),
            // Not for us.
            Case(
                "another bot",
                TokenVerdict.Invalid,
                false,
                c => c["aud"] = "99999999-2222-3333-4444-555555555555"
            ),
            Case("no audience", TokenVerdict.Invalid, false, c => c.Remove("aud")),
            Case(
                "an audience that begins like ours",
                TokenVerdict.Invalid,
                false,
                c => c["aud"] = TokenMint.Bot + "0"
            ),
            // Not now.
            Case("expired", TokenVerdict.Invalid, false, c => c["exp"] = At(-310)),
            Case("not valid yet", TokenVerdict.Invalid, false, c => c["nbf"] = At(310)),
            Case("valid for ever", TokenVerdict.Invalid, true, c => c.Remove("exp")),
            // Not for this channel.
            Case("a key of another channel", TokenVerdict.NotEndorsed, false, kid: "webchat"),
            Case("a key of no channel", TokenVerdict.NotEndorsed, true, kid: "nothing"),
            Case(
                "an activity of no channel",
                TokenVerdict.NotEndorsed,
                false,
                activity: a => a.Remove("channelId")
            ),
            // Answers elsewhere.
            Case(
                "made for another service",
                TokenVerdict.OtherService,
                false,
                c => c["serviceurl"] = "https://smba.trafficmanager.net/amer/"
            ),
            Case(
                "made for no service",
                TokenVerdict.OtherService,
                false,
                c => c.Remove("serviceurl")
            ),
            Case(
                "a stranger's service",
                TokenVerdict.StrangeHost,
                true,
                c => c["serviceurl"] = "https://collector.example/",
                activity: a => a["serviceUrl"] = "https://collector.example/"
            ),
            Case(
                "a name below trafficmanager.net that anybody may register",
                TokenVerdict.StrangeHost,
                true,
                c => c["serviceurl"] = "https://smba2.trafficmanager.net/",
                activity: a => a["serviceUrl"] = "https://smba2.trafficmanager.net/"
            ),
            Case(
                "Microsoft's host without encryption",
                TokenVerdict.StrangeHost,
                true,
                c => c["serviceurl"] = "http://smba.trafficmanager.net/emea/",
                activity: a => a["serviceUrl"] = "http://smba.trafficmanager.net/emea/"
            ),
            Case(
                "Microsoft's host as a user name",
                TokenVerdict.StrangeHost,
                true,
                c => c["serviceurl"] = "https://smba.trafficmanager.net@collector.example/",
                activity: a =>
                    a["serviceUrl"] = "https://smba.trafficmanager.net@collector.example/"
            ),
            Case(
                "an activity without a service",
                TokenVerdict.StrangeHost,
                false,
                activity: a => a.Remove("serviceUrl")
            ),
            // Of somebody else.
            Case(
                "another organisation",
                TokenVerdict.OtherTenant,
                true,
                activity: a => Names(a, "99999999-0000-0000-0000-000000000009")
            ),
            Case(
                "two organisations at once",
                TokenVerdict.OtherTenant,
                true,
                activity: a =>
                    a["conversation"]!["tenantId"] = "99999999-0000-0000-0000-000000000009"
            ),
            Case("no organisation", TokenVerdict.OtherTenant, true, activity: a => Names(a, null)),
        ];

    private TokenCase Case(
        string name,
        TokenVerdict ours,
        bool theyAccept,
        Action<JsonObject>? claims = null,
        Action<JsonObject>? header = null,
        Action<JsonObject>? activity = null,
        string kid = "teams",
        string scheme = "Bearer"
    )
    {
        var head = new JsonObject
        {
            ["alg"] = "RS256",
            ["typ"] = "JWT",
            ["kid"] = kid,
        };
        header?.Invoke(head);
        var said = Claims();
        claims?.Invoke(said);
        return new TokenCase(
            name,
            $"{scheme} {mint.Sign(head, said, kid)}",
            Activity(activity),
            ours,
            theyAccept
        );
    }

    private static TokenCase Whole(string name, TokenVerdict ours, string? authorization) =>
        new(name, authorization, Activity(null), ours, false);

    private TokenCase Changed(string name)
    {
        var good = Case(name, TokenVerdict.Invalid, false);
        var parts = good.Authorization!.Split('.');
        var other = Claims();
        other["exp"] = At(86_400);
        var forged = mint.Sign(new JsonObject { ["alg"] = "none" }, other, "teams").Split('.')[1];
        return good with { Authorization = $"{parts[0]}.{forged}.{parts[2]}" };
    }

    private JsonObject Claims() =>
        new()
        {
            ["iss"] = Issuer,
            ["aud"] = TokenMint.Bot,
            ["serviceurl"] = TokenMint.Service,
            ["nbf"] = At(-5),
            ["exp"] = At(3600),
        };

    private static JsonElement Activity(Action<JsonObject>? change)
    {
        var activity = new JsonObject
        {
            ["type"] = "message",
            ["channelId"] = "msteams",
            ["serviceUrl"] = TokenMint.Service,
            ["conversation"] = new JsonObject
            {
                ["id"] = "a:1personal",
                ["tenantId"] = TokenMint.Tenant,
            },
            ["channelData"] = new JsonObject
            {
                ["tenant"] = new JsonObject { ["id"] = TokenMint.Tenant },
            },
        };
        change?.Invoke(activity);
        return JsonSerializer.SerializeToElement(activity);
    }

    private static void Names(JsonObject activity, string? tenant)
    {
        activity["conversation"]!["tenantId"] = tenant;
        activity["channelData"]!["tenant"]!["id"] = tenant;
    }

    private static string Entra(string version) =>
        $"https://login.microsoftonline.com/{TokenMint.Tenant}/{version}";

    private long At(int seconds) => now.ToUnixTimeSeconds() + seconds;
}
