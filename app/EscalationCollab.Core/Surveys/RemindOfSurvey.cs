using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Surveys;

/// <summary>Asks once more, and notes when nobody answered in time.</summary>
internal static class RemindOfSurvey
{
    public static void Register(Slices slices) =>
        slices.Timer<SurveyReminderDue>(Decide).Timer<SurveyEnds>(Decide);

    /// <summary>The reminder, while the survey is open and the escalation closed. Late ones go out as long as the link works.</summary>
    public static Decision Decide(
        Escalation escalation,
        SurveyReminderDue timer,
        Situation situation
    ) =>
        escalation.Status == Status.Closed
        && escalation.Survey is { State: SurveyState.Sent, RemindedAt: null } board
        && board.Round == timer.Round
        && board.RemindAt == timer.Due
        && situation.Now < board.ExpiresAt
            ? Decision.Nothing.Then(new SendSurvey(timer.Round, Reminder: true))
            : Decision.Nothing;

    /// <summary>The end.</summary>
    public static Decision Decide(Escalation escalation, SurveyEnds timer, Situation situation) =>
        escalation.Survey is { State: SurveyState.Sent } board && board.Round == timer.Round
            ? Decision.That(new SurveyExpired(board.Contact))
            : Decision.Nothing;
}

/// <summary>The reminder is due.</summary>
[StoredAs("survey-reminder-due")]
public sealed record SurveyReminderDue : TimerEffect
{
    /// <summary>Which survey of the escalation.</summary>
    public required int Round { get; init; }
}

/// <summary>The survey stops being open.</summary>
[StoredAs("survey-ends")]
public sealed record SurveyEnds : TimerEffect
{
    /// <summary>Which survey of the escalation.</summary>
    public required int Round { get; init; }
}

/// <summary>The contact was asked once more.</summary>
[StoredAs("survey-reminded")]
public sealed record SurveyReminded(string Contact) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with { RemindedAt = stamp.At },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.survey-reminded", ("contact", Contact));
}

/// <summary>Nobody answered in time.</summary>
[StoredAs("survey-expired")]
public sealed record SurveyExpired(string Contact) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with { State = SurveyState.Expired },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.survey-expired", ("contact", Contact));
}
