using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Warnings given and misses recorded for the targets, so that none happens twice.</summary>
    public ImmutableArray<TargetNote> TargetNotes { get; init; } = [];
}

/// <summary>The promised times of an escalation as a whole.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromisedTarget>))]
public enum PromisedTarget
{
    /// <summary>From declared until an owner accepts.</summary>
    Acknowledge,

    /// <summary>From declared until resolved.</summary>
    Resolve,
}

/// <summary>A warning was given, or a miss recorded.</summary>
/// <param name="Due">The promised moment it was about.</param>
/// <param name="Percent">How much of the time had passed; 100 for a miss.</param>
/// <param name="People">Who was warned.</param>
public sealed record TargetNote(
    PromisedTarget Target,
    Instant Due,
    int Percent,
    ImmutableArray<PersonId> People
);

/// <summary>
/// Warns before a target is missed, at the policy's percentages, and tells the next level when it is. The timers follow
/// by themselves whenever a target begins to run or moves (declared, severity changed, reopened), so no slice has to
/// remember them; those of an earlier promise ring into nothing.
/// </summary>
internal static class TargetWarnings
{
    private const int Breach = 100;

    public static void Register(Slices slices) =>
        slices.Follows(Follow).Timer<TargetWarningDue>(Warn).Timer<TargetFallsDue>(Miss);

    /// <summary>Arms the timers of targets that began to run or moved, and closes the warnings of those that ended.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation)
    {
        var effects = new List<Effect>();
        foreach (var target in Enum.GetValues<PromisedTarget>())
        {
            var (old, now) = (Running(before, target), Running(after, target));
            if (old is not null && old.Due != now?.Due)
                effects.AddRange(Closed(after, target, old.Due));
            if (now is not null && (old?.Due != now.Due || before.Severity != after.Severity))
                effects.AddRange(Arm(target, after, situation));
        }
        return Decision.Nothing.Then(effects);
    }

    /// <summary>The timers of a target that runs: one for each warning and one for the moment itself. Arming twice warns once.</summary>
    public static IEnumerable<Effect> Arm(
        PromisedTarget target,
        Escalation escalation,
        Situation situation
    )
    {
        if (Running(escalation, target) is not { } running)
            yield break;
        foreach (var (percent, at) in Warnings(target, running, escalation, situation))
            yield return new TargetWarningDue
            {
                Due = at,
                Target = target,
                Promised = running.Due,
                Percent = percent,
            };
        yield return new TargetFallsDue
        {
            Due = running.Due,
            Target = target,
            Promised = running.Due,
        };
    }

    /// <summary>A warning is due. After an outage only the latest of several is given.</summary>
    public static Decision Warn(Escalation escalation, TargetWarningDue timer, Situation situation)
    {
        if (
            Wanted(escalation, timer.Target, timer.Promised, timer.Percent) is not { } running
            || situation.Now >= running.Due
            || Warnings(timer.Target, running, escalation, situation)
                .Any(other => other.Percent > timer.Percent && other.At <= situation.Now)
        )
            return Decision.Nothing;
        var people = Warned(escalation, timer, situation);
        return people.IsEmpty
            ? Decision.Nothing
            : Decision
                .That(new TargetWarned(timer.Target, running.Due, timer.Percent, people))
                .Then(
                    people.Select(person => new TargetWarningNotice(
                        person,
                        timer.Target,
                        running.Due,
                        timer.Percent
                    ))
                );
    }

    /// <summary>A target is missed: recorded, and told to the next level. Nothing is reassigned.</summary>
    public static Decision Miss(Escalation escalation, TargetFallsDue timer, Situation situation) =>
        Wanted(escalation, timer.Target, timer.Promised, Breach) is { } running
            ? Decision
                .That(new TargetMissed(timer.Target, running.Due))
                .Then(Closed(escalation, timer.Target, running.Due))
                .TellingNextLevel(
                    escalation,
                    Phrase.Of(
                        $"target.missed.{Key(timer.Target)}",
                        ("due", new Moment(running.Due, MomentStyle.Exact))
                    ),
                    situation
                )
            : Decision.Nothing;

    /// <summary>The target while it runs, or null.</summary>
    public static RunningTarget? Running(Escalation escalation, PromisedTarget target) =>
        target switch
        {
            PromisedTarget.Acknowledge when escalation.Status == Status.Declared => Unmet(
                escalation.AcknowledgeBy
            ),
            PromisedTarget.Resolve when escalation.IsOpen => Unmet(escalation.ResolveBy),
            _ => null,
        };

    internal static string Key(PromisedTarget target) =>
        target == PromisedTarget.Acknowledge ? "acknowledge" : "resolve";

    private static RunningTarget? Unmet(RunningTarget? target) =>
        target is { Met: null } ? target : null;

    private static RunningTarget? Wanted(
        Escalation escalation,
        PromisedTarget target,
        Instant promised,
        int percent
    ) =>
        Running(escalation, target) is { } running
        && running.Due == promised
        && !escalation.TargetNotes.Any(note =>
            note.Target == target && note.Due == promised && note.Percent >= percent
        )
            ? running
            : null;

    private static IEnumerable<(int Percent, Instant At)> Warnings(
        PromisedTarget target,
        RunningTarget running,
        Escalation escalation,
        Situation situation
    )
    {
        var rule = situation.Policy.Severities[escalation.Severity];
        var clock = (target == PromisedTarget.Acknowledge ? rule.Acknowledge : rule.Resolve).Clock;
        var calendar = situation.Policy.CalendarOf(escalation.Customer.Region);
        var promise = new Promise(running.From, running.Due);
        return rule.Warnings.Select(percent =>
            (percent, promise.Part(percent, 100, clock, calendar))
        );
    }

    /// <summary>
    /// Whoever can still keep the promise. Until somebody owns it: those who are being asked, and from the second warning
    /// on also somebody of the next level, because asking once more has not helped. Then: the owner.
    /// </summary>
    private static ImmutableArray<PersonId> Warned(
        Escalation escalation,
        TargetWarningDue timer,
        Situation situation
    )
    {
        if (escalation.Owner is { } owner)
            return [owner];
        var rule = situation.Policy.Severities[escalation.Severity];
        var asked = Asked(escalation);
        var isFirst = rule.Warnings is [var first, ..] && timer.Percent <= first;
        return asked is { } person
            ? [person, .. isFirst ? [] : Lead(escalation, situation)]
            : [.. Lead(escalation, situation)];
    }

    /// <summary>Who was asked last to own it and has not answered, or null.</summary>
    private static PersonId? Asked(Escalation escalation) =>
        escalation.Ownership.Asked.LastOrDefault(ask => ask.IsWaiting)?.Person;

    private static IEnumerable<PersonId> Lead(Escalation escalation, Situation situation) =>
        Enum.GetValues<Level>()
            .Where(level => level > escalation.Level)
            .SelectMany(level => situation.Policy.PeopleOf(level, situation.Directory))
            .Where(person =>
                person != Asked(escalation)
                && Visibility.Sees(escalation, situation with { Actor = person })
            )
            .Take(1);

    private static IEnumerable<Effect> Closed(
        Escalation escalation,
        PromisedTarget target,
        Instant due
    ) =>
        from note in escalation.TargetNotes
        where note.Target == target && note.Due == due
        from person in note.People
        select new TargetWarningNotice(person, target, due, note.Percent) { OnlyEdits = true };
}

/// <summary>A part of a target's time has passed.</summary>
[StoredAs("target-warning-due")]
public sealed record TargetWarningDue : TimerEffect
{
    /// <summary>Which target.</summary>
    public required PromisedTarget Target { get; init; }

    /// <summary>The promised moment it is about.</summary>
    public required Instant Promised { get; init; }

    /// <summary>How much of the time has passed, 1 to 99.</summary>
    public required int Percent { get; init; }
}

/// <summary>A target is due now.</summary>
[StoredAs("target-falls-due")]
public sealed record TargetFallsDue : TimerEffect
{
    /// <summary>Which target.</summary>
    public required PromisedTarget Target { get; init; }

    /// <summary>The promised moment it is about.</summary>
    public required Instant Promised { get; init; }
}

/// <summary>People were warned before a target is missed.</summary>
[StoredAs("target-warned")]
public sealed record TargetWarned(
    PromisedTarget Target,
    Instant Due,
    int Percent,
    ImmutableArray<PersonId> People
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            TargetNotes = before.TargetNotes.Add(new TargetNote(Target, Due, Percent, People)),
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            $"timeline.target-warned.{TargetWarnings.Key(Target)}",
            ("people", Text.Join(", ", People.Select(person => (Text)new Mention(person)))),
            ("percent", new Number(Percent / 100m, "P0")),
            ("due", new Moment(Due, MomentStyle.Exact))
        );
}

/// <summary>A target was missed.</summary>
/// <param name="Due">When it was due.</param>
[StoredAs("target-missed")]
public sealed record TargetMissed(PromisedTarget Target, Instant Due) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            TargetNotes = before.TargetNotes.Add(new TargetNote(Target, Due, 100, [])),
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            $"target.missed.{TargetWarnings.Key(Target)}",
            ("due", new Moment(Due, MomentStyle.Exact))
        );
}

/// <summary>Warns one person, with what can be done; afterwards it says what became of it.</summary>
[StoredAs("target-warning")]
public sealed record TargetWarningNotice(
    PersonId Person,
    PromisedTarget Target,
    Instant Promised,
    int Percent
) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        $"target-warning:{TargetWarnings.Key(Target)}:{Promised.ToUnixTimeMilliseconds()}:{Percent}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        if (Outcome(escalation, situation) is { } outcome)
            return Card.Of(
                outcome,
                new Context(EscalationCard.Title(escalation)),
                new Paragraph(outcome)
            );
        Text warning = Phrase.Of(
            $"target.warn.{TargetWarnings.Key(Target)}",
            ("person", new Mention(Person)),
            ("customer", escalation.Customer.Name),
            ("when", new Moment(Promised)),
            ("percent", new Number(Percent / 100m, "P0"))
        );
        var actions = Answers(escalation).ToList();
        return Card.Of(
            warning,
            [
                new Paragraph(new Bold(warning)),
                new Context(EscalationCard.Title(escalation) + ": " + escalation.Summary),
                new ClockBlock(
                    Phrase.Of($"card.{TargetWarnings.Key(Target)}-by"),
                    TargetWarnings.Running(escalation, Target)!.From,
                    Promised
                ),
                new Paragraph(
                    Phrase.Of(
                        $"target.remedy.{TargetWarnings.Key(Target)}",
                        ("room", new RoomLink(escalation.Number))
                    )
                ),
                .. actions.Count == 0 ? [] : new Block[] { Actions.Of(actions) },
            ]
        ) with
        {
            Tone = Tone.Warning,
        };
    }

    private IEnumerable<CardAction?> Answers(Escalation escalation)
    {
        var data = ActionData.For(escalation.Number);
        if (Target == PromisedTarget.Resolve)
        {
            yield return PostStatus.Button(escalation);
            yield return new Opens(Phrase.Of("further.button"), EscalateFurther.Id, data);
        }
        else
            yield return new Does(Phrase.Of("ownership.take"), AcceptOwnership.Id, data)
            {
                Style = ActionStyle.Primary,
            };
        yield return new Does(Phrase.Of("timeline.catchup.button"), "timeline.catchup", data);
    }

    private Text? Outcome(Escalation escalation, Situation situation)
    {
        var running = TargetWarnings.Running(escalation, Target);
        if (running?.Due == Promised)
            return situation.Now < Promised
                ? null
                : (Text)
                    Phrase.Of(
                        $"target.missed.{TargetWarnings.Key(Target)}",
                        ("due", new Moment(Promised, MomentStyle.Exact))
                    );
        return running is not null
            ? Phrase.Of("target.outcome.moved", ("due", new Moment(running.Due)))
            : Phrase.Of(
                "target.outcome.ended",
                ("status", Phrase.For(escalation.Status)),
                ("when", new Moment(escalation.ChangedAt, MomentStyle.Exact))
            );
    }
}
