namespace EscalationCollab.Web.Cards;

/// <summary>
/// A letter in a frame. Letters choose their colours as the machine is set; where somebody chose other colours for the
/// page, the letter must follow, or it stands in the dark like a lamp.
/// </summary>
internal static class LetterFrame
{
    /// <summary>The letter in the colours of the page around it.</summary>
    /// <param name="dark">The colours that were chosen, or null for those of the machine.</param>
    public static string Of(string html, bool? dark) =>
        dark is { } chosen
            ? html.Replace(
                    "(prefers-color-scheme: dark)",
                    chosen ? "all" : "not all",
                    StringComparison.Ordinal
                )
                .Replace(
                    "color-scheme: light dark",
                    chosen ? "color-scheme: dark" : "color-scheme: light",
                    StringComparison.Ordinal
                )
            : html;
}
