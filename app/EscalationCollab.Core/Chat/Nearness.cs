namespace EscalationCollab.Core.Chat;

/// <summary>How far two words are from each other, for "did you mean".</summary>
public static class Nearness
{
    /// <summary>The number of single letters to change, add or drop (Levenshtein 1965), whatever the case. Both at most 200 characters are looked at.</summary>
    public static int Distance(string left, string right)
    {
        var a = left.Length > 200 ? left[..200] : left;
        var b = right.Length > 200 ? right[..200] : right;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change =
                    corner
                    + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
