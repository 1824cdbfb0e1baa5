using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Words;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Pages;

/// <summary>
/// What pages for customers have in common: one answer that holds everything, no cookie, no script, nothing from anywhere
/// else, and nothing about the page told to the next.
/// </summary>
internal static class CustomerPage
{
    /// <summary>The style sheet, which stands in the page itself.</summary>
    public static readonly string Style = Encoding.UTF8.GetString(
        WebAssets.Content("customer.css").Span
    );

    /// <summary>Lets through our own style sheet, by its hash, and nothing else.</summary>
    public static readonly string ContentSecurityPolicy =
        "default-src 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(WebAssets.Content("customer.css").Span))
        + "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers of a page. The address of a page is a secret of the customer's: no search engine, cache or next page gets it.</summary>
    public static void SetHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }

    /// <summary>The language to speak to somebody we do not know: the first one of theirs that we speak.</summary>
    public static string LanguageOf(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .AcceptLanguage.OrderByDescending(wanted => wanted.Quality ?? 1)
            .Select(wanted => wanted.Value.ToString())
            .Where(tag => tag is not "*")
            .Select(tag => (Tag: tag, Spoken: Languages.Closest(tag)))
            .Where(pair => First(pair.Tag) == First(pair.Spoken))
            .Select(pair => pair.Spoken)
            .FirstOrDefault(Languages.Fallback);

    private static string First(string tag) => tag.Split('-', '_')[0].ToLowerInvariant();
}
