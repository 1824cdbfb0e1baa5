using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace EscalationCollab.Core.Policy;

/// <summary>Lengths of time as people write them: <c>30 min</c>, <c>1 h 30 min</c>, <c>2 business days</c>.</summary>
internal static partial class Lengths
{
    public const string Examples =
        "Write a number and a unit, such as '30 min', '4 h', '1 h 30 min', '8 business hours', '2 business days' or '14 days'.";

    /// <summary>Keeps the pattern away from pasted novels; nobody writes a length longer than this.</summary>
    private const int LongestText = 80;

    private static readonly Duration Longest = Duration.FromDays(3660);

    /// <summary>Reads a length.</summary>
    /// <param name="business">Hours and minutes run on business hours unless the text says otherwise.</param>
    /// <returns>The target, or null and why.</returns>
    public static (Target? Target, string Wrong, string Remedy) Read(string text, bool business)
    {
        if (text.Length > LongestText)
            return No($"'{Findings.Shown(text)}' is not a length of time.", Examples);
        var parts = Part().Matches(text);
        if (
            parts.Count == 0
            || string.Concat(parts.Select(part => part.Value)).Length != text.Length
        )
            return No($"'{Findings.Shown(text)}' is not a length of time.", Examples);
        var total = Duration.Zero;
        var (days, marked, calendar) = (0, false, false);
        foreach (Match part in parts)
        {
            if (
                !double.TryParse(
                    part.Groups["n"].ValueSpan,
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var amount
                )
                || amount > 100_000
            )
                return No($"'{Findings.Shown(text)}' has a number that is too large.", Examples);
            var unit = UnitOf(part.Groups["unit"].Value);
            marked |= part.Groups["kind"]
                .Value.Equals("business", StringComparison.OrdinalIgnoreCase);
            calendar |= part.Groups["kind"]
                .Value.Equals("calendar", StringComparison.OrdinalIgnoreCase);
            if (unit >= Duration.FromDays(1) && (marked || business) && !calendar)
            {
                if (!marked)
                    return No(
                        $"'{text}' can mean working days or all days here.",
                        $"Write '{part.Groups["n"].Value} business days' or '{part.Groups["n"].Value} calendar days'."
                    );
                if (unit > Duration.FromDays(1) || amount != Math.Floor(amount) || parts.Count > 1)
                    return No(
                        $"'{text}' does not count whole working days.",
                        "Write for example '2 business days'."
                    );
                days = (int)amount;
            }
            else
                total += unit * amount;
        }
        if (days == 0 && total <= Duration.Zero)
            return No(
                $"'{text}' is no time at all.",
                "Write more than zero, for example '15 min'."
            );
        if (total > Longest || days > 1000)
            return No(
                $"'{text}' is longer than the product can promise.",
                "Write at most ten years."
            );
        if (marked && calendar)
            return No($"'{text}' mixes business and calendar time.", "Use one of them.");
        return days > 0
            ? (Target.BusinessDays(days), "", "")
            : (
                marked || business && !calendar ? Target.Business(total) : Target.Around(total),
                "",
                ""
            );
    }

    private static (Target?, string, string) No(string wrong, string remedy) =>
        (null, wrong, remedy);

    private static Duration UnitOf(string unit) =>
        char.ToLowerInvariant(unit[0]) switch
        {
            's' => Duration.FromSeconds(1),
            'm' => Duration.FromMinutes(1),
            'h' => Duration.FromHours(1),
            'd' => Duration.FromDays(1),
            _ => Duration.FromDays(7),
        };

    [GeneratedRegex(
        @"\s*(?<n>\d{1,9}(\.\d{1,3})?)\s*(?<kind>business|calendar)?\s*(?<unit>seconds?|sec|s|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|w)(?![a-z])\s*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Part();
}
