using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.ActionItems;

/// <summary>
/// Reminds the owner of an action item in the morning of the days the policy names. Once it is late the escalation's
/// owner is told too, and with the next reminder the managers.
/// </summary>
internal static class RemindOwner
{
    // Later than this the reminder waits for the next morning: nobody is woken because the product was down.
    private static readonly Duration LatestHour = Duration.FromHours(4);

    public static void Register(Slices slices) => slices.Timer<ActionItemReminder>(Decide);

    public static Decision Decide(
        Escalation escalation,
        ActionItemReminder timer,
        Situation situation
    )
    {
        if (escalation.ActionItem(timer.Item) is not { IsOpen: true } item)
            return Decision.Nothing;
        if (item.RemindAt != timer.Due)
            return Decision.Nothing;
        if (situation.Now - timer.Due > LatestHour)
        {
            var morning = ReminderPlan.NextMorning(item.Owner, situation);
            return Decision
                .That(new ActionItemReminded(item.Number, morning, Sent: false))
                .Then(new ActionItemReminder { Item = item.Number, Due = morning });
        }
        var next = ReminderPlan.Next(item.DueOn, item.Owner, situation);
        var late = item.IsOverdue(situation);
        var told = late ? Told(escalation, item, situation) : [];
        return Decision
            .That(
                new ActionItemReminded(item.Number, next, Sent: true)
                {
                    Overdue = late,
                    Told = told,
                }
            )
            .Then(
                new ActionItemNotice(item.Owner, item.Number, item.Reminders + 1),
                new ActionItemReminder { Item = item.Number, Due = next }
            )
            .Then(told.Select(person => new ActionItemNotice(person, item.Number, 0)));
    }

    /// <summary>Who is told that it is late this time: the escalation's owner first, the managers with the next reminder, nobody twice.</summary>
    private static ImmutableArray<PersonId> Told(
        Escalation escalation,
        ActionItem item,
        Situation situation
    )
    {
        var owner = escalation.Owner is { } known && known != item.Owner ? known : (PersonId?)null;
        IEnumerable<PersonId> people =
            item.OverdueReminders == 0 && owner is { } first ? [first]
            : item.OverdueReminders <= 1 ? situation.Policy.PeopleOf(Level.L3, situation.Directory)
            : [];
        return
        [
            .. people.Where(person =>
                person != item.Owner
                && !item.Told.Contains(person)
                && Visibility.Sees(escalation, situation with { Actor = person })
            ),
        ];
    }
}

/// <summary>When the owner of an action item is reminded: at nine in the morning where the owner lives.</summary>
internal static class ReminderPlan
{
    public static readonly LocalTime Morning = new(9, 0);

    /// <summary>The first reminder of an item that got its day today: not today any more.</summary>
    public static Instant First(LocalDate due, PersonId owner, Situation situation)
    {
        var zone = situation.ZoneOf(owner);
        var tomorrow = situation.TodayOf(owner).PlusDays(1);
        return Next(
            due,
            zone.AtStartOfDay(tomorrow).ToInstant(),
            zone,
            situation.Policy.ActionItems
        );
    }

    /// <summary>The reminder after now.</summary>
    public static Instant Next(LocalDate due, PersonId owner, Situation situation) =>
        Next(due, situation.Now, situation.ZoneOf(owner), situation.Policy.ActionItems);

    /// <summary>The next morning that is still to come, today or tomorrow.</summary>
    public static Instant NextMorning(PersonId owner, Situation situation)
    {
        var zone = situation.ZoneOf(owner);
        var today = situation.TodayOf(owner);
        var morning = At(today, zone);
        return morning > situation.Now ? morning : At(today.PlusDays(1), zone);
    }

    /// <summary>The first planned morning after a moment: the policy's days before, then the day after, then again and again.</summary>
    internal static Instant Next(
        LocalDate due,
        Instant after,
        DateTimeZone zone,
        ActionItemRules rules
    )
    {
        var before = rules
            .RemindDaysBefore.Select(days => At(due.PlusDays(-days), zone))
            .Where(moment => moment > after)
            .Order()
            .ToList();
        if (before.Count > 0)
            return before[0];
        var every = Math.Max(1, rules.RemindOverdueEveryDays);
        var day = due.PlusDays(1);
        var passed = Period.DaysBetween(day, after.InZone(zone).Date);
        if (passed > 0)
            day = day.PlusDays(passed / every * every);
        while (At(day, zone) <= after)
            day = day.PlusDays(every);
        return At(day, zone);
    }

    private static Instant At(LocalDate day, DateTimeZone zone) =>
        zone.AtLeniently(day.At(Morning)).ToInstant();
}

/// <summary>Asks whether the owner of an action item is to be reminded.</summary>
[StoredAs("action-item-reminder")]
public sealed record ActionItemReminder : TimerEffect
{
    /// <summary>The item's number.</summary>
    public required int Item { get; init; }
}

/// <summary>The owner of an action item was reminded, or will be the next morning instead.</summary>
/// <param name="Next">When the next reminder is due.</param>
/// <param name="Sent">False when it came too late in the day.</param>
[StoredAs("action-item-reminded")]
public sealed record ActionItemReminded(int Item, Instant Next, bool Sent) : EscalationEvent
{
    /// <summary>Whether the day had passed.</summary>
    public bool Overdue { get; init; }

    /// <summary>Who else was told.</summary>
    public ImmutableArray<PersonId> Told { get; init; } = [];

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Changing(
            Item,
            item =>
                item with
                {
                    RemindAt = Next,
                    Reminders = item.Reminders + (Sent ? 1 : 0),
                    OverdueReminders = item.OverdueReminders + (Sent && Overdue ? 1 : 0),
                    Told = item.Told.AddRange(Told),
                }
        );

    /// <inheritdoc/>
    public override Text? Tell() =>
        Told.IsEmpty
            ? (Text?)null
            : Phrase.Of(
                "timeline.action-item-late",
                ("item", new Number(Item)),
                ("people", Text.Join(", ", Told.Select(person => (Text)new Mention(person))))
            );
}
