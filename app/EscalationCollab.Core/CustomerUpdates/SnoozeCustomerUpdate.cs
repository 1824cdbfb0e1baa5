using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// Puts the next message to the customer off by a length of the policy's, with a reason, on the record. The customer is not
/// told by it: what was promised to them counts as snoozed, neither kept nor missed, and the dialog says so.
/// </summary>
internal static class SnoozeCustomerUpdate
{
    public const string Id = "customer.snooze";

    private const int ReasonLength = 150;

    public static void Register(Slices slices) => slices.Dialog(Id, open: Open, submit: Submit);

    public static CardAction? Button(Escalation escalation) =>
        escalation.CustomerUpdates.Cadence.Next is { } promise
            ? new Opens(
                Phrase.Of("customer-update.button.snooze"),
                Id,
                ActionData.For(escalation.Number).With("due", CustomerClock.Token(promise))
            )
            : null;

    /// <param name="token">The promise the dialog was opened for; null when it is not known.</param>
    public static Decision Decide(
        Escalation escalation,
        Duration length,
        string reason,
        string? token,
        Situation situation
    )
    {
        if (NotNow(escalation, token, situation) is { } refused)
            return refused;
        if (!situation.Policy.Nudges.Snoozes.Contains(length))
            return Decision.Refuse(Phrase.Of("form.unknown-choice"), "length");
        var from = Instant.Max(escalation.CustomerUpdates.Cadence.Next!.Due, situation.Now);
        var around =
            situation.Policy.Severities[escalation.Severity].CustomerCadence.Clock
            == TargetClock.AroundTheClock;
        var due = around
            ? from + length
            : situation.Policy.CalendarOf(escalation.Customer.Region).Add(from, length);
        var next = new Promise(situation.Now, due);
        return Decision
            .That(new CustomerUpdateSnoozed(reason, next))
            .Then(CustomerClock.Arm(next, escalation, situation))
            .Then(CustomerClock.Refreshed(escalation))
            .Saying(
                Phrase.Of("customer-update.snoozed", ("when", new Moment(due, MomentStyle.Exact)))
            );
    }

    private static Decision? NotNow(Escalation escalation, string? token, Situation situation)
    {
        if (!situation.May(Right.WriteToCustomer, escalation))
            return Decision.Refuse(Phrase.Of("customer-update.not-allowed"));
        var cadence = escalation.CustomerUpdates.Cadence;
        if (cadence.Next is null)
            return Decision.Refuse(Phrase.Of("customer-update.nothing-due"));
        return string.IsNullOrEmpty(token) || token == CustomerClock.Token(cadence.Next)
            ? null
            : Decision.Refuse(Phrase.Of("customer-update.out-of-date"));
    }

    private static Reply Open(Turn turn) =>
        turn.On(escalation =>
            NotNow(escalation, turn.Interaction.Data["due"], turn.Situation) is { } refused
                ? Turn.Refuse(refused.Refusals[0].Sentence)
                : new Reply.Show(Dialog(escalation, turn.Situation))
        );

    private static Dialog Dialog(Escalation escalation, Situation situation)
    {
        var lengths = situation.Policy.Nudges.Snoozes;
        var promise = escalation.CustomerUpdates.Cadence.Next!;
        return new Dialog(
            Id,
            Phrase.Of("customer-update.snooze.title"),
            Phrase.Of("customer-update.button.snooze"),
            [
                new ChoiceInput(
                    "length",
                    Phrase.Of("customer-update.snooze.length"),
                    [.. lengths.Select(length => new Option(Value(length), new Span(length)))]
                )
                {
                    Initial = [Value(lengths[0])],
                },
                new TextInput("reason", Phrase.Of("customer-update.snooze.reason"))
                {
                    MaxLength = ReasonLength,
                    Hint = Phrase.Of("customer-update.snooze.reason.hint"),
                },
            ]
        )
        {
            Data = ActionData.For(escalation.Number).With("due", CustomerClock.Token(promise)),
            Introduction =
            [
                new Context(
                    Phrase.Of("customer-update.snooze.due", ("when", new Moment(promise.Due)))
                ),
            ],
        }.Checked();
    }

    private static string Value(Duration length) =>
        ((long)length.TotalMinutes).ToString(CultureInfo.InvariantCulture);

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var length = Duration.FromMinutes((double)form.Number("length", min: 1, max: 100_000));
        var reason = form.Text("reason", ReasonLength);
        return form.Refused
            ?? turn.Decide(
                (escalation, situation) =>
                    Decide(escalation, length, reason, turn.Interaction.Data["due"], situation)
            );
    }
}

/// <summary>The next message was put off.</summary>
/// <param name="Next">When it is promised now.</param>
[StoredAs("customer-update-snoozed")]
public sealed record CustomerUpdateSnoozed(string Reason, Promise Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates with
            {
                Cadence = before.CustomerUpdates.Cadence.SnoozedBy(stamp, Reason, Next),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.customer-update-snoozed",
            ("when", new Moment(Next.Due, MomentStyle.Exact)),
            ("reason", Reason)
        );
}
