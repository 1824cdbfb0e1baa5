using System.Text;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
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
        services.TryAddSingleton<HomePages>();
        services.TryAddSingleton<PageRenderer>();
        return services;
    }

    /// <summary>Serves the pages under <c>/escalations</c>.</summary>
    public static void MapEscalationsPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/" + EscalationPages.Path + "{number}", ShowAsync).ExcludeFromDescription();
        routes.MapGet("/" + HomePages.Path, ShowHomeAsync).ExcludeFromDescription();
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
                [nameof(Pages.EscalationPage.Context)] = ContextOf(
                    reading?.Reader,
                    reading?.Situation,
                    format
                ),
            },
            cancellation
        );
        return Answer(context, page, reading is not null);
    }

    private static async Task<IResult> ShowHomeAsync(
        HttpContext context,
        HomePages homes,
        PageRenderer pages,
        Tools tools,
        CancellationToken cancellation
    )
    {
        var reading = await homes.FindAsync(context.Request.Query["t"], cancellation);
        var format = new ReaderFormat(
            tools.Words,
            reading is null ? new Reader(Asked(context), "Etc/UTC") : Reader.Of(reading.Reader),
            reading?.Situation.Now ?? NodaTime.Instant.MinValue
        );
        var page = await pages.RenderAsync<Pages.HomePage>(
            new()
            {
                [nameof(Pages.HomePage.Reading)] = reading,
                [nameof(Pages.HomePage.Context)] = ContextOf(
                    reading?.Reader,
                    reading?.Situation,
                    format
                ) with
                {
                    RoomAddress = number => reading?.Pages.GetValueOrDefault(number)?.AbsoluteUri,
                },
            },
            cancellation
        );
        return Answer(context, page, reading is not null);
    }

    private static CardContext ContextOf(
        Core.People.Person? reader,
        Situation? situation,
        ReaderFormat format
    ) =>
        new()
        {
            Reader = reader?.Id ?? PersonId.Product,
            Format = format,
            Now = situation?.Now ?? NodaTime.Instant.MinValue,
            NewKey = () => "",
            AntiForgery = new HiddenField("", ""),
            Directory = situation?.Directory ?? Core.People.CompanyDirectory.Empty,
        };

    private static IResult Answer(HttpContext context, string page, bool found)
    {
        PageHeaders.Set(context.Response, context.RequestServices.GetService<FramedPages>());
        // The link itself must not travel on.
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Content(
            page,
            "text/html",
            Encoding.UTF8,
            found ? StatusCodes.Status200OK : StatusCodes.Status404NotFound
        );
    }

    private static string Asked(HttpContext context) =>
        Languages.Closest(
            context.Request.Headers.AcceptLanguage.ToString().Split([',', ';'], 2)[0]
        );
}
