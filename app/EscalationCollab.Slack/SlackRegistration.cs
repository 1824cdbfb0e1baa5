using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.Customers;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Slack.SocketMode;
using EscalationCollab.Slack.Voices;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack;

/// <summary>Puts Slack into the host: <see cref="AddSlack"/> and <see cref="MapSlack"/>.</summary>
public static class SlackRegistration
{
    /// <summary>Whether the section <c>Slack</c> of the configuration asks for Slack.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        SlackOptions.Read(Section(configuration), out _).IsConfigured;

    /// <summary>
    /// Adds Slack as a chat platform when it is configured. Needs the store, the situations, tools, router and clock of the
    /// host; for installations by link also data protection and a <see cref="ShowCardPage"/>.
    /// </summary>
    /// <exception cref="SlackOptionsException">The section is wrong; the message says what to write instead.</exception>
    public static IServiceCollection AddSlack(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        var options = SlackOptions.Read(Section(configuration), out var problems);
        if (problems.Count > 0)
            throw new SlackOptionsException(problems);
        if (!options.IsConfigured)
            return services;
        services.AddSingleton(options);
        AddCalling(services, options);
        if (options.InstallsByLink)
            AddInstallation(services, options);
        AddPeople(services);
        AddPlatform(services);
        AddReceiving(services, options);
        return services;
    }

    /// <summary>Maps the addresses that Slack calls, when it reaches us by HTTP.</summary>
    public static IEndpointRouteBuilder MapSlack(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.ServiceProvider.GetService<SlackEndpoints>() is not null)
            SlackEndpoints.Map(routes);
        if (routes.ServiceProvider.GetService<InstallEndpoints>() is not null)
            InstallEndpoints.Map(routes);
        return routes;
    }

    /// <summary>
    /// A link for the administrator while workspaces are installed by link and none is yet; null otherwise.
    /// </summary>
    public static async Task<Uri?> FirstLinkAsync(
        IServiceProvider services,
        CancellationToken cancellation
    ) =>
        services.GetService<SlackInstallations>() is { } installed
        && (await installed.AllAsync(cancellation)).IsEmpty
            ? services
                .GetRequiredService<InstallLink>()
                .Make(services.GetRequiredService<Tools>().PublicAddress)
            : null;

    private static IConfigurationSection Section(IConfiguration configuration) =>
        configuration.GetSection(SlackOptions.Section);

    private static void AddCalling(IServiceCollection services, SlackOptions options)
    {
        services.TryAddSingleton<Pace>();
        services.AddSingleton(s => new SlackApi(
            NewClient(options.ApiUrl),
            s.GetRequiredService<Pace>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<SlackApi>>()
        ));
        services.AddSingleton(s => new SlackWorkspaces(
            options,
            s.GetRequiredService<SlackApi>(),
            s.GetRequiredService<IStore>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetService<SlackInstallations>()
        ));
    }

    private static void AddInstallation(IServiceCollection services, SlackOptions options)
    {
        services.AddSingleton<TokenVault>();
        services.AddSingleton<InstallLink>();
        services.AddSingleton(s => new SlackOAuth(
            NewClient(options.ApiUrl),
            options,
            s.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<SlackInstallations>();
        services.AddSingleton<InstallEndpoints>();
    }

    private static void AddPeople(IServiceCollection services)
    {
        services.AddSingleton(s =>
        {
            var situations = s.GetRequiredService<Situations>();
            return new SlackPeople(
                s.GetRequiredService<SlackApi>(),
                s.GetRequiredService<IStore>(),
                () => situations.Policy.WelcomesGuests,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<SlackPeople>>()
            );
        });
        services.AddSingleton<Colleagues>();
        services.AddSingleton(s =>
        {
            var situations = s.GetRequiredService<Situations>();
            var roster = new Roster(
                s.GetRequiredService<SlackWorkspaces>(),
                s.GetRequiredService<SlackPeople>(),
                s.GetRequiredService<SlackApi>(),
                () => situations.Policy,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<Roster>>()
            );
            // A team may name somebody new.
            if (s.GetService<PolicySource>() is { } policy)
                policy.Changed += _ => roster.Refresh();
            return roster;
        });
        services.AddHostedService(s => s.GetRequiredService<Roster>());
    }

    private static void AddPlatform(IServiceCollection services)
    {
        services.TryAddSingleton<LongCards>();
        services.AddSingleton<SlackVoices>();
        services.AddSingleton<SlackRooms>();
        services.AddSingleton(s => new SlackDocuments(
            s.GetRequiredService<SlackApi>(),
            NewClient(null),
            s.GetRequiredService<SlackRooms>(),
            s.GetRequiredService<SlackOptions>(),
            s.GetRequiredService<IStore>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<SlackDocuments>>()
        ));
        services.AddSingleton<IChatPlatform, SlackPlatform>();
        services.AddSingleton<ICustomerChannel>(s =>
        {
            var situations = s.GetRequiredService<Situations>();
            return new SlackCustomerChannel(
                s.GetRequiredService<SlackWorkspaces>(),
                s.GetRequiredService<SlackApi>(),
                s.GetRequiredService<SlackRooms>(),
                s.GetRequiredService<Audience>(),
                s.GetRequiredService<Wordbook>(),
                () => situations.Policy.WelcomesGuests,
                s.GetRequiredService<IStore>(),
                s.GetRequiredService<TimeProvider>()
            );
        });
    }

    private static void AddReceiving(IServiceCollection services, SlackOptions options)
    {
        services.TryAddSingleton<Errands>();
        services.AddHostedService(s => s.GetRequiredService<Errands>());
        services.AddSingleton(s => new SlackWhispers(
            NewClient(null),
            s.GetRequiredService<SlackApi>(),
            options,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<SlackWhispers>>()
        ));
        services.AddHostedService<SlackAccess>();
        services.AddSingleton<SlackAnswers>();
        services.AddSingleton<ILateAnswers, SlackLateAnswers>();
        services.AddSingleton<SlackActs>();
        services.AddSingleton<RecentKeys>();
        services.AddSingleton<SlackHomes>();
        services.AddSingleton<SlackReactions>();
        services.AddSingleton<Audience>();
        services.AddSingleton<SlackLinks>();
        services.TryAddSingleton<RoomWatch>();
        services.AddSingleton<SlackRoomEvents>();
        services.AddSingleton<SlackEvents>();
        services.AddSingleton<SlackReceiver>();
        if (options.ListensByHttp)
        {
            services.AddSingleton(s => new SlackSignature(
                options.SigningSecrets,
                s.GetRequiredService<TimeProvider>()
            ));
            services.AddSingleton<SlackEndpoints>();
        }
        if (options.ListensBySocket)
            services.AddHostedService<SocketModeClient>();
    }

    // Redirects are not followed: a token must not travel to where somebody else points.
    private static HttpClient NewClient(Uri? address) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                AutomaticDecompression = System.Net.DecompressionMethods.All,
            }
        )
        {
            BaseAddress = address,
            // Each call has its own limit.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 16 * 1024 * 1024,
        };
}
