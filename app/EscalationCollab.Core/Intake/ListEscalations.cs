using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Intake;

/// <summary>What is open, what is mine, and a private copy of one card.</summary>
internal static class ListEscalations
{
    /// <summary>Rows of a list; the rest is a count. A phone shows about this many without tiring.</summary>
    public const int Shown = 15;

    public static void Register(Slices slices) =>
        slices
            .Query(
                "list",
                turn => new Reply.Private(
                    Of(Open(turn), "list.title", "list.empty", turn.Situation)
                )
            )
            .Query(
                "mine",
                turn => new Reply.Private(
                    Of(
                        [
                            .. Open(turn)
                                .Where(escalation => IsMine(escalation, turn.Situation.Actor)),
                        ],
                        "mine.title",
                        "mine.empty",
                        turn.Situation
                    )
                )
            )
            .Query(
                "show",
                turn =>
                    turn.On(escalation => new Reply.Private(
                        EscalationCard.Compose(escalation, turn.Situation, turn.Slices)
                    ))
            )
            .OnHome(20, Mine, Concerned);

    public static Card Of(
        IReadOnlyList<Escalation> escalations,
        string title,
        string empty,
        Situation situation
    )
    {
        if (escalations.Count == 0)
            return Card.Line(Phrase.Of(empty));
        var heading = Phrase.Of(title, ("count", new Number(escalations.Count)));
        return Card.Of(
            heading,
            [
                new Header(heading),
                new Table(
                    [
                        Phrase.Of("term.escalation"),
                        Phrase.Of("term.severity"),
                        Phrase.Of("term.status"),
                        Phrase.Of("term.owner"),
                        Phrase.Of("list.due"),
                    ],
                    [.. escalations.Take(Shown).Select(escalation => Row(escalation, situation))]
                ),
                .. escalations.Count > Shown
                    ? new Block[]
                    {
                        new Context(
                            Phrase.Of("list.more", ("count", new Number(escalations.Count - Shown)))
                        ),
                    }
                    : [],
            ]
        );
    }

    private static Card Mine(HomeView view) =>
        Of(
            [.. view.Open.Where(escalation => IsMine(escalation, view.Person))],
            "mine.title",
            "mine.empty",
            view.Situation
        );

    private static IEnumerable<PersonId> Concerned(Escalation escalation) =>
        [
            escalation.DeclaredBy,
            .. escalation.Roles.SelectMany(role => role.Value),
            .. escalation.Ownership.Asked.Select(ask => ask.Person),
        ];

    /// <summary>What the person may see, narrowed by a part of the customer's name when one was typed.</summary>
    private static List<Escalation> Open(Turn turn)
    {
        var typed = turn.Interaction.Argument.Trim();
        return
        [
            .. OpenEscalations
                .All(turn.Records, turn.Situation)
                .Where(escalation =>
                    typed.Length == 0
                    || escalation.Customer.Name.Contains(typed, StringComparison.OrdinalIgnoreCase)
                    || string.Equals(
                        escalation.Customer.Id.Value,
                        typed,
                        StringComparison.OrdinalIgnoreCase
                    )
                ),
        ];
    }

    /// <summary>One line that names an escalation: number as a link, customer and summary.</summary>
    public static Text NameOf(Escalation escalation) =>
        Phrase.Of(
            "list.name",
            ("number", new RoomLink(escalation.Number)),
            ("customer", escalation.Customer.Name),
            ("summary", escalation.Summary)
        );

    private static System.Collections.Immutable.ImmutableArray<Text> Row(
        Escalation escalation,
        Situation situation
    ) =>
        [
            NameOf(escalation),
            Phrase.For(escalation.Severity),
            Phrase.For(escalation.Status),
            escalation.Owner is { } owner ? new Mention(owner) : Phrase.Of("answer.nobody"),
            NextDue(escalation, situation.Now),
        ];

    private static Text NextDue(Escalation escalation, Instant now) =>
        escalation switch
        {
            { Status: Status.Resolved } => Phrase.Of("list.waiting-for-customer"),
            { AcknowledgedAt: null, AcknowledgeBy: { } acknowledge } => When(acknowledge, now),
            { ResolveBy: { } resolve } => When(resolve, now),
            _ => "",
        };

    private static Text When(RunningTarget target, Instant now) =>
        target.IsMissed(now)
            ? Phrase.Of("time.late", ("span", new Span(now - target.Due)))
            : new Moment(target.Due);

    private static bool IsMine(Escalation escalation, PersonId person) =>
        escalation.DeclaredBy == person
        || escalation.Roles.Any(role => role.Value.Contains(person))
        || escalation.Owner is null && escalation.Ownership.Of(person) is { IsWaiting: true };
}
