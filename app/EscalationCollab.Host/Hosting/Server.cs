using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Host.Api;
using EscalationCollab.Slack;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Teams;
using EscalationCollab.Web;
using EscalationCollab.Web.Pages;
using EscalationCollab.Web.Sandbox;
using EscalationCollab.Web.Sandbox.Past;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EscalationCollab.Host.Hosting;

/// <summary>The web application: what it is made of, what it serves.</summary>
internal static class Server
{
    /// <summary>Builds it without starting it.</summary>
    /// <param name="configure">For tests: replaces parts, such as the clock.</param>
    public static WebApplication Build(
        Places places,
        string urls,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        AddSettings(builder.Configuration, places);
        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        configure?.Invoke(builder);
        builder.Services.AddProduct(places, builder.Configuration);
        builder.Services.AddKeys(places, builder.Configuration);
        builder.Services.AddApi();
        builder.Services.AddCustomerPages();
        builder.Services.AddPostMortemPages();
        builder.Services.AddEscalationsPages();
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddSingleton<OutboxWorker>();
        builder.Services.AddHostedService(s => s.GetRequiredService<OutboxWorker>());
        builder.Services.AddHostedService(s => s.GetRequiredService<InteractionInbox>());
        builder.Services.AddHostedService<PolicyWatch>();
        builder.Services.AddHostedService<Settling>();
        var sandbox = SandboxIsOn(builder.Configuration);
        if (sandbox)
        {
            builder.Services.AddSingleton<ICustomerMailbox, SandboxMailbox>();
            // What was written in the past goes into files, even where a mail server is configured.
            builder.Services.AddSingleton<PastLetters>(s => s.GetRequiredService<MailFiles>().At);
            builder.Services.AddSandbox(places.Templates);
        }
        builder.Services.AddSingleton<ShowCardPage>(NotePages.ShowAsync);
        builder.Services.AddSlack(builder.Configuration);
        builder.Services.AddTeams(builder.Configuration);
        builder.Services.AddHostedService<WordsWatch>();
        var app = builder.Build();
        app.UseProblems();
        app.MapHealth();
        app.MapApi();
        app.MapCustomerPages();
        app.MapAboutPages();
        app.MapPostMortemPages();
        app.MapEscalationsPages();
        app.MapSlack();
        app.MapTeams();
        if (sandbox)
            app.MapSandbox();
        return app;
    }

    /// <summary>The settings alone, for verbs that only read them.</summary>
    public static IConfiguration Settings(Places places)
    {
        var settings = new ConfigurationManager();
        AddSettings(settings, places);
        return settings;
    }

    /// <summary>Opens what must be in order before anybody is served; what is wrong is thrown with words for the administrator.</summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellation)
    {
        var policy = Task.Run(app.Services.GetRequiredService<PolicySource>, cancellation);
        app.Services.GetRequiredService<SqliteStore>();
        app.Services.GetRequiredService<InteractionRouter>();
        if (SandboxIsOn(app.Configuration))
            await PrepareSandboxAsync(app, cancellation);
        await policy;
    }

    private static async Task PrepareSandboxAsync(
        WebApplication app,
        CancellationToken cancellation
    )
    {
        try
        {
            await app.Services.PrepareSandboxAsync(cancellation);
        }
        catch (InvalidDataException broken)
        {
            throw new Verbs.StartException(broken.Message);
        }
    }

    /// <summary>What the person who started it reads.</summary>
    public static string Welcome(WebApplication app)
    {
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()
            ?.Addresses.FirstOrDefault();
        var places = app.Services.GetRequiredService<Places>();
        return SandboxIsOn(app.Configuration)
            ? $"EscalationCollab is ready. Open {address} to try it in the Sandbox.\nData is in {places.Data}; Ctrl+C stops it."
            : $"EscalationCollab is ready at {address}.\nData is in {places.Data}; Ctrl+C stops it.";
    }

    /// <summary><c>settings.json</c> in the data folder, and above it environment variables such as <c>ESCALATIONCOLLAB_Email__Host</c>.</summary>
    private static void AddSettings(IConfigurationManager settings, Places places)
    {
        settings.AddJsonFile(Path.Combine(places.Data, "settings.json"), optional: true);
        settings.AddEnvironmentVariables("ESCALATIONCOLLAB_");
    }

    /// <summary>The Sandbox is on until a real platform is configured, or when asked for.</summary>
    private static bool SandboxIsOn(IConfiguration configuration) =>
        configuration.GetValue(
            "Sandbox:Enabled",
            !SlackRegistration.IsConfigured(configuration)
                && !TeamsRegistration.IsConfigured(configuration)
        );
}
