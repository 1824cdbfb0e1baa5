using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>Shows the letter to who has it in hand, exactly as it will arrive; afterwards it says what became of it.</summary>
/// <param name="Round">A letter that came back is shown in a message of its own.</param>
[StoredAs("letter-preview")]
public sealed record LetterPreview(PersonId Person, int Draft, int Round) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        string.Create(CultureInfo.InvariantCulture, $"letter:{Draft}:{Round}");

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        var board = escalation.CustomerUpdates;
        if (board.Find(Draft) is { } draft && draft.Keeper == Person && draft.Round == Round)
            return LetterCards.Preview(escalation, draft, situation);
        var line = LetterOutcome.Line(escalation, Draft);
        var missed = board.EndOf(Draft)?.Missed ?? [];
        return Card.Of(
            EscalationCard.Title(escalation) + ": " + line,
            [
                new Paragraph(line),
                .. missed.IsEmpty
                    ? []
                    : new Block[]
                    {
                        new Paragraph(Phrase.Of("customer-update.missed-some")),
                        new Quote(string.Join('\n', missed)),
                    },
                new Context(
                    board.EndOf(Draft) is { } end
                        ? EscalationCard.Title(escalation) + "\n" + end.Subject
                        : EscalationCard.Title(escalation)
                ),
            ]
        );
    }
}

/// <summary>Asks one person to approve a message another one wrote; afterwards it says what became of it.</summary>
[StoredAs("approval-request")]
public sealed record ApprovalRequest(PersonId Person, int Draft, int Revision) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        string.Create(CultureInfo.InvariantCulture, $"letter-approval:{Draft}:{Revision}");

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        if (
            ApproveLetter.Current(escalation, Draft, Revision) is
            { State: DraftState.AwaitingApproval } draft
        )
            return LetterCards.Approval(escalation, draft, Person);
        var line = LetterOutcome.Line(escalation, Draft, Revision);
        return Card.Of(
            EscalationCard.Title(escalation) + ": " + line,
            new Paragraph(line),
            new Context(EscalationCard.Line(escalation))
        );
    }
}

/// <summary>One short message in the war room: the customer knows that it is solved.</summary>
[StoredAs("resolution-told")]
public sealed record ResolutionTold : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.CustomerUpdates.Last is { Kind: CustomerMessageKind.Resolution } last
            ? Card.Line(
                Phrase.Of(
                    "customer-update.room.resolution",
                    ("customer", escalation.Customer.Name),
                    ("author", LetterCards.NameOf(last.Author))
                )
            )
            : null;
}

/// <summary>
/// Tells the owner, once for each escalation, that the channel shared with the customer takes no messages and what to do;
/// whoever has the message in hand sees it on the message itself.
/// </summary>
[StoredAs("shared-channel-refused")]
public sealed record SharedChannelRefused(
    PersonId Person,
    SharedChannel Shared,
    RefusalCause Cause,
    PersonId Keeper
) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => "shared-channel";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        var line = LetterCards.RefusedIn(escalation, Shared, Cause);
        return Card.Of(
            line,
            new Paragraph(line),
            new Context(
                Phrase.Of("customer-update.refused.keeper", ("keeper", LetterCards.NameOf(Keeper)))
            ),
            new Context(EscalationCard.Title(escalation))
        ) with
        {
            Tone = Tone.Warning,
        };
    }
}
