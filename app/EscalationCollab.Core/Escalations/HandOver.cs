using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Giving on a role one has, above all the ownership. It is offered like any other role: the holder keeps it until the
/// other person has accepted, so that an escalation never stands without an owner.
/// </summary>
internal static class HandOver
{
    public static void Register(Slices slices) => slices.Command("handover", Typed);

    private static Reply Typed(Turn turn) =>
        turn.On(escalation =>
        {
            if (Held(escalation, turn.Situation.Actor) is not { } role)
                return Turn.Refuse(Phrase.Of("roles.nothing-to-hand-over"));
            if (turn.Words.Length == 0)
                return AssignRole.Show(escalation, null, role);
            return turn.Situation.Directory.Named(turn.Words) is { } person
                ? turn.Decide((current, situation) => Decide(current, role, person.Id, situation))
                : Turn.Refuse(Phrase.Of("form.unknown-person", ("name", turn.Words)));
        });

    public static Decision Decide(
        Escalation escalation,
        Role role,
        PersonId person,
        Situation situation
    ) =>
        person == situation.Actor
            ? Decision.Refuse(Phrase.Of("roles.already-yours", ("role", Phrase.For(role))))
            : AssignRole.Decide(escalation, role, person, note: null, situation);

    /// <summary>The role a person would hand over: ownership before the other working roles.</summary>
    private static Role? Held(Escalation escalation, PersonId person)
    {
        foreach (var role in Enum.GetValues<Role>())
            if (!role.IsPassive() && escalation.Holders(role).Contains(person))
                return role;
        return null;
    }
}
