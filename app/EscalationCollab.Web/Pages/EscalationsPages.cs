using System.Text;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EscalationCollab.Web;

/// <summary>
/// Escalations as pages to read, behind the addresses that are shared in chat. Access is by a signed link made for one person,
/// see <see cref="EscalationPages"/>; without one the page says how to get it, and not whether there is anything.
/// </summary>
public static class EscalationsPages
{
    /// <summary>Adds what the pages need beside the product itself.</summary>
    public static IServiceCollection AddEscalationsPages(this IServiceCollection services)
    {
        services.TryAddSingleton<EscalationPages>();
        services.TryAddSingleton<PageRenderer>();
        return services;
    }

    /// <summary>Serves the pages under <c>/escalations</c>.</summary>
    public static void MapEscalationsPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/" + EscalationPages.Path + "{number}", ShowAsync).ExcludeFromDescription();
        routes
            .MapGet("/" + EscalationPages.Path + "{number}/meeting.ics", MeetingAsync)
            .ExcludeFromDescription();
    }

    private static async Task<IResult> MeetingAsync(
        string number,
        HttpContext context,
        EscalationPages escalations,
        CancellationToken cancellation
    )
    {
        PageHeaders.Set(context.Response);
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return
            await escalations.MeetingAsync(number, context.Request.Query["t"], cancellation)
                is { } file
            ? Results.File(
                Encoding.UTF8.GetBytes(file),
                "text/calendar; charset=utf-8",
                $"{number}.ics"
            )
            : Results.NotFound();
    }

    private static async Task<IResult> ShowAsync(
        string number,
        HttpContext context,
        EscalationPages escalations,
        PageRenderer pages,
        Tools tools,
        CancellationToken cancellation
    )
    {
        var reading = await escalations.FindAsync(number, context.Request.Query["t"], cancellation);
        var reader = reading is null
            ? new Reader(Asked(context), "Etc/UTC")
            : Reader.Of(reading.Reader);
        var format = new ReaderFormat(
            tools.Words,
            reader,
            reading?.Situation.Now ?? NodaTime.Instant.MinValue
        );
        var page = await pages.RenderAsync<Pages.EscalationPage>(
            new()
            {
                [nameof(Pages.EscalationPage.Reading)] = reading,
                [nameof(Pages.EscalationPage.Context)] = new CardContext
                {
                    Reader = reading?.Reader.Id ?? PersonId.Product,
                    Format = format,
                    Now = reading?.Situation.Now ?? NodaTime.Instant.MinValue,
                    NewKey = () => "",
                    AntiForgery = new HiddenField("", ""),
                    Directory = reading?.Situation.Directory ?? Core.People.CompanyDirectory.Empty,
                },
            },
            cancellation
        );
        PageHeaders.Set(context.Response);
        // The link itself must not travel on.
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Content(
            page,
            "text/html",
            Encoding.UTF8,
            reading is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK
        );
    }

    private static string Asked(HttpContext context) =>
        Languages.Closest(
            context.Request.Headers.AcceptLanguage.ToString().Split([',', ';'], 2)[0]
        );
}
