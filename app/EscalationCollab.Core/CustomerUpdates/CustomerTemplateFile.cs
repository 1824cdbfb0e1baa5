using System.Collections.Immutable;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core.CustomerUpdates;

using Samples = IReadOnlyList<IReadOnlyDictionary<string, object?>>;

/// <summary>One <c>.hbs</c> file: its subject, the words on its button, and its body.</summary>
internal sealed partial record CustomerTemplateFile(
    string Source,
    Template Subject,
    Template Body,
    string Button
)
{
    private const string Fence = "---";

    /// <summary>Reads a file and says what is wrong with it.</summary>
    public static (CustomerTemplateFile? File, ImmutableArray<TemplateProblem> Problems) Read(
        string file,
        string source,
        CustomerTemplateKind kind,
        Samples samples
    )
    {
        var reading = new Reading(file, kind);
        return (reading.Read(source, samples), [.. reading.Problems]);
    }

    private sealed class Reading(string file, CustomerTemplateKind kind)
    {
        public List<TemplateProblem> Problems { get; } = [];

        private bool ForSurvey =>
            kind is CustomerTemplateKind.Survey or CustomerTemplateKind.SurveyReminder;

        public CustomerTemplateFile? Read(string whole, Samples samples)
        {
            var source = whole.ReplaceLineEndings("\n");
            var lines = source.Split('\n');
            var end = Array.FindIndex(lines, 1, line => line.TrimEnd() == Fence);
            if (lines[0].TrimEnd() != Fence || end < 0)
            {
                Report(
                    1,
                    "the subject is missing",
                    "Begin the file with a line \"---\", a line \"subject: ...\" and a line \"---\""
                );
                return null;
            }
            var head = Head(lines[1..end]);
            var body = string.Join('\n', lines[(end + 1)..]);
            CheckWords(source);
            CheckBody(body, end + 2);
            CheckButton(head);
            if (!head.TryGetValue("subject", out var subject))
            {
                Report(
                    1,
                    "the subject is missing",
                    "Add a line \"subject: ...\" between the lines \"---\""
                );
                return null;
            }
            var subjectReading = Compile(subject.Text, samples, subject.Line);
            var bodyReading = Compile(Boxes(body), samples, end + 2);
            return
                Problems.Count == 0
                && subjectReading.Template is { } subjectTemplate
                && bodyReading.Template is { } bodyTemplate
                ? new CustomerTemplateFile(
                    whole,
                    subjectTemplate,
                    bodyTemplate,
                    head.GetValueOrDefault("button").Text ?? ""
                )
                : null;
        }

        private Dictionary<string, (string Text, int Line)> Head(string[] lines)
        {
            var head = new Dictionary<string, (string, int)>(StringComparer.Ordinal);
            for (var i = 0; i < lines.Length; i++)
            {
                var line = i + 2;
                var (name, text) = lines[i].Split(':', 2) is [var left, var right]
                    ? (left.Trim(), right.Trim())
                    : (lines[i].Trim(), "");
                if (name is not ("subject" or "button"))
                    Report(
                        line,
                        $"\"{name}\" is not known here",
                        "Write only \"subject:\" and, for surveys, \"button:\" between the lines \"---\""
                    );
                else if (text.Length == 0)
                    Report(line, $"the {name} is empty", $"Write its words after \"{name}:\"");
                else if (!head.TryAdd(name, (text, line)))
                    Report(line, $"\"{name}\" is written twice", "Keep one of the two");
            }
            return head;
        }

        private void CheckWords(string source)
        {
            // What stands in tags is no text of the letter; spaces keep the places of the rest.
            var text = TagPattern().Replace(source, tag => BlankOut(tag.Value));
            foreach (var mark in text.Index().Where(c => c.Item is '!' or '¡' or '！'))
                Report(
                    LineOf(text, mark.Index),
                    "there is an exclamation mark",
                    "End the sentence with a full stop: we speak calmly"
                );
            foreach (var match in MarkupPattern().EnumerateMatches(text))
                Report(
                    LineOf(text, match.Index),
                    "there is HTML, which the reader would see as it is",
                    "Write plain paragraphs with an empty line between them; the layout is in words/layout.html"
                );
            foreach (
                var control in text.Index()
                    .Where(c =>
                        c.Item is >= '\ue000' and <= '\uf8ff'
                        || (char.IsControl(c.Item) && c.Item != '\n')
                    )
            )
                Report(
                    LineOf(text, control.Index),
                    "there is a character that nobody can see",
                    "Delete the line and write it again"
                );
        }

        private void CheckBody(string body, int firstLine)
        {
            if (string.IsNullOrWhiteSpace(body))
                Report(
                    firstLine,
                    "the letter is empty",
                    "Write its text after the second line \"---\""
                );
            var open = -1;
            foreach (var match in BoxPattern().EnumerateMatches(body))
            {
                var opens = body[match.Index + 2] == '#';
                var line = firstLine + LineOf(body, match.Index) - 1;
                if (opens == (open >= 0))
                    Report(
                        line,
                        opens ? "a box begins inside a box" : "a box ends that did not begin",
                        "Write {{#box}} and {{/box}} in pairs, not inside one another"
                    );
                open = opens ? line : -1;
            }
            foreach (var name in Needed(kind).Where(n => !Mentions(body, n)))
                Report(
                    firstLine,
                    $"the letter never uses \"{name}\"",
                    $"Write {{{{{name}}}}} where the customer should read it"
                );
            if (open >= 0)
                Report(open, "a box begins and never ends", "Write {{/box}} where it ends");
        }

        private void CheckButton(Dictionary<string, (string Text, int Line)> head)
        {
            if (ForSurvey && !head.ContainsKey("button"))
                Report(
                    1,
                    "the words on the button are missing",
                    "Add a line \"button: ...\" below the subject"
                );
            if (!ForSurvey && head.TryGetValue("button", out var button))
                Report(button.Line, "only surveys have a button", "Remove the line");
        }

        private TemplateReading Compile(string source, Samples samples, int firstLine)
        {
            var reading = TemplateEngine.Read(
                file,
                source,
                TemplateOutput.Text,
                samples,
                firstLine
            );
            Problems.AddRange(reading.Problems);
            return reading;
        }

        /// <summary>A promise is kept only when the letter makes it, so a letter that forgets one is not used.</summary>
        private static IEnumerable<string> Needed(CustomerTemplateKind kind) =>
            kind switch
            {
                CustomerTemplateKind.Survey or CustomerTemplateKind.SurveyReminder =>
                [
                    "surveyLink",
                ],
                CustomerTemplateKind.Workaround => ["workaround", "nextUpdate"],
                CustomerTemplateKind.Resolution => ["resolution"],
                CustomerTemplateKind.PostMortem => ["cause", "changes"],
                CustomerTemplateKind.Apology => ["fault", "nextUpdate"],
                CustomerTemplateKind.Receipt => ["priority", "nextUpdate", "owner"],
                _ => ["now", "nextUpdate", "owner"],
            };

        private static bool Mentions(string body, string name) =>
            body.Contains($"{{{{{name}}}}}", StringComparison.Ordinal);

        private static string Boxes(string body) =>
            BoxPattern()
                .Replace(
                    body,
                    tag =>
                        (
                            tag.Value[2] == '#'
                                ? CustomerTemplateLetter.BoxStart
                                : CustomerTemplateLetter.BoxEnd
                        ).ToString()
                );

        private static string BlankOut(string tag) =>
            string.Concat(tag.Select(c => c == '\n' ? '\n' : ' '));

        private static int LineOf(string text, int at) => 1 + text.AsSpan(0, at).Count('\n');

        private void Report(int line, string what, string remedy) =>
            Problems.Add(new TemplateProblem(file, line, what, remedy));
    }

    [GeneratedRegex("""\{\{!--[\s\S]*?--\}\}|\{\{[\s\S]*?\}\}""")]
    private static partial Regex TagPattern();

    [GeneratedRegex("""</?[a-zA-Z][^>\n]*>|&[a-z]+;""")]
    private static partial Regex MarkupPattern();

    [GeneratedRegex("""\{\{[#/]box\}\}""")]
    private static partial Regex BoxPattern();
}
