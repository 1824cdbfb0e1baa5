namespace EscalationCollab.Core.Cards;

/// <summary>Which addresses a chat platform may make a link of.</summary>
public static class WebAddress
{
    /// <summary>The whole address when it is of the web, of mail, or of a page of ours; null for everything else.</summary>
    /// <param name="address">Any address; a path such as <c>/e/1042</c> is a page of ours.</param>
    /// <param name="pages">Where our pages are; null when nowhere.</param>
    public static string? Of(Uri address, Uri? pages)
    {
        ArgumentNullException.ThrowIfNull(address);
        var whole = OnOurPages(address, pages) ?? address;
        return whole.IsAbsoluteUri && (whole.Scheme is "https" or "http" or "mailto")
            ? whole.AbsoluteUri
            : null;
    }

    // Read from JSON, a path of ours is a file address, so its own text decides.
    private static Uri? OnOurPages(Uri address, Uri? pages) =>
        pages is not null
        && (!address.IsAbsoluteUri || address.IsFile)
        && address.OriginalString is ['/', .. var rest]
        && rest is not ['/', ..]
        && !rest.Any(c => c == '\\' || char.IsControl(c))
            ? new Uri(pages, address.OriginalString)
            : null;
}
