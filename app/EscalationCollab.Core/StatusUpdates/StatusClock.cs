using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>
/// When the next status is promised. The clock runs while somebody owns the escalation and the problem is not solved. The
/// technical lead is asked when two thirds of the time have passed (20 minutes before the end of an hour: time enough to
/// find out, and late enough to have something to say), the owner is warned when nine tenths have, and a miss is recorded
/// when it is due. Where the severity counts office hours, so do these shares: nobody is woken for a status.
/// </summary>
internal static class StatusClock
{
    public static void Register(Slices slices) =>
        slices
            .Follows(Follow)
            .Timer<AskForStatus>(Ask)
            .Timer<WarnOfStatus>(Warn)
            .Timer<StatusFallsDue>(Miss)
            .Awaits(
                (escalation, situation) =>
                    StatusCards.WaitingFor(escalation, situation) is { } waiting ? [waiting] : [],
                escalation =>
                    Runs(escalation)
                        ? new[]
                        {
                            Asked(escalation),
                            escalation.StatusUpdates.Request?.Of,
                        }.OfType<PersonId>()
                        : []
            )
            .Projects(
                (before, after, records) =>
                    PromiseRows.Project(
                        records,
                        after.Number,
                        "status",
                        before.StatusUpdates.Cadence,
                        after.StatusUpdates.Cadence
                    )
            );

    /// <summary>Whether updates are promised in this state.</summary>
    public static bool Runs(Escalation escalation) =>
        escalation.Status is Status.Acknowledged or Status.Mitigated;

    /// <summary>Who is asked for a status: the technical lead, or the owner while there is none.</summary>
    public static PersonId? Asked(Escalation escalation) =>
        escalation.Holder(Role.TechnicalLead) ?? escalation.Owner;

    /// <summary>The promise that follows an update given now, or null while none are promised.</summary>
    public static Promise? Next(Escalation escalation, Situation situation) =>
        Runs(escalation) ? RhythmOf(escalation, situation).From(situation.Now) : null;

    /// <summary>The timers of a promise.</summary>
    /// <param name="misses">How many updates in a row have not come when it begins.</param>
    public static IEnumerable<Effect> Arm(
        Promise? promise,
        Escalation escalation,
        Situation situation,
        int misses = 0
    )
    {
        if (promise is null)
            return [];
        var rhythm = RhythmOf(escalation, situation, misses);
        return
        [
            new AskForStatus { Due = rhythm.Part(promise, 2, 3), Promised = promise.Due },
            new WarnOfStatus { Due = rhythm.Part(promise, 9, 10), Promised = promise.Due },
            new StatusFallsDue { Due = promise.Due, Promised = promise.Due },
        ];
    }

    /// <summary>Starts with the owner, stops with the solution, and keeps the shorter promise when the severity changes.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation)
    {
        var running = after.StatusUpdates.Cadence.Next;
        if (!Runs(after))
            return running is null
                ? Decision.Nothing
                : Decision.That(new StatusClockStopped()).Then(Refreshed(after));
        var next = RhythmOf(after, situation).From(situation.Now);
        if (running is null)
            return Decision.That(new StatusPromised(next)).Then(Arm(next, after, situation));
        return before.Severity != after.Severity && next.Due < running.Due
            ? Decision
                .That(new StatusPromised(next))
                .Then(Arm(next, after, situation))
                .Then(Refreshed(after))
            : Decision.Nothing;
    }

    /// <summary>Brings the private cards about the promise of now up to date: what became of it, without buttons.</summary>
    public static IEnumerable<Effect> Refreshed(Escalation escalation)
    {
        if (escalation.StatusUpdates.Cadence.Next is { } promise)
        {
            if (Asked(escalation) is { } asked)
                yield return new StatusAsk(asked, promise.Due) { OnlyEdits = true };
            if (escalation.Owner is { } owner)
                yield return new StatusWarning(owner, promise.Due) { OnlyEdits = true };
        }
        if (escalation.StatusUpdates.Request is { } request)
            yield return new StatusQuestion(request.Of, request.By, request.At)
            {
                OnlyEdits = true,
            };
    }

    /// <summary>The moment of a promise as it travels with a button, so that a press on an old card is recognised.</summary>
    public static string Token(Promise? promise) =>
        promise is null
            ? ""
            : promise.Due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>What to say to a press on a card whose promise has ended, or null when it still runs.</summary>
    public static Decision? OutOfDate(Escalation escalation, string? token)
    {
        var cadence = escalation.StatusUpdates.Cadence;
        if (string.IsNullOrEmpty(token) || token == Token(cadence.Next))
            return null;
        return cadence.Last is { How: not PromiseEnd.Missed } last
            ? Decision.Refuse(
                Phrase.Of(
                    last.How == PromiseEnd.Kept
                        ? "status.already-posted"
                        : "status.already-snoozed",
                    ("person", new Mention(last.By)),
                    ("when", new Moment(last.At, MomentStyle.Exact))
                )
            )
            : Decision.Refuse(Phrase.Of("status.out-of-date"));
    }

    /// <summary>The promise that the person of the situation has been asked to keep, or null.</summary>
    public static Promise? AskedNow(Escalation escalation, Situation situation) =>
        Runs(escalation)
        && Asked(escalation) == situation.Actor
        && escalation.StatusUpdates.Cadence is { Next: { } promise } cadence
        && situation.Now >= RhythmOf(escalation, situation, cadence.MissesInRow).Part(promise, 2, 3)
            ? promise
            : null;

    public static Decision Ask(Escalation escalation, AskForStatus timer, Situation situation)
    {
        if (
            Wanted(escalation, timer.Promised, situation) is not { } promise
            || Asked(escalation) is not { } person
        )
            return Decision.Nothing;
        var ownerIsWarnedNow =
            person == escalation.Owner
            && situation.Now
                >= RhythmOf(escalation, situation, escalation.StatusUpdates.Cadence.MissesInRow)
                    .Part(promise, 9, 10);
        return ownerIsWarnedNow
            ? Decision.Nothing
            : Decision.Nothing.Then(new StatusAsk(person, promise.Due));
    }

    public static Decision Warn(Escalation escalation, WarnOfStatus timer, Situation situation) =>
        Wanted(escalation, timer.Promised, situation) is { } promise
        && escalation.Owner is { } owner
            ? Decision.Nothing.Then(new StatusWarning(owner, promise.Due))
            : Decision.Nothing;

    /// <summary>
    /// Records a miss, promises the next one and tells the next level after as many misses as the policy says. When the
    /// product itself was away for longer than the time between two updates, the miss is recorded but nobody is alarmed.
    /// </summary>
    public static Decision Miss(Escalation escalation, StatusFallsDue timer, Situation situation)
    {
        var cadence = escalation.StatusUpdates.Cadence;
        if (!Runs(escalation) || cadence.Next is not { } promise || promise.Due != timer.Promised)
            return Decision.Nothing;
        var misses = cadence.MissesInRow + 1;
        var rhythm = RhythmOf(escalation, situation, misses);
        var next = rhythm.From(promise.Due);
        var stale = next.Due <= situation.Now;
        if (stale)
            next = rhythm.From(situation.Now);
        var missed = Decision
            .That(new StatusMissed(promise.Due, next))
            .Then(Refreshed(escalation))
            .Then(Arm(next, escalation, situation, misses));
        return stale || misses % situation.Policy.Nudges.ClimbAfterMisses != 0
            ? missed
            : missed.TellingNextLevel(
                escalation,
                Phrase.Of(
                    "status.missed.why",
                    ("count", new Number(misses)),
                    ("due", new Moment(promise.Due, MomentStyle.Exact))
                ),
                situation
            );
    }

    private static Promise? Wanted(Escalation escalation, Instant promised, Situation situation) =>
        Runs(escalation)
        && escalation.StatusUpdates.Cadence.Next is { } promise
        && promise.Due == promised
        && situation.Now < promise.Due
            ? promise
            : null;

    private static Rhythm RhythmOf(Escalation escalation, Situation situation, int misses = 0) =>
        Rhythm.Of(
            situation.Policy.Severities[escalation.Severity].StatusCadence,
            misses,
            escalation,
            situation
        );
}

/// <summary>Time to ask for the next status.</summary>
[StoredAs("ask-for-status")]
public sealed record AskForStatus : TimerEffect
{
    /// <summary>The promise it is about.</summary>
    public required Instant Promised { get; init; }
}

/// <summary>Time to warn the owner that a status is about to be missed.</summary>
[StoredAs("warn-of-status")]
public sealed record WarnOfStatus : TimerEffect
{
    /// <summary>The promise it is about.</summary>
    public required Instant Promised { get; init; }
}

/// <summary>A status is due now.</summary>
[StoredAs("status-falls-due")]
public sealed record StatusFallsDue : TimerEffect
{
    /// <summary>The promise it is about.</summary>
    public required Instant Promised { get; init; }
}

/// <summary>The clock for the next status began to run.</summary>
[StoredAs("status-promised")]
public sealed record StatusPromised(Promise Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Cadence = before.StatusUpdates.Cadence.Promising(Next),
            },
        };
}

/// <summary>No status is promised any more.</summary>
[StoredAs("status-clock-stopped")]
public sealed record StatusClockStopped : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Cadence = before.StatusUpdates.Cadence.Stopped(),
                Request = null,
            },
        };
}

/// <summary>No status came in time.</summary>
/// <param name="Promised">When it was due.</param>
/// <param name="Next">The next one.</param>
[StoredAs("status-missed")]
public sealed record StatusMissed(Instant Promised, Promise Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Cadence = before.StatusUpdates.Cadence.MissedAt(stamp, Next),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.status-missed", ("due", new Moment(Promised, MomentStyle.Exact)));
}
