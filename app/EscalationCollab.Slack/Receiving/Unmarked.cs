using System.Net;
using System.Text.RegularExpressions;

namespace EscalationCollab.Slack.Receiving;

/// <summary>What somebody wrote, without Slack's markup: people and channels by name, links by their address.</summary>
internal static partial class Unmarked
{
    /// <summary>The users that a text mentions.</summary>
    public static IEnumerable<string> Mentioned(string text) =>
        Angle()
            .Matches(text)
            .Select(match => match.Groups["what"].Value)
            .Where(what => what is ['@', 'U' or 'W', ..])
            .Select(what => what[1..])
            .Distinct(StringComparer.Ordinal);

    /// <summary>The text as people read it.</summary>
    /// <param name="nameOf">The name of a user; null for one nobody knows.</param>
    public static string Of(string text, Func<string, string?> nameOf) =>
        WebUtility.HtmlDecode(
            Angle()
                .Replace(
                    text,
                    match =>
                        Read(
                            match.Groups["what"].Value,
                            match.Groups["label"] is { Success: true } label ? label.Value : null,
                            nameOf
                        )
                )
        );

    private static string Read(string what, string? label, Func<string, string?> nameOf) =>
        what switch
        {
            ['@', .. var user] => "@" + Escaped(nameOf(user) ?? label ?? user),
            ['#', .. var channel] => "#" + (label is { Length: > 0 } ? label : channel),
            // @here and @channel must not call anybody a second time.
            "!here" or "!channel" or "!everyone" => what[1..],
            ['!', .. var other] => label ?? other,
            ['m', 'a', 'i', 'l', 't', 'o', ':', .. var address] => address,
            _ when label is not null && !what.Contains(label, StringComparison.Ordinal) =>
                $"{label} ({what})",
            _ => what,
        };

    // What is read here is decoded once more with the rest.
    private static string Escaped(string name) =>
        name.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    [GeneratedRegex(@"<(?<what>[^<>|]+)(\|(?<label>[^<>]*))?>")]
    private static partial Regex Angle();
}
