using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.Resolution;

/// <summary>
/// The other ways to close: by the customer's silence, and by hand with a reason. Silence counts from when the customer was
/// told of the resolution; somebody who knows nothing cannot object, so until then it is asked for instead of closing.
/// </summary>
internal static class Close
{
    public const string Id = "resolution.close";

    private const int NoteLength = 500;

    public static void Register(Slices slices) =>
        slices
            .Query("close", turn => turn.On(escalation => Show(escalation, turn.Situation)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn.Situation)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var note = form.Text("note", NoteLength);
                    return form.Refused ?? turn.Decide((e, s) => Decide(e, note, s));
                }
            )
            .Timer<CloseWhenSilent>(Silent)
            .Follows(Follow);

    public static Decision Decide(Escalation escalation, string note, Situation situation) =>
        NotNow(escalation, situation) ?? With(escalation, ClosingReason.ByHand, note);

    /// <summary>The end, for whatever reason.</summary>
    public static Decision With(Escalation escalation, ClosingReason how, string note) =>
        Decision
            .That(new Closed(how, note))
            .Then(
                CustomerClock.Writer(escalation) is { } writer
                && escalation.ResolvedAt is { } resolved
                    ? new TellCustomer(writer, resolved) { OnlyEdits = true }
                    : null
            )
            .Saying(Phrase.Of("resolution.closed", ("number", escalation.Number.ToString())));

    /// <summary>The agreed time has passed.</summary>
    public static Decision Silent(Escalation escalation, CloseWhenSilent timer, Situation situation)
    {
        if (escalation.Status != Status.Resolved || escalation.Resolution.ClosesAt != timer.Due)
            return Decision.Nothing;
        if (Ending.IsTold(escalation))
            return With(escalation, ClosingReason.CustomerSilent, "").Then(new ClosedNotice());
        var until = situation.Due(escalation, situation.Policy.SilenceUntilClosing);
        return Decision
            .That(new SilenceCounts(until))
            .Then(
                new CloseWhenSilent { Due = until },
                CustomerClock.Writer(escalation) is { } writer
                    ? new TellCustomer(writer, situation.Now)
                    : null
            );
    }

    /// <summary>Once the customer was told, the silence counts from then.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation)
    {
        if (
            after.Status != Status.Resolved
            || before.CustomerUpdates.ResolutionToldAt == after.CustomerUpdates.ResolutionToldAt
            || !Ending.IsTold(after)
        )
            return Decision.Nothing;
        var until = situation.Due(after, situation.Policy.SilenceUntilClosing);
        return Decision
            .That(new SilenceCounts(until))
            .Then(
                new CloseWhenSilent { Due = until },
                CustomerClock.Writer(after) is { } writer && after.ResolvedAt is { } resolved
                    ? new TellCustomer(writer, resolved) { OnlyEdits = true }
                    : null
            );
    }

    private static Decision? NotNow(Escalation escalation, Situation situation) =>
        Ending.NotNow(escalation, situation)
        ?? (escalation.Status == Status.Resolved ? null : Ending.WrongStatus(escalation));

    private static Reply Show(Escalation escalation, Situation situation) =>
        NotNow(escalation, situation) is { } refused
            ? Turn.Refuse(refused.Refusals[0].Sentence)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("resolution.close.title"),
                    Phrase.Of("button.close"),
                    [
                        new TextInput("note", Phrase.Of("resolution.close.note"))
                        {
                            Multiline = true,
                            MaxLength = NoteLength,
                            Hint = Phrase.Of("resolution.close.hint"),
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                }.Checked()
            );
}

/// <summary>The customer's time to object ends.</summary>
[StoredAs("close-when-silent")]
public sealed record CloseWhenSilent : TimerEffect;

/// <summary>The customer's time to object runs until another moment.</summary>
[StoredAs("silence-counts")]
public sealed record SilenceCounts(Instant ClosesAt) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Resolution = before.Resolution with { ClosesAt = ClosesAt },
        };
}

/// <summary>It is over.</summary>
/// <param name="How">Why.</param>
/// <param name="Note">What the person who closed it added, or empty.</param>
[StoredAs("closed")]
public sealed record Closed(ClosingReason How, string Note = "") : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Closed,
            ClosedAt = stamp.At,
            Resolution = before.Resolution with
            {
                ClosesAt = null,
                ClosedHow = How,
                ClosedBy = stamp.By,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        How switch
        {
            ClosingReason.CustomerConfirmed => Phrase.Of("timeline.closed-confirmed"),
            ClosingReason.CustomerSilent => Phrase.Of("timeline.closed-silent"),
            _ => Phrase.Of("timeline.closed-by-hand", ("note", Note)),
        };
}

/// <summary>One short message in the war room: it closed by itself.</summary>
[StoredAs("closed-notice")]
public sealed record ClosedNotice : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.Status == Status.Closed
            ? Card.Line(Phrase.Of("resolution.room.closed", ("customer", escalation.Customer.Name)))
            : null;
}
