using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>Warns one person that a message to the customer is due soon; afterwards it says what became of it.</summary>
[StoredAs("customer-update-warning")]
public sealed record CustomerUpdateWarning(PersonId Person, Instant Promised) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"customer-warning:{Promised.ToUnixTimeMilliseconds()}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        if (escalation.CustomerUpdates.Cadence.Next?.Due != Promised)
        {
            var outcome = Outcome(escalation);
            return Card.Of(
                outcome,
                new Paragraph(outcome),
                new Context(EscalationCard.Title(escalation))
            );
        }
        var writer = CustomerClock.Writer(escalation) ?? Person;
        Text warning =
            writer == Person
                ? Question(escalation, Person, Promised)
                : Phrase.Of(
                    "customer-update.warn",
                    ("person", new Mention(Person)),
                    ("writer", new Mention(writer)),
                    ("customer", escalation.Customer.Name),
                    ("when", new Moment(Promised))
                );
        return Card.Of(
            warning,
            new Paragraph(new Bold(warning)),
            new Context(EscalationCard.Line(escalation)),
            Buttons(escalation)
        ) with
        {
            Tone = Tone.Warning,
        };
    }

    internal static Phrase Question(Escalation escalation, PersonId writer, Instant promised) =>
        Phrase.Of(
            "customer-update.warn.you",
            ("person", new Mention(writer)),
            ("customer", escalation.Customer.Name),
            ("when", new Moment(promised))
        );

    internal static Actions Buttons(Escalation escalation) =>
        Actions.Of(LetterDialog.Button(escalation), SnoozeCustomerUpdate.Button(escalation));

    private Text Outcome(Escalation escalation)
    {
        var board = escalation.CustomerUpdates;
        if (board.Cadence.Last is not { } last || last.Promise.Due != Promised)
            return Phrase.Of(
                "customer-update.warn.withdrawn",
                ("status", Phrase.For(escalation.Status))
            );
        return last.How switch
        {
            PromiseEnd.Kept when board.Last is { } sent => Phrase.Of(
                "customer-update.warn.kept",
                ("author", LetterCards.NameOf(sent.Author)),
                ("when", new Moment(last.At, MomentStyle.Exact))
            ),
            PromiseEnd.Snoozed => Phrase.Of(
                "status.outcome.snoozed",
                ("person", new Mention(last.By)),
                ("when", new Moment(last.At, MomentStyle.Exact)),
                ("reason", last.Reason)
            ),
            _ => Phrase.Of(
                "customer-update.warn.missed",
                ("due", new Moment(Promised, MomentStyle.Exact))
            ),
        };
    }
}
