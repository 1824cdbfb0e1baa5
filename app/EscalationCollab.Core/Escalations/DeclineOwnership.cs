using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

/// <summary>Saying no to owning an escalation: nobody has to say why, and the next one is asked at once.</summary>
internal static class DeclineOwnership
{
    public const string Id = "owner.decline";

    public static void Register(Slices slices) =>
        slices.Dialog(
            Id,
            open: turn =>
                turn.On(escalation =>
                    AcceptOwnership.Taken(escalation, turn.Situation) is { } taken
                        ? Refusals.ToReply(taken.Refusals)
                        : new Reply.Show(DialogOf(escalation))
                ),
            submit: turn =>
            {
                var form = turn.Form();
                var reason = form.OptionalText("reason", 500);
                return form.Refused
                    ?? turn.Decide(
                        (escalation, situation) => Decide(escalation, reason, situation)
                    );
            }
        );

    public static Decision Decide(Escalation escalation, string? reason, Situation situation)
    {
        if (AcceptOwnership.Taken(escalation, situation) is { } taken)
            return taken;
        if (escalation.Ownership.Of(situation.Actor) is not { } ask)
            return Decision.Refuse(Phrase.Of("ownership.not-asked"));
        if (!ask.IsWaiting)
            return Decision.Refuse(
                Phrase.Of("ownership.you-declined", ("when", new Moment(ask.DeclinedAt!.Value)))
            );
        var declined = new OwnershipDeclined(situation.Actor, reason);
        var decision = Decision
            .That(declined)
            .Then(new OwnerRequest(situation.Actor))
            .Saying(Phrase.Of("ownership.declined"));
        // When a later one is being asked already, nobody else needs to be disturbed.
        if (escalation.Ownership.Asked[^1].Person != situation.Actor)
            return decision;
        var after = escalation.With(
            declined,
            new Stamp(situation.Now, situation.Actor, escalation.Version + 1)
        );
        var next = AskOwner.Next(after, situation);
        return decision.And(next.Events).Then(next.Effects);
    }

    private static Dialog DialogOf(Escalation escalation) =>
        new Dialog(
            Id,
            Phrase.Of("ownership.decline.title"),
            Phrase.Of("button.decline"),
            [
                new TextInput("reason", Phrase.Of("ownership.decline.reason"))
                {
                    Multiline = true,
                    Required = false,
                    MaxLength = 500,
                    Hint = Phrase.Of("ownership.decline.hint"),
                },
            ]
        )
        {
            Data = ActionData.For(escalation.Number),
            Introduction = [new Context(EscalationCard.Line(escalation))],
        }.Checked();
}

/// <summary>Somebody said no to owning it.</summary>
/// <param name="Reason">Why, or null.</param>
[StoredAs("ownership-declined")]
public sealed record OwnershipDeclined(PersonId Person, string? Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Ownership = before.Ownership with
            {
                Asked = Asks.Declined(before.Ownership.Asked, Person, stamp.At),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Reason is null
            ? Phrase.Of("timeline.ownership-declined")
            : Phrase.Of("timeline.ownership-declined-because", ("reason", Reason));
}
