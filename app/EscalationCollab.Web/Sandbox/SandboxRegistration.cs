using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Sandbox;
using EscalationCollab.Web.Sandbox.Past;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Web;

/// <summary>Puts the Sandbox into the host: <see cref="AddSandbox"/>, <see cref="PrepareSandboxAsync"/>, <see cref="MapSandbox"/>.</summary>
public static class SandboxRegistration
{
    /// <summary>
    /// Adds the Sandbox as a chat platform. Needs the store, words, slices, router, tools, clock and data protection of the host. Mail to
    /// customers is shown when an <see cref="ICustomerMailbox"/> is registered.
    /// </summary>
    /// <param name="templatesFolder">Where the small company of the trial is described.</param>
    public static IServiceCollection AddSandbox(
        this IServiceCollection services,
        string templatesFolder
    )
    {
        services.AddAntiforgery(options =>
        {
            options.FormFieldName = "token";
            options.Cookie.Name = "sandbox-proof";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddLogging(logging =>
            logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None)
        );
        services.TryAddSingleton<ICustomerMailbox, NoMail>();
        services.AddSingleton(s =>
        {
            var feed = new ChangeFeed();
            s.GetRequiredService<ICustomerMailbox>().Arrived += feed.Changed;
            return feed;
        });
        services.AddSingleton<PageRenderer>();
        services.AddSingleton(typeof(ShortMemory<>));
        services.AddSingleton<Visitors>();
        services.AddSingleton<SandboxPages>();
        services.AddSingleton<SandboxActs>();
        services.AddSingleton(s => new SandboxSeed(
            s.GetRequiredService<IStore>(),
            s.GetRequiredService<TimeProvider>(),
            templatesFolder
        ));
        services.AddSingleton(s => new SandboxPast(
            s.GetRequiredService<IStore>(),
            s.GetRequiredService<Situations>(),
            s.GetRequiredService<Tools>(),
            s.GetService<PastLetters>(),
            s.GetRequiredService<ICustomerMailbox>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>(),
            templatesFolder
        ));
        services.AddHostedService<PastPlayer>();
        services.AddSingleton<IChatPlatform, SandboxPlatform>();
        return services;
    }

    /// <summary>
    /// Fills an empty database with the small company of the trial. Does nothing the second time. Its past, escalations that
    /// are over, figures and letters, is played once people are served; here its numbers are put aside.
    /// </summary>
    /// <exception cref="InvalidDataException">A file of the trial company cannot be read; the message says which and why.</exception>
    public static async Task PrepareSandboxAsync(
        this IServiceProvider services,
        CancellationToken cancellation
    )
    {
        await services.GetRequiredService<SandboxSeed>().RunAsync(cancellation);
        if (PastPlayer.IsWanted(services.GetRequiredService<IConfiguration>()))
            await services.GetRequiredService<SandboxPast>().ReserveAsync(cancellation);
    }

    /// <summary>Serves the Sandbox under <c>/sandbox</c>, and leads there from <c>/</c>.</summary>
    public static IEndpointRouteBuilder MapSandbox(this IEndpointRouteBuilder routes)
    {
        routes.MapWebAssets();
        routes.MapGet("/", () => Results.Redirect(Visitors.BasePath)).ExcludeFromDescription();
        var sandbox = routes
            .MapGroup(Visitors.BasePath)
            .ExcludeFromDescription()
            .AddEndpointFilter(TellWhenBusyAsync);
        sandbox.MapGet(
            "",
            async (HttpContext context, SandboxPages pages, CancellationToken cancellation) =>
                Results.Redirect(await pages.HomeAsync(context, cancellation))
        );
        sandbox.MapGet(
            "/r/{room}",
            (
                string room,
                HttpContext context,
                SandboxPages pages,
                CancellationToken cancellation
            ) => pages.RoomAsync(room, context, cancellation)
        );
        sandbox.MapGet(
            "/mail/{mailbox}",
            (
                string mailbox,
                HttpContext context,
                SandboxPages pages,
                CancellationToken cancellation
            ) => pages.MailboxAsync(mailbox, context, cancellation)
        );
        sandbox.MapGet(
            "/home",
            (HttpContext context, SandboxPages pages, CancellationToken cancellation) =>
                pages.OwnAsync(context, cancellation)
        );
        sandbox.MapGet("/events", Listen);
        MapActs(sandbox);
        return routes;
    }

    private static void MapActs(IEndpointRouteBuilder sandbox)
    {
        sandbox.MapPost(
            "/act",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.ActAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/open",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.OpenAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/submit",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.SubmitAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/say",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.SayAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/dismiss",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.DismissAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/act-as",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.ActAsAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/theme",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.ThemeAsync(context, cancellation)
        );
        sandbox.MapPost(
            "/language",
            (HttpContext context, SandboxActs acts, CancellationToken cancellation) =>
                acts.LanguageAsync(context, cancellation)
        );
        // Somebody who reloads the answer of a form asks for its address.
        foreach (
            var path in (string[])
                ["/act", "/open", "/submit", "/say", "/dismiss", "/act-as", "/theme", "/language"]
        )
            sandbox.MapGet(path, () => Results.Redirect(Visitors.BasePath));
    }

    private static IResult Listen(
        HttpContext context,
        ChangeFeed feed,
        IHostApplicationLifetime lifetime
    )
    {
        // A page that listens must not keep the host from stopping.
        var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            lifetime.ApplicationStopping
        );
        context.Response.RegisterForDispose(ends);
        return feed.Listen(ends.Token);
    }

    private static async ValueTask<object?> TellWhenBusyAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next
    )
    {
        try
        {
            return await next(call);
        }
        catch (StoreUnavailableException)
        {
            // Who looks cannot be looked up now: it is said in the language the browser asks for.
            var context = call.HttpContext;
            var words = context.RequestServices.GetRequiredService<Wordbook>();
            var time = context.RequestServices.GetRequiredService<TimeProvider>();
            var asked = context.Request.GetTypedHeaders().AcceptLanguage;
            var language = asked.Count > 0 ? asked[0].Value.ToString() : Languages.Fallback;
            var format = new ReaderFormat(words, new Reader(language, "Etc/UTC"), time.Moment());
            return Results.Text(
                PlainText.Of(Phrase.Of("router.try-again"), format),
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
        }
    }
}
