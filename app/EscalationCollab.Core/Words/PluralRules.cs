using System.Collections.Immutable;
using System.Globalization;

namespace EscalationCollab.Core.Words;

/// <summary>Which form of a word goes with a number, by the Unicode CLDR rules for cardinal numbers.</summary>
internal static class PluralRules
{
    public const string One = "one";
    public const string Few = "few";
    public const string Many = "many";
    public const string Other = "other";

    private static readonly ImmutableArray<string> TwoForms = [One, Other];
    private static readonly ImmutableArray<string> FourForms = [One, Few, Many, Other];
    private static readonly ImmutableArray<string> RomanceForms = [One, Many, Other];

    /// <summary>The forms a language must have; "many" of the Romance languages is for whole millions and may be left out.</summary>
    public static ImmutableArray<string> Required(string language) =>
        language == "lt" ? FourForms : TwoForms;

    /// <summary>The forms a language may have.</summary>
    public static ImmutableArray<string> Allowed(string language) =>
        language switch
        {
            "lt" => FourForms,
            "pt-BR" or "it" => RomanceForms,
            _ => TwoForms,
        };

    /// <summary>
    /// The form for a number as it will be shown: what counts is the written number, so "1.0" may take another form than "1".
    /// </summary>
    public static string Form(string language, decimal value, string format)
    {
        var (whole, decimals, fraction) = Operands(value, format);
        return language switch
        {
            "lt" => Lithuanian(whole, fraction),
            "pt-BR" when whole <= 1 => One,
            "it" or "en" when whole == 1 && decimals == 0 => One,
            "pt-BR" or "it" when decimals == 0 && whole != 0 && whole % 1_000_000 == 0 => Many,
            _ => Other,
        };
    }

    private static string Lithuanian(decimal whole, decimal fraction)
    {
        if (fraction != 0)
            return Many;
        var teens = whole % 100 is >= 11 and <= 19;
        return (whole % 10) switch
        {
            1 when !teens => One,
            >= 2 when !teens => Few,
            _ => Other,
        };
    }

    /// <summary>CLDR's i (whole part), v (number of decimals written) and f (those decimals as a number).</summary>
    private static (decimal Whole, int Decimals, decimal Fraction) Operands(
        decimal value,
        string format
    )
    {
        var written = Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);
        var digits = string.Concat(written.Where(c => char.IsAsciiDigit(c) || c == '.')).Split('.');
        return (
            Parse(digits[0]),
            digits.Length > 1 ? digits[1].Length : 0,
            digits.Length > 1 ? Parse(digits[1]) : 0
        );
    }

    private static decimal Parse(string digits) =>
        decimal.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
