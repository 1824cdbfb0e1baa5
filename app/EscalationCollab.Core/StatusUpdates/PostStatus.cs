using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>How it stands.</summary>
/// <param name="Conditions">How it is now; not empty.</param>
/// <param name="Actions">What is being done, or empty.</param>
/// <param name="Needs">What is needed from others, or empty.</param>
public sealed record PostStatusUpdate(string Conditions, string Actions, string Needs, Trend Trend);

/// <summary>
/// Posting a status, in two taps: the dialog holds the last one, so that only what changed is written. The card shows it;
/// the room gets a message only when something is needed or it is getting worse.
/// </summary>
internal static class PostStatus
{
    public const string Id = "status.post";

    public static void Register(Slices slices) =>
        slices
            .Query("status", turn => turn.On(escalation => Show(escalation, turn, turn.Words)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn, "")),
                submit: Submit
            )
            .Offers(
                20,
                escalation => StatusClock.Runs(escalation) ? Button(escalation) : null,
                Right.PostStatus
            );

    public static CardAction Button(Escalation escalation) =>
        new Opens(Phrase.Of("status.button.post"), Id, ActionData.For(escalation.Number))
        {
            Style = ActionStyle.Primary,
        };

    public static Decision Decide(
        Escalation escalation,
        PostStatusUpdate command,
        Situation situation
    )
    {
        if (NotNow(escalation, situation) is { } refused)
            return refused;
        var board = escalation.StatusUpdates;
        var next = StatusClock.Next(escalation, situation);
        var newNeed = command.Needs.Length > 0 && command.Needs != board.Last?.Needs;
        return Decision
            .That(
                new StatusPosted(
                    command.Conditions,
                    command.Actions,
                    command.Needs,
                    command.Trend,
                    next
                )
            )
            .Then(StatusClock.Arm(next, escalation, situation))
            .Then(StatusClock.Refreshed(escalation))
            .Then(
                newNeed || command.Trend == Trend.Declining
                    ? new StatusInRoom(situation.Now)
                    : null,
                StatusAnswer.For(escalation, situation)
            )
            .Saying(Said("status.posted", next));
    }

    /// <summary>The refusal that posting, "no change" and snoozing have in common, or null.</summary>
    public static Decision? NotNow(Escalation escalation, Situation situation)
    {
        if (!situation.May(Right.PostStatus, escalation))
            return Decision.Refuse(Phrase.Of("status.not-allowed"));
        return escalation.IsOver
            ? Decision.Refuse(Phrase.Of("status.over", ("status", Phrase.For(escalation.Status))))
            : null;
    }

    /// <summary>The confirmation, with the next promise when there is one.</summary>
    public static Text Said(string key, Promise? next) =>
        next is null
            ? Phrase.Of(key)
            : Phrase.Of(key + ".next", ("when", new Moment(next.Due, MomentStyle.Exact)));

    /// <summary>The form, or why it cannot be filled in now.</summary>
    public static Reply Show(Escalation escalation, Turn turn, string words) =>
        NotNow(escalation, turn.Situation) is { } refused
            ? Turn.Refuse(refused.Refusals[0].Sentence)
            : new Reply.Show(Dialog(escalation, words));

    private static Dialog Dialog(Escalation escalation, string words)
    {
        var last = escalation.StatusUpdates.Last;
        return new Dialog(
            Id,
            Phrase.Of("status.title"),
            Phrase.Of("status.submit"),
            [
                new TextInput("conditions", Phrase.Of("status.conditions"))
                {
                    Multiline = true,
                    Initial = words.Length > 0 ? words : last?.Conditions ?? "",
                    Hint = Phrase.Of("status.conditions.hint"),
                },
                new TextInput("actions", Phrase.Of("status.actions"))
                {
                    Multiline = true,
                    Required = false,
                    Initial = last?.Actions ?? "",
                },
                new TextInput("needs", Phrase.Of("status.needs"))
                {
                    Multiline = true,
                    Required = false,
                    Initial = last?.Needs ?? "",
                    Hint = Phrase.Of("status.needs.hint"),
                },
                new ChoiceInput("trend", Phrase.Of("term.trend"), DeclareDialog.Options<Trend>())
                {
                    Initial = [(escalation.StatusUpdates.Trend ?? Trend.Same).ToString()],
                },
            ]
        )
        {
            Data = ActionData.For(escalation.Number),
            Introduction = last is null
                ? []
                :
                [
                    new Context(
                        Phrase.Of(
                            "status.prefilled",
                            ("person", new Mention(last.By)),
                            ("when", new Moment(last.At))
                        )
                    ),
                ],
        }.Checked();
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var command = new PostStatusUpdate(
            form.Text("conditions"),
            form.OptionalText("actions") ?? "",
            form.OptionalText("needs") ?? "",
            form.Choice<Trend>("trend")
        );
        return form.Refused
            ?? turn.Decide((escalation, situation) => Decide(escalation, command, situation));
    }
}

/// <summary>Somebody said how it stands.</summary>
/// <param name="Next">When the next status is promised, or null while none are.</param>
[StoredAs("status-posted")]
public sealed record StatusPosted(
    string Conditions,
    string Actions,
    string Needs,
    Trend Trend,
    Promise? Next
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Last = new StatusUpdate(Conditions, Actions, Needs, Trend, stamp.By, stamp.At),
                Trend = Trend,
                Cadence = before.StatusUpdates.Cadence.KeptBy(stamp, Next),
                Request = null,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Text.Join(
            " ",
            new Text?[]
            {
                Phrase.Of(
                    "timeline.status-posted",
                    ("trend", Phrase.For(Trend)),
                    ("conditions", Conditions)
                ),
                Actions.Length == 0
                    ? null
                    : (Text)Phrase.Of("timeline.status-actions", ("actions", Actions)),
                Needs.Length == 0
                    ? null
                    : (Text)Phrase.Of("timeline.status-needs", ("needs", Needs)),
            }.OfType<Text>()
        );
}
