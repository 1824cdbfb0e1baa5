using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Reminds the owner of roles that the policy wants filled and nobody has: a few times, then never again, until somebody
/// gives a role up.
/// </summary>
internal static class NudgeRoles
{
    public static void Register(Slices slices) => slices.Timer<RolesVacant>(Decide).Follows(Follow);

    public static Decision Decide(Escalation escalation, RolesVacant timer, Situation situation)
    {
        if (escalation.RoleBoard.NudgeAt != timer.Due)
            return Decision.Nothing;
        var vacant = Vacant(escalation, situation);
        if (!escalation.IsOpen || escalation.Owner is null || vacant.Count == 0)
            return Decision.Nothing;
        var next = situation.Due(escalation, situation.Policy.Nudges.UnassignedRole);
        // After an outage the moment has passed: the owner is asked at the next one, not twice in a row.
        var stale = situation.Now - timer.Due > next - situation.Now;
        var asked = escalation.RoleBoard.Nudges + (stale ? 0 : 1);
        var more = asked < situation.Policy.Nudges.UnassignedRoleTimes;
        return Decision
            .That(new RolesNudged(asked, more ? next : null))
            .Then(
                stale || AllOffered(escalation, vacant)
                    ? null
                    : new VacantRoles(escalation.Owner.Value, asked),
                more ? new RolesVacant { Due = next } : null
            );
    }

    /// <summary>The reminders begin when somebody owns it, and again when a role is given up.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation)
    {
        var vacant = Vacant(after, situation);
        var begins =
            after is { IsOpen: true, Owner: not null }
            && vacant.Count > 0
            && (before.Owner is null || vacant.Any(role => !before.Holders(role).IsEmpty))
            && (after.RoleBoard.NudgeAt is not { } running || running <= situation.Now);
        if (!begins)
            return Decision.Nothing;
        var due = situation.Due(after, situation.Policy.Nudges.UnassignedRole);
        return Decision.That(new RolesNudged(0, due)).Then(new RolesVacant { Due = due });
    }

    /// <summary>Brings reminders in sight up to date; nothing new is posted.</summary>
    public static IEnumerable<Effect> Refreshed(Escalation escalation) =>
        escalation.Owner is { } owner
            ? Enumerable
                .Range(1, escalation.RoleBoard.Nudges)
                .Select(time => new VacantRoles(owner, time) { OnlyEdits = true })
            : [];

    /// <summary>The roles the policy wants and nobody has.</summary>
    public static List<Role> Vacant(Escalation escalation, Situation situation) =>
        [
            .. situation.Policy.Nudges.Roles.Where(role =>
                role != Role.EscalationManager && escalation.Holders(role).IsEmpty
            ),
        ];

    /// <summary>Somebody is thinking about each of them; asking the owner again would be noise.</summary>
    private static bool AllOffered(Escalation escalation, List<Role> vacant) =>
        vacant.All(role =>
            escalation.RoleBoard.Offers.Any(offer =>
                offer.Role == role && offer.Answer == RoleAnswer.Waiting
            )
        );
}

/// <summary>It is time to see whether roles are still without a person.</summary>
[StoredAs("roles-vacant")]
public sealed record RolesVacant : TimerEffect;

/// <summary>The owner was reminded of roles nobody has, or the reminders begin.</summary>
/// <param name="Times">How often so far.</param>
/// <param name="NextAt">When again, or null for no more.</param>
[StoredAs("roles-nudged")]
public sealed record RolesNudged(int Times, Instant? NextAt) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            RoleBoard = before.RoleBoard with { Nudges = Times, NudgeAt = NextAt },
        };
}

/// <summary>Asks the owner who takes the roles that nobody has.</summary>
/// <param name="Times">Which reminder it is.</param>
[StoredAs("vacant-roles")]
public sealed record VacantRoles(PersonId Person, int Times) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"vacant-roles:{Times}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        var vacant = NudgeRoles.Vacant(escalation, situation);
        if (vacant.Count == 0 || !escalation.IsOpen)
            return RequestCard.Answered(escalation, Phrase.Of("roles.all-taken"));
        var question = Phrase.Of(
            "roles.vacant",
            ("title", EscalationCard.Title(escalation)),
            ("roles", Text.Join(", ", vacant.Select(role => (Text)Phrase.For(role))))
        );
        return Card.Of(
            question,
            new Paragraph(question),
            new Actions([
                .. vacant
                    .Take(2)
                    .Select(role => new Opens(
                        Phrase.Of("roles.choose", ("role", Phrase.For(role))),
                        AssignRole.Id,
                        Data(escalation, role)
                    )),
                .. vacant
                    .Take(2)
                    .Select(role => new Does(
                        Phrase.Of("roles.take", ("role", Phrase.For(role))),
                        JoinRole.Id,
                        Data(escalation, role)
                    )),
            ])
        );
    }

    private static ActionData Data(Escalation escalation, Role role) =>
        ActionData.For(escalation.Number).With("role", role.ToString());
}
