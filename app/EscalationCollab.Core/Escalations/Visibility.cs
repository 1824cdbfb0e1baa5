using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Escalations;

/// <summary>Who may know of an escalation. Asked by every list, search, link, card and API answer.</summary>
public static class Visibility
{
    /// <summary>Whether the person of this situation may see the escalation.</summary>
    public static bool Sees(Escalation escalation, Situation situation) =>
        !escalation.Restricted && !IsOutsider(situation)
        || situation.Actor == PersonId.Product
        || escalation.Involves(situation.Actor)
        || IsAsked(escalation, situation.Actor)
        || situation.May(Right.SeeRestricted, escalation);

    /// <summary>A guest who is not treated like everybody else sees what they take part in, as if all were restricted.</summary>
    private static bool IsOutsider(Situation situation) =>
        !situation.Policy.Guests.LikeEverybody
        && situation.Directory.Find(situation.Actor) is { IsGuest: true };

    /// <summary>Whoever is asked to help must be able to look and to answer; having said no, they no longer may.</summary>
    private static bool IsAsked(Escalation escalation, PersonId person) =>
        escalation.Ownership.Of(person) is { IsWaiting: true }
        || escalation.Experts.Any(search => Asks.Of(search.Asked, person) is { IsWaiting: true })
        || escalation.RoleBoard.Offers.Any(offer =>
            offer.To == person && offer.Answer == RoleAnswer.Waiting
        );

    /// <summary>Whether the acting person has a right, by team or by their role in this escalation. The product itself may do everything.</summary>
    public static bool May(this Situation situation, Right right, Escalation? escalation = null)
    {
        if (situation.Actor == PersonId.Product)
            return true;
        if (situation.Directory.Find(situation.Actor) is not { } person)
            return false;
        var roles =
            escalation
                ?.Roles.Where(role => role.Value.Contains(situation.Actor))
                .Select(role => role.Key)
                .ToArray()
            ?? [];
        return situation.Policy.May(person, right, roles);
    }
}
