using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Escalations;

/// <summary>Giving up a role. An owner hands over instead: an escalation in work never stands without one.</summary>
internal static class LeaveRole
{
    public const string Id = "role.leave";

    public static void Register(Slices slices) =>
        slices
            .Command(
                "leave",
                turn =>
                    turn.Words.Length == 0 ? turn.Decide((e, s) => Decide(e, role: null, s))
                    : Common.RoleNamed(turn.Words) is { } role
                        ? turn.Decide((e, s) => Decide(e, role, s))
                    : Turn.Refuse(JoinRole.UnknownRole(turn.Words))
            )
            .Action(
                Id,
                turn =>
                    turn.Decide(
                        (e, s) =>
                            Decide(e, Common.RoleNamed(turn.Interaction.Data["role"] ?? ""), s)
                    )
            );

    /// <summary>Gives up a role; without a name, the only one the person has.</summary>
    public static Decision Decide(Escalation escalation, Role? role, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        var mine = escalation
            .Roles.Where(pair => pair.Value.Contains(situation.Actor))
            .Select(pair => pair.Key)
            .Order()
            .ToList();
        if (role is { } wanted && !mine.Contains(wanted))
            return Decision.Refuse(Phrase.Of("roles.not-yours", ("role", Phrase.For(wanted))));
        if (role is null && mine.Count == 0)
            return Decision.Refuse(Phrase.Of("roles.none-yours"));
        if (role is null && mine.Count > 1)
            return Decision.Refuse(
                Phrase.Of(
                    "roles.which",
                    ("roles", Text.Join(", ", mine.Select(one => (Text)Phrase.For(one))))
                )
            );
        var leaving = role ?? mine[0];
        if (leaving == Role.EscalationManager)
            return Decision.Refuse(Phrase.Of("roles.owner-hands-over"));
        return Decision
            .That(new RoleLeft(leaving, situation.Actor))
            .Saying(Phrase.Of("roles.left", ("role", Phrase.For(leaving))));
    }
}

/// <summary>Somebody gave up a role. They stay in the room.</summary>
[StoredAs("role-left")]
public sealed record RoleLeft(Role Role, PersonId Person) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp)
    {
        var left = before.Holders(Role).Remove(Person);
        return before with
        {
            Roles = left.IsEmpty ? before.Roles.Remove(Role) : before.Roles.SetItem(Role, left),
        };
    }

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.role-left", ("role", Phrase.For(Role)));
}
