using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.WebApi;

/// <summary>
/// Calls the methods of Slack's Web API: at the pace Slack allows, each as the reference asks for it, and with every way in
/// which it can fail told apart. Nothing that is sent or answered is logged.
/// </summary>
/// <param name="http">Has the address of the API as its base, ending in a slash.</param>
internal sealed class SlackApi(HttpClient http, Pace pace, TimeProvider time, ILogger<SlackApi> log)
{
    /// <summary>How long one call may take.</summary>
    public static readonly Duration Usual = Duration.FromSeconds(15);

    /// <summary>How long nothing is tried with a token that Slack has refused.</summary>
    public static readonly Duration Pause = Duration.FromMinutes(5);

    private static readonly Duration Minute = Duration.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Refusal> _refused = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, bool> _works = new(StringComparer.Ordinal);

    /// <summary>Slack has refused a token; once until it takes it again.</summary>
    public event Action<SlackToken>? TokenRefused;

    /// <summary>Slack has taken a token: the first time since the start, or since it was refused.</summary>
    public event Action<SlackToken>? TokenAccepted;

    /// <summary>Whether Slack has refused the token of a workspace lately.</summary>
    public bool IsPaused(string workspace) =>
        _refused.TryGetValue(workspace, out var refusal) && refusal.Since + Pause > time.Moment();

    /// <summary>Nothing is sent to a workspace for a while: the app was removed from it, or its token revoked.</summary>
    public void PauseWorkspace(SlackToken token, string why)
    {
        var refusal = new Refusal(time.Moment(), why);
        // Several calls are refused at the same moment; one of them says it.
        if (!_refused.TryAdd(token.Workspace, refusal))
        {
            _refused[token.Workspace] = refusal;
            return;
        }
        TokenRefused?.Invoke(token);
        log.LogError(
            "Slack no longer takes the token of {Workspace} ({Error}). Nothing is lost: what is to be posted waits. Install the app again, or write a valid Slack:BotToken and restart",
            token.Workspace,
            why
        );
    }

    /// <summary>A workspace has a new token.</summary>
    public void Resume(string workspace) => _refused.TryRemove(workspace, out _);

    /// <summary>Calls a method.</summary>
    /// <param name="arguments">Without the token.</param>
    /// <param name="limit">How long the call may take, <see cref="Usual"/> unless given.</param>
    /// <returns>The whole answer, whose <c>ok</c> is true.</returns>
    /// <exception cref="SlackException">It did not happen, or it is not clear whether it did.</exception>
    public async Task<JsonElement> CallAsync(
        SlackToken token,
        SlackMethod method,
        JsonObject arguments,
        CancellationToken cancellation,
        Duration? limit = null
    )
    {
        if (IsPaused(token.Workspace))
            throw new SlackException(
                method,
                SlackErrors.Paused,
                ChatFailure.Unavailable,
                _refused[token.Workspace].Since + Pause - time.Moment(),
                _refused[token.Workspace].Why
            );
        await TakeTurnAsync(token, method, arguments, cancellation);
        using var activity = SlackMetrics.StartCall(method);
        var (asked, began) = (time.Moment(), time.GetTimestamp());
        string? error = null;
        try
        {
            var answer = await SendAsync(token, method, arguments, limit ?? Usual, cancellation);
            var again = Withdraw(token.Workspace, asked);
            if (again)
                log.LogInformation("Slack takes the token of {Workspace} again", token.Workspace);
            if (_works.TryAdd(token.Workspace, true) || again)
                TokenAccepted?.Invoke(token);
            return answer;
        }
        catch (SlackException failed)
        {
            error = failed.Error;
            activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
            if (SlackErrors.IsTokenRefused(error))
                PauseWorkspace(token, error);
            throw;
        }
        finally
        {
            SlackMetrics.Called(method, time.GetElapsedTime(began), error);
        }
    }

    // An answer to what was asked before the refusal says nothing about now.
    private bool Withdraw(string workspace, Instant asked) =>
        _refused.TryGetValue(workspace, out var refusal)
        && refusal.Since < asked
        && _refused.TryRemove(KeyValuePair.Create(workspace, refusal));

    private async Task TakeTurnAsync(
        SlackToken token,
        SlackMethod method,
        JsonObject arguments,
        CancellationToken cancellation
    )
    {
        try
        {
            var lane = LaneOf(token, method);
            var turns = new List<(string, Burst)>();
            if (method.PerChannel is { } burst && arguments["channel"] is { } channel)
                turns.Add(($"{lane}/{channel}", burst));
            turns.Add((lane, new Burst(method.PerMinute, Minute)));
            await pace.WaitAsync(turns, method.Patience, cancellation);
        }
        catch (PaceException later)
        {
            throw new SlackException(
                method,
                SlackErrors.Paced,
                ChatFailure.RateLimited,
                later.After,
                inner: later
            );
        }
    }

    private async Task<JsonElement> SendAsync(
        SlackToken token,
        SlackMethod method,
        JsonObject arguments,
        Duration limit,
        CancellationToken cancellation
    )
    {
        using var deadline = new CancellationTokenSource(limit.ToTimeSpan(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, method.Name)
            {
                Content = method.Json ? JsonOf(arguments) : FormOf(arguments),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
            using var response = await http.SendAsync(
                request,
                HttpCompletionOption.ResponseContentRead,
                either.Token
            );
            return await ReadAsync(token, method, response, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new SlackException(
                method,
                SlackErrors.TimedOut,
                SlackErrors.WhenBroken(method),
                inner: late
            );
        }
        catch (HttpRequestException broken)
        {
            // Before the connection stood, nothing can have happened; afterwards nobody knows.
            var before =
                broken.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError;
            throw new SlackException(
                method,
                SlackErrors.NotReached,
                before ? ChatFailure.Unavailable : SlackErrors.WhenBroken(method),
                detail: broken.HttpRequestError.ToString(),
                inner: broken
            );
        }
    }

    private async Task<JsonElement> ReadAsync(
        SlackToken token,
        SlackMethod method,
        HttpResponseMessage response,
        CancellationToken cancellation
    )
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw Limited(token, method, response);
        if ((int)response.StatusCode is >= 500 or 408)
            throw new SlackException(
                method,
                $"http_{(int)response.StatusCode}",
                SlackErrors.WhenBroken(method)
            );
        if (
            Payload.Parse(await response.Content.ReadAsByteArrayAsync(cancellation))
            is not { } answer
        )
            throw new SlackException(
                method,
                SlackErrors.Unreadable,
                SlackErrors.WhenBroken(method),
                detail: $"http {(int)response.StatusCode}"
            );
        if (answer.Flag("ok"))
        {
            if (answer.Text("warning") is { Length: > 0 } warning)
                log.LogDebug("Slack warns about {Method}: {Warning}", method.Name, warning);
            return answer;
        }
        throw Refused(token, method, response, answer);
    }

    private SlackException Refused(
        SlackToken token,
        SlackMethod method,
        HttpResponseMessage response,
        JsonElement answer
    )
    {
        var error = answer.Text("error") ?? SlackErrors.Unreadable;
        if (SlackErrors.IsRateLimit(error))
            return Limited(token, method, response);
        var detail = answer.Text("needed") is { } scope ? $"the scope {scope} is needed" : null;
        return new SlackException(
            method,
            error,
            SlackErrors.FailureOf(method, error),
            detail: detail
        )
        {
            Data = { [AnswerKey] = answer },
        };
    }

    private SlackException Limited(
        SlackToken token,
        SlackMethod method,
        HttpResponseMessage response
    )
    {
        var asked = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(30);
        var after = Duration.Min(
            Duration.Max(Duration.FromTimeSpan(asked), Duration.FromSeconds(1)),
            Duration.FromHours(1)
        );
        pace.Hold(LaneOf(token, method), after);
        log.LogWarning(
            "Slack asks to wait {Seconds} s with {Method} in {Workspace}",
            after.TotalSeconds,
            method.Name,
            token.Workspace
        );
        return new SlackException(method, "ratelimited", ChatFailure.RateLimited, after);
    }

    /// <summary>Under which an exception carries the whole answer, for methods that say more than one word.</summary>
    public const string AnswerKey = "answer";

    private static string LaneOf(SlackToken token, SlackMethod method) =>
        $"{token.Workspace}/{method.Name}";

    private static StringContent JsonOf(JsonObject arguments) =>
        new(arguments.ToJsonString(Payload.Writing), Encoding.UTF8, "application/json");

    private static FormUrlEncodedContent FormOf(JsonObject arguments) =>
        new(
            from argument in arguments
            where argument.Value is not null
            select KeyValuePair.Create(
                argument.Key,
                argument.Value is JsonValue value && value.TryGetValue<string>(out var text)
                    ? text
                    : argument.Value.ToJsonString(Payload.Writing)
            )
        );

    private sealed record Refusal(Instant Since, string Why);
}
