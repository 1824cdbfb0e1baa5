using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.StatusUpdates;

namespace EscalationCollab.Core.Surveys;

/// <summary>What the cards of this room have in common, and its part of the escalation card.</summary>
internal static class SurveyCards
{
    /// <summary>Characters of a comment on a card; the whole is in the record.</summary>
    private const int CommentShown = 600;

    public static void Register(Slices slices) =>
        slices.OnCard(60, (escalation, _) => OnCard(escalation));

    public static IEnumerable<Block?> OnCard(Escalation escalation)
    {
        var board = escalation.Survey;
        if (board.Answers is { } answers)
            return
            [
                new Paragraph(
                    new Bold(
                        Phrase.Of(
                            "survey.card.answered",
                            ("contact", board.Contact),
                            ("when", new Moment(board.AnsweredAt!.Value, MomentStyle.Exact))
                        )
                    )
                ),
                Answers(answers),
                .. Comment(answers, board.Contact),
            ];
        return Line(board) is { } line ? [Facts.Of((Phrase.Of("survey.card"), line))] : [];
    }

    /// <summary>The marks as label and value pairs; what was left out is not there.</summary>
    public static Facts Answers(SurveyAnswers answers) =>
        Facts.Of([.. Marks(answers).Select(mark => (mark.Label, (Text?)Of(mark.Value, mark.Top)))]);

    /// <summary>The customer's own words.</summary>
    public static IEnumerable<Block> Comment(SurveyAnswers answers, string contact) =>
        answers.Comment.Length == 0
            ? []
            : [new Quote(Shortened(answers.Comment, CommentShown), contact)];

    /// <summary>The marks in one line.</summary>
    public static Text Scores(SurveyAnswers answers) =>
        Text.Join(
            ", ",
            Marks(answers)
                .Select(mark =>
                    (Text)
                        Phrase.Of(
                            "survey.mark",
                            ("what", mark.Label),
                            ("mark", Of(mark.Value, mark.Top))
                        )
                )
        );

    public static string Shortened(string text, int length) =>
        StatusCards.Shortened(text, lines: 12, length);

    private static Phrase? Line(SurveyBoard board) =>
        board switch
        {
            { State: SurveyState.Scheduled, SendAt: { } at } => Phrase.Of(
                "survey.card.scheduled",
                ("when", new Moment(at))
            ),
            { State: SurveyState.Sending } => Phrase.Of("survey.card.sending"),
            { State: SurveyState.Sent, RemindedAt: { } reminded } => Phrase.Of(
                "survey.card.reminded",
                ("contact", board.Contact),
                ("when", new Moment(reminded, MomentStyle.Exact)),
                ("until", new Moment(board.ExpiresAt!.Value, MomentStyle.Date))
            ),
            { State: SurveyState.Sent, Unclear: true } => Phrase.Of(
                "survey.card.unclear",
                ("contact", board.Contact)
            ),
            { State: SurveyState.Sent, SentAt: { } sent } => Phrase.Of(
                "survey.card.sent",
                ("contact", board.Contact),
                ("when", new Moment(sent, MomentStyle.Exact)),
                ("until", new Moment(board.ExpiresAt!.Value, MomentStyle.Date))
            ),
            { State: SurveyState.Expired } => Phrase.Of(
                "survey.card.expired",
                ("contact", board.Contact)
            ),
            { State: SurveyState.Skipped or SurveyState.NotDelivered, Why: { } why } => Phrase.Of(
                "survey.card.skipped",
                ("why", why)
            ),
            _ => null,
        };

    private static IEnumerable<(Text Label, int Value, int Top)> Marks(SurveyAnswers answers)
    {
        yield return (Phrase.Of("survey.resolution"), answers.Resolution, 5);
        if (answers.Communication is { } communication)
            yield return (Phrase.Of("survey.communication"), communication, 5);
        if (answers.Effort is { } effort)
            yield return (Phrase.Of("survey.effort"), effort, 7);
        if (answers.Recommendation is { } recommendation)
            yield return (Phrase.Of("survey.recommendation"), recommendation, 10);
    }

    private static Phrase Of(int mark, int top) =>
        Phrase.Of("survey.of", ("mark", new Number(mark)), ("top", new Number(top)));
}
