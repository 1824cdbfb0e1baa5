using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>Saying with one tap that nothing has changed: a deliberate update, so the promise is kept.</summary>
internal static class NoChange
{
    public const string Id = "status.no-change";

    public static void Register(Slices slices) =>
        slices
            .Command("no-change", turn => turn.Decide((e, s) => Decide(e, promised: null, s)))
            .Action(Id, turn => turn.Decide((e, s) => Decide(e, turn.Interaction.Data["due"], s)))
            .Offers(21, Button, Right.PostStatus);

    /// <summary>The button, or null while there is nothing that could be unchanged.</summary>
    public static CardAction? Button(Escalation escalation) =>
        StatusClock.Runs(escalation) && escalation.StatusUpdates.Last is not null
            ? new Does(
                Phrase.Of("status.button.no-change"),
                Id,
                ActionData
                    .For(escalation.Number)
                    .With("due", StatusClock.Token(escalation.StatusUpdates.Cadence.Next))
            )
            : null;

    /// <param name="promised">The promise the button was about; null when typed.</param>
    public static Decision Decide(Escalation escalation, string? promised, Situation situation)
    {
        if (PostStatus.NotNow(escalation, situation) is { } refused)
            return refused;
        if (escalation.StatusUpdates.Last is null)
            return Decision.Refuse(Phrase.Of("status.nothing-to-repeat"));
        if (StatusClock.OutOfDate(escalation, promised) is { } late)
            return late;
        var next = StatusClock.Next(escalation, situation);
        return Decision
            .That(new StatusUnchanged(next))
            .Then(StatusClock.Arm(next, escalation, situation))
            .Then(StatusClock.Refreshed(escalation))
            .Then(StatusAnswer.For(escalation, situation))
            .Saying(PostStatus.Said("status.unchanged", next));
    }
}

/// <summary>Somebody said that nothing has changed.</summary>
/// <param name="Next">When the next status is promised, or null while none are.</param>
[StoredAs("status-unchanged")]
public sealed record StatusUnchanged(Promise? Next) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Last = before.StatusUpdates.Last is { } last
                    ? last with
                    {
                        UnchangedBy = stamp.By,
                        UnchangedAt = stamp.At,
                    }
                    : null,
                Trend = Trend.Same,
                Cadence = before.StatusUpdates.Cadence.KeptBy(stamp, Next),
                Request = null,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.status-unchanged");
}
