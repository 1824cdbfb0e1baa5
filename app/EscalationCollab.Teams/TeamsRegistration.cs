using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Graph;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Receiving;
using EscalationCollab.Teams.Tabs;
using EscalationCollab.Teams.Tenants;
using EscalationCollab.Teams.Voices;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams;

/// <summary>Puts Teams into the host: <see cref="AddTeams"/> and <see cref="MapTeams"/>.</summary>
public static class TeamsRegistration
{
    /// <summary>Whether the section <c>Teams</c> of the configuration asks for Teams.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        TeamsOptions.Read(Section(configuration), out _).IsConfigured;

    /// <summary>
    /// Adds Teams as a chat platform when it is configured. Needs the store, the situations, tools and clock of the host.
    /// </summary>
    /// <exception cref="TeamsOptionsException">The section is wrong; the message says what to write instead.</exception>
    public static IServiceCollection AddTeams(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        var options = TeamsOptions.Read(Section(configuration), out var problems);
        if (problems.Count > 0)
            throw new TeamsOptionsException(problems);
        if (!options.IsConfigured)
            return services;
        services.AddSingleton(options);
        AddCalling(services);
        AddPeople(services);
        AddPlatform(services);
        AddReceiving(services);
        return services;
    }

    /// <summary>Maps the address that Teams calls.</summary>
    public static IEndpointRouteBuilder MapTeams(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.ServiceProvider.GetService<TeamsEndpoints>() is not null)
        {
            TeamsEndpoints.Map(routes);
            TabPages.Map(routes);
        }
        return routes;
    }

    private static IConfigurationSection Section(IConfiguration configuration) =>
        configuration.GetSection(TeamsOptions.Section);

    private static void AddCalling(IServiceCollection services)
    {
        services.TryAddSingleton<Pace>();
        services.AddSingleton<ServiceHosts>();
        services.AddSingleton<TeamsTenants>();
        services.AddSingleton(s => new AccessTokens(
            NewClient(),
            s.GetRequiredService<TeamsOptions>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<AccessTokens>>()
        ));
        services.AddSingleton(s => new ConnectorApi(
            NewClient(),
            s.GetRequiredService<AccessTokens>(),
            s.GetRequiredService<ServiceHosts>(),
            s.GetRequiredService<TeamsOptions>(),
            s.GetRequiredService<Pace>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<ConnectorApi>>()
        ));
        services.AddSingleton(s => new GraphApi(
            NewWire(),
            s.GetRequiredService<AccessTokens>(),
            s.GetRequiredService<TeamsOptions>(),
            s.GetRequiredService<Pace>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<GraphApi>>()
        ));
    }

    private static void AddPeople(IServiceCollection services)
    {
        services.AddSingleton(s =>
        {
            var situations = s.GetRequiredService<Situations>();
            return new TeamsPeople(
                s.GetRequiredService<ConnectorApi>(),
                s.GetRequiredService<IStore>(),
                () => situations.Policy.WelcomesGuests,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<TeamsPeople>>()
            );
        });
        services.AddSingleton<TeamsColleagues>();
    }

    private static void AddPlatform(IServiceCollection services)
    {
        services.TryAddSingleton<LongCards>();
        services.AddSingleton<TeamsVoices>();
        services.AddSingleton<TeamsMessages>();
        services.AddSingleton<TeamsChannels>();
        services.AddSingleton<TeamsChats>();
        services.TryAddSingleton<RoomWatch>();
        services.AddSingleton<TeamsRooms>();
        services.AddSingleton<TeamsCalendar>();
        services.AddSingleton<IChatPlatform, TeamsPlatform>();
        services.AddHostedService<TeamsAccess>();
    }

    private static void AddReceiving(IServiceCollection services)
    {
        services.AddSingleton(s => new SigningKeys(
            s.GetRequiredService<TeamsOptions>().OpenIdMetadataUrl,
            NewClient(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<SigningKeys>>()
        ));
        services.AddSingleton<BotToken>();
        services.TryAddSingleton<Errands>();
        services.AddHostedService(s => s.GetRequiredService<Errands>());
        services.TryAddSingleton<LiveCards>();
        services.AddSingleton<Repeats>();
        services.AddSingleton<TeamsDialogs>();
        services.AddSingleton<TeamsWhispers>();
        services.AddSingleton<TeamsFound>();
        services.AddSingleton<TeamsAudience>();
        services.AddSingleton<TeamsAnswers>();
        services.AddSingleton<ILateAnswers, TeamsLateAnswers>();
        services.AddSingleton<TeamsExtension>();
        services.AddSingleton<TeamsActs>();
        services.AddSingleton<TeamsEvents>();
        services.AddSingleton<TeamsReceiver>();
        services.AddSingleton<TeamsEndpoints>();
        services.AddSingleton(s => new PersonToken(
            s.GetRequiredService<TeamsOptions>(),
            new SigningKeys(
                s.GetRequiredService<TeamsOptions>().SignInMetadataUrl,
                NewClient(),
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<SigningKeys>>()
            ),
            s.GetRequiredService<Tools>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<PersonToken>>()
        ));
        services.TryAddSingleton<EscalationPages>();
        services.TryAddSingleton<HomePages>();
        services.AddSingleton<TabPages>();
        services.AddSingleton(s => new FramedPages(
            s.GetRequiredService<TeamsOptions>().Cloud.Frames
        ));
    }

    private static HttpClient NewClient() =>
        new(NewWire())
        {
            // Each call has its own limit.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 16 * 1024 * 1024,
        };

    // Redirects are not followed: a token must not travel to where somebody else points.
    private static SocketsHttpHandler NewWire() =>
        new()
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
        };
}
