using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// When the next word to the customer is promised. The clock runs from the first moment: the receipt is the first promise.
/// Who writes to the customer is warned when three quarters of the time have passed, the owner when nine tenths have, and a
/// miss is recorded when it is due and climbs. Where the severity counts office hours, so do these shares.
/// </summary>
internal static class CustomerClock
{
    public static void Register(Slices slices) =>
        slices
            .Follows(Follow)
            .Timer<WarnOfCustomerUpdate>(Warn)
            .Timer<CustomerUpdateFallsDue>(Miss)
            .Awaits(
                (escalation, situation) =>
                    WantedNow(escalation, situation) is { } promise
                        ?
                        [
                            RequestCard.Waiting(
                                escalation,
                                CustomerUpdateWarning.Question(
                                    escalation,
                                    situation.Actor,
                                    promise.Due
                                ),
                                [.. CustomerUpdateWarning.Buttons(escalation).Items]
                            ),
                        ]
                        : [],
                escalation =>
                    escalation.CustomerUpdates.Cadence.Next is not null
                    && Writer(escalation) is { } writer
                        ? [writer]
                        : []
            )
            .Projects(
                (before, after, records) =>
                    PromiseRows.Project(
                        records,
                        after.Number,
                        "customer",
                        before.CustomerUpdates.Cadence,
                        after.CustomerUpdates.Cadence
                    )
            );

    /// <summary>Who writes to the customer: the communications lead, or the owner while there is none.</summary>
    public static PersonId? Writer(Escalation escalation) =>
        escalation.Holder(Role.CommunicationsLead) ?? escalation.Owner;

    /// <summary>When the policy wants the next message, counted from now.</summary>
    public static Instant Proposed(Escalation escalation, Situation situation) =>
        RhythmOf(escalation, situation).From(situation.Now).Due;

    /// <summary>The promise after a message sent now: what the letter says, else what the policy says while it is open.</summary>
    public static Promise? Next(Escalation escalation, Instant? promised, Situation situation)
    {
        if (escalation.IsOver)
            return null;
        if (promised is { } due && due > situation.Now)
            return new Promise(situation.Now, due);
        return escalation.IsOpen ? RhythmOf(escalation, situation).From(situation.Now) : null;
    }

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
            yield break;
        var rhythm = RhythmOf(escalation, situation, misses);
        foreach (var (of, whole, toOwner) in new[] { (3, 4, false), (9, 10, true) })
            if (rhythm.Part(promise, of, whole) is var at && at > situation.Now)
                yield return new WarnOfCustomerUpdate
                {
                    Due = at,
                    Promised = promise.Due,
                    Owner = toOwner,
                };
        yield return new CustomerUpdateFallsDue { Due = promise.Due, Promised = promise.Due };
    }

    /// <summary>Starts with the declaration, stops with the solution, and keeps the shorter promise when the severity changes.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation)
    {
        var running = after.CustomerUpdates.Cadence.Next;
        if (!after.IsOpen)
            return running is not null && (before.IsOpen || after.IsOver)
                ? Decision.That(new CustomerClockStopped()).Then(Refreshed(after))
                : Decision.Nothing;
        if (running is null)
            return Promised(First(after, situation), after, situation);
        if (before.Severity == after.Severity || before.Version == 0)
            return Decision.Nothing;
        var next = after.CustomerUpdates.Last is null
            ? First(after, situation)
            : RhythmOf(after, situation).From(situation.Now);
        return next.Due < running.Due
            ? Promised(next, after, situation).Then(Refreshed(after))
            : Decision.Nothing;
    }

    /// <summary>Brings the private cards about the promise of now up to date: what became of it, without buttons.</summary>
    public static IEnumerable<Effect> Refreshed(Escalation escalation)
    {
        if (escalation.CustomerUpdates.Cadence.Next is not { } promise)
            yield break;
        foreach (
            var person in new[] { Writer(escalation), escalation.Owner }
                .OfType<PersonId>()
                .Distinct()
        )
            yield return new CustomerUpdateWarning(person, promise.Due) { OnlyEdits = true };
    }

    /// <summary>The moment of a promise as it travels with a button, so that a press on an old card is recognised.</summary>
    public static string Token(Promise? promise) =>
        promise is null
            ? ""
            : promise.Due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The promise that the person of the situation has to write for by now, or null.</summary>
    private static Promise? WantedNow(Escalation escalation, Situation situation) =>
        Writer(escalation) == situation.Actor
        && escalation.CustomerUpdates.Cadence is { Next: { } promise } cadence
        && !OnItsWay(escalation)
        && situation.Now >= RhythmOf(escalation, situation, cadence.MissesInRow).Part(promise, 3, 4)
            ? promise
            : null;

    public static Decision Warn(
        Escalation escalation,
        WarnOfCustomerUpdate timer,
        Situation situation
    )
    {
        if (
            escalation.CustomerUpdates.Cadence.Next is not { } promise
            || promise.Due != timer.Promised
            || situation.Now >= promise.Due
            || OnItsWay(escalation)
        )
            return Decision.Nothing;
        var writer = Writer(escalation);
        // The owner is warned a second time only where somebody else was to write.
        var person =
            timer.Owner && writer == escalation.Owner ? null
            : timer.Owner ? escalation.Owner
            : writer;
        return person is { } warned
            ? Decision.Nothing.Then(new CustomerUpdateWarning(warned, promise.Due))
            : Decision.Nothing;
    }

    /// <summary>
    /// Records a miss, promises the next one and tells the next level after as many misses as the policy says. When the
    /// product itself was away for longer than the time between two messages, the miss is recorded but nobody is alarmed.
    /// </summary>
    public static Decision Miss(
        Escalation escalation,
        CustomerUpdateFallsDue timer,
        Situation situation
    )
    {
        var cadence = escalation.CustomerUpdates.Cadence;
        if (
            escalation.IsOver
            || cadence.Next is not { } promise
            || promise.Due != timer.Promised
            || situation.Now < promise.Due
        )
            return Decision.Nothing;
        var misses = cadence.MissesInRow + 1;
        var rhythm = RhythmOf(escalation, situation, misses);
        var next = rhythm.From(promise.Due);
        var stale = next.Due <= situation.Now;
        if (stale)
            next = rhythm.From(situation.Now);
        var running = escalation.IsOpen ? next : null;
        var missed = Decision
            .That(new CustomerUpdateMissed(promise.Due, running))
            .Then(Refreshed(escalation))
            .Then(Arm(running, escalation, situation, misses));
        return stale || misses % situation.Policy.Nudges.ClimbAfterMisses != 0
            ? missed
            : missed.TellingNextLevel(
                escalation,
                Phrase.Of(
                    "customer-update.missed.why",
                    ("count", new Number(misses)),
                    ("customer", escalation.Customer.Name),
                    ("due", new Moment(promise.Due, MomentStyle.Exact))
                ),
                situation
            );
    }

    private static bool OnItsWay(Escalation escalation) =>
        escalation.CustomerUpdates.Drafts.Any(draft => draft.State == DraftState.Sending);

    private static Decision Promised(Promise next, Escalation escalation, Situation situation) =>
        Decision.That(new CustomerUpdatePromised(next)).Then(Arm(next, escalation, situation));

    /// <summary>The first word: from the declaration, or from a reopening, when the customer waits just as much.</summary>
    private static Promise First(Escalation escalation, Situation situation)
    {
        var from =
            escalation.CustomerUpdates.Last is null && escalation.Resolution.Reopenings == 0
                ? escalation.DeclaredAt
                : situation.Now;
        return Promise.Of(
            from,
            situation.Policy.Severities[escalation.Severity].CustomerReceipt,
            situation.Policy.CalendarOf(escalation.Customer.Region)
        );
    }

    private static Rhythm RhythmOf(Escalation escalation, Situation situation, int misses = 0) =>
        Rhythm.Of(
            situation.Policy.Severities[escalation.Severity].CustomerCadence,
            misses,
            escalation,
            situation
        );
}

/// <summary>Time to warn that a message to the customer is due soon.</summary>
[StoredAs("warn-of-customer-update")]
public sealed record WarnOfCustomerUpdate : TimerEffect
{
    /// <summary>The promise it is about.</summary>
    public required Instant Promised { get; init; }

    /// <summary>For the owner; otherwise for who writes to the customer.</summary>
    public bool Owner { get; init; }
}

/// <summary>A message to the customer is due now.</summary>
[StoredAs("customer-update-falls-due")]
public sealed record CustomerUpdateFallsDue : TimerEffect
{
    /// <summary>The promise it is about.</summary>
    public required Instant Promised { get; init; }
}

/// <summary>The clock for the next message began to run.</summary>
[StoredAs("customer-update-promised")]
public sealed record CustomerUpdatePromised(Promise Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates with
            {
                Cadence = before.CustomerUpdates.Cadence.Promising(Next),
            },
        };
}

/// <summary>No message is promised any more.</summary>
[StoredAs("customer-clock-stopped")]
public sealed record CustomerClockStopped : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates with
            {
                Cadence = before.CustomerUpdates.Cadence.Stopped(),
            },
        };
}

/// <summary>No message came in time.</summary>
/// <param name="Promised">When it was due.</param>
/// <param name="Next">The next one, or null.</param>
[StoredAs("customer-update-missed")]
public sealed record CustomerUpdateMissed(Instant Promised, Promise? Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates with
            {
                Cadence = before.CustomerUpdates.Cadence.MissedAt(stamp, Next),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.customer-update-missed",
            ("due", new Moment(Promised, MomentStyle.Exact))
        );
}
