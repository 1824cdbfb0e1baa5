using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Slack.Installation;

/// <summary>
/// Gets tokens: the first one for the code that an installation brought, the next ones for a refresh token.
/// Source: https://docs.slack.dev/authentication/installing-with-oauth and
/// https://docs.slack.dev/authentication/using-token-rotation.
/// </summary>
/// <param name="http">Has the address of the API as its base, ending in a slash.</param>
internal sealed class SlackOAuth(HttpClient http, SlackOptions options, TimeProvider time)
{
    private static readonly Duration Limit = Duration.FromSeconds(15);

    /// <summary>Slack's page on which an administrator allows the installation.</summary>
    public Uri AuthorizePage(string state, Uri back)
    {
        var scopes = string.Join(',', SlackScope.All.Select(scope => scope.Name));
        var page =
            options.ApiUrl == SlackOptions.SlackItself
                ? new Uri("https://slack.com/oauth/v2/authorize")
                : new Uri(options.ApiUrl, "/oauth/v2/authorize");
        return new Uri(
            $"{page}?client_id={Uri.EscapeDataString(options.ClientId)}&scope={Uri.EscapeDataString(scopes)}"
                + $"&state={Uri.EscapeDataString(state)}&redirect_uri={Uri.EscapeDataString(back.AbsoluteUri)}"
        );
    }

    /// <summary>What an administrator has just allowed.</summary>
    /// <exception cref="SlackOAuthException">Slack refused or could not be asked.</exception>
    public async Task<SlackInstallation> InstallAsync(
        string code,
        Uri back,
        CancellationToken cancellation
    )
    {
        var answer = await AskAsync(
            new() { ["code"] = code, ["redirect_uri"] = back.AbsoluteUri },
            cancellation
        );
        var everywhere = answer.Flag("is_enterprise_install");
        var missing = SlackScope
            .All.Select(scope => scope.Name)
            .Except((answer.Text("scope") ?? "").Split(','))
            .ToList();
        if (missing.Count > 0)
            throw new SlackOAuthException("missing_scope", string.Join(", ", missing));
        var made = new SlackInstallation
        {
            Tenant = TenantId.Default,
            Team = everywhere ? "" : Needed(answer.Text("team", "id"), "team"),
            Enterprise = everywhere
                ? Needed(answer.Text("enterprise", "id"), "enterprise")
                : answer.Text("enterprise", "id") ?? "",
            Name = answer.Text(everywhere ? "enterprise" : "team", "name") ?? "",
            BotUser = Needed(answer.Text("bot_user_id"), "bot_user_id"),
            Scopes = answer.Text("scope") ?? "",
            InstalledBy = answer.Text("authed_user", "id") ?? "",
            InstalledAt = time.Moment(),
            Token = "",
        }.WithTokens(answer, time.Moment());
        return made with { Url = await AddressAsync(made.Token, cancellation) };
    }

    /// <summary>The next token of an installation. The refresh token used for it is spent.</summary>
    /// <exception cref="SlackOAuthException">Slack refused or could not be asked.</exception>
    public async Task<SlackInstallation> RefreshAsync(
        SlackInstallation installation,
        CancellationToken cancellation
    )
    {
        var answer = await AskAsync(
            new() { ["grant_type"] = "refresh_token", ["refresh_token"] = installation.Refresh },
            cancellation
        );
        return installation.WithTokens(answer, time.Moment());
    }

    private Task<JsonElement> AskAsync(
        Dictionary<string, string> form,
        CancellationToken cancellation
    ) =>
        CallAsync(
            "oauth.v2.access",
            new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(
                    Encoding.UTF8.GetBytes($"{options.ClientId}:{options.ClientSecret}")
                )
            ),
            form,
            cancellation
        );

    // The address that links to messages begin with: only the new token knows it.
    private async Task<string> AddressAsync(string token, CancellationToken cancellation) =>
        (
            await CallAsync(
                "auth.test",
                new AuthenticationHeaderValue("Bearer", token),
                [],
                cancellation
            )
        ).Text("url") ?? "";

    private async Task<JsonElement> CallAsync(
        string method,
        AuthenticationHeaderValue who,
        Dictionary<string, string> form,
        CancellationToken cancellation
    )
    {
        using var deadline = new CancellationTokenSource(Limit.ToTimeSpan(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = new FormUrlEncodedContent(form),
            Headers = { Authorization = who },
        };
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var answer = await Payload.ReadAsync(response.Content, either.Token);
            return answer.Flag("ok")
                ? answer
                : throw new SlackOAuthException(
                    answer.Text("error")
                        ?? $"http_{((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}"
                );
        }
        catch (Exception broken)
            when (broken is HttpRequestException
                || broken is OperationCanceledException && !cancellation.IsCancellationRequested
            )
        {
            throw new SlackOAuthException("not_reached", inner: broken);
        }
    }

    private static string Needed(string? value, string name) =>
        value is { Length: > 0 } ? value : throw new SlackOAuthException("unreadable_answer", name);
}

/// <summary>Slack gave no token. The message holds no secret.</summary>
/// <param name="error">Slack's own word, or <c>not_reached</c>, <c>unreadable_answer</c>, <c>missing_scope</c>.</param>
internal sealed class SlackOAuthException(
    string error,
    string? detail = null,
    Exception? inner = null
) : Exception($"oauth.v2.access: {error}{(detail is null ? "" : $" ({detail})")}", inner)
{
    /// <summary>Slack's own word, or one of ours.</summary>
    public string Error => error;

    /// <summary>Trying again later may help; otherwise the app has to be installed again.</summary>
    public bool MayPass =>
        error is "not_reached" or "ratelimited" or "internal_error" or "fatal_error";
}

/// <summary>Reads tokens out of an answer.</summary>
internal static class TokenAnswers
{
    public static SlackInstallation WithTokens(
        this SlackInstallation installation,
        JsonElement answer,
        Instant now
    ) =>
        installation with
        {
            Token =
                answer.Text("access_token")
                ?? throw new SlackOAuthException("unreadable_answer", "access_token"),
            Refresh = answer.Text("refresh_token") ?? "",
            ExpiresAt = answer.Part("expires_in") is { ValueKind: JsonValueKind.Number } seconds
                ? now + Duration.FromSeconds(seconds.GetInt64())
                : null,
        };
}
