using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Web.Pages;

/// <summary>Pages for customers, who have no account: the link in their letter is what lets them in.</summary>
public static class CustomerPages
{
    /// <summary>What the pages are made of. Needs the store, the slices, the situations, the words and a clock.</summary>
    public static IServiceCollection AddCustomerPages(this IServiceCollection services)
    {
        services.TryAddSingleton<PageRenderer>();
        services.TryAddSingleton<SurveyDesk>();
        services.TryAddSingleton<CustomerPageLimit>();
        return services;
    }

    /// <summary>
    /// <c>GET /s/{token}</c> shows a survey and changes nothing, so that a mail scanner that follows every link does no
    /// harm; <c>POST /s/{token}</c> answers it, once.
    /// </summary>
    public static IEndpointRouteBuilder MapCustomerPages(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes
            .MapMethods("/s/{token}", [HttpMethods.Get, HttpMethods.Head], SurveyPages.ShowAsync)
            .ExcludeFromDescription();
        routes.MapPost("/s/{token}", SurveyPages.AnswerAsync).ExcludeFromDescription();
        return routes;
    }
}

/// <summary>What a survey page says.</summary>
public enum SurveyPageKind
{
    /// <summary>The questions.</summary>
    Questions,

    /// <summary>The answers came just now.</summary>
    Thanks,

    /// <summary>They came before.</summary>
    Answered,

    /// <summary>The link does not work, or no longer.</summary>
    Closed,

    /// <summary>We cannot take the answers now.</summary>
    Later,

    /// <summary>Too many requests from one address.</summary>
    TooMany,
}

/// <summary>The survey page: what is answered to whom with which status.</summary>
internal static class SurveyPages
{
    /// <summary>Bytes of a filled-in form: the longest comment in any script, a few times over.</summary>
    private const int MostBytes = 64 * 1024;

    public static Task ShowAsync(HttpContext context, string token) =>
        GuardedAsync(
            context,
            async page =>
            {
                var sheet = await page.Desk.LookAsync(token, context.RequestAborted);
                await page.ShowAsync(sheet, KindOf(sheet), SurveyForm.Blank, StatusOf(sheet));
            }
        );

    public static Task AnswerAsync(HttpContext context, string token) =>
        GuardedAsync(
            context,
            async page =>
            {
                var form = SurveyForm.Read(await ReadAsync(context));
                // Answers given after all are not lost to a mistake: only an open sheet shows the questions again.
                var sheet =
                    form.Mistakes.Length > 0
                        ? await page.Desk.LookAsync(token, context.RequestAborted)
                        : await page.Desk.AnswerAsync(token, form.Answers, context.RequestAborted);
                var status =
                    sheet.State == SheetState.Open
                        ? StatusCodes.Status422UnprocessableEntity
                        : StatusOf(sheet);
                await page.ShowAsync(sheet, KindOf(sheet), form, status);
            }
        );

    internal static SurveyPageKind KindOf(SurveySheet sheet) =>
        sheet switch
        {
            { JustAnswered: true } => SurveyPageKind.Thanks,
            { State: SheetState.Open } => SurveyPageKind.Questions,
            { State: SheetState.Answered } => SurveyPageKind.Answered,
            _ => SurveyPageKind.Closed,
        };

    private static int StatusOf(SurveySheet sheet) =>
        sheet.State switch
        {
            SheetState.Unknown => StatusCodes.Status404NotFound,
            SheetState.Expired => StatusCodes.Status410Gone,
            _ => StatusCodes.Status200OK,
        };

    /// <summary>Nobody is shown an error page: what fails is logged, and the customer is asked to come back.</summary>
    private static async Task GuardedAsync(HttpContext context, Func<Page, Task> work)
    {
        var page = new Page(context);
        CustomerPage.SetHeaders(context.Response);
        if (!context.RequestServices.GetRequiredService<CustomerPageLimit>().Allows(context))
        {
            await page.TellAsync(SurveyPageKind.TooMany, StatusCodes.Status429TooManyRequests);
            return;
        }
        try
        {
            await work(page);
        }
        catch (BadHttpRequestException unreadable)
        {
            await page.TellAsync(SurveyPageKind.Later, unreadable.StatusCode);
        }
        catch (StoreUnavailableException unavailable)
        {
            context
                .RequestServices.GetRequiredService<ILogger<CustomerPageLimit>>()
                .LogError(unavailable, "A survey page could not be served");
            await page.TellAsync(SurveyPageKind.Later, StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>The form; one that is no form at all is read as left blank.</summary>
    private static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return FormCollection.Empty;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostBytes;
        try
        {
            return await context.Request.ReadFormAsync(
                new FormOptions
                {
                    ValueCountLimit = 20,
                    ValueLengthLimit = MostBytes,
                    KeyLengthLimit = 100,
                    MultipartBodyLengthLimit = MostBytes,
                    BufferBodyLengthLimit = MostBytes,
                },
                context.RequestAborted
            );
        }
        catch (InvalidDataException tooMuch)
        {
            throw new BadHttpRequestException(
                tooMuch.Message,
                StatusCodes.Status413PayloadTooLarge,
                tooMuch
            );
        }
    }

    private sealed class Page(HttpContext context)
    {
        public SurveyDesk Desk { get; } = context.RequestServices.GetRequiredService<SurveyDesk>();

        /// <summary>A page that says nothing about any survey.</summary>
        public Task TellAsync(SurveyPageKind kind, int status) =>
            ShowAsync(
                new SurveySheet(SheetState.Unknown, NodaTime.Instant.MinValue),
                kind,
                SurveyForm.Blank,
                status
            );

        public async Task ShowAsync(
            SurveySheet sheet,
            SurveyPageKind kind,
            SurveyForm form,
            int status
        )
        {
            var services = context.RequestServices;
            var reader = new Reader(
                sheet.Language ?? CustomerPage.LanguageOf(context.Request),
                sheet.Zone
            );
            var html = await services
                .GetRequiredService<PageRenderer>()
                .RenderAsync<SurveyPage>(
                    new()
                    {
                        [nameof(SurveyPage.Kind)] = kind,
                        [nameof(SurveyPage.Sheet)] = sheet,
                        [nameof(SurveyPage.Form)] = form,
                        [nameof(SurveyPage.Format)] = new ReaderFormat(
                            services.GetRequiredService<Wordbook>(),
                            reader,
                            sheet.Now
                        ),
                    },
                    context.RequestAborted
                );
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/html; charset=utf-8";
            if (!HttpMethods.IsHead(context.Request.Method))
                await context.Response.WriteAsync(html, context.RequestAborted);
        }
    }
}
