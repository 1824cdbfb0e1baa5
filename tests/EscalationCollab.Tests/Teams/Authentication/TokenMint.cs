using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Teams;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Teams.Authentication;

/// <summary>Makes tokens as the Bot Connector does, and as it never would, with metadata of its own on loopback.</summary>
internal sealed class TokenMint : IDisposable
{
    /// <summary>The bot they are for.</summary>
    public const string Bot = "11111111-2222-3333-4444-555555555555";

    /// <summary>The organisation that is served.</summary>
    public const string Tenant = "72f988bf-0000-0000-0000-000000000001";

    /// <summary>Where Teams is answered.</summary>
    public const string Service = "https://smba.trafficmanager.net/emea/";

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, RSA> _keys = [];
    private readonly List<JsonObject> _published = [];
    private readonly string _base;

    public TokenMint()
    {
        var port = Loopback.FreePort();
        _base = $"http://127.0.0.1:{port}/";
        _listener.Prefixes.Add(_base);
        _listener.Start();
        _ = ServeAsync();
        Publish("teams", "msteams");
        Publish("teams-and-more", "webchat", "msteams");
        Publish("webchat", "webchat");
        Publish("nothing");
        _keys["never-published"] = RSA.Create(2048);
    }

    /// <summary>Where the metadata is.</summary>
    public Uri Metadata => new(_base + "openid");

    /// <summary>How often the keys were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>By which tokens are dated.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Whether nobody answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>Adds a key that may speak for channels.</summary>
    public void Publish(string name, params ReadOnlySpan<string> endorsements)
    {
        var key = _keys[name] = RSA.Create(2048);
        var parts = key.ExportParameters(false);
        var published = new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = name,
            ["x5t"] = name,
            ["n"] = Base64(parts.Modulus!),
            ["e"] = Base64(parts.Exponent!),
        };
        if (endorsements.Length > 0)
            published["endorsements"] = new JsonArray([.. endorsements.ToArray()]);
        _published.Add(published);
    }

    /// <summary>A token signed as its header says; the claims are taken as they are.</summary>
    public string Sign(JsonObject header, JsonObject claims, string key)
    {
        var unsigned = $"{Base64(header)}.{Base64(claims)}";
        var bytes = Encoding.ASCII.GetBytes(unsigned);
        var signature = (string?)header["alg"] switch
        {
            "none" => [],
            // Whoever takes the public key for a shared secret is caught here.
            "HS256" => HMACSHA256.HashData(
                Encoding.ASCII.GetBytes(_keys[key].ExportSubjectPublicKeyInfoPem()),
                bytes
            ),
            "RS384" => _keys[key]
                .SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "PS256" => _keys[key]
                .SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => _keys[key].SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{unsigned}.{Base64(signature)}";
    }

    /// <summary>A token as Teams sends it with an activity that is answered at an address.</summary>
    public string For(string? serviceUrl) => Sign(Header(), Claims(serviceUrl, Clock), "teams");

    /// <summary>The header of such a token.</summary>
    public static JsonObject Header() =>
        new()
        {
            ["alg"] = "RS256",
            ["typ"] = "JWT",
            ["kid"] = "teams",
        };

    /// <summary>What such a token says, made now by a clock.</summary>
    public static JsonObject Claims(string? serviceUrl, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = "https://api.botframework.com",
            ["aud"] = Bot,
            ["serviceurl"] = serviceUrl,
            ["nbf"] = now - 5,
            ["exp"] = now + 3_600,
        };
    }

    /// <summary>What the token of a person says that Entra makes for a tab.</summary>
    public static JsonObject PersonClaims(
        string user,
        string host,
        Action<JsonObject>? change = null
    )
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = $"https://login.microsoftonline.com/{Tenant}/v2.0",
            ["aud"] = Bot,
            ["azp"] = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346",
            ["scp"] = "access_as_user",
            ["tid"] = Tenant,
            ["oid"] = user,
            ["preferred_username"] = $"somebody@{host}",
            ["ver"] = "2.0",
            ["nbf"] = now - 5,
            ["exp"] = now + 3_600,
        };
        change?.Invoke(claims);
        return claims;
    }

    /// <summary>What judges them, as the product has it.</summary>
    public BotToken Judge(TimeProvider time, params ReadOnlySpan<(string Key, string Value)> more)
    {
        var options = OptionsFor(more);
        return new BotToken(
            options,
            new SigningKeys(Metadata, new HttpClient(), time, NullLogger<SigningKeys>.Instance),
            new ServiceHosts(options),
            time,
            NullLogger<BotToken>.Instance
        );
    }

    public void Dispose()
    {
        _listener.Close();
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private TeamsOptions OptionsFor(ReadOnlySpan<(string Key, string Value)> more)
    {
        var settings = ImmutableDictionary
            .CreateRange<string, string?>([
                new("Teams:ClientId", Bot),
                new("Teams:ClientSecret", "a secret of nobody"),
                new("Teams:TenantId", Tenant),
                new("Teams:OpenIdMetadataUrl", Metadata.AbsoluteUri),
            ])
            .ToBuilder();
        foreach (var (key, value) in more)
            settings["Teams:" + key] = value;
        var options = TeamsOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings)
                .Build()
                .GetSection(TeamsOptions.Section),
            out var problems
        );
        return problems.Count == 0
            ? options
            : throw new InvalidOperationException(string.Join(' ', problems));
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed)
                when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            Answer(context);
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var isKeys = context.Request.Url!.AbsolutePath == "/keys";
        Asked += isKeys ? 1 : 0;
        JsonObject answer = isKeys
            ? new() { ["keys"] = new JsonArray([.. _published.Select(key => key.DeepClone())]) }
            : new()
            {
                ["issuer"] = "https://api.botframework.com",
                ["jwks_uri"] = _base + "keys",
                ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            };
        context.Response.StatusCode = IsAway ? 503 : 200;
        context.Response.ContentType = "application/json";
        context.Response.Close(Encoding.UTF8.GetBytes(answer.ToJsonString()), willBlock: false);
    }

    private static string Base64(JsonObject part) =>
        Base64(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static string Base64(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
