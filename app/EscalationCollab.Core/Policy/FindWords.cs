using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EscalationCollab.Core.Policy;

/// <summary>
/// Finds whole phrases in a text whatever its case, accents and punctuation between words. A word of a phrase that ends
/// with <c>*</c> stands for every word that begins so. Phrases are grouped by the first letter of their first word, so
/// the cost grows with the text and hardly with the number of phrases.
/// </summary>
internal sealed class WordMatcher
{
    private readonly Dictionary<char, List<(Pattern[] Words, WordPhrase Phrase)>> byFirstLetter =
    [];

    public WordMatcher(ImmutableArray<WordPhrase> phrases)
    {
        foreach (var phrase in phrases)
        {
            var words = Patterns(phrase.Phrase);
            if (words.Length == 0)
                continue;
            if (!byFirstLetter.TryGetValue(words[0].Word[0], out var list))
                byFirstLetter[words[0].Word[0]] = list = [];
            list.Add((words, phrase));
        }
    }

    /// <summary>Each place where a phrase stands, with the words of the text themselves.</summary>
    public IEnumerable<(WordPhrase Phrase, string Said, int At)> Find(string text)
    {
        var tokens = Split(text).ToList();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!byFirstLetter.TryGetValue(tokens[i].Word[0], out var candidates))
                continue;
            foreach (var (words, phrase) in candidates)
                if (Stands(tokens, i, words))
                {
                    var last = tokens[i + words.Length - 1];
                    yield return (phrase, text[tokens[i].At..last.End], tokens[i].At);
                }
        }
    }

    /// <summary>Words folded for comparison: letters and digits without accents, lower case.</summary>
    internal static IEnumerable<(string Word, int At, int End)> Split(string text)
    {
        var word = new StringBuilder();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsLetterOrDigit(text[i]))
            {
                if (word.Length == 0)
                    start = i;
                word.Append(Fold(text[i]));
            }
            else if (!IsMark(text[i]) && word.Length > 0)
            {
                yield return (word.ToString(), start, i);
                word.Clear();
            }
        }
        if (word.Length > 0)
            yield return (word.ToString(), start, text.Length);
    }

    private static Pattern[] Patterns(string phrase) =>
        [
            .. phrase
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(part =>
                {
                    var words = Split(part)
                        .Select(token => new Pattern(token.Word, false))
                        .ToArray();
                    if (words.Length > 0 && part.EndsWith('*'))
                        words[^1] = words[^1] with { Begins = true };
                    return words;
                }),
        ];

    private static bool Stands(List<(string Word, int At, int End)> tokens, int at, Pattern[] words)
    {
        if (at + words.Length > tokens.Count)
            return false;
        for (var i = 0; i < words.Length; i++)
            if (!words[i].Fits(tokens[at + i].Word))
                return false;
        return true;
    }

    private readonly record struct Pattern(string Word, bool Begins)
    {
        public bool Fits(string word) =>
            Begins
                ? word.StartsWith(Word, StringComparison.Ordinal)
                : string.Equals(word, Word, StringComparison.Ordinal);
    }

    private static char Fold(char letter)
    {
        if (letter < 128)
            return char.ToLowerInvariant(letter);
        var parts = char.IsSurrogate(letter)
            ? letter.ToString()
            : letter.ToString().Normalize(NormalizationForm.FormD);
        return char.ToLowerInvariant(parts[0]);
    }

    private static bool IsMark(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
}

/// <summary>Listening for words and for shouting.</summary>
internal static class FindWords
{
    private const int LongestShown = 40;

    /// <summary>Long texts are read up to here: what a customer threatens stands near the top.</summary>
    private const int LongestRead = 100_000;

    public static ImmutableArray<WordFound> Find(this WordRules rules, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        var read = text.Length > LongestRead ? text[..LongestRead] : text;
        var said = rules
            .Matcher.Find(read)
            .GroupBy(found => (found.Phrase.Category, found.At))
            .Select(group => group.MaxBy(found => found.Said.Length))
            .DistinctBy(found => (found.Phrase.Category, Folded(found.Said)))
            .ToList();
        var found = said.Where(one => !said.Any(other => Holds(other, one)))
            .Select(found => new WordFound(
                found.Phrase.Category,
                Short(found.Said),
                found.Phrase.Language,
                found.At
            ))
            .Concat(Shouting(rules, read))
            .OrderBy(word => word.At)
            .ThenByDescending(word => word.Phrase.Length);
        return [.. found];
    }

    private static IEnumerable<WordFound> Shouting(WordRules rules, string text)
    {
        if (Marks(rules, text) is { } marks)
            yield return marks;
        var letters = text.Count(char.IsLetter);
        if (letters < rules.ShoutingLetters)
            yield break;
        var capitals = text.Count(char.IsUpper);
        if (capitals * 100 >= letters * rules.ShoutingPercent)
            yield return Shouted(text.Trim(), text.Length - text.TrimStart().Length);
    }

    private static WordFound? Marks(WordRules rules, string text)
    {
        for (int i = 0, run = 0; i < text.Length; i++)
        {
            run = text[i] is '!' or '?' ? run + 1 : 0;
            if (run < rules.ShoutingMarks)
                continue;
            var start = i - run + 1;
            while (i + 1 < text.Length && text[i + 1] is '!' or '?')
                i++;
            return Shouted(text[start..(i + 1)], start);
        }
        return null;
    }

    private static WordFound Shouted(string words, int at) =>
        new(WordCategory.Shouting, Short(words), "", at);

    /// <summary>"legal" within "legal action" says nothing new.</summary>
    private static bool Holds(
        (WordPhrase Phrase, string Said, int At) outer,
        (WordPhrase Phrase, string Said, int At) inner
    ) =>
        outer.Phrase.Category == inner.Phrase.Category
        && outer.At < inner.At
        && inner.At + inner.Said.Length <= outer.At + outer.Said.Length;

    private static string Folded(string said) =>
        string.Join(' ', WordMatcher.Split(said).Select(token => token.Word));

    private static string Short(string words)
    {
        if (words.Length <= LongestShown)
            return words;
        // Half of a surrogate pair is no character and could not be stored.
        var length = char.IsHighSurrogate(words[LongestShown - 1])
            ? LongestShown - 1
            : LongestShown;
        return words[..length].TrimEnd();
    }
}
