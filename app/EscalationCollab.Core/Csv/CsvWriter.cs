using System.Buffers;

namespace EscalationCollab.Core.Csv;

/// <summary>
/// Writes comma-separated text that no spreadsheet takes for a formula: a field that begins like one gets an
/// apostrophe in front, which spreadsheets do not show. Lines end with CRLF, as RFC 4180 says.
/// </summary>
internal static class CsvWriter
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\"\r\n\t");

    /// <summary>Writes one record.</summary>
    public static void WriteLine(TextWriter writer, params IEnumerable<string?> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            if (!first)
                writer.Write(',');
            first = false;
            writer.Write(Field(field ?? ""));
        }
        writer.Write("\r\n");
    }

    /// <summary>A field as it is written, quoted where needed.</summary>
    public static string Field(string value)
    {
        var safe = IsFormula(value) ? "'" + value : value;
        return safe.AsSpan().ContainsAny(Special) || safe is [' ', ..] or [.., ' ']
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }

    // A plain number may begin with a sign; everything else that begins so may be evaluated.
    private static bool IsFormula(string value)
    {
        var text = value.AsSpan().TrimStart(' ');
        return text
                is [
                    '='
                    or '+'
                    or '-'
                    or '@'
                    or '\t'
                    or '\r'
                    or '\n'
                    or '\uFF1D'
                    or '\uFF0B'
                    or '\uFF0D'
                    or '\uFF20',
                    ..,
                ]
            && !decimal.TryParse(
                value,
                System.Globalization.NumberStyles.AllowLeadingSign
                    | System.Globalization.NumberStyles.AllowDecimalPoint,
                System.Globalization.CultureInfo.InvariantCulture,
                out _
            );
    }
}
