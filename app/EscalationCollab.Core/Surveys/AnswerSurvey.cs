using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>A customer answers through a link.</summary>
/// <param name="TokenHash">Of the link they followed.</param>
public sealed record AnswerTheSurvey(string TokenHash, SurveyAnswers Answers);

/// <summary>Takes a customer's answers, once, and sees to it that somebody follows up low ones.</summary>
internal static class AnswerSurvey
{
    public static void Register(Slices slices) => slices.Projects(SurveyRows.Project);

    public static Decision Decide(
        Escalation escalation,
        AnswerTheSurvey command,
        Situation situation
    )
    {
        if (!command.Answers.AreOnScale)
            throw new ArgumentException("answers outside their scales", nameof(command));
        var state = StateOf(escalation, command.TokenHash, situation.Now);
        if (state == SheetState.Answered)
            return Decision.Refuse(Phrase.Of("survey-page.answered"));
        if (state != SheetState.Open)
            return Decision.Refuse(Phrase.Of("survey-page.closed"));
        var low = IsLow(command.Answers, situation.Policy.Surveys);
        var decision = Decision.That(new SurveyAnswered(command.Answers, low));
        return low ? LowScore.FollowUp(decision, escalation, situation) : decision;
    }

    /// <summary>What a link leads to at a moment.</summary>
    public static SheetState StateOf(Escalation escalation, string hash, Instant now)
    {
        var board = escalation.Survey;
        if (!board.Links.Contains(hash))
            return SheetState.Expired;
        if (board.AnsweredAt is not null)
            return SheetState.Answered;
        return now < board.ExpiresAt ? SheetState.Open : SheetState.Expired;
    }

    /// <summary>Whether an answer given is at or below the policy's marks.</summary>
    public static bool IsLow(SurveyAnswers answers, SurveyRules rules) =>
        answers.Resolution <= rules.LowSatisfaction
        || answers.Communication <= rules.LowSatisfaction
        || answers.Effort <= rules.LowEffort
        || answers.Recommendation <= rules.LowRecommendation;
}

/// <summary>What a survey link leads to.</summary>
public enum SheetState
{
    /// <summary>The questions.</summary>
    Open,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It can no longer be answered.</summary>
    Expired,

    /// <summary>There never was such a link, as far as anybody can tell.</summary>
    Unknown,
}

/// <summary>The customer answered.</summary>
/// <param name="IsLow">Low by the policy of then.</param>
[StoredAs("survey-answered")]
public sealed record SurveyAnswered(SurveyAnswers Answers, bool IsLow) : EscalationEvent
{
    /// <summary>Characters of the comment on the timeline; the whole is in the record.</summary>
    private const int CommentTold = 300;

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with
            {
                State = SurveyState.Answered,
                AnsweredAt = stamp.At,
                Answers = Answers,
                IsLow = IsLow,
            },
        };

    /// <inheritdoc/>
    public override Text Tell()
    {
        var told = (Text)
            Phrase.Of("timeline.survey-answered", ("scores", SurveyCards.Scores(Answers)));
        return Answers.Comment.Length == 0
            ? told
            : told + "\n" + SurveyCards.Shortened(Answers.Comment, CommentTold);
    }
}
