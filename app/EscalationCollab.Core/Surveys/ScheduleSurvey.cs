using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>
/// A closed escalation is followed by a survey after the policy's time, whoever or whatever closed it; a reopened one is
/// not. For a restricted escalation nothing goes out without a person: there it is sent by hand.
/// </summary>
internal static class ScheduleSurvey
{
    public static void Register(Slices slices) => slices.Follows(Follow).Timer<SurveyDue>(Decide);

    /// <summary>What follows when an escalation is closed or reopened.</summary>
    public static Decision Follow(Escalation before, Escalation after, Situation situation) =>
        (before.Status, after.Status) switch
        {
            (not Status.Closed, Status.Closed) when !after.Restricted && !AskedAlready(after) =>
                Schedule(after, situation),
            (Status.Closed, not Status.Closed) when after.Survey.State == SurveyState.Scheduled =>
                Decision.That(new SurveyWithdrawn()),
            _ => Decision.Nothing,
        };

    /// <summary>The timer: asks for the letter, unless it is no longer wanted or comes so late that nobody would understand it.</summary>
    public static Decision Decide(Escalation escalation, SurveyDue timer, Situation situation)
    {
        var board = escalation.Survey;
        if (
            escalation.Status != Status.Closed
            || board.State != SurveyState.Scheduled
            || board.Round != timer.Round
        )
            return Decision.Nothing;
        return situation.Now >= Expiry(timer.Due, escalation, situation)
            ? Decision.That(new SurveySkipped(Phrase.Of("survey.why.too-late")))
            : Decision.Nothing.Then(new SendSurvey(timer.Round));
    }

    /// <summary>When a survey sent at a moment stops being open.</summary>
    public static Instant Expiry(Instant sent, Escalation escalation, Situation situation) =>
        Due(sent, situation.Policy.Surveys.ExpireAfter, escalation, situation);

    /// <summary>When a time of the policy that runs from a moment is over, in the customer's calendar.</summary>
    public static Instant Due(
        Instant from,
        Target target,
        Escalation escalation,
        Situation situation
    ) =>
        EscalationPolicy.Due(from, target, situation.Policy.CalendarOf(escalation.Customer.Region));

    // By hand it may have been sent between resolved and closed.
    private static bool AskedAlready(Escalation escalation) =>
        escalation.Survey.SendAt >= escalation.ResolvedAt
        && escalation.Survey.State != SurveyState.None;

    private static Decision Schedule(Escalation escalation, Situation situation)
    {
        var at = Due(situation.Now, situation.Policy.Surveys.SendAfter, escalation, situation);
        return Decision
            .That(new SurveyScheduled(at))
            .Then(new SurveyDue { Due = at, Round = escalation.Survey.Round + 1 });
    }
}

/// <summary>The survey is to be sent.</summary>
[StoredAs("survey-due")]
public sealed record SurveyDue : TimerEffect
{
    /// <summary>Which survey of the escalation.</summary>
    public required int Round { get; init; }
}

/// <summary>A survey is planned; an earlier one is over.</summary>
[StoredAs("survey-scheduled")]
public sealed record SurveyScheduled(Instant SendAt) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = new SurveyBoard
            {
                State = SurveyState.Scheduled,
                Round = before.Survey.Round + 1,
                SendAt = SendAt,
            },
        };
}

/// <summary>A planned survey is not wanted, because the escalation goes on.</summary>
[StoredAs("survey-withdrawn")]
public sealed record SurveyWithdrawn : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with { State = SurveyState.None, SendAt = null },
        };
}
