using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>The highest level that was told of a missed promise, or null.</summary>
    public Level? ToldLevel { get; init; }
}

/// <summary>A missed promise climbs: the people of the next level are told. Nobody is replaced, and nothing is reassigned.</summary>
internal static class NextLevel
{
    /// <summary>
    /// Adds to a decision that the next level is told. Each further miss goes one step higher. Levels without anybody who
    /// may see the escalation are passed over; above the last level there is nobody left to tell.
    /// </summary>
    /// <param name="why">One sentence: what was missed.</param>
    public static Decision TellingNextLevel(
        this Decision decision,
        Escalation escalation,
        Phrase why,
        Situation situation
    )
    {
        if (Next(escalation, situation) is not var (level, people))
            return decision;
        return decision
            .And(new NextLevelTold(level, people, why))
            .Then(people.Select(person => new NextLevelNotice(person, level, why)));
    }

    /// <summary>Whether everybody who could be told of a missed promise has been.</summary>
    public static bool IsExhausted(Escalation escalation, Situation situation) =>
        Next(escalation, situation) is null;

    private static (Level Level, ImmutableArray<PersonId> People)? Next(
        Escalation escalation,
        Situation situation
    )
    {
        var reached =
            escalation.ToldLevel is { } told && told > escalation.Level ? told : escalation.Level;
        foreach (var level in Enum.GetValues<Level>().Where(level => level > reached))
            if (PeopleOf(level, escalation, situation) is { IsEmpty: false } people)
                return (level, people);
        return null;
    }

    private static ImmutableArray<PersonId> PeopleOf(
        Level level,
        Escalation escalation,
        Situation situation
    ) =>
        [
            .. situation
                .Policy.PeopleOf(level, situation.Directory)
                .Where(person => Visibility.Sees(escalation, situation with { Actor = person }))
                .Where(person => person != escalation.Owner),
        ];
}

/// <summary>The next level was told of a missed promise.</summary>
/// <param name="Why">What was missed.</param>
[StoredAs("next-level-told")]
public sealed record NextLevelTold(Level Level, ImmutableArray<PersonId> People, Phrase Why)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            ToldLevel = Level,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.next-level-told",
            ("level", Phrase.For(Level)),
            ("people", Text.Join(", ", People.Select(person => (Text)new Mention(person)))),
            ("why", Why)
        );
}

/// <summary>Tells one person of the next level.</summary>
[StoredAs("next-level-notice")]
public sealed record NextLevelNotice(PersonId Person, Level Level, Phrase Why) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.IsOpen
            ? Card.Of(
                Phrase.Of(
                    "climb.line",
                    ("number", escalation.Number.ToString()),
                    ("customer", escalation.Customer.Name),
                    ("why", Why)
                ),
                new Header(EscalationCard.Title(escalation), Tone.Bad),
                new Paragraph(escalation.Summary),
                new Paragraph(new Bold(Why)),
                new Paragraph(
                    escalation.Owner is { } owner
                        ? Phrase.Of(
                            "climb.owned",
                            ("level", Phrase.For(Level)),
                            ("owner", new Mention(owner)),
                            ("room", new RoomLink(escalation.Number))
                        )
                        : Phrase.Of(
                            "climb.unowned",
                            ("level", Phrase.For(Level)),
                            ("room", new RoomLink(escalation.Number))
                        )
                ),
                Actions.Of(
                    new Does(
                        Phrase.Of("timeline.catchup.button"),
                        "timeline.catchup",
                        ActionData.For(escalation.Number)
                    )
                )
            ) with
            {
                Tone = Tone.Bad,
            }
            : null;
}
