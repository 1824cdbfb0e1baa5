using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tenants;
using EscalationCollab.Teams.Voices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Tabs;

/// <summary>
/// The tabs: a person's own page, and the page of an escalation in its war room. What Teams frames is a page without anything in
/// it; its script asks Teams who looks at it, and is sent on to a page made for that person alone. Whoever cannot be asked, is
/// told how to get the page in chat.
/// </summary>
internal sealed class TabPages(
    PersonToken token,
    TeamsTenants tenants,
    TeamsPeople people,
    TeamsVoices voices,
    EscalationPages escalations,
    HomePages homes,
    TeamsOptions options,
    ILogger<TabPages> log
)
{
    /// <summary>Where the tabs are, below the public address.</summary>
    public const string Path = "teams/tab";

    /// <summary>A person's own page.</summary>
    public const string Home = "home";

    /// <summary>Where a tab would be set up: each war room gets its own by itself.</summary>
    public const string Setup = "setup";

    // https://www.npmjs.com/package/@microsoft/teams-js, by which only this one is run.
    private const string Library =
        "https://res.cdn.office.net/teams-js/2.58.0/js/MicrosoftTeams.min.js";
    private const string LibraryHash =
        "sha384-sMo/EOqQPa1OCup2/VBRum7oFeOS22kvs8WGDc45xK53tUVZzFR5WwFYDUYN1LO4";

    private static readonly string Script = TextOf("tab.js");
    private static readonly string Style = TextOf("tab.css");

    private static readonly string[] Sentences = ["opening", "sign-in", "stranger", "gone", "away"];

    /// <summary>The address of a tab, by what it shows.</summary>
    /// <param name="page"><see cref="Home"/>, <see cref="Setup"/>, or the number of an escalation.</param>
    public static string AddressOf(Uri publicAddress, string page) =>
        $"{publicAddress.AbsoluteUri.TrimEnd('/')}/{Path}?page={Uri.EscapeDataString(page)}";

    /// <summary>Maps the addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/" + Path, (HttpContext context, TabPages tab) => tab.Frame(context))
            .ExcludeFromDescription();
        routes
            .MapGet("/" + Path + ".js", (HttpContext context) => Asset(context))
            .ExcludeFromDescription();
        routes
            .MapPost("/" + Path, (HttpContext context, TabPages tab) => tab.OpenAsync(context))
            .ExcludeFromDescription();
    }

    private static IResult Asset(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Text(Script, "text/javascript", Encoding.UTF8);
    }

    private IResult Frame(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy();
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        var language = Languages.Closest(
            context.Request.Headers.AcceptLanguage.ToString().Split([',', ';'], 2)[0]
        );
        return Results.Text(
            Page(context.Request.Query["page"].ToString(), language),
            "text/html",
            Encoding.UTF8
        );
    }

    private string Policy() =>
        "default-src 'none'; script-src 'self' https://res.cdn.office.net; "
        + "connect-src 'self' https://res.cdn.office.net; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))
        + "'; base-uri 'none'; form-action 'none'; frame-ancestors "
        + string.Join(' ', options.Cloud.Frames);

    private string Page(string page, string language)
    {
        var voice = voices.ToAnybody(new ClientSays(language, ""));
        string Say(string key) => WebUtility.HtmlEncode(voice.Line(Phrase.Of($"teams-tab.{key}")));
        var html = new StringBuilder();
        var isSetup = page == Setup;
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!DOCTYPE html>
            <html lang="{voice.Reader.Format.Language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>EscalationCollab</title>
            <style>{Style}</style>

            """
        );
        if (!isSetup)
            html.Append(
                CultureInfo.InvariantCulture,
                $"""
                <script src="{Library}" integrity="{LibraryHash}" crossorigin="anonymous" defer></script>
                <script src="tab.js" defer></script>

                """
            );
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            </head>
            <body data-page="{WebUtility.HtmlEncode(page)}">
            <main>

            """
        );
        foreach (var sentence in isSetup ? ["setup"] : Sentences)
            html.Append(
                CultureInfo.InvariantCulture,
                $"""<p data-say="{sentence}"{(sentence is "opening" or "setup" ? "" : " hidden")}>{Say(sentence)}</p>{'\n'}"""
            );
        if (!isSetup)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<noscript><p>{Say("sign-in")}</p></noscript>\n"
            );
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private async Task<IResult> OpenAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var page = context.Request.Query["page"].ToString();
            return await token.JudgeAsync(
                    context.Request.Headers.Authorization,
                    context.RequestAborted
                )
                    is not { } who
                    ? Results.StatusCode(StatusCodes.Status401Unauthorized)
                : await PersonOfAsync(who, context.RequestAborted) is not var (tenant, person)
                    ? Results.StatusCode(StatusCodes.Status403Forbidden)
                : await LinkAsync(tenant, person, page, context.RequestAborted) is { } link
                    ? Results.Json(new { url = link.PathAndQuery })
                : Results.NotFound();
        }
        catch (Exception away)
            when (away is KeysUnavailableException or StoreUnavailableException or TeamsException)
        {
            log.LogWarning("A tab could not be opened now: {Reason}", away.GetType().Name);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    // A tab tells nothing of where it is: whoever has not been met yet is looked for in the team.
    private async Task<(TenantId, PersonId)?> PersonOfAsync(
        SignedIn who,
        CancellationToken cancellation
    )
    {
        if (await tenants.FindAsync(who.Entra, cancellation) is not { } tenant)
            return null;
        var user = await people.KnownAsync(tenant.Tenant, who.User, cancellation);
        if (user is null && tenant.HasTeam)
            user = await people.OfAsync(
                tenant,
                tenant.General,
                who.User,
                new ClientSays("", ""),
                cancellation
            );
        return user is { Standing: Standing.Member } ? (tenant.Tenant, user.Person) : null;
    }

    private async Task<Uri?> LinkAsync(
        TenantId tenant,
        PersonId person,
        string page,
        CancellationToken cancellation
    ) =>
        page == Home ? await homes.LinkAsync(tenant, person, cancellation)
        : EscalationNumber.Parse(page) is { } number
            ? await escalations.LinkAsync(tenant, number, person, cancellation)
        : null;

    private static string TextOf(string name)
    {
        using var stream =
            typeof(TabPages).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
