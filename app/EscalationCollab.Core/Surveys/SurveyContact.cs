using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>Who is asked: the contact whom all letters address. Nobody is asked again within the policy's rest.</summary>
internal static class SurveyContact
{
    public static Contact? Of(Escalation escalation, Situation situation) =>
        situation.Directory.Find(escalation.Customer.Id)?.Contacts is [var first, ..]
            ? first
            : null;

    /// <summary>When the contact was asked in another survey within the policy's rest, or null.</summary>
    public static Instant? LastAsked(
        Escalation escalation,
        Situation situation,
        Records records,
        int? round = null
    ) =>
        Of(escalation, situation) is { } contact
            ? SurveyRows.LastAsked(
                records,
                contact.Email,
                situation.Now - situation.Policy.Surveys.Cooldown,
                escalation.Number,
                round
            )
            : null;

    public static Phrase Missing(Escalation escalation) =>
        Phrase.Of("survey.why.no-contact", ("customer", escalation.Customer.Name));

    public static Phrase AskedRecently(Contact contact, Instant asked, Situation situation) =>
        Phrase.Of(
            "survey.why.asked-recently",
            ("contact", contact.Name),
            ("when", new Moment(asked, MomentStyle.Date)),
            ("count", new Number((decimal)situation.Policy.Surveys.Cooldown.TotalDays, "0"))
        );
}
