using System.Collections.Immutable;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Words;

/// <summary>What one language says for one key: a pattern, or a pattern per plural form.</summary>
internal sealed record WordEntry(
    string Key,
    string File,
    int Line,
    ImmutableDictionary<string, WordPattern> Forms
)
{
    public bool IsPlural => Forms.Count > 1 || !Forms.ContainsKey(PluralRules.Other);

    /// <summary>Every place named in any form; a plural always needs its count.</summary>
    public ImmutableSortedSet<string> Places { get; } =
        Forms
            .Values.SelectMany(p => p.Places)
            .Concat(
                Forms.Count > 1 || !Forms.ContainsKey(PluralRules.Other) ? [WordPattern.Count] : []
            )
            .ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>The pattern for the count among the places, or the only one.</summary>
    public WordPattern Choose(string language, ImmutableSortedDictionary<string, Text> places)
    {
        var form =
            IsPlural
            && places.GetValueOrDefault(WordPattern.Count)
                is { Parts: [Number { Value: var value, Format: var format }] }
                ? PluralRules.Form(language, value, format)
                : PluralRules.Other;
        return Forms.GetValueOrDefault(form)
            ?? Forms.GetValueOrDefault(PluralRules.Other)
            ?? Forms.Values.First();
    }
}

/// <summary>A text with places, taken apart once: literal pieces and names, never looked at as text again.</summary>
internal sealed partial record WordPattern(ImmutableArray<WordPiece> Pieces)
{
    /// <summary>The place that chooses the plural form.</summary>
    public const string Count = "count";

    public IEnumerable<string> Places => Pieces.Where(p => p.IsPlace).Select(p => p.Value);

    /// <summary>Takes a text apart.</summary>
    /// <returns>False when a brace is left over that belongs to no place.</returns>
    public static bool TryParse(string text, out WordPattern pattern)
    {
        var pieces = ImmutableArray.CreateBuilder<WordPiece>();
        var at = 0;
        foreach (var match in PlacePattern().EnumerateMatches(text))
        {
            if (match.Index > at)
                pieces.Add(new WordPiece(text[at..match.Index], IsPlace: false));
            pieces.Add(
                new WordPiece(text.Substring(match.Index + 1, match.Length - 2), IsPlace: true)
            );
            at = match.Index + match.Length;
        }
        if (at < text.Length)
            pieces.Add(new WordPiece(text[at..], IsPlace: false));
        pattern = new WordPattern(pieces.ToImmutable());
        return pattern.Pieces.All(p => p.IsPlace || p.Value.AsSpan().IndexOfAny('{', '}') < 0);
    }

    [GeneratedRegex("""\{[a-zA-Z][a-zA-Z0-9-]*\}""")]
    private static partial Regex PlacePattern();
}

/// <summary>A literal piece of a <see cref="WordPattern"/> or the name of a place in it.</summary>
internal readonly record struct WordPiece(string Value, bool IsPlace);
