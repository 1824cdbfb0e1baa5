using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Slack.WebApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EscalationCollab.Slack.Installation;

/// <summary>Shows a card as a page to somebody outside chat.</summary>
/// <param name="status">The HTTP status of the answer.</param>
public delegate Task<IResult> ShowCardPage(HttpContext context, Card card, int status);

/// <summary>
/// Installing by link: our page, Slack's page, our page again. What comes back counts only in the browser that set out,
/// within a quarter of an hour, and once.
/// </summary>
internal sealed class InstallEndpoints(
    SlackOAuth oauth,
    SlackInstallations installations,
    InstallLink links,
    SlackApi api,
    Tools tools,
    ShowCardPage show
)
{
    private const string Cookie = "slack-install";

    /// <summary><c>GET /slack/install</c> and <c>GET /slack/oauth</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/slack/install",
                (HttpContext context, string? ticket, InstallEndpoints pages) =>
                    pages.BeginAsync(context, ticket)
            )
            .ExcludeFromDescription();
        routes
            .MapGet(
                SlackManifest.OAuthPath,
                (
                    HttpContext context,
                    string? code,
                    string? state,
                    string? error,
                    InstallEndpoints pages
                ) => pages.FinishAsync(context, code, state, error)
            )
            .ExcludeFromDescription();
    }

    private Uri Back => new(tools.PublicAddress, SlackManifest.OAuthPath.TrimStart('/'));

    private Task<IResult> BeginAsync(HttpContext context, string? ticket)
    {
        if (!links.IsGood(ticket))
            return Say(context, "slack-install.link-over", StatusCodes.Status403Forbidden);
        var (state, secret) = links.Begin();
        context.Response.Cookies.Append(
            Cookie,
            secret,
            new CookieOptions
            {
                HttpOnly = true,
                Secure = true,
                // Slack leads back here from its own site, with a plain link.
                SameSite = SameSiteMode.Lax,
                MaxAge = InstallLink.Patience.ToTimeSpan(),
                Path = "/slack",
            }
        );
        return show(
            context,
            Card.Of(
                Phrase.Of("slack-install.title"),
                new Header(Phrase.Of("slack-install.title")),
                new Paragraph(Phrase.Of("slack-install.what")),
                new Paragraph(Phrase.Of("slack-install.rights")),
                new Actions([
                    new Visits(Phrase.Of("slack-install.go"), oauth.AuthorizePage(state, Back)),
                ])
            ),
            StatusCodes.Status200OK
        );
    }

    private async Task<IResult> FinishAsync(
        HttpContext context,
        string? code,
        string? state,
        string? error
    )
    {
        var secret = context.Request.Cookies[Cookie];
        context.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/slack" });
        if (!links.IsOurs(state, secret))
            return await Say(context, "slack-install.not-ours", StatusCodes.Status403Forbidden);
        if (error is not null || string.IsNullOrEmpty(code))
            return await Say(
                context,
                error == "access_denied" ? "slack-install.denied" : "slack-install.failed",
                StatusCodes.Status400BadRequest
            );
        try
        {
            // Allowed is allowed: closing the browser now must not lose the token.
            var made = await oauth.InstallAsync(code, Back, CancellationToken.None);
            await installations.AddAsync(made, CancellationToken.None);
            api.Resume(made.Id);
            return await Done(context, made);
        }
        catch (SlackOAuthException failed)
        {
            return failed.Error == "missing_scope"
                ? await Say(context, "slack-install.scopes", StatusCodes.Status400BadRequest)
                : await Say(context, "slack-install.failed", StatusCodes.Status502BadGateway);
        }
    }

    private Task<IResult> Done(HttpContext context, SlackInstallation made) =>
        show(
            context,
            Card.Of(
                Phrase.Of("slack-install.done", ("workspace", made.Name)),
                new Header(Phrase.Of("slack-install.done", ("workspace", made.Name))),
                new Paragraph(Phrase.Of("slack-install.next"))
            ),
            StatusCodes.Status200OK
        );

    private Task<IResult> Say(HttpContext context, string key, int status) =>
        show(
            context,
            Card.Of(
                Phrase.Of("slack-install.not-now"),
                new Header(Phrase.Of("slack-install.not-now")),
                new Paragraph(Phrase.Of(key))
            ),
            status
        );
}
