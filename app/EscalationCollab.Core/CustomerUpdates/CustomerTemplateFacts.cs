using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// What a letter to a customer may say. The texts are the writer's own words in the customer's language; they are put in
/// as plain text. A text that is null or blank is left out together with the sentence around it.
/// </summary>
/// <param name="Company">The name of the company that writes.</param>
/// <param name="Case">The number the customer may refer to.</param>
/// <param name="Customer">The organisation written to.</param>
/// <param name="Contact">The person addressed; when blank the organisation is addressed.</param>
/// <param name="Summary">The problem in the customer's own terms.</param>
/// <param name="Zone">The customer's IANA time zone, in which every moment is told.</param>
public sealed record CustomerTemplateFacts(
    string Company,
    EscalationNumber Case,
    string Customer,
    string Contact,
    string Summary,
    string Zone
)
{
    /// <summary>Longest text of a writer in a letter, in characters; the rest is cut with "…".</summary>
    public const int LongestText = 4_000;

    private const int LongestInSubject = 80;

    /// <summary>What the problem costs the customer.</summary>
    public string? Impact { get; init; }

    /// <summary>What is happening now.</summary>
    public string? Now { get; init; }

    /// <summary>Who owns the case, by name.</summary>
    public string? Owner { get; init; }

    /// <summary>What the owner does in the company.</summary>
    public string? OwnerTitle { get; init; }

    /// <summary>What the customer can do meanwhile.</summary>
    public string? Meanwhile { get; init; }

    /// <summary>When the next message comes at the latest; null when no further message is planned.</summary>
    public Instant? NextUpdate { get; init; }

    /// <summary>Said as priority and urgency in the customer's language; null leaves both out.</summary>
    public Severity? Severity { get; init; }

    /// <summary>When the first response is due under the service level agreement.</summary>
    public Instant? RespondBy { get; init; }

    /// <summary>When the resolution is due under the service level agreement.</summary>
    public Instant? ResolveBy { get; init; }

    /// <summary>A way to go on until it is fixed.</summary>
    public string? Workaround { get; init; }

    /// <summary>What was done to fix it.</summary>
    public string? Resolution { get; init; }

    /// <summary>What the company offers to make up for it.</summary>
    public string? Concession { get; init; }

    /// <summary>The named thing an apology is for, such as "We did not tell you in time".</summary>
    public string? Fault { get; init; }

    /// <summary>Why it happened.</summary>
    public string? Cause { get; init; }

    /// <summary>What changes so that it does not happen again.</summary>
    public string? Changes { get; init; }

    /// <summary>Where the survey is answered; needed for the survey letters.</summary>
    public Uri? SurveyLink { get; init; }

    /// <summary>Until when the survey can be answered.</summary>
    public Instant? SurveyUntil { get; init; }

    /// <summary>The same as plain values by the names templates use, with moments told in the customer's zone.</summary>
    /// <param name="words">Says priorities and zones.</param>
    /// <param name="language">The language of the letter.</param>
    /// <param name="surveyLink">Stands in for the link until the letter is laid out.</param>
    internal Dictionary<string, object?> ToValues(
        Wordbook words,
        string language,
        string? surveyLink
    )
    {
        // Moments in letters are told in full, so it does not matter from when they are seen.
        var format = new ReaderFormat(words, new Reader(language, Zone), Instant.MinValue);
        string? Moment(Instant? at) => at is { } known ? format.Full(known) : null;
        string? Word(string area) =>
            Severity is { } severity
                ? PlainText.Of(Phrase.Of($"{area}.sev{(int)severity}"), format)
                : null;
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["company"] = Line(Company),
            ["case"] = Case.ToString(),
            ["customer"] = Line(Customer),
            ["contact"] = Line(Contact) ?? Line(Customer),
            ["summary"] = Body(Summary),
            ["impact"] = Body(Impact),
            ["now"] = Body(Now),
            ["owner"] = Line(Owner),
            ["ownerTitle"] = Line(OwnerTitle),
            ["meanwhile"] = Body(Meanwhile),
            ["nextUpdate"] = Moment(NextUpdate),
            ["priority"] = Word("letter-priority"),
            ["urgency"] = Word("letter-urgency"),
            ["respondBy"] = Moment(RespondBy),
            ["resolveBy"] = Moment(ResolveBy),
            ["workaround"] = Body(Workaround),
            ["resolution"] = Body(Resolution),
            ["concession"] = Body(Concession),
            ["fault"] = Body(Fault),
            ["cause"] = Body(Cause),
            ["changes"] = Body(Changes),
            ["surveyLink"] = SurveyLink is null ? null : surveyLink,
            ["surveyUntil"] = Moment(SurveyUntil),
        };
    }

    /// <summary>A text as one line that leaves room for the other words of a subject.</summary>
    internal static string ForSubject(string? text) => Shorten(Line(text) ?? "", LongestInSubject);

    /// <summary>A filled-in subject without the line breaks that would end a mail header.</summary>
    internal static string OneLine(string subject) => Line(subject) ?? "";

    private static string? Line(string? text)
    {
        var line = string.Join(
            ' ',
            Clean(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
        return line.Length == 0 ? null : Shorten(line, 200);
    }

    /// <summary>Also without the private characters that mark the parts of a letter.</summary>
    private static string Clean(string? text) =>
        string.Concat(
            TemplateValues.Clean(text ?? "").Where(c => c is not (>= '\ue000' and <= '\uf8ff'))
        );

    private static string? Body(string? text)
    {
        var body = Clean(text).Trim();
        return body.Length == 0 ? null : Shorten(body, LongestText);
    }

    /// <summary>Cuts at a word where there is one near, and never inside a character.</summary>
    private static string Shorten(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var cut = length - 1;
        if (char.IsHighSurrogate(text[cut - 1]))
            cut--;
        var space = text.LastIndexOf(' ', cut);
        return text[..(space > cut * 3 / 4 ? space : cut)].TrimEnd() + "…";
    }
}
