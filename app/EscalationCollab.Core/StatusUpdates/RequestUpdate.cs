using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>Anyone involved asks for an update; the person who knows gets one private card, not one from everybody.</summary>
internal static class RequestUpdate
{
    public const string Id = "status.request";

    public static void Register(Slices slices) =>
        slices
            .Command("request-update", turn => turn.Decide(Decide))
            .Action(Id, turn => turn.Decide(Decide));

    public static CardAction? Button(Escalation escalation) =>
        StatusClock.Runs(escalation) && escalation.StatusUpdates.Request is null
            ? new Does(Phrase.Of("status.button.request"), Id, ActionData.For(escalation.Number))
            : null;

    public static Decision Decide(Escalation escalation, Situation situation)
    {
        if (!escalation.Involves(situation.Actor))
            return Decision.Refuse(Phrase.Of("status.request.not-involved"));
        if (escalation.IsOver || escalation.Status == Status.Resolved)
            return Decision.Refuse(
                Phrase.Of("status.over", ("status", Phrase.For(escalation.Status)))
            );
        if (!StatusClock.Runs(escalation) || StatusClock.Asked(escalation) is not { } person)
            return Decision.Refuse(Phrase.Of("status.request.nobody"));
        if (person == situation.Actor)
            return Decision.Refuse(Phrase.Of("status.request.yourself"));
        if (escalation.StatusUpdates.Request is { } open)
            return Decision.Refuse(
                Phrase.Of(
                    "status.request.open",
                    ("person", new Mention(open.By)),
                    ("when", new Moment(open.At, MomentStyle.Exact)),
                    ("asked", new Mention(open.Of))
                )
            );
        return Decision
            .That(new StatusRequested(person))
            .Then(new StatusQuestion(person, situation.Actor, situation.Now))
            .Saying(Phrase.Of("status.requested", ("person", new Mention(person))));
    }
}

/// <summary>Somebody asked for an update.</summary>
/// <param name="Of">Who was asked.</param>
[StoredAs("status-requested")]
public sealed record StatusRequested(PersonId Of) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            StatusUpdates = before.StatusUpdates with
            {
                Request = new StatusRequest(stamp.By, Of, stamp.At),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.status-requested", ("person", new Mention(Of)));
}
