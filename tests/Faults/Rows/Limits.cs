using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// Slack says 429 with pauses of 1 to 30 s for three methods of one workspace again and again, while their callers go on
/// asking; meanwhile another workspace calls the same methods as fast as it may.
/// </summary>
internal static class Limits
{
    private const int Quick = 30;
    private const string Other = "xoxb-another-workspace";

    private static readonly SlackMethod[] Methods =
    [
        SlackMethod.AuthTest,
        SlackMethod.UpdateMessage,
        SlackMethod.Invite,
    ];

    // What was on its way when Slack asked to wait is not early.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(30);

    // Of the quick clock: a busy machine must not look like a Slack that does not answer.
    private static readonly NodaTime.Duration Patience = NodaTime.Duration.FromMinutes(5);

    public static async Task<Finding> RunAsync(int count)
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.Granted[Other] = true;
        var clock = new QuickTime(Quick);
        using var http = new HttpClient { BaseAddress = slack.ApiUrl };
        var api = new SlackApi(http, new Pace(clock), clock, NullLogger<SlackApi>.Instance);
        var undisturbed = await OthersAsync(
            api,
            Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System)
        );

        var storms = new Storms(count);
        slack.Chooses = call => call.Token == Other ? null : storms.Next(call);
        var callers = Task.WhenAll(Methods.Select(method => AskAsync(api, method, clock, storms)));
        var disturbed = await OthersAsync(api, callers);

        var slower = 1 - disturbed / undisturbed;
        return new Finding(
            $"{storms.Asked:N0} answers 429 with Retry-After 1 to 30 s, {storms.Calls:N0} calls of three methods",
            FormattableString.Invariant(
                $"{storms.Early} early calls; another workspace {disturbed:F0} calls a minute instead of {undisturbed:F0}"
            ),
            "0 early, others at most 10 % slower"
        )
            .Must(storms.Early == 0, $"{storms.Early} calls came before Slack's pause was over")
            .Must(storms.Asked == count, $"only {storms.Asked} of {count} pauses were asked for")
            .Within(slower <= 0.1, "the other workspace was held up");
    }

    private static async Task AskAsync(
        SlackApi api,
        SlackMethod method,
        QuickTime clock,
        Storms storms
    )
    {
        while (!storms.Over)
            try
            {
                await api.CallAsync(
                    new SlackToken("stormy", FakeSlack.BotToken),
                    method,
                    new JsonObject { ["channel"] = "C0NONE" },
                    default,
                    Patience
                );
            }
            catch (SlackException later) when (later.After is { } after)
            {
                // As the outbox does; a little too early on purpose, so that the pace has to hold it back.
                await Task.Delay(after.ToTimeSpan() * 0.8, clock);
            }
            catch (SlackException gone) when (gone.Error == "channel_not_found") { }
    }

    /// <summary>Calls a minute of its clock that another workspace gets through.</summary>
    private static async Task<double> OthersAsync(SlackApi api, Task until)
    {
        var began = TimeProvider.System.GetTimestamp();
        var calls = 0;
        while (!until.IsCompleted)
            try
            {
                await api.CallAsync(
                    new SlackToken("calm", Other),
                    SlackMethod.AuthTest,
                    [],
                    default,
                    Patience
                );
                calls++;
            }
            catch (SlackException later) when (later.Error == SlackErrors.Paced)
            {
                await Task.Delay(later.After!.Value.ToTimeSpan() / Quick, TimeProvider.System);
            }
        await until;
        return calls / TimeProvider.System.GetElapsedTime(began).TotalMinutes / Quick;
    }

    private sealed class Storms(int count)
    {
        private readonly ConcurrentDictionary<string, (long At, TimeSpan Length)> _held = [];
        private readonly Random _random = new(1);
        private readonly Lock _gate = new();

        public int Asked { get; private set; }

        public int Calls { get; private set; }

        public int Early { get; private set; }

        public bool Over => Asked >= count;

        public Fault? Next(FakeCall call)
        {
            lock (_gate)
            {
                Calls++;
                if (
                    _held.TryGetValue(call.Method, out var held)
                    && TimeProvider.System.GetElapsedTime(held.At, call.At) is var since
                    && since > OnItsWay
                    && since < held.Length
                )
                    Early++;
                if (Over)
                    return null;
                Asked++;
                var seconds = _random.Next(1, 31);
                _held[call.Method] = (
                    TimeProvider.System.GetTimestamp(),
                    TimeSpan.FromSeconds(seconds) / Quick
                );
                return Fault.Limit(seconds);
            }
        }
    }
}
