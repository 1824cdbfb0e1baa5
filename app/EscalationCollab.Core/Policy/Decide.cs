using System.Collections.Immutable;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Policy;

/// <summary>A warning before a target is missed.</summary>
/// <param name="Percent">Of the target, 1 to 99.</param>
/// <param name="At">When.</param>
public readonly record struct TargetWarning(int Percent, Instant At);

public sealed partial record EscalationPolicy
{
    /// <summary>Words of the categories, in the order in which they were said; each phrase once.</summary>
    public ImmutableArray<WordFound> WordsFound(string? text) => Words.Find(text);

    /// <summary>The calendar of a region, or the default one.</summary>
    public BusinessCalendar CalendarOf(string? region) =>
        Calendars[
            region is not null && Regions.TryGetValue(region, out var rule)
                ? rule.Calendar
                : DefaultCalendar
        ];

    /// <summary>When a target that starts now is due.</summary>
    public static Instant Due(Instant from, Target target, BusinessCalendar calendar) =>
        target.Clock switch
        {
            TargetClock.AroundTheClock => from + target.Length,
            TargetClock.BusinessHours => calendar.Add(from, target.Length),
            _ => calendar.AddDays(from, target.Days),
        };

    /// <summary>When to warn before a target is missed, earliest first.</summary>
    public static ImmutableArray<TargetWarning> Warnings(
        Instant from,
        Target target,
        BusinessCalendar calendar,
        ImmutableArray<int> percents
    )
    {
        var due = Due(from, target, calendar);
        Instant At(int percent) =>
            target.Clock == TargetClock.AroundTheClock
                ? from + ((due - from) * percent / 100)
                : calendar.Add(from, calendar.Between(from, due) * percent / 100);
        return [.. percents.Select(percent => new TargetWarning(percent, At(percent)))];
    }

    /// <summary>How much of a target has been used at a moment: 1 is due, more is late.</summary>
    public static double Used(
        Instant from,
        Instant due,
        Instant now,
        Target target,
        BusinessCalendar calendar
    )
    {
        var around = target.Clock == TargetClock.AroundTheClock;
        var whole = around ? due - from : calendar.Between(from, due);
        var used = around ? now - from : calendar.Between(from, now);
        return whole <= Duration.Zero ? (now >= due ? 1 : 0) : Math.Max(0, used / whole);
    }

    /// <summary>Members of a team by name: those the policy lists and those who say so themselves. Unknown teams are empty.</summary>
    public ImmutableArray<Person> TeamMembers(string team, CompanyDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return
        [
            .. directory
                .People.Values.Where(person => IsIn(person, team))
                .OrderBy(person => person.Name, StringComparer.Ordinal)
                .ThenBy(person => person.Id.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>True when a person belongs to a team.</summary>
    public bool IsIn(Person person, string team)
    {
        ArgumentNullException.ThrowIfNull(person);
        return person.Teams.Contains(team, StringComparer.OrdinalIgnoreCase)
            || Teams.TryGetValue(team, out var rule)
                && rule.Members.Contains(person.Email, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>People with a skill: those who name it first, then the skill's teams.</summary>
    public ImmutableArray<Person> Skilled(string skill, CompanyDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var named = directory
            .People.Values.Where(person =>
                person.Skills.Contains(skill, StringComparer.OrdinalIgnoreCase)
            )
            .OrderBy(person => person.Name, StringComparer.Ordinal);
        var teams = Skills.TryGetValue(skill, out var rule) ? rule.Teams : [];
        return [.. named.Concat(teams.SelectMany(team => TeamMembers(team, directory))).Distinct()];
    }

    /// <summary>True when a person may do something.</summary>
    /// <param name="roles">The person's roles in the escalation at hand; empty outside one.</param>
    public bool May(Person person, Right right, params ReadOnlySpan<Role> roles)
    {
        if (person.IsGuest && !Guests.LikeEverybody && !Guests.Rights.Contains(right))
            return false;
        var rule = Rights[right];
        if (rule.Everyone)
            return true;
        foreach (var role in roles)
            if (rule.Roles.Contains(role))
                return true;
        return rule.Teams.Any(team => IsIn(person, team));
    }

    /// <summary>True when a message of this kind needs approval by someone other than its author.</summary>
    public bool NeedsApproval(CustomerMessageKind kind, Severity severity, string tier) =>
        Approval.When.Any(when =>
            (when.Kinds.IsEmpty || when.Kinds.Contains(kind))
            && (when.Severities.IsEmpty || when.Severities.Contains(severity))
            && (when.Tiers.IsEmpty || when.Tiers.Contains(tier, StringComparer.OrdinalIgnoreCase))
        );

    /// <summary>Up to which amount a person may concede: 0 for nothing, <see cref="decimal.MaxValue"/> for no limit.</summary>
    /// <param name="kind">A key of <see cref="ConcessionRules.Kinds"/>.</param>
    /// <param name="currency">An ISO 4217 code, or <c>%</c>. A limit in one currency allows nothing in another.</param>
    /// <param name="roles">The person's roles in the escalation at hand.</param>
    public decimal ConcessionLimit(
        Person person,
        string kind,
        string currency,
        params ReadOnlySpan<Role> roles
    )
    {
        var highest = 0m;
        foreach (var limit in Concessions.Limits)
        {
            var his =
                limit.Team is { } team && IsIn(person, team)
                || limit.Role is { } role && roles.Contains(role);
            if (
                his
                && string.Equals(limit.Kind, kind, StringComparison.OrdinalIgnoreCase)
                && string.Equals(limit.Currency, currency, StringComparison.OrdinalIgnoreCase)
            )
                highest = Math.Max(highest, limit.Amount ?? decimal.MaxValue);
        }
        return highest;
    }
}
