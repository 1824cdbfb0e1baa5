using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// The plain letter that is written when a template is broken: a customer who waits must not wait longer because somebody
/// mistyped a brace. It says every fact under its name, and needs no file but the words.
/// </summary>
internal static class CustomerTemplateFallback
{
    public static RenderedMessage Write(
        Wordbook words,
        string language,
        CustomerTemplateKind kind,
        CustomerTemplateFacts facts
    )
    {
        var format = new ReaderFormat(words, new Reader(language, facts.Zone), Instant.MinValue);
        var values = facts.ToValues(words, language, facts.SurveyLink?.AbsoluteUri);
        var paragraphs = Labelled(kind)
            .Where(f => values[f.Value] is string)
            .Select(f => PlainText.Of(f.Label, format) + ": " + values[f.Value])
            .Prepend(
                PlainText.Of(
                    Phrase.Of("letter.greeting", ("contact", (string?)values["contact"] ?? "")),
                    format
                )
            )
            .Append(
                string.Join('\n', new[] { values["owner"], values["company"] }.OfType<string>())
            )
            .ToList();
        return new RenderedMessage(
            CustomerTemplateFacts.OneLine(
                $"{facts.Case}: {CustomerTemplateFacts.ForSubject(facts.Summary)}"
            ),
            string.Join("\n\n", paragraphs) + "\n",
            Html(language, paragraphs)
        );
    }

    private static IEnumerable<(Phrase Label, string Value)> Labelled(CustomerTemplateKind kind) =>
        kind is CustomerTemplateKind.Survey or CustomerTemplateKind.SurveyReminder
            ?
            [
                (Phrase.Of("letter.case"), "case"),
                (Phrase.Of("letter.problem"), "summary"),
                (Phrase.Of("letter.survey"), "surveyLink"),
                (Phrase.Of("letter.survey-until"), "surveyUntil"),
            ]
            :
            [
                (Phrase.Of("letter.case"), "case"),
                (Phrase.Of("letter.problem"), "summary"),
                (Phrase.Of("letter.impact"), "impact"),
                (Phrase.Of("letter.fault"), "fault"),
                (Phrase.Of("letter.resolution"), "resolution"),
                (Phrase.Of("letter.cause"), "cause"),
                (Phrase.Of("letter.changes"), "changes"),
                (Phrase.Of("letter.now"), "now"),
                (Phrase.Of("letter.owner"), "owner"),
                (Phrase.Of("letter.workaround"), "workaround"),
                (Phrase.Of("letter.meanwhile"), "meanwhile"),
                (Phrase.Of("letter.concession"), "concession"),
                (Phrase.Of("letter.next-update"), "nextUpdate"),
            ];

    private static string Html(string language, IEnumerable<string> paragraphs) =>
        $"<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"></head><body>"
        + string.Concat(
            paragraphs.Select(p =>
                "<p>"
                + CustomerTemplateLetter.Escape(p).Replace("\n", "<br>", StringComparison.Ordinal)
                + "</p>"
            )
        )
        + "</body></html>";
}
