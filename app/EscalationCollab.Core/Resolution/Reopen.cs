using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Resolution;

/// <summary>
/// It is not solved after all: back to the same owner and room, with fresh targets and clocks. The first word to the customer is
/// due as quickly as a receipt.
/// </summary>
internal static class Reopen
{
    public const string Id = "resolution.reopen";

    private const int ReasonLength = 500;

    public static void Register(Slices slices) =>
        slices
            .Query("reopen", turn => turn.On(escalation => Show(escalation, turn)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var reason = form.Text("reason", ReasonLength);
                    return form.Refused ?? turn.Decide((e, s) => Decide(e, reason, s));
                }
            )
            .Offers(
                62,
                escalation =>
                    escalation.Status is Status.Resolved or Status.Closed
                        ? new Opens(
                            Phrase.Of("resolution.button.reopen"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                Right.Resolve
            );

    public static Decision Decide(Escalation escalation, string reason, Situation situation)
    {
        if (NotNow(escalation, situation) is { } refused)
            return refused;
        var resolve = RunningTarget.Start(
            situation.Now,
            situation.RuleOf(escalation).Resolve,
            situation.Policy,
            escalation.Customer.Region
        );
        return Decision
            .That(new Reopened(reason, resolve))
            .Then(
                escalation.Rooms.All(room => room.Archived) ? new OpenWarRoom() : null,
                new ReopenedNotice(null, reason),
                escalation.Owner is { } owner && owner != situation.Actor
                    ? new ReopenedNotice(owner, reason)
                    : null,
                CustomerClock.Writer(escalation) is { } writer
                && escalation.ResolvedAt is { } resolved
                    ? new TellCustomer(writer, resolved) { OnlyEdits = true }
                    : null
            )
            .Saying(
                Phrase.Of(
                    "resolution.reopened",
                    ("number", new RoomLink(escalation.Number)),
                    ("due", new Moment(resolve.Due))
                )
            );
    }

    private static Decision? NotNow(Escalation escalation, Situation situation)
    {
        if (Ending.NotNow(escalation, situation) is { } refused)
            return refused;
        return escalation.Status is Status.Resolved or Status.Closed
            ? null
            : Decision.Refuse(
                Phrase.Of("resolution.still-open", ("status", Phrase.For(escalation.Status)))
            );
    }

    private static Reply Show(Escalation escalation, Turn turn) =>
        NotNow(escalation, turn.Situation) is { } refused
            ? Turn.Refuse(refused.Refusals[0].Sentence)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("resolution.reopen.title"),
                    Phrase.Of("resolution.button.reopen"),
                    [
                        new TextInput("reason", Phrase.Of("resolution.reopen.reason"))
                        {
                            Multiline = true,
                            MaxLength = ReasonLength,
                            Initial =
                                turn.Interaction.Kind == InteractionKind.Command ? turn.Words : "",
                            Hint = Phrase.Of("resolution.reopen.hint"),
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                }.Checked()
            );
}

/// <summary>It is not solved after all: back to work, with fresh targets.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ResolveBy">The target that runs from now.</param>
[StoredAs("reopened")]
public sealed record Reopened(string Reason, RunningTarget ResolveBy) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Acknowledged,
            MitigatedAt = null,
            ResolvedAt = null,
            ClosedAt = null,
            ResolveBy = ResolveBy,
            CustomerUpdates = before.CustomerUpdates with { ResolutionToldAt = null },
            Resolution = before.Resolution with
            {
                Workaround = "",
                Outcome = null,
                ClosesAt = null,
                ClosedHow = null,
                ClosedBy = null,
                Reopenings = before.Resolution.Reopenings + 1,
                ReopenedBecause = Reason,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.reopened", ("reason", Reason));
}

/// <summary>Tells the war room, or the owner, that it goes on.</summary>
/// <param name="Person">Who is told; null for the room.</param>
[StoredAs("reopened-notice")]
public sealed record ReopenedNotice(PersonId? Person, string Reason) : Notice
{
    /// <inheritdoc/>
    public override Destination To =>
        Person is { } person ? Destination.To(person) : Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (!escalation.IsOpen)
            return null;
        Text line = Phrase.Of(
            "resolution.room.reopened",
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name),
            ("reason", StatusUpdates.StatusCards.Shortened(Reason, 2, 200))
        );
        return Card.Of(line, new Paragraph(line), new Context(EscalationCard.Line(escalation))) with
        {
            Tone = Tone.Warning,
            Notify =
                Person is null && escalation.Holder(Role.TechnicalLead) is { } lead ? [lead] : [],
        };
    }
}
