using System.Collections.Immutable;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Words;

/// <summary>
/// What the product says, in every language: turns the <see cref="Phrase"/>s of a text into words. What fills a place is
/// put in as it is and never looked at as a pattern, so no text of a person can call another place or phrase.
/// Safe to use from several threads; <see cref="Reload"/> swaps everything at once.
/// </summary>
public sealed class Wordbook
{
    private readonly string _root;
    private readonly Wordbook? _origin;
    private readonly Func<string, string> _turn = words => words;
    private volatile ImmutableDictionary<string, ImmutableDictionary<string, WordEntry>> _words;
    private ImmutableArray<TemplateProblem> _problems;

    private Wordbook(string root)
    {
        _root = root;
        (_words, _problems) = WordFiles.Read(root);
    }

    private Wordbook(Wordbook origin, Func<string, string> turn)
    {
        (_root, _origin, _turn) = (origin._root, origin, turn);
        (_words, _problems) = (origin._words, origin._problems);
    }

    /// <summary>
    /// The same words, each piece turned before it is said: what a platform calls by another name. What fills a place is
    /// left as it is, but for <see cref="Code"/>, which is never a person's.
    /// </summary>
    public Wordbook Turned(Func<string, string> turn) => new(this, turn);

    /// <summary>Reads <c>words/{language}/*.yaml</c> below the templates folder. Problems do not throw: see <see cref="Validate"/>.</summary>
    /// <param name="templates">The templates folder, which holds <c>words</c>.</param>
    public static Wordbook Load(string templates) => new(templates);

    /// <summary>The templates folder the words were read from.</summary>
    public string Folder => _root;

    /// <summary>What was wrong the last time the files were read; empty when all is well.</summary>
    public ImmutableArray<TemplateProblem> Validate() => _problems;

    /// <summary>Reads the files again. When there are problems the last good words stay in use.</summary>
    /// <returns>The problems found.</returns>
    public ImmutableArray<TemplateProblem> Reload()
    {
        var (words, problems) = WordFiles.Read(_root);
        if (problems.IsEmpty)
            _words = words;
        _problems = problems;
        return problems;
    }

    /// <summary>Every key there is, in alphabetical order.</summary>
    public ImmutableSortedSet<string> Keys =>
        _words.Values.SelectMany(l => l.Keys).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>Whether a key has words in the closest language or in the fallback.</summary>
    public bool Has(string key, string language) =>
        key == Phrase.EachKey || Entry(key, language) is not null;

    /// <summary>The places a key expects, in alphabetical order; empty for an unknown key.</summary>
    public ImmutableSortedSet<string> PlacesOf(string key) =>
        Entry(key, Languages.Fallback)?.Entry.Places ?? [];

    /// <summary>The text with every phrase said in a language, also phrases inside places, bold texts and links.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="language">An IETF tag; the closest language is used.</param>
    public Text Resolve(Text text, string language) => ResolveIn(text, Languages.Closest(language));

    /// <summary>A card in a language.</summary>
    public Card In(Card card, string language)
    {
        var closest = Languages.Closest(language);
        return card.Map(text => ResolveIn(text, closest));
    }

    /// <summary>A dialog in a language.</summary>
    public Dialog In(Dialog dialog, string language)
    {
        var closest = Languages.Closest(language);
        return dialog.Map(text => ResolveIn(text, closest));
    }

    private Text ResolveIn(Text text, string language)
    {
        if (text.Parts.All(part => part is not (Phrase or Bold or Link or Code)))
            return text;
        var parts = ImmutableArray.CreateBuilder<Inline>(text.Parts.Length);
        foreach (var part in text.Parts)
            Append(parts, part, language);
        return new Text(parts.ToImmutable());
    }

    private void Append(ImmutableArray<Inline>.Builder parts, Inline part, string language)
    {
        switch (part)
        {
            case Phrase phrase:
                Say(parts, phrase, language);
                break;
            case Bold bold:
                parts.Add(new Bold(ResolveIn(bold.Value, language)));
                break;
            case Link link:
                parts.Add(link with { Label = ResolveIn(link.Label, language) });
                break;
            case Code code:
                parts.Add(code with { Value = _turn(code.Value) });
                break;
            default:
                parts.Add(part);
                break;
        }
    }

    private void Say(ImmutableArray<Inline>.Builder parts, Phrase phrase, string language)
    {
        if (phrase.Key == Phrase.EachKey)
        {
            parts.AddRange(
                phrase
                    .Places.GetValueOrDefault(
                        language,
                        phrase.Places.GetValueOrDefault(Languages.Fallback, Text.Empty)
                    )
                    .Parts
            );
            return;
        }
        if (Entry(phrase.Key, language) is not var (entry, spoken))
        {
            // Tests find every key of the code; should one slip through, its name still tells a reader more than a gap.
            parts.Add(new Plain(phrase.Key));
            return;
        }
        foreach (var piece in entry.Choose(spoken, phrase.Places).Pieces)
            if (!piece.IsPlace)
                parts.Add(new Plain(_turn(piece.Value)));
            else if (phrase.Places.TryGetValue(piece.Value, out var value))
                parts.AddRange(ResolveIn(value, language).Parts);
    }

    private (WordEntry Entry, string Language)? Entry(string key, string language)
    {
        var words = _origin?._words ?? _words;
        var closest = Languages.Closest(language);
        if (words[closest].TryGetValue(key, out var entry))
            return (entry, closest);
        return words[Languages.Fallback].TryGetValue(key, out entry)
            ? (entry, Languages.Fallback)
            : null;
    }
}
