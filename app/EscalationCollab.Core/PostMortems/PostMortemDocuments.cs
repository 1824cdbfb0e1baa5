using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.PostMortems;

/// <summary>The two documents of a post-mortem as Markdown.</summary>
/// <param name="Title">One line.</param>
/// <param name="Language">The language of the internal document.</param>
/// <param name="Internal">For people of the company.</param>
/// <param name="CustomerLanguage">The language of the customer's document.</param>
/// <param name="Customer">For the customer, or null when nobody wrote a version for them.</param>
public sealed record PublishedDocuments(
    string Title,
    string Language,
    string Internal,
    string CustomerLanguage,
    string? Customer
)
{
    /// <summary>No document: for what is refused anyway.</summary>
    internal static readonly PublishedDocuments None = new("", "", "", "", null);

    /// <summary>Why a plain document took the place of a template, to be told to the administrator; null when all went well.</summary>
    public TemplateProblem? Problem { get; init; }
}

/// <summary>
/// Fills in <c>post-mortem/{language}/internal.hbs</c> and <c>customer.hbs</c>. Whatever people wrote is escaped on its way
/// into the Markdown. A document always comes out: when its template is broken, a plain one with the same texts takes its place.
/// The files are read each time, because that happens seldom and they may have been edited.
/// </summary>
/// <param name="templates">The templates folder, which holds <c>post-mortem</c>.</param>
/// <param name="words">Says headings, spans and states.</param>
public sealed partial class PostMortemDocuments(string templates, Wordbook words)
{
    private const string InternalFile = "internal.hbs";
    private const string CustomerFile = "customer.hbs";

    /// <summary>Told when a plain document took the place of a template. Handlers return at once and do not throw.</summary>
    public event Action<TemplateProblem>? Failed;

    /// <summary>Both documents as of now.</summary>
    /// <param name="events">All events of the escalation, in order.</param>
    public PublishedDocuments Of(
        Escalation escalation,
        IReadOnlyList<RecordedEvent> events,
        Situation situation
    )
    {
        var language = Languages.Closest(situation.Policy.DefaultLanguage);
        var customerLanguage = Languages.Closest(escalation.Customer.Language);
        var (document, problem) = Internal(language, escalation, events, situation);
        var customer = escalation.PostMortem?.Customer is null
            ? (Document: null, Problem: null)
            : Customer(customerLanguage, escalation, situation);
        foreach (var found in new[] { problem, customer.Problem }.OfType<TemplateProblem>())
            Failed?.Invoke(found);
        return new PublishedDocuments(
            TitleOf(escalation),
            language,
            document,
            customerLanguage,
            customer.Document
        )
        {
            Problem = problem ?? customer.Problem,
        };
    }

    /// <summary>One line that names a post-mortem in every language.</summary>
    public static string TitleOf(Escalation escalation) =>
        $"{escalation.Number} {escalation.Customer.Name}: {escalation.Summary}";

    /// <summary>What is wrong with the templates, each file filled in once with sample texts; empty when all is well.</summary>
    public ImmutableArray<TemplateProblem> Validate() =>
        [
            .. Languages
                .All.SelectMany(language =>
                    new[]
                    {
                        Read(language, InternalFile, InternalSample),
                        Read(language, CustomerFile, CustomerSample),
                    }
                )
                .SelectMany(reading => reading.Problems),
        ];

    internal (string Document, TemplateProblem? Problem) Internal(
        string language,
        Escalation escalation,
        IReadOnlyList<RecordedEvent> events,
        Situation situation
    )
    {
        var facts = PostMortemFacts.Of(
            Escalation.None(escalation.Tenant, escalation.Number),
            events
        );
        var values = new PostMortemValues(words, language, situation).Internal(escalation, facts);
        return Fill(language, InternalFile, InternalSample, values, escalation);
    }

    internal (string? Document, TemplateProblem? Problem) Customer(
        string language,
        Escalation escalation,
        Situation situation
    ) =>
        Fill(
            language,
            CustomerFile,
            CustomerSample,
            new PostMortemValues(words, language, situation).Customer(escalation),
            escalation
        );

    private (string Document, TemplateProblem? Problem) Fill(
        string language,
        string file,
        Dictionary<string, object?> sample,
        Dictionary<string, object?> values,
        Escalation escalation
    )
    {
        var (template, problems) = Read(language, file, sample);
        if (template is null)
            return (Plain(values, escalation), problems[0]);
        try
        {
            return (Tidied(template.Render(values)), null);
        }
        catch (TemplateException failed)
        {
            return (
                Plain(values, escalation),
                new TemplateProblem(
                    NameOf(language, file),
                    0,
                    $"the document of {escalation.Number} could not be filled in: {failed.Message}",
                    "A plain document was written instead. Make the template shorter or undo its last change"
                )
            );
        }
    }

    private TemplateReading Read(string language, string file, Dictionary<string, object?> sample)
    {
        try
        {
            return TemplateEngine.Read(
                NameOf(language, file),
                File.ReadAllText(Path.Combine(templates, "post-mortem", language, file)),
                TemplateOutput.Markdown,
                [sample]
            );
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new TemplateReading(
                null,
                [
                    new TemplateProblem(
                        NameOf(language, file),
                        0,
                        "the file is missing or cannot be read",
                        "Put it back, or check who may read it"
                    ),
                ]
            );
        }
    }

    private static string NameOf(string language, string file) => $"post-mortem/{language}/{file}";

    /// <summary>Everything that is text, one after the other: no headings, but nothing is lost.</summary>
    private static string Plain(Dictionary<string, object?> values, Escalation escalation) =>
        $"# {MarkdownText.Escape(TitleOf(escalation))}\n\n"
        + string.Join(
            "\n\n",
            values.Values.OfType<string>().Where(v => v.Length > 0).Select(MarkdownText.Escape)
        )
        + "\n";

    /// <summary>Conditions leave empty lines behind: at most one stays, none at the beginning, one line break at the end.</summary>
    private static string Tidied(string document) =>
        ManyLines().Replace(document.ReplaceLineEndings("\n"), "\n\n").Trim() + "\n";

    [GeneratedRegex("""\n[ \t]*\n([ \t]*\n)+""")]
    private static partial Regex ManyLines();

    private static readonly Dictionary<string, object?> InternalSample =
        PostMortemValues.InternalSample();

    private static readonly Dictionary<string, object?> CustomerSample =
        PostMortemValues.CustomerSample();
}

/// <summary>The values of the templates, in one language.</summary>
internal sealed class PostMortemValues(Wordbook words, string language, Situation situation)
{
    // Many read one document: its times are the company's, and nothing in it is "in 20 min".
    private readonly ReaderFormat _format = new(
        words,
        new Reader(language, situation.Policy.DefaultZone),
        situation.Now
    );

    public Dictionary<string, object?> Internal(Escalation escalation, PostMortemFacts facts)
    {
        var postMortem = escalation.PostMortem!;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["number"] = escalation.Number.ToString(),
            ["title"] = OneLine(escalation.Summary),
            ["company"] = OneLine(situation.Directory.Company),
            ["customer"] = OneLine(escalation.Customer.Name),
            ["product"] = escalation.Product is { } product
                ? OneLine(Say(situation.Policy.Products.GetValueOrDefault(product, product)))
                : null,
            ["severity"] = Say(Phrase.For(escalation.Severity)),
            ["reason"] = Say(Phrase.For(escalation.Reason)),
            ["type"] = Say(Phrase.For(escalation.Type)),
            ["owner"] = Name(escalation.Owner),
            ["facilitator"] = Name(postMortem.Facilitator),
            ["meeting"] = postMortem.MeetingAt is { } meeting ? _format.Full(meeting) : null,
            ["attendees"] = Names(postMortem.Participants.Select(p => p.Person)),
            ["writtenBy"] = Names(postMortem.Authors),
            ["declared"] = _format.Full(escalation.DeclaredAt),
            ["acknowledge"] = Span(facts.Acknowledge),
            ["mitigate"] = Span(facts.Mitigate),
            ["resolve"] = Span(facts.Resolve),
            ["paused"] = facts.Paused > Duration.Zero ? Span(facts.Paused) : null,
            ["closed"] = escalation.ClosedAt is { } closed ? _format.Full(closed) : null,
            ["reopenings"] = facts.Reopenings > 0 ? Count(facts.Reopenings) : null,
            ["merged"] = facts.Merged > 0 ? Count(facts.Merged) : null,
            ["tickets"] = facts.Tickets is { } tickets ? Count(tickets) : NoData,
            ["slaAcknowledge"] = Sla(escalation.AcknowledgeBy),
            ["slaResolve"] = Sla(escalation.ResolveBy),
            ["statusCadence"] = CadenceOf(escalation.StatusUpdates.Cadence),
            ["customerCadence"] = CadenceOf(escalation.CustomerUpdates.Cadence),
            ["concessions"] = facts.Concessions.Select(Concession).ToList(),
            ["severities"] = facts
                .Severities.Select(s =>
                    Item(("when", _format.Full(s.At)), ("severity", Say(Phrase.For(s.Severity))))
                )
                .ToList(),
            ["cause"] = Optional(postMortem.Cause?.Cause ?? ""),
            ["whys"] = (postMortem.Cause?.Whys ?? []).Select(OneLine).ToList(),
            ["contributors"] = Optional(postMortem.Cause?.Contributors ?? ""),
            ["answers"] = postMortem
                .Participants.Where(p => p.Answer is { IsEmpty: false })
                .Select(p =>
                    Item(
                        ("person", Name(p.Person)),
                        ("happened", Optional(p.Answer!.Happened)),
                        ("judged", Optional(p.Answer.Judged)),
                        ("change", Optional(p.Answer.Change))
                    )
                )
                .ToList(),
            ["actions"] = escalation.ActionItems.Select(ActionOf).ToList(),
            ["zone"] = _format.ZoneName(),
            ["timeline"] = facts.Timeline.Select(Line).ToList(),
            ["leftOut"] = facts.LinesLeftOut > 0 ? Count(facts.LinesLeftOut) : null,
        };
        foreach (var section in Enum.GetValues<PostMortemSection>())
            values[CamelCase(section)] = Optional(postMortem[section]);
        return values;
    }

    public Dictionary<string, object?> Customer(Escalation escalation)
    {
        var version = escalation.PostMortem!.Customer!;
        var format = new ReaderFormat(
            words,
            new Reader(language, escalation.Customer.Zone),
            situation.Now
        );
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["number"] = escalation.Number.ToString(),
            ["company"] = Optional(OneLine(situation.Directory.Company)),
            ["customer"] = OneLine(escalation.Customer.Name),
            ["summary"] = version.Summary,
            ["impact"] = Optional(version.Impact),
            ["cause"] = Optional(version.Cause),
            ["fault"] = Optional(version.Fault),
            ["resolution"] = Optional(version.Resolution),
            ["changes"] = Optional(version.Changes),
            ["from"] = format.Full(escalation.DeclaredAt),
            ["until"] = escalation.ResolvedAt is { } resolved ? format.Full(resolved) : null,
            ["duration"] = escalation.ResolvedAt is { } end
                ? format.Span(end - escalation.DeclaredAt)
                : null,
        };
    }

    public static Dictionary<string, object?> InternalSample()
    {
        var sample = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var name in InternalNames)
            sample[name] = "x";
        foreach (var section in Enum.GetValues<PostMortemSection>())
            sample[CamelCase(section)] = "x";
        sample["concessions"] = new List<object?> { "x" };
        sample["whys"] = new List<object?> { "x" };
        sample["severities"] = new List<object?> { Item(("when", "x"), ("severity", "x")) };
        sample["answers"] = new List<object?>
        {
            Item(("person", "x"), ("happened", "x"), ("judged", "x"), ("change", "x")),
        };
        sample["actions"] = new List<object?>
        {
            Item(("title", "x"), ("owner", "x"), ("due", "x"), ("kind", "x"), ("state", "x")),
        };
        sample["timeline"] = new List<object?>
        {
            Item(("when", "x"), ("who", "x"), ("what", "x"), ("evidence", "x")),
        };
        return sample;
    }

    public static Dictionary<string, object?> CustomerSample() =>
        CustomerNames.ToDictionary(name => name, _ => (object?)"x", StringComparer.Ordinal);

    private static readonly ImmutableArray<string> InternalNames =
    [
        "number",
        "title",
        "company",
        "customer",
        "product",
        "severity",
        "reason",
        "type",
        "owner",
        "facilitator",
        "meeting",
        "attendees",
        "writtenBy",
        "declared",
        "acknowledge",
        "mitigate",
        "resolve",
        "paused",
        "closed",
        "reopenings",
        "merged",
        "tickets",
        "slaAcknowledge",
        "slaResolve",
        "statusCadence",
        "customerCadence",
        "cause",
        "contributors",
        "zone",
        "leftOut",
    ];

    private static readonly ImmutableArray<string> CustomerNames =
    [
        "number",
        "company",
        "customer",
        "summary",
        "impact",
        "cause",
        "fault",
        "resolution",
        "changes",
        "from",
        "until",
        "duration",
    ];

    private string NoData => Say(Phrase.Of("answer.no-data"));

    private Dictionary<string, object?> Line(PostMortemLine line) =>
        Item(
            ("when", _format.Dated(line.At)),
            ("who", Say(Timelines.Timeline.Who(line.By))),
            ("what", OneLine(Say(line.What))),
            ("evidence", line.Evidence?.AbsoluteUri)
        );

    private Dictionary<string, object?> ActionOf(ActionItem item) =>
        Item(
            ("title", OneLine(Say(item.Title))),
            ("owner", Name(item.Owner)),
            ("due", Say(ReaderFormat.Day(item.DueOn))),
            ("kind", Say(Phrase.For<ActionItemKind>(item.Kind))),
            ("state", Say(Phrase.For<ActionItemState>(item.State)))
        );

    private string Concession(Concession concession) =>
        OneLine(
            Say(
                Phrase.Of(
                    "postmortem.concession",
                    ("kind", concession.KindName),
                    ("amount", new Number(concession.Amount, "#,0.##")),
                    ("currency", concession.Currency),
                    (
                        "person",
                        concession.DecidedBy is { } by
                            ? new Mention(by)
                            : Phrase.Of("answer.nobody")
                    )
                )
            )
        );

    private string Sla(RunningTarget? target) =>
        target switch
        {
            null => NoData,
            { Met: { } met } when met <= target.Due => Say(Phrase.Of("postmortem.sla.met")),
            { Met: { } met } => Say(
                Phrase.Of("postmortem.sla.missed", ("span", new Span(met - target.Due)))
            ),
            _ => NoData,
        };

    private string CadenceOf(Cadence cadence)
    {
        var all = cadence.Kept + cadence.Missed;
        return all + cadence.Snoozed == 0
            ? NoData
            : Say(
                Phrase.Of(
                    "postmortem.cadence",
                    ("kept", new Number(cadence.Kept)),
                    ("all", new Number(all)),
                    ("snoozed", new Number(cadence.Snoozed))
                )
            );
    }

    private string Span(Duration? length) => length is { } known ? _format.Span(known) : NoData;

    private string Count(int count) => _format.Number(new Number(count));

    private string? Name(PersonId? person) => person is { } known ? Say(new Mention(known)) : null;

    private string? Names(IEnumerable<PersonId> people) =>
        Optional(string.Join(", ", people.Select(person => Name(person))));

    private string Say(Text text) => PlainText.Of(text, _format, situation.Directory);

    private static string? Optional(string text) => text.Length == 0 ? null : text;

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Dictionary<string, object?> Item(
        params ReadOnlySpan<(string Name, string? Value)> values
    )
    {
        var item = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
            item[name] = value;
        return item;
    }

    private static string CamelCase(PostMortemSection section)
    {
        var name = section.ToString();
        return char.ToLower(name[0], CultureInfo.InvariantCulture) + name[1..];
    }
}
