using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Graph;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Duration = NodaTime.Duration;

namespace EscalationCollab.Teams.Graph;

/// <summary>
/// Calls Microsoft Graph through its SDK for what a bot cannot do itself, at the pace Teams allows for one team, with every
/// way in which a call can fail told apart. The SDK's own repeating is left out: it would repeat what must not be.
/// </summary>
/// <param name="wire">Follows no redirects and repeats nothing.</param>
internal sealed class GraphApi(
    HttpMessageHandler wire,
    AccessTokens tokens,
    TeamsOptions options,
    Pace pace,
    TimeProvider time,
    ILogger<GraphApi> log
) : IDisposable
{
    /// <summary>What an application may call about the channels of one team (https://learn.microsoft.com/graph/throttling-limits).</summary>
    public static readonly Burst PerTeam = new(4, Duration.FromSeconds(1));

    /// <summary>How long one call may take: channels with a site of their own take seconds.</summary>
    public static readonly Duration Limit = Duration.FromSeconds(30);

    /// <summary>Our word for a channel's name that another one has, also one deleted in the last 30 days.</summary>
    public const string NameTaken = "name_taken";

    // Longer waits are the outbox's to plan.
    private static readonly Duration Patience = Duration.FromSeconds(5);
    private static readonly Duration WhenUnsaid = Duration.FromSeconds(10);

    private readonly HttpClient _http = new(new GraphAnswers(wire))
    {
        // Each call has its own limit.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 16 * 1024 * 1024,
    };
    private readonly ConcurrentDictionary<string, GraphServiceClient> _clients = new(
        StringComparer.Ordinal
    );

    /// <summary>Makes a call.</summary>
    /// <param name="call">What it is, for whoever reads of its failure.</param>
    /// <param name="mayRepeat">Whether doing it twice is the same as doing it once.</param>
    /// <exception cref="TeamsException">It did not happen, or it is not clear whether it did.</exception>
    public async Task<T> CallAsync<T>(
        TeamsTenant tenant,
        string call,
        bool mayRepeat,
        Func<GraphServiceClient, CancellationToken, Task<T>> work,
        CancellationToken cancellation
    )
    {
        var lane = LaneOf(tenant);
        // First, because nothing may take long between a turn and its call.
        await tokens.ForAsync(
            options.TokenUrlOf(tenant.Entra),
            GraphTokens.ScopeOf(options),
            cancellation
        );
        await TakeTurnAsync(lane, call, cancellation);
        using var deadline = new CancellationTokenSource(Limit.ToTimeSpan(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        var whenBroken = mayRepeat ? ChatFailure.Unavailable : ChatFailure.Unclear;
        try
        {
            return await work(ClientOf(tenant), either.Token);
        }
        catch (ApiException refused)
        {
            throw Judge(tenant, call, lane, whenBroken, refused);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TeamsException(call, "timed_out", whenBroken, inner: late);
        }
        catch (HttpRequestException broken)
        {
            throw new TeamsException(
                call,
                "not_reached",
                TeamsException.IsBeforeAnything(broken) ? ChatFailure.Unavailable : whenBroken,
                inner: broken
            );
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException)
        {
            throw new TeamsException(call, "unreadable", whenBroken, inner: unreadable);
        }
    }

    /// <summary>Adds what may be there already: to Graph that is a conflict.</summary>
    /// <exception cref="TeamsException">It was refused for another reason.</exception>
    public static async Task OnceAsync<T>(Func<Task<T>> add)
    {
        try
        {
            await add();
        }
        catch (TeamsException done) when (done.Error is "Conflict" or "http_409") { }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private GraphServiceClient ClientOf(TeamsTenant tenant) =>
        _clients.GetOrAdd(
            tenant.Entra,
            entra => new GraphServiceClient(
                _http,
                new GraphTokens(tokens, options, entra),
                options.GraphUrl.AbsoluteUri.TrimEnd('/')
            )
        );

    private async Task TakeTurnAsync(string lane, string call, CancellationToken cancellation)
    {
        try
        {
            await pace.WaitAsync(lane, PerTeam, Patience, cancellation);
        }
        catch (PaceException later)
        {
            throw new TeamsException(
                call,
                "paced",
                ChatFailure.RateLimited,
                later.After,
                inner: later
            );
        }
    }

    private TeamsException Judge(
        TeamsTenant tenant,
        string call,
        string lane,
        ChatFailure whenBroken,
        ApiException refused
    )
    {
        var status = refused.ResponseStatusCode;
        var error = WordOf(refused);
        log.LogWarning("Graph refused a call: {Call} {Status} {Error}", call, status, error);
        switch (status)
        {
            case 429:
                var after = AfterOf(refused);
                pace.Hold(lane, after);
                return new TeamsException(call, error, ChatFailure.RateLimited, after, refused);
            case 401:
                // Withdrawn before its time: the next attempt asks for a new one.
                tokens.Forget(options.TokenUrlOf(tenant.Entra), GraphTokens.ScopeOf(options));
                return new TeamsException(call, error, ChatFailure.Unavailable, inner: refused);
            case 404 or 410:
                return new TeamsException(call, error, ChatFailure.Gone, inner: refused);
            case 412 or 423:
                return new TeamsException(call, error, ChatFailure.Unavailable, inner: refused);
            case 408 or >= 500:
            // An answer that was no answer of Graph's.
            case < 400:
                return new TeamsException(call, error, whenBroken, inner: refused);
            default:
                return new TeamsException(call, error, ChatFailure.Refused, inner: refused);
        }
    }

    private static string WordOf(ApiException refused)
    {
        var error = (refused as ODataError)?.Error;
        // Its code is the one for every bad request.
        if (
            error?.Message?.Contains("name already exist", StringComparison.OrdinalIgnoreCase)
                is true
            || error?.Code is "NameAlreadyExists"
        )
            return NameTaken;
        return error?.Code is { Length: > 0 and <= 60 } code
            ? code
            : $"http_{refused.ResponseStatusCode.ToString(CultureInfo.InvariantCulture)}";
    }

    private static Duration AfterOf(ApiException refused)
    {
        var told = refused
            .ResponseHeaders?.Where(header =>
                header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)
            )
            .SelectMany(header => header.Value)
            .FirstOrDefault();
        var asked = int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
            ? Duration.FromSeconds(s)
            : WhenUnsaid;
        // Everybody who was turned away at the same moment must not come back at the same moment.
        return Duration.Min(asked, Duration.FromHours(1))
            + Duration.FromMilliseconds(Random.Shared.Next(1_000));
    }

    private static string LaneOf(TeamsTenant tenant) => $"graph/{tenant.Entra}/{tenant.Team}";
}
