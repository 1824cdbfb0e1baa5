using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
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
        return decision.OpeningActionItem(
            escalation,
            new NewActionItem(
                Phrase.Of("survey.low.item", ("contact", escalation.Survey.Contact)),
                person,
                until,
                ActionItemKind.Process,
                ActionItemSource.Survey
            ),
            situation
        );
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

    /// <summary>The action item's first card: what the customer said, and what to do until when.</summary>
    public static Card CardOf(Escalation escalation, ActionItem item, SurveyAnswers answers)
    {
        var contact = escalation.Survey.Contact;
        return Card.Of(
            Phrase.Of(
                "survey.low.line",
                ("contact", contact),
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
                .. SurveyCards.Comment(answers, contact),
                new Paragraph(
                    Phrase.Of(
                        "survey.low.do",
                        ("contact", contact),
                        ("until", ActionItemCommon.DayText(item.DueOn))
                    )
                ),
                Actions.Of([
                    .. ActionItemCard.Buttons(escalation, item),
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
                        : null,
                ]),
            ]
        ) with
        {
            Tone = Tone.Bad,
        };
    }
}
