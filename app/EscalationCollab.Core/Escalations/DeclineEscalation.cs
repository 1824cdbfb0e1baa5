using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Why it was no escalation after all, or null.</summary>
    public string? DeclinedBecause { get; init; }
}

/// <summary>
/// No escalation after all. The customer's problem stays real: the person who declared it is told why, how it goes on,
/// and that the customer should hear it from somebody.
/// </summary>
internal static class DeclineEscalation
{
    public const string Id = "decline";

    public static void Register(Slices slices) =>
        slices
            .Command("decline", turn => turn.On(Show))
            .Dialog(
                Id,
                open: turn => turn.On(Show),
                submit: turn =>
                {
                    var form = turn.Form();
                    var reason = form.Text("reason", 500);
                    var next = form.Text("next", 500);
                    return form.Refused ?? turn.Decide((e, s) => Decide(e, reason, next, s));
                }
            )
            .Offers(
                81,
                escalation =>
                    escalation.Status == Status.Declared
                        ? new Opens(
                            Phrase.Of("decline.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        {
                            Style = ActionStyle.Danger,
                        }
                        : null,
                Right.Decline
            );

    /// <param name="reason">Why it is none.</param>
    /// <param name="next">How the customer's request goes on.</param>
    public static Decision Decide(
        Escalation escalation,
        string reason,
        string next,
        Situation situation
    )
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (!situation.May(Right.Decline, escalation))
            return Decision.Refuse(Phrase.Of("decline.not-allowed"));
        if (escalation.Status is not (Status.Declared or Status.Acknowledged))
            return Decision.Refuse(
                Phrase.Of("decline.too-late", ("status", Phrase.For(escalation.Status)))
            );
        return Decision
            .That(new Declined(reason, next))
            .Then(AskOwner.Refreshed(escalation))
            .Then(
                new DeclinedNotice(null, reason, next),
                escalation.DeclaredBy == situation.Actor
                || escalation.DeclaredBy == PersonId.Product
                    ? null
                    : new DeclinedNotice(escalation.DeclaredBy, reason, next),
                new ArchiveWarRoom { Due = situation.Now + ArchiveWarRoom.After }
            )
            .Saying(Phrase.Of("decline.done", ("number", escalation.Number.ToString())));
    }

    private static Reply Show(Escalation escalation) =>
        escalation.IsOver
            ? Refusals.ToReply(Common.Over(escalation).Refusals)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("decline.title"),
                    Phrase.Of("decline.submit"),
                    [
                        new TextInput("reason", Phrase.Of("decline.reason"))
                        {
                            Multiline = true,
                            MaxLength = 500,
                            Hint = Phrase.Of("decline.reason.hint"),
                        },
                        new TextInput("next", Phrase.Of("decline.next"))
                        {
                            Multiline = true,
                            MaxLength = 500,
                            Hint = Phrase.Of("decline.next.hint"),
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                    Introduction = [new Context(EscalationCard.Line(escalation))],
                }.Checked()
            );
}

/// <summary>It was no escalation after all.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Next">How the customer's request goes on.</param>
[StoredAs("declined")]
public sealed record Declined(string Reason, string Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Declined,
            ClosedAt = stamp.At,
            DeclinedBecause = Reason,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.declined", ("reason", Reason), ("next", Next));
}

/// <summary>Tells the room, or the person who declared it, why it ends and how it goes on.</summary>
/// <param name="Person">Who is told; null for the room.</param>
[StoredAs("declined-notice")]
public sealed record DeclinedNotice(PersonId? Person, string Reason, string Next) : Notice
{
    /// <inheritdoc/>
    public override Destination To =>
        Person is { } person ? Destination.To(person) : Destination.WarRoom;

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        var line = Phrase.Of("decline.notice", ("title", EscalationCard.Title(escalation)));
        return Card.Of(
            line,
            new Paragraph(line),
            Facts.Of(
                (Phrase.Of("decline.why"), Reason),
                (Phrase.Of("decline.how-it-goes-on"), Next)
            ),
            new Context(Phrase.Of("decline.tell-customer"))
        );
    }
}
