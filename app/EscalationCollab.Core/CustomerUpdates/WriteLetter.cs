using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>A message to the customer as somebody wrote it.</summary>
/// <param name="Text">The writer's part.</param>
/// <param name="Letter">The whole, as it will arrive.</param>
/// <param name="Draft">The draft that is changed, or null for a new one.</param>
/// <param name="Revision">The revision of that draft the writer saw; null when it is not known.</param>
public sealed record WriteCustomerLetter(
    LetterText Text,
    LetterForm Letter,
    int? Draft = null,
    int? Revision = null
);

/// <summary>
/// Writing to the customer, or changing what is not sent yet. The writer gets the letter as it will arrive, privately; any
/// change takes back an approval.
/// </summary>
internal static class WriteLetter
{
    /// <summary>Messages that may wait at the same time; more is a sign that nobody looks at them.</summary>
    public const int MostDrafts = 10;

    /// <summary>A promise further away than this is a slip of the calendar.</summary>
    public static readonly Duration FarthestPromise = Duration.FromDays(60);

    public static Decision Decide(
        Escalation escalation,
        WriteCustomerLetter command,
        Situation situation
    )
    {
        var refusal =
            NotNow(escalation, situation)
            ?? WrongPromise(escalation, command.Text, situation)
            ?? NobodyToWriteTo(escalation, command.Letter);
        if (refusal is not null)
            return refusal;
        return command.Draft is { } id
            ? Change(escalation, id, command, situation)
            : New(escalation, command, situation);
    }

    /// <summary>The refusal that everything about letters has in common, or null.</summary>
    public static Decision? NotNow(Escalation escalation, Situation situation)
    {
        if (!situation.May(Right.WriteToCustomer, escalation))
            return Decision.Refuse(Phrase.Of("customer-update.not-allowed"));
        return escalation is { Status: Status.Merged, MergedInto: { } into }
            ? Decision.Refuse(Phrase.Of("customer-update.merged", ("number", new RoomLink(into))))
            : null;
    }

    private static Decision? WrongPromise(
        Escalation escalation,
        LetterText text,
        Situation situation
    ) =>
        text.NextBy switch
        {
            null
                when escalation.IsOpen
                    && text.Kind
                        is not (
                            CustomerMessageKind.Resolution
                            or CustomerMessageKind.PostMortemSummary
                        ) => Decision.Refuse(Phrase.Of("customer-update.next-needed"), "next-date"),
            { } next when next <= situation.Now => Decision.Refuse(
                Phrase.Of("customer-update.next-past"),
                "next-time"
            ),
            { } next when next > situation.Now + FarthestPromise => Decision.Refuse(
                Phrase.Of("customer-update.next-far"),
                "next-date"
            ),
            _ => null,
        };

    private static Decision? NobodyToWriteTo(Escalation escalation, LetterForm letter) =>
        letter is { To.IsEmpty: true, Via: null } ? NobodyToWriteTo(escalation) : null;

    /// <summary>The refusal to write to a customer of whom no address is known.</summary>
    public static Decision NobodyToWriteTo(Escalation escalation) =>
        Decision.Refuse(
            Phrase.Of(
                "customer-update.no-contacts",
                ("customer", escalation.Customer.Name),
                ("command", new Code("/escalate customer"))
            )
        );

    private static Decision New(
        Escalation escalation,
        WriteCustomerLetter command,
        Situation situation
    )
    {
        var board = escalation.CustomerUpdates;
        if (board.Drafts.Length >= MostDrafts)
            return Decision.Refuse(
                Phrase.Of("customer-update.too-many", ("count", new Number(MostDrafts)))
            );
        var draft = new Draft
        {
            Id = board.Drafted + 1,
            Authors = [situation.Actor],
            Keeper = situation.Actor,
            Text = command.Text,
            Letter = command.Letter,
        };
        return Decision
            .That(new CustomerUpdateDrafted(draft))
            .Then(new LetterPreview(situation.Actor, draft.Id, draft.Round))
            .Saying(Phrase.Of("customer-update.drafted"));
    }

    private static Decision Change(
        Escalation escalation,
        int id,
        WriteCustomerLetter command,
        Situation situation
    )
    {
        if (escalation.CustomerUpdates.Find(id) is not { } draft)
            return LetterOutcome.Refuse(escalation, id);
        if (draft.State is DraftState.Sending or DraftState.Unclear)
            return LetterOutcome.Refuse(escalation, id);
        if (command.Revision is { } seen && seen != draft.Revision)
            return Decision.Refuse(
                Phrase.Of(
                    "customer-update.changed-meanwhile",
                    ("person", LetterCards.NameOf(draft.Authors[^1]))
                )
            );
        return Decision
            .That(new CustomerUpdateChanged(id, command.Text, command.Letter))
            .Then(new LetterPreview(situation.Actor, id, draft.Round))
            .Then(LetterCards.Refreshed(draft))
            .Saying(
                Phrase.Of(
                    draft.State == DraftState.AwaitingApproval
                        ? "customer-update.changed.approval"
                        : "customer-update.changed"
                )
            );
    }
}

/// <summary>A message to the customer was written; it is not sent.</summary>
[StoredAs("customer-update-drafted")]
public sealed record CustomerUpdateDrafted(Draft Draft) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates with
            {
                Drafts = before.CustomerUpdates.Drafts.Add(Draft),
                Drafted = Draft.Id,
            },
        };
}

/// <summary>A message that is not sent yet says something else now, and needs approval anew.</summary>
[StoredAs("customer-update-changed")]
public sealed record CustomerUpdateChanged(int Draft, LetterText Text, LetterForm Letter)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Changing(
                Draft,
                draft =>
                    draft with
                    {
                        Revision = draft.Revision + 1,
                        Authors = [.. draft.Authors.Where(person => person != stamp.By), stamp.By],
                        Keeper = stamp.By,
                        Text = Text,
                        Letter = Letter,
                        State = DraftState.Written,
                        Asked = [],
                        DecidedBy = null,
                        DecidedAt = null,
                        ApprovedBy = null,
                        Why = "",
                        Cause = RefusalCause.Unknown,
                    }
            ),
        };
}
