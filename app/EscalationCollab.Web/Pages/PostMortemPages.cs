using System.Text;
using EscalationCollab.Core;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Sandbox;
using Markdig;
using Markdig.Extensions.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EscalationCollab.Web;

/// <summary>
/// Post-mortems as pages and as Markdown files. Access is by a signed link that was made in chat for one person and ends
/// after a day, see <see cref="Core.Links.SignedLink"/>: it shows what that person may see at the moment it is opened. Reading
/// changes nothing.
/// </summary>
public static class PostMortemPages
{
    // Raw HTML stays text even if an escape were missed: the second lock on the same door.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .Use(new PipeTableExtension())
        .DisableHtml()
        .UseReferralLinks("noopener", "noreferrer", "nofollow")
        .Build();

    /// <summary>Adds what the pages need beside the product itself.</summary>
    public static IServiceCollection AddPostMortemPages(this IServiceCollection services)
    {
        services.TryAddSingleton<PostMortemLibrary>();
        services.TryAddSingleton<PageRenderer>();
        return services;
    }

    /// <summary>Serves the pages under <c>/post-mortems</c>.</summary>
    public static void MapPostMortemPages(this IEndpointRouteBuilder routes)
    {
        routes.MapWebAssets();
        routes.MapGet("/" + PostMortemLibrary.Path + "{token}", ShowAsync).ExcludeFromDescription();
        routes
            .MapGet("/" + PostMortemLibrary.Path + "{token}/markdown", DownloadAsync)
            .ExcludeFromDescription();
    }

    /// <summary>A document as HTML.</summary>
    internal static string Html(string markdown) => Markdown.ToHtml(markdown, Pipeline);

    private static async Task<IResult> ShowAsync(
        string token,
        HttpContext context,
        PostMortemLibrary library,
        PageRenderer pages,
        Tools tools,
        CancellationToken cancellation
    )
    {
        var document = await library.FindAsync(token, cancellation);
        var page = await pages.RenderAsync<Pages.PostMortemPage>(
            new()
            {
                [nameof(Pages.PostMortemPage.Document)] = document,
                [nameof(Pages.PostMortemPage.Words)] = tools.Words,
                [nameof(Pages.PostMortemPage.Language)] = document?.Language ?? Asked(context),
                [nameof(Pages.PostMortemPage.MarkdownAddress)] =
                    $"/{PostMortemLibrary.Path}{Uri.EscapeDataString(token)}/markdown",
            },
            cancellation
        );
        Protect(context.Response);
        return Results.Content(
            page,
            "text/html",
            Encoding.UTF8,
            document is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> DownloadAsync(
        string token,
        HttpContext context,
        PostMortemLibrary library,
        CancellationToken cancellation
    )
    {
        Protect(context.Response);
        return await library.FindAsync(token, cancellation) is { } document
            ? Results.File(
                Encoding.UTF8.GetBytes(document.Markdown),
                "text/markdown; charset=utf-8",
                "post-mortem.md"
            )
            : Results.NotFound();
    }

    /// <summary>The link itself must not travel on.</summary>
    private static void Protect(HttpResponse response)
    {
        PageHeaders.Set(response);
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static string Asked(HttpContext context) =>
        Languages.Closest(
            context.Request.Headers.AcceptLanguage.ToString().Split([',', ';'], 2)[0]
        );
}
