using System.Collections.Immutable;
using System.Globalization;

namespace EscalationCollab.Core.Words;

/// <summary>The languages the product speaks.</summary>
public static class Languages
{
    /// <summary>Spoken when nothing closer is known; every key exists in it.</summary>
    public const string Fallback = "en";

    /// <summary>All of them, as the folders of <c>templates/words</c> are named.</summary>
    public static readonly ImmutableArray<string> All = [Fallback, "pt-BR", "it", "lt"];

    /// <summary>
    /// The closest language spoken: the same tag, else one that shares its first part (<c>pt-PT</c> is answered in
    /// <c>pt-BR</c>), else <see cref="Fallback"/>. Any text is allowed, null too.
    /// </summary>
    public static string Closest(string? wanted)
    {
        var tag = (wanted ?? "").Trim().Replace('_', '-');
        return All.FirstOrDefault(l => l.Equals(tag, StringComparison.OrdinalIgnoreCase))
            ?? All.FirstOrDefault(l =>
                First(l).Equals(First(tag), StringComparison.OrdinalIgnoreCase)
            )
            ?? Fallback;
    }

    /// <summary>How dates and numbers are written in a language. English is written the British way: 24 hours, day first.</summary>
    public static CultureInfo Culture(string language) =>
        Closest(language) switch
        {
            "pt-BR" => CultureInfo.GetCultureInfo("pt-BR"),
            "it" => CultureInfo.GetCultureInfo("it-IT"),
            "lt" => CultureInfo.GetCultureInfo("lt-LT"),
            _ => CultureInfo.GetCultureInfo("en-GB"),
        };

    private static string First(string tag) => tag.Split('-')[0];
}
