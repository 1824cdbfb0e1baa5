using System.Collections;

namespace EscalationCollab.Core.Words;

/// <summary>Copies values for a template, so that it can reach nothing but text, truths, lists and dictionaries.</summary>
internal static class TemplateValues
{
    private const int Deepest = 4;

    /// <exception cref="ArgumentException">A value is of another kind, or nested too deep.</exception>
    /// <exception cref="TemplateException">A list is too long.</exception>
    public static Dictionary<string, object?> Copy(IReadOnlyDictionary<string, object?> values) =>
        Copy(values, Deepest);

    /// <summary>Text without control characters other than line breaks, and without those that reorder other text.</summary>
    public static string Clean(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Any(Unwanted)
            ? text
            : string.Concat(
                text.ReplaceLineEndings("\n").Replace('\t', ' ').Where(c => !Unwanted(c))
            );

    private static bool Unwanted(char c) =>
        (char.IsControl(c) && c != '\n')
        || c
            is '\u200e'
                or '\u200f'
                or (>= '\u202a' and <= '\u202e')
                or (>= '\u2066' and <= '\u2069')
        || c is '\ufeff' or '\ufffe' or '\uffff';

    private static Dictionary<string, object?> Copy(
        IReadOnlyDictionary<string, object?> values,
        int depth
    ) => values.ToDictionary(v => v.Key, v => Copy(v.Value, depth - 1), StringComparer.Ordinal);

    private static object? Copy(object? value, int depth) =>
        value switch
        {
            _ when depth < 0 => throw new ArgumentException("The values are nested too deep."),
            null or bool => value,
            string text => Clean(text),
            IReadOnlyDictionary<string, object?> inner => Copy(inner, depth),
            IEnumerable list => Copy(list, depth),
            _ => throw new ArgumentException($"A template may not see a {value.GetType().Name}."),
        };

    private static List<object?> Copy(IEnumerable list, int depth)
    {
        var copy = new List<object?>();
        foreach (var item in list)
        {
            if (copy.Count == TemplateEngine.MostItems)
                throw new TemplateException(
                    $"a list has more than {TemplateEngine.MostItems} entries"
                );
            copy.Add(Copy(item, depth - 1));
        }
        return copy;
    }
}
