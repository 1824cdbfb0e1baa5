using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

using Letters = ImmutableDictionary<
    (string Language, CustomerTemplateKind Kind),
    CustomerTemplateFile
>;

/// <summary>A letter ready to be shown and sent.</summary>
/// <param name="Subject">One line.</param>
/// <param name="PlainBody">The text version.</param>
/// <param name="HtmlBody">The HTML version, a whole document.</param>
public sealed record RenderedMessage(string Subject, string PlainBody, string HtmlBody)
{
    /// <summary>Why a plain letter took the place of the template, to be told to the administrator; null when all went well.</summary>
    public TemplateProblem? Problem { get; init; }
}

/// <summary>
/// The letters to customers: <c>words/{language}/customer/{kind}.hbs</c> inside <c>words/layout.html</c>. A letter always
/// comes out: when its template is broken, a plain one with the same facts takes its place.
/// Safe to use from several threads; <see cref="Reload"/> swaps everything at once.
/// </summary>
public sealed class CustomerTemplates
{
    private const string LayoutFile = "words/layout.html";
    private const string BodyName = "body";

    private readonly string _root;
    private readonly Wordbook _words;
    private readonly Lock _changing = new();
    private volatile Letters _letters = Letters.Empty;
    private volatile Template? _layout;
    private ImmutableArray<TemplateProblem> _problems;

    private CustomerTemplates(string root, Wordbook words) => (_root, _words) = (root, words);

    /// <summary>
    /// Takes the letters of a folder. A letter is read, and filled in with sample facts, when it is first needed, so that
    /// a start does not wait for letters; <see cref="Validate"/> reads all of them. Problems do not throw.
    /// </summary>
    /// <param name="templates">The templates folder, which holds <c>words</c>.</param>
    /// <param name="words">Says priorities, zones and what is around a letter.</param>
    public static CustomerTemplates Load(string templates, Wordbook words) => new(templates, words);

    /// <summary>What was wrong the last time all files were read, which happens now if it never did; empty when all is well.</summary>
    public ImmutableArray<TemplateProblem> Validate() => _problems.IsDefault ? Reload() : _problems;

    /// <summary>The template for a kind of message.</summary>
    public static CustomerTemplateKind For(CustomerMessageKind kind) =>
        kind switch
        {
            CustomerMessageKind.Receipt => CustomerTemplateKind.Receipt,
            CustomerMessageKind.Update => CustomerTemplateKind.Update,
            CustomerMessageKind.Workaround => CustomerTemplateKind.Workaround,
            CustomerMessageKind.Apology => CustomerTemplateKind.Apology,
            CustomerMessageKind.Resolution => CustomerTemplateKind.Resolution,
            CustomerMessageKind.PostMortemSummary => CustomerTemplateKind.PostMortem,
            _ => throw new ArgumentOutOfRangeException(
                nameof(kind),
                kind,
                "Not a kind of message."
            ),
        };

    /// <summary>Reads the files again. A letter whose file has a problem stays as it was last good.</summary>
    /// <returns>The problems found.</returns>
    public ImmutableArray<TemplateProblem> Reload()
    {
        var problems = ImmutableArray.CreateBuilder<TemplateProblem>();
        var letters = _letters.ToBuilder();
        foreach (var language in Languages.All)
        foreach (var kind in Enum.GetValues<CustomerTemplateKind>())
            if (ReadLetter(language, kind, problems) is { } letter)
                letters[(language, kind)] = letter;
        FindStrangers(problems);
        _layout = ReadLayout(problems) ?? _layout;
        lock (_changing)
            _letters = letters.ToImmutable();
        _problems = problems.ToImmutable();
        return _problems;
    }

    /// <summary>Told when a plain letter took the place of a template. Handlers return at once and do not throw.</summary>
    public event Action<TemplateProblem>? Failed;

    /// <summary>Writes a letter. Always succeeds: see <see cref="RenderedMessage.Problem"/>.</summary>
    /// <param name="kind">Which letter.</param>
    /// <param name="language">An IETF tag; the closest language is used.</param>
    /// <param name="facts">What it may say.</param>
    public RenderedMessage Render(
        CustomerTemplateKind kind,
        string language,
        CustomerTemplateFacts facts
    )
    {
        var rendered = Written(kind, language, facts);
        if (rendered.Problem is { } problem)
            Failed?.Invoke(problem);
        return rendered;
    }

    private RenderedMessage Written(
        CustomerTemplateKind kind,
        string language,
        CustomerTemplateFacts facts
    )
    {
        var closest = Languages.Closest(language);
        var found = ImmutableArray.CreateBuilder<TemplateProblem>();
        _layout ??= ReadLayout(found);
        if (Letter(closest, kind, found) is not { } letter)
            return CustomerTemplateFallback.Write(_words, closest, kind, facts) with
            {
                Problem = found.Count > 0 ? found[0] : Missing(FileOf(closest, kind)),
            };
        try
        {
            return Render(letter, kind, closest, facts);
        }
        catch (TemplateException failed)
        {
            return CustomerTemplateFallback.Write(_words, closest, kind, facts) with
            {
                Problem = new TemplateProblem(
                    FileOf(closest, kind),
                    0,
                    $"the letter for {facts.Case} could not be filled in: {failed.Message}",
                    "A plain letter was written instead. Make the template shorter or undo its last change"
                ),
            };
        }
    }

    private RenderedMessage Render(
        CustomerTemplateFile letter,
        CustomerTemplateKind kind,
        string language,
        CustomerTemplateFacts facts
    )
    {
        var values = facts.ToValues(_words, language, CustomerTemplateLetter.Link.ToString());
        var body = letter.Body.Render(values);
        values["summary"] = CustomerTemplateFacts.ForSubject(facts.Summary);
        values["surveyLink"] = null;
        var subject = CustomerTemplateFacts.OneLine(letter.Subject.Render(values));
        if (_layout is not { } layout)
            return CustomerTemplateFallback.Write(_words, language, kind, facts) with
            {
                Problem = Missing(LayoutFile),
            };
        var around = LayoutValues(
            language,
            facts,
            values["company"] as string ?? "",
            subject,
            CustomerTemplateLetter.Html(body, facts.SurveyLink, letter.Button)
        );
        return new RenderedMessage(
            subject,
            CustomerTemplateLetter.Plain(body, facts.SurveyLink) + $"\n{around["footer"]}\n",
            layout.Render(around)
        );
    }

    private Dictionary<string, object?> LayoutValues(
        string language,
        CustomerTemplateFacts facts,
        string company,
        string subject,
        string body
    )
    {
        var format = new ReaderFormat(_words, new Reader(language, facts.Zone), Instant.MinValue);
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["language"] = language,
            ["company"] = company,
            ["case"] = facts.Case.ToString(),
            ["subject"] = subject,
            ["preview"] = CustomerTemplateFacts.ForSubject(facts.Summary),
            ["caseLabel"] = PlainText.Of(Phrase.Of("letter.case"), format),
            ["footer"] = PlainText.Of(
                Phrase.Of("letter.footer", ("company", company), ("case", facts.Case.ToString())),
                format
            ),
            [BodyName] = body,
        };
    }

    private CustomerTemplateFile? Letter(
        string language,
        CustomerTemplateKind kind,
        ImmutableArray<TemplateProblem>.Builder problems
    )
    {
        if (_letters.TryGetValue((language, kind), out var known))
            return known;
        if (ReadLetter(language, kind, problems) is not { } letter)
            return null;
        lock (_changing)
            _letters = _letters.SetItem((language, kind), letter);
        return letter;
    }

    private CustomerTemplateFile? ReadLetter(
        string language,
        CustomerTemplateKind kind,
        ImmutableArray<TemplateProblem>.Builder problems
    )
    {
        var file = FileOf(language, kind);
        if (ReadText(file, problems) is not { } source)
            return null;
        if (_letters.TryGetValue((language, kind), out var known) && known.Source == source)
            return known;
        var samples = CustomerTemplateSamples
            .All(language, kind)
            .Select(s => s.ToValues(_words, language, CustomerTemplateLetter.Link.ToString()))
            .ToList();
        var (letter, found) = CustomerTemplateFile.Read(file, source, kind, samples);
        problems.AddRange(found);
        return letter;
    }

    private Template? ReadLayout(ImmutableArray<TemplateProblem>.Builder problems)
    {
        if (ReadText(LayoutFile, problems) is not { } source)
            return null;
        if (!source.Contains($"{{{{{{{BodyName}}}}}}}", StringComparison.Ordinal))
        {
            problems.Add(
                new TemplateProblem(
                    LayoutFile,
                    0,
                    "the letter itself has no place",
                    $"Write {{{{{{{BodyName}}}}}}} where it goes"
                )
            );
            return null;
        }
        var sample = CustomerTemplateSamples.All(Languages.Fallback, CustomerTemplateKind.Update)[
            0
        ];
        var values = LayoutValues(
            Languages.Fallback,
            sample,
            sample.Company,
            sample.Summary,
            "<p></p>"
        );
        var (template, found) = TemplateEngine.Read(
            LayoutFile,
            source,
            TemplateOutput.Html,
            [values],
            1,
            BodyName
        );
        problems.AddRange(found);
        return template;
    }

    private string? ReadText(string file, ImmutableArray<TemplateProblem>.Builder problems)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_root, file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(Missing(file));
            return null;
        }
    }

    private void FindStrangers(ImmutableArray<TemplateProblem>.Builder problems)
    {
        foreach (var language in Languages.All)
        {
            var folder = Path.Combine(_root, "words", language, "customer");
            var known = Enum.GetValues<CustomerTemplateKind>()
                .Select(k => Path.GetFileName(FileOf(language, k)))
                .ToHashSet(StringComparer.Ordinal);
            if (Directory.Exists(folder))
                foreach (var path in Directory.EnumerateFiles(folder, "*.hbs"))
                    if (!known.Contains(Path.GetFileName(path)))
                        problems.Add(
                            new TemplateProblem(
                                $"words/{language}/customer/{Path.GetFileName(path)}",
                                0,
                                "no letter goes by this name",
                                $"Name it one of {string.Join(", ", known.Order(StringComparer.Ordinal))}, or remove it"
                            )
                        );
        }
    }

    private static TemplateProblem Missing(string file) =>
        new(
            file,
            0,
            "the file is missing or cannot be read",
            "Put it back, or check who may read it"
        );

    private static string FileOf(string language, CustomerTemplateKind kind) =>
        $"words/{language}/customer/{NameOf(kind)}.hbs";

    private static string NameOf(CustomerTemplateKind kind) =>
        kind switch
        {
            CustomerTemplateKind.PostMortem => "post-mortem",
            CustomerTemplateKind.SurveyReminder => "survey-reminder",
            _ => kind.ToString().ToLowerInvariant(),
        };
}
