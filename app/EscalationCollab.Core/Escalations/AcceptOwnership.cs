using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Escalations;

/// <summary>Becoming the owner: from the card that asks, from the escalation card or by command. The first one wins.</summary>
internal static class AcceptOwnership
{
    public const string Id = "owner.accept";

    public static void Register(Slices slices) =>
        slices
            .Command("accept", turn => turn.Decide(Decide))
            .Action(Id, turn => turn.Decide(Decide))
            .Offers(
                10,
                escalation =>
                    escalation is { IsOpen: true, Owner: null }
                        ? new Does(
                            Phrase.Of("ownership.take"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        {
                            Style = ActionStyle.Primary,
                        }
                        : null,
                Right.Accept
            );

    public static Decision Decide(Escalation escalation, Situation situation)
    {
        if (Taken(escalation, situation) is { } taken)
            return taken;
        if (!situation.May(Right.Accept, escalation))
            return Decision.Refuse(Phrase.Of("ownership.not-allowed"));
        return Decision
            .That(new OwnershipAccepted())
            .Then(AskOwner.Refreshed(escalation))
            .Then(
                escalation.DeclaredBy == situation.Actor
                || escalation.DeclaredBy == PersonId.Product
                    ? null
                    : new OwnerKnown(escalation.DeclaredBy)
            )
            .Saying(
                Phrase.Of(
                    "ownership.accepted",
                    ("number", new RoomLink(escalation.Number)),
                    ("customer", escalation.Customer.Name)
                )
            );
    }

    /// <summary>Why nobody can answer the request any more, or null while somebody can.</summary>
    public static Decision? Taken(Escalation escalation, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (escalation.Owner is not { } owner)
            return null;
        var when = new Moment(escalation.Ownership.OwnedSince ?? escalation.ChangedAt);
        return Decision.Refuse(
            owner == situation.Actor
                ? Phrase.Of("ownership.already-yours", ("when", when))
                : Phrase.Of("ownership.taken", ("person", new Mention(owner)), ("when", when))
        );
    }
}

/// <summary>Somebody owns it from now on. Ends the first target.</summary>
[StoredAs("ownership-accepted")]
public sealed record OwnershipAccepted : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.OwnedBy(stamp.By, stamp.At);

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.ownership-accepted");
}

/// <summary>Tells the person who declared it that somebody has it.</summary>
[StoredAs("owner-known")]
public sealed record OwnerKnown(PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => "owner-known";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.Owner is { } owner
            ? Card.Line(
                Phrase.Of(
                    "ownership.known",
                    ("person", new Mention(owner)),
                    ("number", new RoomLink(escalation.Number)),
                    ("customer", escalation.Customer.Name)
                )
            )
            : null;
}

public sealed partial record Escalation
{
    /// <summary>The state once a person owns it, whatever it was before: declared ones are acknowledged by it.</summary>
    internal Escalation OwnedBy(PersonId person, NodaTime.Instant at) =>
        this with
        {
            Status = Status == Status.Declared ? Status.Acknowledged : Status,
            AcknowledgedAt = AcknowledgedAt ?? at,
            AcknowledgeBy = AcknowledgeBy is { Met: null } running
                ? running with
                {
                    Met = at,
                }
                : AcknowledgeBy,
            Roles = Roles.SetItem(Role.EscalationManager, [person]),
            Ownership = Ownership with { OwnedSince = at },
            Invited = Invited.Contains(person) ? Invited : Invited.Add(person),
        };
}
