using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.WebApi;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Takes what Slack delivers and acknowledges it in time, whatever else happens. What is answered within the time goes back
/// with the acknowledgement; what takes longer, such as while Slack or the database hangs, is told privately afterwards. A
/// form is no longer there once it is acknowledged, so one that is not stored in time is left open.
/// </summary>
internal sealed class SlackReceiver(
    SlackEvents events,
    SlackActs acts,
    Errands errands,
    TimeProvider time,
    ILogger<SlackReceiver> log
)
{
    /// <summary>How long an answer is waited for: Slack waits 3 s, the way there and back included.</summary>
    public Duration Patience { get; set; } = Duration.FromMilliseconds(1_500);

    /// <summary>Handles a delivery. Never throws, and never takes much longer than <see cref="Patience"/>.</summary>
    public async Task<Acknowledgement> ReceiveAsync(Delivery delivery)
    {
        var began = time.GetTimestamp();
        using var activity = SlackMetrics.Source.StartActivity($"slack.{delivery.Kind}");
        var answer =
            delivery.Kind == DeliveryKind.Event
                ? await InTimeAsync(() => events.HandleAsync(delivery.Payload))
                : await InTimeAsync(delivery);
        SlackMetrics.Acknowledged(
            delivery.Transport,
            delivery.Kind.ToString(),
            time.GetElapsedTime(began)
        );
        return answer;
    }

    /// <summary>
    /// An event is acknowledged once it is stored, because nobody would notice that it was lost: what could not be handled
    /// yet, Slack delivers again at once, after one minute and after five.
    /// </summary>
    private async Task<Acknowledgement> InTimeAsync(Func<Task> handle)
    {
        var work = Task.Run(handle);
        if (!await EndsInTimeAsync(work))
        {
            errands.Run("an event of Slack", () => work);
            return Acknowledgement.Again;
        }
        if (work.Exception?.InnerException is not { } failed)
            return Acknowledgement.Plain;
        log.LogError(failed, "An event of Slack could not be handled");
        return MayPass(failed) ? Acknowledgement.Again : Acknowledgement.Plain;
    }

    private static bool MayPass(Exception failed) =>
        failed
            is StoreUnavailableException
                or SlackException
                {
                    Failure: ChatFailure.Unavailable
                        or ChatFailure.RateLimited
                        or ChatFailure.Unclear
                };

    private async Task<Acknowledgement> InTimeAsync(Delivery delivery)
    {
        var work = Task.Run(() => acts.HandleAsync(delivery));
        if (await EndsInTimeAsync(work))
            return (await work).InTime();
        log.LogWarning(
            "{What} of Slack takes longer than {Seconds} s; it goes on and is answered privately",
            delivery.Kind.Named(),
            Patience.TotalSeconds
        );
        errands.Run("a late answer to Slack", async () => await (await work).Late());
        return acts.NotYet(delivery);
    }

    private async Task<bool> EndsInTimeAsync(Task work)
    {
        try
        {
            await work.WaitAsync(Patience.ToTimeSpan(), time);
        }
        catch (Exception) when (work.IsCompleted)
        {
            // Whoever asked looks at what came of it.
        }
        catch (TimeoutException)
        {
            return false;
        }
        return true;
    }
}
