using System.Text;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Pages;
using EscalationCollab.Web.Sandbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Web;

/// <summary>Pages that say one thing to somebody outside chat, such as an administrator who installs the product.</summary>
public static class NotePages
{
    /// <summary>A card as a page, in the language that the browser asks for.</summary>
    /// <param name="card">Made of headers, paragraphs and links.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    public static async Task<IResult> ShowAsync(HttpContext context, Card card, int status)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.RequestServices;
        var reader = new Reader(CustomerPage.LanguageOf(context.Request), "Etc/UTC");
        var html = await services
            .GetRequiredService<PageRenderer>()
            .RenderAsync<NotePage>(
                new()
                {
                    [nameof(NotePage.Card)] = card,
                    [nameof(NotePage.Format)] = new ReaderFormat(
                        services.GetRequiredService<Wordbook>(),
                        reader,
                        services.GetRequiredService<TimeProvider>().Moment()
                    ),
                },
                context.RequestAborted
            );
        CustomerPage.SetHeaders(context.Response);
        return Results.Content(html, "text/html", Encoding.UTF8, status);
    }
}
