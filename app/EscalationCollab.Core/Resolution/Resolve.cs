using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Resolution;

/// <summary>Saying that it is solved.</summary>
/// <param name="Done">What was done.</param>
/// <param name="Cause">A first idea of why it happened, or empty.</param>
/// <param name="Concession">What is offered to make up for it, or null.</param>
public sealed record ResolveEscalation(
    ResolutionKind Kind,
    string Done,
    string Cause,
    ConcessionOffer? Concession = null
);

/// <summary>
/// Resolving: the target is met, the clocks stop, and who writes to the customer is handed the draft of the message. It stays
/// open to the customer's word until they confirm or stay silent.
/// </summary>
internal static class Resolve
{
    public const string Id = "resolution.resolve";

    private const int CauseLength = 500;

    public static void Register(Slices slices) =>
        slices
            .Query("resolve", turn => turn.On(escalation => Show(escalation, turn.Situation)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn.Situation)),
                submit: Submit
            )
            .Offers(
                61,
                escalation =>
                    escalation.Status is Status.Acknowledged or Status.Mitigated
                        ? new Opens(
                            Phrase.Of("resolution.button.resolve"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                Right.Resolve
            );

    public static Decision Decide(
        Escalation escalation,
        ResolveEscalation command,
        Situation situation
    )
    {
        if (NotNow(escalation, situation) is { } refused)
            return refused;
        var conceded = command.Concession is { } offer
            ? OfferConcession.Offer(escalation, offer, situation)
            : Decision.Nothing;
        if (conceded.IsRefused)
            return conceded;
        var closesAt = situation.Due(escalation, situation.Policy.SilenceUntilClosing);
        var writer = CustomerClock.Writer(escalation) ?? situation.Actor;
        var said = Ending.IsTold(escalation)
            ? Phrase.Of("resolution.resolved.told")
            : Phrase.Of("resolution.resolved", ("writer", new Mention(writer)));
        return Decision
            .That(new Resolved(command.Kind, command.Done, command.Cause, closesAt))
            .And(conceded.Events)
            .Then(
                new CloseWhenSilent { Due = closesAt },
                new ResolvedNotice(),
                Ending.IsTold(escalation) ? null : new TellCustomer(writer, situation.Now)
            )
            .Then(conceded.Effects)
            .Saying(
                command.Concession is null
                    ? said
                    : new Text(said) + " " + OfferConcession.Said(conceded)
            );
    }

    private static Decision? NotNow(Escalation escalation, Situation situation) =>
        Ending.NotNow(escalation, situation)
        ?? (
            escalation.Status is Status.Acknowledged or Status.Mitigated
                ? null
                : Ending.WrongStatus(escalation)
        );

    private static Reply Show(Escalation escalation, Situation situation) =>
        NotNow(escalation, situation) is { } refused
            ? Turn.Refuse(refused.Refusals[0].Sentence)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("resolution.title"),
                    Phrase.Of("resolution.button.resolve"),
                    [
                        new ChoiceInput(
                            "how",
                            Phrase.Of("resolution.how"),
                            DeclareDialog.Options<ResolutionKind>()
                        )
                        {
                            Initial = [nameof(ResolutionKind.Fix)],
                        },
                        new TextInput("done", Phrase.Of("resolution.done"))
                        {
                            Multiline = true,
                            Hint = Phrase.Of("resolution.done.hint"),
                        },
                        new TextInput("cause", Phrase.Of("resolution.cause"))
                        {
                            Multiline = true,
                            Required = false,
                            MaxLength = CauseLength,
                            Hint = Phrase.Of("resolution.cause.hint"),
                        },
                        .. OfferConcession.Inputs(escalation, required: false, situation),
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                }.Checked()
            );

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var command = new ResolveEscalation(
            form.Choice<ResolutionKind>("how"),
            form.Text("done"),
            form.OptionalText("cause", CauseLength) ?? "",
            OfferConcession.Read(form, required: false, turn.Situation)
        );
        return form.Refused ?? turn.Decide((e, s) => Decide(e, command, s));
    }
}

/// <summary>It is solved; the customer has not confirmed yet.</summary>
/// <param name="How">A fix, or a workaround for good.</param>
/// <param name="Done">What was done.</param>
/// <param name="Cause">A first idea of why it happened, or empty.</param>
/// <param name="ClosesAt">When it closes if the customer stays silent.</param>
[StoredAs("resolved")]
public sealed record Resolved(ResolutionKind How, string Done, string Cause, Instant ClosesAt)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Resolved,
            ResolvedAt = stamp.At,
            ResolveBy = before.ResolveBy is { Met: null } running
                ? running with
                {
                    Met = stamp.At,
                }
                : before.ResolveBy,
            Resolution = before.Resolution with
            {
                Outcome = new Outcome(How, Done, Cause, stamp.By, stamp.At),
                ClosesAt = ClosesAt,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.resolved", ("how", Phrase.For(How)), ("done", Done));
}

/// <summary>One short message in the war room: it is solved.</summary>
[StoredAs("resolved-notice")]
public sealed record ResolvedNotice : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.Resolution.Outcome is not { } outcome)
            return null;
        Text line = Phrase.Of(
            "resolution.room",
            ("person", new Mention(outcome.By)),
            ("how", Phrase.For(outcome.Kind)),
            ("done", StatusUpdates.StatusCards.Shortened(outcome.Done, 2, 200))
        );
        return Card.Of(line, new Paragraph(line)) with { Tone = Tone.Good };
    }
}

/// <summary>Hands who writes to the customer the message about the resolution; afterwards it says what became of it.</summary>
/// <param name="Since">The resolution, or the end of a silence that did not count.</param>
[StoredAs("tell-customer")]
public sealed record TellCustomer(PersonId Person, Instant Since) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"tell-customer:{Since.ToUnixTimeMilliseconds()}";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        var told = Ending.IsTold(escalation);
        if (escalation.Status != Status.Resolved || told)
        {
            var outcome = told
                ? Phrase.Of("resolution.tell.done")
                : Phrase.Of("resolution.tell.over", ("status", Phrase.For(escalation.Status)));
            return Card.Of(
                EscalationCard.Title(escalation) + ": " + outcome,
                new Paragraph(outcome),
                new Context(EscalationCard.Line(escalation))
            );
        }
        Text line = Phrase.Of(
            escalation.ResolvedAt < Since ? "resolution.tell.again" : "resolution.tell",
            ("person", new Mention(Person)),
            ("customer", escalation.Customer.Name)
        );
        return Card.Of(
            line,
            new Paragraph(new Bold(line)),
            new Context(EscalationCard.Line(escalation)),
            Actions.Of(
                LetterDialog.Button(escalation, CustomerMessageKind.Resolution) with
                {
                    Style = ActionStyle.Primary,
                },
                Confirm.Button(escalation) with
                {
                    Style = ActionStyle.Default,
                }
            )
        );
    }
}
