using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Teams.Connector;

/// <summary>
/// Our own tokens, by client credentials (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow):
/// asked for once an hour and scope, shortly before the old one ends.
/// </summary>
/// <param name="http">Follows no redirects.</param>
internal sealed class AccessTokens(
    HttpClient http,
    TeamsOptions options,
    TimeProvider time,
    ILogger<AccessTokens> log
) : IDisposable
{
    /// <summary>A token is not used for the last minutes of its life: a call that waits for its turn must not outlive it.</summary>
    public static readonly Duration Reserve = Duration.FromMinutes(5);

    /// <summary>
    /// Entra gave a token (true) or refused us for good (false). Said when it changes, and once after a start.
    /// </summary>
    public event Action<bool>? Judged;

    private const string Call = "token";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _asking = new(1);
    private bool? _accepted;

    /// <summary>The token for a scope, or null when calls carry none.</summary>
    /// <param name="address">Where it is asked for.</param>
    /// <exception cref="TeamsException">Entra refused it or could not be reached.</exception>
    public async Task<string?> ForAsync(Uri address, string scope, CancellationToken cancellation)
    {
        if (!options.SendsToken)
            return null;
        var key = KeyOf(address, scope);
        if (Fresh(key) is { } known)
            return known;
        await _asking.WaitAsync(cancellation);
        try
        {
            return Fresh(key) ?? await AskAsync(key, address, scope, cancellation);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>A token was refused: it is not used again.</summary>
    public void Forget(Uri address, string scope) => _held.TryRemove(KeyOf(address, scope), out _);

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private static string KeyOf(Uri address, string scope) => $"{address} {scope}";

    private string? Fresh(string key) =>
        _held.TryGetValue(key, out var held) && held.Until > time.Moment() ? held.Token : null;

    private async Task<string> AskAsync(
        string key,
        Uri address,
        string scope,
        CancellationToken cancellation
    )
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        try
        {
            using var form = new FormUrlEncodedContent([
                new("grant_type", "client_credentials"),
                new("client_id", options.ClientId),
                new("client_secret", options.ClientSecret),
                new("scope", scope),
            ]);
            using var response = await http.PostAsync(address, form, either.Token);
            var answer = await Payload.ReadAsync(response.Content, either.Token);
            return Keep(key, response, answer);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TeamsException(Call, "timed_out", ChatFailure.Unavailable, inner: late);
        }
        catch (HttpRequestException away)
        {
            throw new TeamsException(Call, "not_reached", ChatFailure.Unavailable, inner: away);
        }
    }

    private string Keep(string key, HttpResponseMessage response, JsonElement answer)
    {
        if (
            !response.IsSuccessStatusCode
            || answer.Text("access_token") is not { Length: > 0 } token
        )
        {
            // AADSTS codes are listed by Microsoft; the description repeats ids and is left out.
            var error = answer.Text("error") ?? $"http_{(int)response.StatusCode}";
            if (
                response.StatusCode
                is >= HttpStatusCode.BadRequest
                    and < HttpStatusCode.InternalServerError
                    and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
            )
                Tell(accepted: false);
            log.LogError(
                "Entra gives no token ({Error}). Nothing is lost: what is to be posted waits. Check Teams:ClientId, Teams:ClientSecret and Teams:TenantId; a client secret ends after the time chosen when it was made",
                error
            );
            throw new TeamsException(Call, error, ChatFailure.Unavailable);
        }
        var life =
            answer.Part("expires_in") is { } seconds && seconds.TryGetInt64(out var count)
                ? Duration.FromSeconds(count)
                : Duration.FromHours(1);
        _held[key] = new Held(token, time.Moment() + life - Reserve);
        Tell(accepted: true);
        return token;
    }

    // Only one asks at a time.
    private void Tell(bool accepted)
    {
        if (_accepted == accepted)
            return;
        _accepted = accepted;
        Judged?.Invoke(accepted);
    }

    private sealed record Held(string Token, Instant Until);
}
