using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Surveys;

/// <summary>Not asking this customer.</summary>
/// <param name="Reason">Why; not empty, one line.</param>
public sealed record SkipTheSurvey(string Reason);

/// <summary>Takes a planned survey back, with a reason that stays on the timeline.</summary>
internal static class SkipSurvey
{
    public const string Id = "survey.skip";

    /// <summary>Longest reason in characters.</summary>
    public const int ReasonLength = 150;

    public static void Register(Slices slices) =>
        slices.Dialog(Id, open: Open, submit: Submit).Offers(75, Button, Right.WriteToCustomer);

    public static Decision Decide(Escalation escalation, SkipTheSurvey command, Situation situation)
    {
        if (!situation.May(Right.WriteToCustomer, escalation))
            return Decision.Refuse(Phrase.Of("survey.not-allowed"));
        return NothingToSkip(escalation.Survey) is { } refused
            ? Decision.Refuse(refused)
            : Decision
                .That(
                    new SurveySkipped(Phrase.Of("survey.why.by-hand", ("reason", command.Reason)))
                )
                .Saying(Phrase.Of("survey.skipped"));
    }

    private static Phrase? NothingToSkip(SurveyBoard board) =>
        board switch
        {
            { State: SurveyState.Scheduled } => null,
            { SentAt: { } sent } => Phrase.Of(
                "survey.skip.sent",
                ("contact", board.Contact),
                ("when", new Moment(sent, MomentStyle.Exact))
            ),
            _ => Phrase.Of("survey.skip.none"),
        };

    private static CardAction? Button(Escalation escalation) =>
        escalation is { Status: Status.Closed, Survey.State: SurveyState.Scheduled }
            ? new Opens(Phrase.Of("survey.button.skip"), Id, ActionData.For(escalation.Number))
            : null;

    private static Reply Open(Turn turn) =>
        turn.On(escalation =>
            NothingToSkip(escalation.Survey) is { } refused
                ? Turn.Refuse(refused)
                : new Reply.Show(Dialog(escalation))
        );

    private static Dialog Dialog(Escalation escalation) =>
        new Dialog(
            Id,
            Phrase.Of("survey.skip.title"),
            Phrase.Of("survey.skip.submit"),
            [
                new TextInput("reason", Phrase.Of("survey.skip.reason"))
                {
                    MaxLength = ReasonLength,
                    Hint = Phrase.Of("survey.skip.reason.hint"),
                },
            ]
        )
        {
            Data = ActionData.For(escalation.Number),
            Introduction =
            [
                new Context(
                    Phrase.Of(
                        "survey.skip.due",
                        ("customer", escalation.Customer.Name),
                        ("when", new Moment(escalation.Survey.SendAt!.Value))
                    )
                ),
            ],
        }.Checked();

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var command = new SkipTheSurvey(form.Text("reason", ReasonLength));
        return form.Refused
            ?? turn.Decide((escalation, situation) => Decide(escalation, command, situation));
    }
}

/// <summary>The survey is not sent.</summary>
/// <param name="Why">The reason, in words.</param>
[StoredAs("survey-skipped")]
public sealed record SurveySkipped(Phrase Why) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with { State = SurveyState.Skipped, Why = Why },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.survey-skipped", ("why", Why));
}
