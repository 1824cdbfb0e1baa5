using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Resolution;

/// <summary>Noting that the customer accepted a workaround. The work on the cause goes on, and so do the clocks.</summary>
internal static class Mitigate
{
    public const string Id = "resolution.mitigate";

    private const int Length = 1_000;

    public static void Register(Slices slices) =>
        slices
            .Query("workaround", turn => turn.On(escalation => Show(escalation, turn)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var workaround = form.Text("workaround", Length);
                    return form.Refused ?? turn.Decide((e, s) => Decide(e, workaround, s));
                }
            )
            .Offers(
                60,
                escalation =>
                    escalation.Status == Status.Acknowledged
                        ? new Opens(
                            Phrase.Of("resolution.button.workaround"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                Right.Resolve
            );

    public static Decision Decide(Escalation escalation, string workaround, Situation situation) =>
        NotNow(escalation, situation)
        ?? Decision
            .That(new Mitigated(workaround))
            .Saying(Phrase.Of("resolution.mitigated", ("customer", escalation.Customer.Name)));

    private static Decision? NotNow(Escalation escalation, Situation situation)
    {
        if (Ending.NotNow(escalation, situation) is { } refused)
            return refused;
        return escalation.Status switch
        {
            Status.Acknowledged => null,
            Status.Mitigated => Decision.Refuse(
                Phrase.Of(
                    "resolution.mitigated-already",
                    ("when", new Moment(escalation.MitigatedAt ?? escalation.ChangedAt))
                )
            ),
            _ => Ending.WrongStatus(escalation),
        };
    }

    private static Reply Show(Escalation escalation, Turn turn) =>
        NotNow(escalation, turn.Situation) is { } refused
            ? Turn.Refuse(refused.Refusals[0].Sentence)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("resolution.mitigate.title"),
                    Phrase.Of("button.save"),
                    [
                        new TextInput("workaround", Phrase.Of("term.workaround"))
                        {
                            Multiline = true,
                            MaxLength = Length,
                            Initial =
                                turn.Interaction.Kind == InteractionKind.Command ? turn.Words : "",
                            Hint = Phrase.Of("resolution.mitigate.hint"),
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                }.Checked()
            );
}

/// <summary>The customer accepted a workaround; the cause is still to be solved.</summary>
[StoredAs("mitigated")]
public sealed record Mitigated(string Workaround) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Mitigated,
            MitigatedAt = stamp.At,
            Resolution = before.Resolution with { Workaround = Workaround },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.mitigated", ("workaround", Workaround));
}
