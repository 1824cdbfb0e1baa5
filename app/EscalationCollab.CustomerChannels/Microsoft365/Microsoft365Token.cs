using System.Net;
using System.Text.Json;
using EscalationCollab.Core.Time;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Microsoft365;

/// <summary>
/// The application's own token, by client credentials
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow): asked for about once an hour, and
/// sent to nowhere but Graph.
/// </summary>
/// <param name="http">Follows no redirects.</param>
internal sealed class Microsoft365Token(
    HttpClient http,
    Microsoft365Options options,
    TimeProvider time
) : IAuthenticationProvider, IDisposable
{
    // A call that waits must not outlive its token.
    private static readonly Duration Reserve = Duration.FromMinutes(5);
    private const string Header = "Authorization";

    private readonly SemaphoreSlim _asking = new(1);
    private (string Token, Instant Until)? _held;

    /// <summary>The token was refused: the next call asks for another one.</summary>
    public void Forget() => _held = null;

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    /// <inheritdoc/>
    /// <exception cref="Microsoft365Failure">There is no token, or the address is not Graph's.</exception>
    public async Task AuthenticateRequestAsync(
        RequestInformation request,
        Dictionary<string, object>? additionalAuthenticationContext = null,
        CancellationToken cancellationToken = default
    )
    {
        if (
            request.URI.Scheme != options.GraphUrl.Scheme
            || request.URI.Authority != options.GraphUrl.Authority
        )
            throw new Microsoft365Failure(
                Microsoft365FailureKind.Setup,
                "An answer of Microsoft 365 points elsewhere."
            );
        request.Headers.Remove(Header);
        request.Headers.Add(Header, $"Bearer {await GetAsync(cancellationToken)}");
    }

    private async Task<string> GetAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_held is { } held && held.Until > time.Moment())
                return held.Token;
            return await AskAsync(cancellation);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string> AskAsync(CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", options.ClientId),
            new("client_secret", options.Secret),
            new("scope", options.Scope),
        ]);
        try
        {
            using var response = await http.PostAsync(options.TokenUrl, form, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return Keep(response.StatusCode, text);
        }
        catch (Exception away)
            when (away is HttpRequestException or JsonException
                || away is OperationCanceledException && !cancellation.IsCancellationRequested
            )
        {
            throw new Microsoft365Failure(
                Microsoft365FailureKind.Temporary,
                "Entra cannot be reached.",
                cause: away
            );
        }
    }

    private string Keep(HttpStatusCode status, string text)
    {
        // AADSTS codes are listed by Microsoft; the description repeats ids and is left out.
        if (status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError)
            throw new Microsoft365Failure(
                status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                    ? Microsoft365FailureKind.Temporary
                    : Microsoft365FailureKind.Setup,
                $"Entra gives no token ({(int)status}): check Email:TenantId, Email:ClientId and Email:ClientSecret; a client secret ends after the time chosen when it was made."
            );
        using var answer = JsonDocument.Parse(text);
        if (
            status != HttpStatusCode.OK
            || !answer.RootElement.TryGetProperty("access_token", out var given)
            || given.GetString() is not { Length: > 0 } token
        )
            throw new Microsoft365Failure(
                Microsoft365FailureKind.Temporary,
                $"Entra gives no token ({(int)status})."
            );
        var life =
            answer.RootElement.TryGetProperty("expires_in", out var seconds)
            && seconds.TryGetInt64(out var count)
                ? Duration.FromSeconds(count)
                : Duration.FromHours(1);
        _held = (token, time.Moment() + life - Reserve);
        return token;
    }
}
