using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>A message reached the customer, and the clock for the next one runs.</summary>
[StoredAs("customer-update-sent")]
public sealed record CustomerUpdateSent : EscalationEvent
{
    /// <summary>Which draft it was.</summary>
    public required int Draft { get; init; }

    /// <summary>What it was for.</summary>
    public required CustomerMessageKind Kind { get; init; }

    /// <summary>The problem as it was told, in the customer's language.</summary>
    public required string Summary { get; init; }

    /// <summary>Its subject line.</summary>
    public required string Subject { get; init; }

    /// <summary>What it said, as plain text.</summary>
    public required string PlainBody { get; init; }

    /// <summary>The language it was written in.</summary>
    public required string Language { get; init; }

    /// <summary>Who got it.</summary>
    public required ImmutableArray<Contact> To { get; init; }

    /// <summary>Recipients it did not reach, each with why.</summary>
    public ImmutableArray<string> Missed { get; init; } = [];

    /// <summary>The channel's name, such as <c>email</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>What replies will carry, or null when the channel did not say.</summary>
    public string? MessageId { get; init; }

    /// <summary>Who wrote it; the product for what it wrote by itself.</summary>
    public required PersonId Author { get; init; }

    /// <summary>Who approved it, or null when no approval was needed.</summary>
    public PersonId? ApprovedBy { get; init; }

    /// <summary>Who sent it; the product for what it sent by itself.</summary>
    public required PersonId SentBy { get; init; }

    /// <summary>When the letter itself promises the next one, or null.</summary>
    public Instant? NextBy { get; init; }

    /// <summary>The promise that runs from now, or null.</summary>
    public Promise? Next { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Ending(
                Draft,
                new DraftEnd(Draft, Kind, Subject, Sent: true, SentBy, ApprovedBy, stamp.At)
            ) with
            {
                Cadence = before.CustomerUpdates.Cadence.KeptBy(stamp, Next),
                Last = new SentLetter(Kind, Subject, Author, ApprovedBy, stamp.At, NextBy),
                ResolutionToldAt =
                    Kind == CustomerMessageKind.Resolution
                        ? stamp.At
                        : before.CustomerUpdates.ResolutionToldAt,
                Summary = Summary,
                MessageIds = MessageId is { } id
                    ? before.CustomerUpdates.MessageIds.Add(id)
                    : before.CustomerUpdates.MessageIds,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.customer-update-sent",
            ("kind", Phrase.For(Kind)),
            ("subject", Subject),
            ("author", NameOf(Author))
        );

    private static Text NameOf(PersonId person) =>
        person == PersonId.Product ? Phrase.Of("answer.product") : new Mention(person);
}
