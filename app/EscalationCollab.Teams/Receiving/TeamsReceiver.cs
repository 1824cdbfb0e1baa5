using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.Connector;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Teams.Receiving;

/// <summary>What Teams is told.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Body">Null for none.</param>
internal sealed record Received(int Status, JsonObject? Body)
{
    /// <summary>Received.</summary>
    public static readonly Received Plain = new(StatusCodes.Status200OK, null);

    /// <summary>Not yet: send it again.</summary>
    public static readonly Received Again = new(StatusCodes.Status503ServiceUnavailable, null);
}

/// <summary>
/// Takes what Teams sent and answers it in time, whatever else happens. What is decided within the time is the answer;
/// what takes longer is said to go on, and what came of it is told privately afterwards.
/// </summary>
internal sealed class TeamsReceiver(
    TeamsActs acts,
    TeamsEvents events,
    TeamsAnswers answers,
    Errands errands,
    TimeProvider time,
    ILogger<TeamsReceiver> log
)
{
    /// <summary>How long an answer is waited for: Teams waits 5 s for a message extension, the way there and back included.</summary>
    public Duration Patience { get; set; } = Duration.FromMilliseconds(3_500);

    /// <summary>Handles a proven activity. Never throws, and never takes much longer than <see cref="Patience"/>.</summary>
    public Task<Received> ReceiveAsync(Activity activity) =>
        activity.Type switch
        {
            "invoke" => InvokeAsync(activity),
            "message" => MessageAsync(activity),
            "conversationUpdate" or "installationUpdate" => EventAsync(activity),
            // Somebody types, likes or edits: nothing of ours.
            _ => Task.FromResult(Received.Plain),
        };

    /// <summary>Tells somebody of an organisation that is not served why nothing happens.</summary>
    public Received TurnAway(Activity activity)
    {
        var answer = answers.Simple(
            activity,
            TeamsActs.WayOf(activity),
            "teams-acts.other-organisation"
        );
        if (activity.Type == "message" && activity.Scope == Scope.Personal)
            errands.Run("an answer to another organisation in Teams", answer.Late);
        return activity.Type == "invoke"
            ? new Received(StatusCodes.Status200OK, answer.Body)
            : Received.Plain;
    }

    private async Task<Received> InvokeAsync(Activity activity)
    {
        var work = Task.Run(() => acts.InvokeAsync(activity));
        if (await EndsInTimeAsync(work))
            return new Received(StatusCodes.Status200OK, (await work).Body);
        log.LogWarning(
            "{Name} of Teams takes longer than {Seconds} s; it goes on and is answered privately",
            TeamsActs.Named(activity),
            Patience.TotalSeconds
        );
        errands.Run("a late answer to Teams", async () => await (await work).Late());
        return new Received(
            StatusCodes.Status200OK,
            answers.Simple(activity, TeamsActs.WayOf(activity), "teams-acts.takes-longer").Body
        );
    }

    private async Task<Received> MessageAsync(Activity activity)
    {
        var work = Task.Run(async () => await (await acts.MessageAsync(activity)).Late());
        if (!await EndsInTimeAsync(work))
            errands.Run("an answer to a message in Teams", () => work);
        else if (work.Exception?.InnerException is { } failed)
            log.LogError(failed, "A message of Teams could not be answered");
        return Received.Plain;
    }

    // Nobody would notice that it was lost: what could not be handled yet, Teams sends again.
    private async Task<Received> EventAsync(Activity activity)
    {
        var work = Task.Run(() => events.HandleAsync(activity));
        if (!await EndsInTimeAsync(work))
        {
            errands.Run("an event of Teams", () => work);
            return Received.Plain;
        }
        if (work.Exception?.InnerException is not { } failed)
            return Received.Plain;
        log.LogError(failed, "An event of Teams could not be handled");
        return
            failed
                is StoreUnavailableException
                    or TeamsException { Failure: ChatFailure.Unavailable }
            ? Received.Again
            : Received.Plain;
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
