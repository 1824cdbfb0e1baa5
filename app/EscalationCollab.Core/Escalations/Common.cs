using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>What several decisions ask of an escalation.</summary>
internal static class Common
{
    /// <summary>When a target of the policy that begins now is due, by the customer's office hours.</summary>
    public static Instant Due(this Situation situation, Escalation escalation, Target target) =>
        EscalationPolicy.Due(
            situation.Now,
            target,
            situation.Policy.CalendarOf(escalation.Customer.Region)
        );

    /// <summary>The policy's rule of an escalation's severity.</summary>
    public static SeverityRule RuleOf(this Situation situation, Escalation escalation) =>
        situation.Policy.Severities[escalation.Severity];

    /// <summary>The refusal to change something that has ended.</summary>
    public static Decision Over(Escalation escalation) =>
        Decision.Refuse(
            Phrase.Of(
                "escalation.over",
                ("number", escalation.Number.ToString()),
                ("status", Phrase.For(escalation.Status)),
                ("when", new Moment(escalation.ClosedAt ?? escalation.ChangedAt))
            )
        );

    /// <summary>People as a list with commas.</summary>
    public static Text Names(IEnumerable<PersonId> people) =>
        Text.Join(", ", people.Select(person => (Text)new Mention(person)));

    /// <summary>A person as people type one: <c>@priya</c>, an id, an e-mail address or a full name; null when nobody fits.</summary>
    public static Person? Named(this CompanyDirectory directory, string typed)
    {
        var name = typed.Trim().TrimStart('@');
        return name.Length == 0
            ? null
            : directory.Find(new PersonId(name))
                ?? directory.Find(new PersonId(name.ToLowerInvariant()))
                ?? directory.ByEmail(name)
                ?? directory.People.Values.FirstOrDefault(person =>
                    string.Equals(person.Name, name, StringComparison.OrdinalIgnoreCase)
                );
    }

    /// <summary>A role as people type one: <c>technical-lead</c>, <c>Technical lead</c>, <c>observer</c>; null when none fits.</summary>
    public static Role? RoleNamed(string typed)
    {
        var word = string.Concat(typed.Where(char.IsLetter));
        return Enum.TryParse<Role>(word, ignoreCase: true, out var role) ? role : null;
    }
}
