using System.Data;
using System.Globalization;
using System.Text;
using Dapper;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Intake;

/// <summary>
/// Finds escalations, and the post-mortems of those that have a published one, by number, customer and words: what a
/// person may see, the newest first. Letters with and without accents are the same.
/// </summary>
public static class FindEscalations
{
    /// <summary>Most that one search answers.</summary>
    public const int Most = 25;

    // A sentence finds nothing that its first words do not.
    private const int MostWords = 6;
    private const int LongestWord = 40;

    // Somebody who may see next to nothing must not make us read everything.
    private const int MostLooked = 1_000;
    private const int Page = 50;

    /// <summary>Finds them.</summary>
    /// <param name="typed">Any text; empty finds the newest ones.</param>
    /// <param name="here">Where they search and everybody reads along: of the restricted ones only that of this room.</param>
    /// <param name="skip">How many were shown before.</param>
    /// <param name="take">At most <see cref="Most"/>.</param>
    public static IReadOnlyList<Escalation> Of(
        string typed,
        Records records,
        Situation situation,
        RoomRef here,
        int skip,
        int take
    )
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(here);
        var found = new List<Escalation>();
        var wanted = Math.Max(0, skip) + Math.Clamp(take, 0, Most);
        var looked = 0;
        foreach (var number in Numbers(records, WordsOf(typed), here))
        {
            if (found.Count >= wanted || looked++ >= MostLooked)
                break;
            if (records.Load(number) is { } escalation && Visibility.Sees(escalation, situation))
                found.Add(escalation);
        }
        return [.. found.Skip(skip)];
    }

    /// <summary>Words as they are looked for: lower case, without accents. <c>ESC 1042</c> and <c>#1042</c> are numbers.</summary>
    internal static IReadOnlyList<string> WordsOf(string typed) =>
        [
            .. Folded(typed[..Math.Min(typed.Length, 400)])
                .Replace("esc ", "esc-", StringComparison.Ordinal)
                .Split(
                    [' ', '\t', '\n', '\r', ',', ';', '#', '"'],
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                )
                .Select(word => word[..Math.Min(word.Length, LongestWord)])
                .Distinct()
                .Take(MostWords),
        ];

    internal static void Register(Slices slices) => slices.Projects(Project);

    /// <summary>Lower case, without accents.</summary>
    internal static string Folded(string text)
    {
        // Half of a pair of characters is no text, and normalizing refuses it.
        if (text.Any(char.IsSurrogate))
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.Normalize(NormalizationForm.FormD))
            if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
                folded.Append(char.ToLowerInvariant(letter));
        return folded.ToString();
    }

    private static IEnumerable<EscalationNumber> Numbers(
        Records records,
        IReadOnlyList<string> words,
        RoomRef here
    )
    {
        var parameters = new DynamicParameters();
        parameters.Add("tenant", records.Tenant.Value);
        parameters.Add("most", Page);
        parameters.Add("here", records.EscalationOf(here)?.Value ?? 0);
        var condition = new StringBuilder();
        for (var i = 0; i < words.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"word{i}");
            // Both are folded already; LIKE would fold them again, letter by letter.
            condition.Append(CultureInfo.InvariantCulture, $" AND instr(line, @{name}) > 0");
            parameters.Add(name, words[i]);
        }
        var before = long.MaxValue;
        while (true)
        {
            parameters.Add("before", before);
            var page = records
                .Connection.Query<long>(
                    $"""
                    SELECT number FROM escalation_line
                    WHERE tenant = @tenant AND number < @before AND (restricted = 0 OR number = @here){condition}
                    ORDER BY number DESC LIMIT @most
                    """,
                    parameters
                )
                .AsList();
            foreach (var number in page)
                yield return new EscalationNumber(number);
            if (page.Count < Page)
                yield break;
            before = page[^1];
        }
    }

    internal static void Project(Escalation before, Escalation after, Records records)
    {
        if (
            before.Version > 0
            && before.Restricted == after.Restricted
            && LineOf(before) == LineOf(after)
        )
            return;
        records.Connection.Execute(
            """
            INSERT INTO escalation_line (tenant, number, restricted, line) VALUES (@tenant, @number, @restricted, @line)
            ON CONFLICT (tenant, number) DO UPDATE SET restricted = excluded.restricted, line = excluded.line
            """,
            new
            {
                tenant = records.Tenant.Value,
                number = after.Number.Value,
                restricted = after.Restricted ? 1 : 0,
                line = Folded(LineOf(after)),
            }
        );
    }

    private static string LineOf(Escalation escalation) =>
        $"{escalation.Number} {escalation.Customer.Name} {escalation.Summary} {escalation.PostMortem?.Publication?.Title}";
}
