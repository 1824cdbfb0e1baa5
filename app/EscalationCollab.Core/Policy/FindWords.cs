using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EscalationCollab.Core.Policy;

/// <summary>
/// Finds whole phrases in a text whatever its case, accents and punctuation between words. Phrases are grouped by their
/// first word, so the cost grows with the text and not with the number of phrases.
/// </summary>
internal sealed class WordMatcher
{
    private readonly Dictionary<string, List<(string[] Words, WordPhrase Phrase)>> byFirstWord =
        new(StringComparer.Ordinal);

    public WordMatcher(ImmutableArray<WordPhrase> phrases)
    {
        foreach (var phrase in phrases)
        {
            string[] words = [.. Split(phrase.Phrase).Select(token => token.Word)];
            if (words.Length == 0)
                continue;
            if (!byFirstWord.TryGetValue(words[0], out var list))
                byFirstWord[words[0]] = list = [];
            list.Add((words, phrase));
        }
    }

    public IEnumerable<WordFound> Find(string text)
    {
        var tokens = Split(text).ToList();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!byFirstWord.TryGetValue(tokens[i].Word, out var candidates))
                continue;
            foreach (var (words, phrase) in candidates)
                if (Continues(tokens, i, words))
                    yield return new WordFound(
                        phrase.Category,
                        phrase.Phrase,
                        phrase.Language,
                        tokens[i].At
                    );
        }
    }

    /// <summary>Words folded for comparison: letters and digits without accents, lower case.</summary>
    internal static IEnumerable<(string Word, int At)> Split(string text)
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
                yield return (word.ToString(), start);
                word.Clear();
            }
        }
        if (word.Length > 0)
            yield return (word.ToString(), start);
    }

    private static bool Continues(List<(string Word, int At)> tokens, int at, string[] words)
    {
        if (at + words.Length > tokens.Count)
            return false;
        for (var i = 1; i < words.Length; i++)
            if (!string.Equals(tokens[at + i].Word, words[i], StringComparison.Ordinal))
                return false;
        return true;
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
        var found = rules
            .Matcher.Find(read)
            .DistinctBy(word => (word.Category, word.Phrase, word.Language))
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
        new(
            WordCategory.Shouting,
            words.Length <= LongestShown ? words : words[..LongestShown].TrimEnd(),
            "",
            at
        );
}
