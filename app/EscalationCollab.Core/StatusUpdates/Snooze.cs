using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>Putting the next status off.</summary>
/// <param name="Length">One of the policy's choices.</param>
/// <param name="Reason">Why; not empty, one line.</param>
/// <param name="Promised">The promise the dialog was opened for; null when it is not known.</param>
public sealed record SnoozeStatus(Duration Length, string Reason, string? Promised = null);

/// <summary>
/// Puts the next status off by a length of the policy's, counted from when it is due, in office hours where the severity
/// counts those. It is recorded with its reason and is not an update: the promise counts as snoozed, neither kept nor missed.
/// </summary>
internal static class Snooze
{
    public const string Id = "status.snooze";

    /// <summary>Longest reason in characters.</summary>
    public const int ReasonLength = 150;

    public static void Register(Slices slices) =>
        slices
            .Query("snooze", Open)
            .Dialog(Id, open: Open, submit: Submit)
            .Offers(70, Button, Right.PostStatus);

    public static CardAction? Button(Escalation escalation) =>
        StatusClock.Runs(escalation) && escalation.StatusUpdates.Cadence.Next is { } promise
            ? new Opens(
                Phrase.Of("status.button.snooze"),
                Id,
                ActionData.For(escalation.Number).With("due", StatusClock.Token(promise))
            )
            : null;

    public static Decision Decide(Escalation escalation, SnoozeStatus command, Situation situation)
    {
        if (NotNow(escalation, command.Promised, situation) is { } refused)
            return refused;
        if (!situation.Policy.Nudges.Snoozes.Contains(command.Length))
            return Decision.Refuse(Phrase.Of("form.unknown-choice"), "length");
        var promised = escalation.StatusUpdates.Cadence.Next!.Due;
        var from = Instant.Max(promised, situation.Now);
        var around =
            situation.Policy.Severities[escalation.Severity].StatusCadence.Clock
            == TargetClock.AroundTheClock;
        var due = around
            ? from + command.Length
            : situation.Policy.CalendarOf(escalation.Customer.Region).Add(from, command.Length);
        var next = new Promise(situation.Now, due);
        return Decision
            .That(new StatusSnoozed(command.Reason, next))
            .Then(StatusClock.Arm(next, escalation, situation))
            .Then(StatusClock.Refreshed(escalation))
            .Saying(Phrase.Of("status.snoozed", ("when", new Moment(due, MomentStyle.Exact))));
    }

    private static Decision? NotNow(Escalation escalation, string? promised, Situation situation)
    {
        if (PostStatus.NotNow(escalation, situation) is { } refused)
            return refused;
        return escalation.StatusUpdates.Cadence.Next is null
            ? Decision.Refuse(Phrase.Of("status.nothing-due"))
            : StatusClock.OutOfDate(escalation, promised);
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
        var promise = escalation.StatusUpdates.Cadence.Next!;
        return new Dialog(
            Id,
            Phrase.Of("status.snooze.title"),
            Phrase.Of("status.snooze.submit"),
            [
                new ChoiceInput(
                    "length",
                    Phrase.Of("status.snooze.length"),
                    [.. lengths.Select(length => new Option(Value(length), new Span(length)))]
                )
                {
                    Initial = [Value(lengths[0])],
                },
                new TextInput("reason", Phrase.Of("status.snooze.reason"))
                {
                    MaxLength = ReasonLength,
                    Hint = Phrase.Of("status.snooze.reason.hint"),
                },
            ]
        )
        {
            Data = ActionData.For(escalation.Number).With("due", StatusClock.Token(promise)),
            Introduction =
            [
                new Context(Phrase.Of("status.snooze.due", ("when", new Moment(promise.Due)))),
            ],
        }.Checked();
    }

    private static string Value(Duration length) =>
        ((long)length.TotalMinutes).ToString(CultureInfo.InvariantCulture);

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var minutes = form.Number("length", min: 1, max: 100_000);
        var reason = form.Text("reason", ReasonLength);
        var command = new SnoozeStatus(
            Duration.FromMinutes((double)minutes),
            reason,
            turn.Interaction.Data["due"]
        );
        return form.Refused
            ?? turn.Decide((escalation, situation) => Decide(escalation, command, situation));
    }
}

/// <summary>The next status was put off.</summary>
/// <param name="Next">When it is promised now.</param>
[StoredAs("status-snoozed")]
public sealed record StatusSnoozed(string Reason, Promise Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Cadence = before.StatusUpdates.Cadence.SnoozedBy(stamp, Reason, Next),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.status-snoozed",
            ("when", new Moment(Next.Due, MomentStyle.Exact)),
            ("reason", Reason)
        );
}
