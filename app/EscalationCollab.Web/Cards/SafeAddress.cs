namespace EscalationCollab.Web.Cards;

/// <summary>Decides which addresses may become links or pictures: only the web, mail, and our own pages.</summary>
internal static class SafeAddress
{
    /// <summary>The address for an <c>href</c>, or null when it must not be one.</summary>
    public static string? Link(Uri address) =>
        OwnPage(address)
        ?? (IsOneOf(address, "https", "http", "mailto") ? address.AbsoluteUri : null);

    /// <summary>The address for a picture's <c>src</c>, or null when it must not be one.</summary>
    public static string? Picture(Uri address) =>
        OwnPage(address) ?? (IsOneOf(address, "https", "http") ? address.AbsoluteUri : null);

    /// <summary>Whether a link leads away from our own pages.</summary>
    public static bool LeadsAway(Uri address) => OwnPage(address) is null;

    // A path such as //host or /\host would leave our site: browsers read both as another host, and they skip tabs and
    // line breaks before they look. Read from JSON, a path of ours is a file address here, so its own text decides.
    private static string? OwnPage(Uri address) =>
        (!address.IsAbsoluteUri || address.IsFile)
        && address.OriginalString is ['/', .. var rest]
        && rest is not ['/', ..]
        && !rest.Any(c => c == '\\' || char.IsControl(c))
            ? address.OriginalString
            : null;

    private static bool IsOneOf(Uri address, params ReadOnlySpan<string> schemes) =>
        address.IsAbsoluteUri && schemes.Contains(address.Scheme);
}
