using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// The receipt writes itself as soon as somebody owns the escalation: it confirms priority, urgency, targets, the owner and
/// the next message. It goes out by itself where the policy needs no approval; otherwise the owner sends it with one tap. For a
/// restricted escalation nothing goes out without a person.
/// </summary>
internal static class SendReceipt
{
    public static void Register(Slices slices, Tools tools) =>
        slices
            .Follows(Follow)
            .Performs<WriteReceipt>(
                (_, performing, _) => Task.FromResult(Perform(performing, tools))
            );

    public static Decision Follow(Escalation before, Escalation after, Situation situation) =>
        before.Owner is null && after is { Owner: not null, IsOpen: true } && IsWanted(after)
            ? Decision.Nothing.Then(new WriteReceipt())
            : Decision.Nothing;

    public static Decision Decide(
        Escalation escalation,
        LetterText text,
        LetterForm letter,
        Situation situation
    )
    {
        if (escalation is not { Owner: { } owner, IsOpen: true } || !IsWanted(escalation))
            return Decision.Nothing;
        if (letter is { To.IsEmpty: true, Via: null })
            return Decision.Nothing.Then(new NoContacts(owner));
        var approval = ApproveLetter.IsNeeded(escalation, text.Kind, situation);
        var draft = new Draft
        {
            Id = escalation.CustomerUpdates.Drafted + 1,
            Authors = [PersonId.Product],
            Keeper = owner,
            Text = text,
            Letter = letter,
        };
        var written = Decision.That(new CustomerUpdateDrafted(draft));
        if (approval)
        {
            // The product wrote it, so the owner is somebody else and may approve it.
            ImmutableArray<PersonId> asked = ApproveLetter
                .Entitled(escalation, draft.Authors, situation)
                .Contains(owner)
                ? [owner]
                : ApproveLetter.WhomToAsk(escalation, draft.Authors, situation);
            return asked.IsEmpty
                ? written.Then(new LetterPreview(owner, draft.Id, draft.Round))
                : written
                    .And(new ApprovalAsked(draft.Id, asked))
                    .Then(
                        asked.Select(person => new ApprovalRequest(
                            person,
                            draft.Id,
                            draft.Revision
                        ))
                    );
        }
        return escalation.Restricted
            ? written.Then(new LetterPreview(owner, draft.Id, draft.Round))
            : written
                .And(new CustomerUpdateReleased(draft.Id, Approved: false))
                .Then(new SendCustomerMessage(draft.Id, draft.Revision));
    }

    private static bool IsWanted(Escalation escalation) =>
        escalation.CustomerUpdates.Last is null
        && !escalation.CustomerUpdates.HasDraftOf(CustomerMessageKind.Receipt);

    private static Performed Perform(Performing performing, Tools tools)
    {
        var (escalation, situation) = (performing.Escalation, performing.Situation);
        var text = new LetterText(CustomerMessageKind.Receipt, escalation.Summary)
        {
            NextBy = CustomerClock.Proposed(escalation, situation),
        };
        var letter = LetterWriter.Write(
            text,
            LetterWriter.ContactsOf(escalation, situation),
            escalation,
            situation,
            tools,
            LetterWriter.RouteOf(escalation, situation, tools)
        );
        return performing.Done((current, now) => Decide(current, text, letter, now));
    }
}

/// <summary>Writes the receipt of an escalation that somebody owns now.</summary>
[StoredAs("write-receipt")]
public sealed record WriteReceipt : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "customer";
}

/// <summary>Tells the owner that nobody at the customer can be written to.</summary>
[StoredAs("no-contacts")]
public sealed record NoContacts(PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation)
    {
        var line = Phrase.Of(
            "customer-update.no-contacts",
            ("customer", escalation.Customer.Name),
            ("command", new Code("/escalate customer"))
        );
        return Card.Of(line, new Paragraph(line), new Context(EscalationCard.Title(escalation)));
    }
}
