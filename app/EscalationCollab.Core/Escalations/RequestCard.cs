using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

/// <summary>The cards that ask one person for something: what, how bad, who says so, why, and two buttons.</summary>
internal static class RequestCard
{
    public static Card Open(
        Escalation escalation,
        Phrase question,
        IEnumerable<Text> more,
        params CardAction[] actions
    ) =>
        Card.Of(
            question,
            [
                new Paragraph(new Text(new Bold(question))),
                new Quote(InTheirWords(escalation)),
                Facts.Of(
                    (Phrase.Of("card.customer"), escalation.Customer.Name),
                    (Phrase.Of("card.reason"), Phrase.For(escalation.Reason)),
                    (
                        Phrase.Of("request.declared-by"),
                        escalation.DeclaredBy == PersonId.Product
                            ? Phrase.Of("answer.product")
                            : new Mention(escalation.DeclaredBy)
                    ),
                    (Phrase.Of("card.resolve-by"), Due(escalation))
                ),
                .. more.Select(line => new Paragraph(line)),
                .. Because(escalation),
                new Actions([.. actions]),
            ]
        ) with
        {
            Tone = Tone.Warning,
        };

    /// <summary>The same on the person's own page: the question, what is wrong, and the buttons.</summary>
    public static Waiting Waiting(
        Escalation escalation,
        Phrase question,
        params CardAction[] actions
    ) => new(new Text(new Bold(question)) + "\n" + escalation.Summary, [.. actions]);

    /// <summary>What is wrong, in full where the details begin with the summary anyway.</summary>
    private static string InTheirWords(Escalation escalation) =>
        RepeatsItself(escalation) ? Details(escalation) : escalation.Summary;

    /// <summary>The details, unless they are quoted already; null when there are none.</summary>
    public static string? More(Escalation escalation) =>
        escalation.Details.Length == 0 || RepeatsItself(escalation) ? null : Details(escalation);

    private static bool RepeatsItself(Escalation escalation) =>
        escalation.Details.StartsWith(
            escalation.Summary.TrimEnd('…', '.'),
            StringComparison.OrdinalIgnoreCase
        );

    private static string Details(Escalation escalation) =>
        escalation.Details.Length > DetailsShown
            ? escalation.Details[..(DetailsShown - 1)].TrimEnd() + "…"
            : escalation.Details;

    private const int DetailsShown = 600;

    public static Card Answered(Escalation escalation, Phrase outcome) =>
        Card.Of(
            EscalationCard.Title(escalation) + ": " + outcome,
            new Paragraph(new Text(new Bold(EscalationCard.Title(escalation)))),
            new Paragraph(outcome),
            new Context(escalation.Summary)
        );

    public static IEnumerable<Block> Because(Escalation escalation) =>
        escalation.Because.IsEmpty
            ? []
            : [new Context(Text.Join(" ", escalation.Because.Select(why => (Text)why)))];

    private static Text? Due(Escalation escalation) =>
        escalation.ResolveBy is { } target ? (Text)new Moment(target.Due) : null;
}
