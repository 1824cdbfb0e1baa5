using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Resolution;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>
/// Low marks are followed up by a person: the owner hears of them privately, with what was said and what to do, and until
/// when. The page tells the customer the same day, so that it is a promise.
/// </summary>
internal static class LowScore
{
    public static Decision FollowUp(Decision decision, Escalation escalation, Situation situation)
    {
        var person = Responsible(escalation);
        var until = Until(escalation, situation);
        return decision
            .OpeningActionItem(
                escalation,
                new NewActionItem(
                    Phrase.Of("survey.low.item", ("contact", escalation.Survey.Contact)),
                    person,
                    until,
                    ActionItemKind.Process,
                    ActionItemSource.Survey
                ),
                situation
            )
            .Then(new LowScoreNotice(person, until));
    }

    /// <summary>Who follows up: the owner, or who declared it when there is none.</summary>
    public static PersonId Responsible(Escalation escalation) =>
        escalation.Owner ?? escalation.DeclaredBy;

    /// <summary>The day on which the customer has heard from us, in their zone.</summary>
    public static LocalDate Until(Escalation escalation, Situation situation) =>
        situation
            .Now.InZone(
                DateTimeZoneProviders.Tzdb.GetZoneOrNull(escalation.Customer.Zone)
                    ?? DateTimeZone.Utc
            )
            .Date.PlusDays(situation.Policy.ActionItems.LowScoreDue);
}

/// <summary>Tells the one who follows up what a customer said.</summary>
/// <param name="Until">The day that the customer was told.</param>
[StoredAs("survey-low-score")]
public sealed record LowScoreNotice(PersonId Person, LocalDate Until) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        var board = escalation.Survey;
        if (board.Answers is not { } answers)
            return null;
        return Card.Of(
            Phrase.Of(
                "survey.low.line",
                ("contact", board.Contact),
                ("customer", escalation.Customer.Name),
                ("number", escalation.Number.ToString())
            ),
            [
                new Header(
                    Phrase.Of(
                        "survey.low.title",
                        ("number", escalation.Number.ToString()),
                        ("customer", escalation.Customer.Name)
                    ),
                    Tone.Bad
                ),
                new Paragraph(escalation.Summary),
                SurveyCards.Answers(answers),
                .. SurveyCards.Comment(answers, board.Contact),
                new Paragraph(
                    Phrase.Of(
                        "survey.low.do",
                        ("contact", board.Contact),
                        (
                            "until",
                            new Moment(
                                Until
                                    .At(LocalTime.Noon)
                                    .InZoneLeniently(ZoneOf(situation))
                                    .ToInstant(),
                                MomentStyle.Date
                            )
                        )
                    )
                ),
                Actions.Of(
                    new Does(
                        Phrase.Of("timeline.catchup.button"),
                        "timeline.catchup",
                        ActionData.For(escalation.Number)
                    ),
                    escalation.Status == Status.Closed
                        ? new Opens(
                            Phrase.Of("resolution.button.reopen"),
                            Reopen.Id,
                            ActionData.For(escalation.Number)
                        )
                        : null
                ),
            ]
        ) with
        {
            Tone = Tone.Bad,
        };
    }

    // The day is shown in the reader's own zone, and noon is that day in almost every other.
    private DateTimeZone ZoneOf(Situation situation) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(
            situation.Directory.Find(Person)?.Zone ?? situation.Policy.DefaultZone
        ) ?? DateTimeZone.Utc;
}
