using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Finds an owner: the people of the path are asked one after the other, the next one at once after a no and after the
/// policy's time of silence. People of a higher level are asked when the path has nobody else, which raises the level.
/// </summary>
internal static class AskOwner
{
    public static void Register(Slices slices) =>
        slices
            .Follows(
                (before, after, situation) =>
                    before.Version == 0 && after is { Status: Status.Declared, Owner: null }
                        ? Next(after, situation)
                        : Decision.Nothing
            )
            .Timer<OwnerSilent>(Decide)
            .OnCard(12, (escalation, _) => [OnCard(escalation)])
            .Awaits(
                (escalation, situation) =>
                    Waiting(escalation).Contains(situation.Actor)
                        ?
                        [
                            RequestCard.Waiting(
                                escalation,
                                OwnerRequest.Question(escalation),
                                OwnerRequest.Buttons(escalation)
                            ),
                        ]
                        : [],
                Waiting
            );

    private static IEnumerable<PersonId> Waiting(Escalation escalation) =>
        escalation is { Status: Status.Declared, Owner: null }
            ? escalation.Ownership.Asked.Where(ask => ask.IsWaiting).Select(ask => ask.Person)
            : [];

    /// <summary>Somebody did not answer in time.</summary>
    public static Decision Decide(Escalation escalation, OwnerSilent timer, Situation situation) =>
        escalation is { Status: Status.Declared, Owner: null }
        && Asks.IsDue(escalation.Ownership.Asked, timer.Person, timer.Due)
            ? Next(escalation, situation)
            : Decision.Nothing;

    /// <summary>Asks the next person on the path, or says that there is nobody left.</summary>
    public static Decision Next(Escalation escalation, Situation situation)
    {
        if (Candidate(escalation, situation) is not { } person)
            return escalation.Ownership.NobodyLeft
                ? Decision.Nothing
                : Decision
                    .That(new NobodyLeftToAsk())
                    .Then(
                        new NobodyLeftNotice(Destination.WarRoom),
                        escalation.DeclaredBy == PersonId.Product
                            ? null
                            : new NobodyLeftNotice(Destination.To(escalation.DeclaredBy))
                    );
        var until = situation.Due(escalation, situation.RuleOf(escalation).AskNextAfter);
        return Decision
            .That([.. Climb(escalation, person, situation), new OwnerAsked(person, until)])
            .Then(new OwnerRequest(person), new OwnerSilent { Due = until, Person = person });
    }

    /// <summary>Brings the cards of everybody who was asked up to date; nothing new is posted.</summary>
    public static IEnumerable<Effect> Refreshed(Escalation escalation) =>
        escalation.Ownership.Asked.Select(ask => new OwnerRequest(ask.Person) { OnlyEdits = true });

    /// <summary>The next of the path, then of the levels above it, who may own it and was not asked yet.</summary>
    private static PersonId? Candidate(Escalation escalation, Situation situation)
    {
        var above = situation
            .Policy.Levels.Values.Where(level => level.Level > escalation.Level)
            .OrderBy(level => level.Level)
            .SelectMany(level => situation.Policy.Owners(level.Teams, situation.Directory));
        foreach (var person in escalation.OwnersToAsk.Concat(above))
            if (
                escalation.Ownership.Of(person) is null
                && situation.Directory.Find(person) is not null
            )
                return person;
        return null;
    }

    /// <summary>Asking a person of a higher level is a climb, and is told as one.</summary>
    private static IEnumerable<EscalationEvent> Climb(
        Escalation escalation,
        PersonId person,
        Situation situation
    )
    {
        if (escalation.Ownership.Asked.IsEmpty || situation.Directory.Find(person) is not { } asked)
            yield break;
        var levels = situation
            .Policy.Levels.Values.Where(level =>
                level.Teams.Any(team => situation.Policy.IsIn(asked, team))
            )
            .Select(level => level.Level)
            .ToList();
        if (levels.Count > 0 && levels.Min() > escalation.Level)
            yield return new OwnershipClimbed(levels.Min());
    }

    private static Context? OnCard(Escalation escalation)
    {
        if (
            escalation is not { Status: Status.Declared, Ownership: { Asked.IsEmpty: false } board }
        )
            return null;
        if (board.NobodyLeft)
            return new Context(Phrase.Of("ownership.nobody-left"));
        return new Context(
            Phrase.Of(
                "ownership.asked",
                ("people", Text.Join(", ", board.Asked.Select(ask => (Text)Line(ask))))
            )
        );
    }

    private static Phrase Line(Ask ask) =>
        ask.DeclinedAt is { } declined
            ? Phrase.Of(
                "ownership.asked.declined",
                ("person", new Mention(ask.Person)),
                ("when", new Moment(declined, MomentStyle.Exact))
            )
            : Phrase.Of(
                "ownership.asked.since",
                ("person", new Mention(ask.Person)),
                ("when", new Moment(ask.At, MomentStyle.Exact))
            );
}

/// <summary>The person asked last has not answered in time; the next one is asked too.</summary>
[StoredAs("owner-silent")]
public sealed record OwnerSilent : TimerEffect
{
    /// <summary>Who was asked.</summary>
    public required PersonId Person { get; init; }
}

/// <summary>Somebody was asked to own it.</summary>
/// <param name="Until">From then on the next one is asked too.</param>
[StoredAs("owner-asked")]
public sealed record OwnerAsked(PersonId Person, Instant Until) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Ownership = before.Ownership with
            {
                Asked = before.Ownership.Asked.Add(new Ask(Person, stamp.At, Until)),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.owner-asked", ("person", new Mention(Person)));
}

/// <summary>Nobody so far accepted; people of a higher level are asked.</summary>
[StoredAs("ownership-climbed")]
public sealed record OwnershipClimbed(Level To) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) => before with { Level = To };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.ownership-climbed", ("level", Phrase.For(To)));
}

/// <summary>Everybody on the path was asked.</summary>
[StoredAs("nobody-left-to-ask")]
public sealed record NobodyLeftToAsk : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Ownership = before.Ownership with { NobodyLeft = true },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.nobody-left");
}

/// <summary>The card that asks one person to own an escalation; afterwards it says what became of it.</summary>
[StoredAs("owner-request")]
public sealed record OwnerRequest(PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"owner-request:{Person}";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation) =>
        Outcome(escalation) is { } outcome
            ? RequestCard.Answered(escalation, outcome)
            : RequestCard.Open(
                escalation,
                Question(escalation),
                [
                    Phrase.Of(
                        "ownership.request.due",
                        ("when", new Moment(escalation.AcknowledgeBy?.Due ?? situation.Now))
                    ),
                ],
                Buttons(escalation)
            );

    internal static Phrase Question(Escalation escalation) =>
        Phrase.Of("ownership.request", ("title", EscalationCard.Title(escalation)));

    internal static CardAction[] Buttons(Escalation escalation) =>
        [
            new Does(
                Phrase.Of("button.accept"),
                AcceptOwnership.Id,
                ActionData.For(escalation.Number)
            )
            {
                Style = ActionStyle.Primary,
            },
            new Opens(
                Phrase.Of("button.decline"),
                DeclineOwnership.Id,
                ActionData.For(escalation.Number)
            ),
        ];

    private Phrase? Outcome(Escalation escalation)
    {
        if (escalation.Owner == Person)
            return Phrase.Of("ownership.yours", ("room", new RoomLink(escalation.Number)));
        if (escalation.Owner is { } owner)
            return Phrase.Of(
                "ownership.taken",
                ("person", new Mention(owner)),
                ("when", new Moment(escalation.Ownership.OwnedSince ?? escalation.ChangedAt))
            );
        if (escalation.IsOver)
            return Phrase.Of(
                "request.not-needed",
                ("status", Phrase.For(escalation.Status)),
                ("when", new Moment(escalation.ClosedAt ?? escalation.ChangedAt))
            );
        return escalation.Ownership.Of(Person)?.DeclinedAt is { } declined
            ? Phrase.Of("ownership.you-declined", ("when", new Moment(declined)))
            : null;
    }
}

/// <summary>Says that everybody on the path was asked and nobody has accepted.</summary>
[StoredAs("nobody-left-notice")]
public sealed record NobodyLeftNotice : Notice
{
    /// <summary>To the war room or to a person.</summary>
    public NobodyLeftNotice(Destination to) =>
        Person = to is Destination.Direct direct ? direct.Person : null;

    /// <summary>As stored.</summary>
    [System.Text.Json.Serialization.JsonConstructor]
    public NobodyLeftNotice(PersonId? person) => Person = person;

    /// <summary>Who is told; null for the room.</summary>
    public PersonId? Person { get; }

    /// <inheritdoc/>
    public override Destination To =>
        Person is { } person ? Destination.To(person) : Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation is not { Status: Status.Declared, Owner: null }
            ? null
            : Card.Of(
                Phrase.Of(
                    "ownership.nobody-left.notice",
                    ("title", EscalationCard.Title(escalation))
                ),
                new Paragraph(
                    Phrase.Of(
                        "ownership.nobody-left.notice",
                        ("title", EscalationCard.Title(escalation))
                    )
                )
            ) with
            {
                Tone = Tone.Warning,
            };
}
