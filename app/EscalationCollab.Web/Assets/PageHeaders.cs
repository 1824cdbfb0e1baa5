using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web;

/// <summary>What a browser is told about every page: load only our own things, run only our own script.</summary>
internal static class PageHeaders
{
    /// <summary>
    /// The content security policy of pages. Styles written in a page are let through because the letters shown in frames
    /// carry theirs, as mail must; frames take over the policy of their page. Our own pages have none, and all text is
    /// encoded.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' https: data:; connect-src 'self'; form-action 'self'; frame-src 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Sets the headers of a page that chat clients may show in a frame: it is only read, so that nobody can be led to press
    /// what they do not see.
    /// </summary>
    /// <param name="framed">Where it may stand; null for nowhere.</param>
    public static void Set(HttpResponse response, Core.Chat.FramedPages? framed)
    {
        Set(response);
        if (framed is { Ancestors.Count: > 0 })
            response.Headers.ContentSecurityPolicy = ContentSecurityPolicy.Replace(
                "frame-ancestors 'none'",
                "frame-ancestors " + string.Join(' ', framed.Ancestors),
                StringComparison.Ordinal
            );
    }

    /// <summary>Sets the headers of a page. Pages are about people and customers: nothing between may keep them.</summary>
    public static void Set(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
    }
}
