using EscalationCollab.Core.Cards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EscalationCollab.Web;

/// <summary>What the product keeps and under whose rules it is used: pages that app stores link to before anybody installs it.</summary>
public static class AboutPages
{
    /// <summary>Serves <c>/privacy</c> and <c>/terms</c>.</summary>
    public static IEndpointRouteBuilder MapAboutPages(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/privacy", "about.privacy", ["where", "what", "passes-on", "ask"]);
        Map(routes, "/terms", "about.terms", ["whose", "duty"]);
        return routes;
    }

    private static void Map(
        IEndpointRouteBuilder routes,
        string path,
        string key,
        IEnumerable<string> paragraphs
    )
    {
        var card = Card.Of(
            Phrase.Of(key),
            [
                new Header(Phrase.Of(key)),
                .. paragraphs.Select(name => new Paragraph(Phrase.Of($"{key}.{name}"))),
            ]
        );
        routes
            .MapGet(
                path,
                (Delegate)(
                    (HttpContext context) =>
                        NotePages.ShowAsync(context, card, StatusCodes.Status200OK)
                )
            )
            .ExcludeFromDescription();
    }
}
