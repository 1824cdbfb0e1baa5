using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Taking a role oneself: a free one, or one that everybody may have beside others. A role somebody has is handed over
/// by them, never taken from them.
/// </summary>
internal static class JoinRole
{
    public const string Id = "role.join";

    public static void Register(Slices slices) =>
        slices
            .Command(
                "join",
                turn =>
                    turn.Words.Length == 0
                        ? turn.On(escalation => AssignRole.Show(escalation, turn.Situation.Actor))
                    : Common.RoleNamed(turn.Words) is { } role
                        ? turn.Decide(
                            (escalation, situation) => Decide(escalation, role, situation)
                        )
                    : Turn.Refuse(UnknownRole(turn.Words))
            )
            .Action(
                Id,
                turn =>
                    Common.RoleNamed(turn.Interaction.Data["role"] ?? "") is { } role
                        ? turn.Decide(
                            (escalation, situation) => Decide(escalation, role, situation)
                        )
                        : Turn.Refuse(Phrase.Of("router.out-of-date"))
            );

    public static Decision Decide(Escalation escalation, Role role, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        var me = situation.Actor;
        if (escalation.Holders(role).Contains(me))
            return Decision.Refuse(Phrase.Of("roles.already-yours", ("role", Phrase.For(role))));
        if (role == Role.EscalationManager)
            return AcceptOwnership.Decide(escalation, situation);
        if (!role.IsPassive() && escalation.Holder(role) is { } holder)
            return Decision.Refuse(
                Phrase.Of(
                    "roles.has-it",
                    ("person", new Mention(holder)),
                    ("role", Phrase.For(role))
                )
            );
        return Decision
            .That(new RoleTaken(role, me))
            .Then(NudgeRoles.Refreshed(escalation))
            .Saying(
                Phrase.Of(
                    "roles.joined",
                    ("role", Phrase.For(role)),
                    ("number", new RoomLink(escalation.Number))
                )
            );
    }

    public static Phrase UnknownRole(string typed) =>
        Phrase.Of("roles.unknown", ("typed", typed.Length > 60 ? typed[..60] + "…" : typed));
}

/// <summary>A person has a role from now on. Of a role that one person has, the one before has it no more.</summary>
/// <param name="Before">Who had it, or null.</param>
[StoredAs("role-taken")]
public sealed record RoleTaken(Role Role, PersonId Person, PersonId? Before = null)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp)
    {
        var after = before with
        {
            Roles = before.Roles.SetItem(
                Role,
                Role.IsPassive() ? [.. before.Holders(Role).Append(Person).Distinct()] : [Person]
            ),
            Invited = before.Invited.Contains(Person) ? before.Invited : before.Invited.Add(Person),
            RoleBoard = before.RoleBoard.Answered(Role, Person, RoleAnswer.Accepted, stamp.At),
        };
        return Role == Role.EscalationManager ? after.OwnedBy(Person, stamp.At) : after;
    }

    /// <inheritdoc/>
    public override Text Tell() =>
        Before is { } before
            ? Phrase.Of(
                "timeline.role-taken-over",
                ("person", new Mention(Person)),
                ("role", Phrase.For(Role)),
                ("before", new Mention(before))
            )
            : Phrase.Of(
                "timeline.role-taken",
                ("person", new Mention(Person)),
                ("role", Phrase.For(Role))
            );
}
