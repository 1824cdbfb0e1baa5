using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace EscalationCollab.Web;

/// <summary>
/// Our own style sheets, scripts and icon. They are inside the assembly, so that a published folder is never without them,
/// and their addresses change with their content, so that browsers may keep them for good.
/// </summary>
internal static class WebAssets
{
    private static readonly FrozenDictionary<string, WebAsset> All = new[]
    {
        WebAsset.Read("sandbox.css", "text/css; charset=utf-8"),
        WebAsset.Read("customer.css", "text/css; charset=utf-8"),
        WebAsset.Read("document.css", "text/css; charset=utf-8"),
        WebAsset.Read("sandbox.js", "text/javascript; charset=utf-8"),
        WebAsset.Read("reading.js", "text/javascript; charset=utf-8"),
        WebAsset.Read("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>The address of an asset, such as <c>/assets/sandbox.css?v=1a2b3c4d</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such asset.</exception>
    public static string Address(string name) => $"/assets/{name}?v={All[name].Version}";

    /// <summary>The bytes of an asset, for pages that are written to files.</summary>
    /// <exception cref="KeyNotFoundException">There is no such asset.</exception>
    public static ReadOnlyMemory<byte> Content(string name) => All[name].Content;

    /// <summary>The names of all assets.</summary>
    public static IEnumerable<string> Names => All.Keys;

    private static readonly ConditionalWeakTable<IEndpointRouteBuilder, object> Mapped = [];

    /// <summary>Serves the assets under <c>/assets</c>. Every group of pages asks for it; it happens once.</summary>
    public static void MapWebAssets(this IEndpointRouteBuilder routes)
    {
        if (Mapped.TryAdd(routes, All))
            routes.MapGet("/assets/{name}", Serve).ExcludeFromDescription();
    }

    private static IResult Serve(string name, HttpContext context)
    {
        if (!All.TryGetValue(name, out var asset))
            return Results.NotFound();
        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == asset.Version
                ? "public, max-age=31536000, immutable"
                : "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(
            asset.Content,
            asset.ContentType,
            entityTag: new EntityTagHeaderValue($"\"{asset.Version}\"")
        );
    }

    private sealed record WebAsset(
        string Name,
        string ContentType,
        ReadOnlyMemory<byte> Content,
        string Version
    )
    {
        public static WebAsset Read(string name, string contentType)
        {
            using var stream =
                Assembly.GetExecutingAssembly().GetManifestResourceStream("assets/" + name)
                ?? throw new InvalidOperationException($"The assembly lacks {name}.");
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var version = Convert.ToHexStringLower(SHA256.HashData(content))[..8];
            return new WebAsset(name, contentType, content, version);
        }
    }
}
