using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.WarRooms;

/// <summary>
/// The one short direct message a person gets when they are brought in: what it is, why they, and what is expected.
/// Being brought in a second time edits it.
/// </summary>
/// <param name="Why">Why this person.</param>
[StoredAs("brought-in")]
public sealed record BroughtIn(PersonId Person, Phrase Why) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"brought-in:{Person}";

    /// <summary>Tells people why they are in, but not the one who did it nor those whose own card tells them more.</summary>
    public static IEnumerable<Effect> Tell(
        Escalation escalation,
        IEnumerable<PersonId> people,
        Phrase why,
        Situation situation
    ) =>
        people
            .Distinct()
            .Where(person =>
                person != situation.Actor
                && person != escalation.DeclaredBy
                && person != PersonId.Product
            )
            .Select(person => new BroughtIn(person, why));

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation) =>
        Card.Of(
            EscalationCard.Line(escalation),
            [
                new Paragraph(new Text(new Bold(EscalationCard.Line(escalation)))),
                new Paragraph(Why),
                new Paragraph(Expected(escalation)),
                .. Leave(escalation),
            ]
        );

    private Phrase Expected(Escalation escalation) =>
        Phrase.Of(
            escalation.Roles.Values.Any(holders => holders.Contains(Person))
                ? "brought-in.expected.know"
                : "brought-in.expected.help",
            ("number", new RoomLink(escalation.Number))
        );

    private IEnumerable<Block> Leave(Escalation escalation)
    {
        foreach (var role in new[] { Role.Stakeholder, Role.Observer })
            if (!escalation.IsOver && escalation.Holders(role).Contains(Person))
            {
                yield return new Actions([
                    new Does(
                        Phrase.Of("roles.leave", ("role", Phrase.For(role))),
                        LeaveRole.Id,
                        ActionData.For(escalation.Number).With("role", role.ToString())
                    ),
                ]);
                yield break;
            }
    }
}
