using System.Text.RegularExpressions;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>One answer of a mail server.</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">The text of each line, without the code.</param>
internal sealed partial record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int LongestShown = 300;

    public bool IsYes => Code is >= 200 and <= 299;

    /// <summary>The code and, where the server tells, the enhanced status (RFC 3463): what may go into a log.</summary>
    public string Status =>
        Enhanced().Match(Lines[0]) is { Success: true } m ? $"{Code} {m.Value}" : $"{Code}";

    /// <summary>The answer in the server's own words, on one line.</summary>
    public override string ToString() =>
        $"{Code} {HeaderText.Line(string.Join(' ', Lines), LongestShown)}".TrimEnd();

    /// <summary>The words after a keyword of the EHLO answer, or null when the server does not have it.</summary>
    public string[]? Extension(string keyword) =>
        Lines
            .Skip(1)
            .Select(line => line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words =>
                words.Length > 0
                && string.Equals(words[0], keyword, StringComparison.OrdinalIgnoreCase)
            )
            ?[1..];

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}(?=\s|\z)")]
    private static partial Regex Enhanced();
}
