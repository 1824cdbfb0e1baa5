using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>Sending the survey now.</summary>
/// <param name="LastAsked">When the contact was last asked about another case within the policy's rest, or null.</param>
public sealed record AskNow(Instant? LastAsked);

/// <summary>Sends the survey by hand: at once instead of later, or where none goes out by itself.</summary>
internal static class AskForSurvey
{
    public const string Id = "survey.send";
    private const string Skip = "skip";

    public static void Register(Slices slices) =>
        slices.Command("survey", Command).Action(Id, Ask).Offers(74, Button, Right.WriteToCustomer);

    public static Decision Decide(Escalation escalation, AskNow command, Situation situation)
    {
        if (!situation.May(Right.WriteToCustomer, escalation))
            return Decision.Refuse(Phrase.Of("survey.not-allowed"));
        if (WhyNot(escalation, command, situation) is { } refused)
            return Decision.Refuse(refused);
        return Decision
            .That(new SurveyScheduled(situation.Now))
            .Then(new SendSurvey(escalation.Survey.Round + 1))
            .Saying(
                Phrase.Of(
                    "survey.asked",
                    ("contact", SurveyContact.Of(escalation, situation)!.Name)
                )
            );
    }

    private static Phrase? WhyNot(Escalation escalation, AskNow command, Situation situation)
    {
        var board = escalation.Survey;
        if (escalation.Status is not (Status.Resolved or Status.Closed))
            return Phrase.Of("survey.not-over", ("status", Phrase.For(escalation.Status)));
        // A survey of before a reopening does not stand in the way of the next.
        if (board.SendAt >= escalation.ResolvedAt && board.AnsweredAt is { } answered)
            return Phrase.Of(
                "survey.answered-already",
                ("contact", board.Contact),
                ("when", new Moment(answered, MomentStyle.Exact))
            );
        if (board.IsOut)
            return Phrase.Of("survey.sent-already", ("contact", board.Contact));
        if (SurveyContact.Of(escalation, situation) is not { } contact)
            return SurveyContact.Missing(escalation);
        return command.LastAsked is { } asked
            ? SurveyContact.AskedRecently(contact, asked, situation)
            : null;
    }

    private static CardAction? Button(Escalation escalation) =>
        escalation
            is {
                Status: Status.Closed,
                Survey.State: SurveyState.None or SurveyState.Skipped or SurveyState.NotDelivered
            }
            ? new Does(Phrase.Of("survey.button.send"), Id, ActionData.For(escalation.Number))
            : null;

    private static Reply Command(Turn turn)
    {
        var words = turn.Words.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words is [""])
            return Ask(turn);
        if (!words[0].Equals(Skip, StringComparison.OrdinalIgnoreCase))
            return Turn.Refuse(
                Phrase.Of("survey.usage", ("usage", new Code("/escalate survey 1042 skip ...")))
            );
        var reason = Form.Clean(words is [_, var rest] ? rest : "");
        if (reason.Length == 0)
            return Turn.Refuse(Phrase.Of("survey.skip.needs-reason"));
        if (reason.Length > SkipSurvey.ReasonLength)
            return Turn.Refuse(
                Phrase.Of(
                    "form.too-long",
                    ("max", new Number(SkipSurvey.ReasonLength)),
                    ("length", new Number(reason.Length))
                )
            );
        return turn.Decide(
            (escalation, situation) =>
                SkipSurvey.Decide(escalation, new SkipTheSurvey(reason), situation)
        );
    }

    private static Reply Ask(Turn turn) =>
        turn.Decide(
            (escalation, situation) =>
                Decide(
                    escalation,
                    new AskNow(SurveyContact.LastAsked(escalation, situation, turn.Records)),
                    situation
                )
        );
}
