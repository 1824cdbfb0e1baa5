using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;
using EscalationCollab.CustomerChannels;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EscalationCollab.Host.Hosting;

/// <summary>Puts the product together: store, words, policy, slices, router and worker.</summary>
internal static class ProductServices
{
    /// <summary>Adds everything that does not depend on a chat platform.</summary>
    public static IServiceCollection AddProduct(
        this IServiceCollection services,
        Places places,
        IConfiguration configuration
    )
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(places);
        services.AddStore(places);
        services.AddWords(places);
        services.AddSingleton(s => new Tools(
            s.GetRequiredService<Wordbook>(),
            [.. s.GetServices<ICustomerChannel>()],
            PublicAddress(configuration)
        ));
        services.AddSingleton(s => Product.Slices(s.GetRequiredService<Tools>()));
        services.AddSingleton(s => new Situations(
            () => s.GetRequiredService<PolicySource>().Current,
            s.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<Random>(_ => Random.Shared);
        services.AddSingleton<InteractionRouter>();
        services.AddSingleton<InteractionInbox>();
        services.AddSingleton<IEffectPerformer, EffectRunner>();
        services.AddCustomerChannels(configuration, places.Data);
        return services;
    }

    /// <summary>The database alone, for verbs that need nothing else.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services, Places places)
    {
        services.AddSingleton(s =>
        {
            Directory.CreateDirectory(places.Data);
            return SqliteStore.Open(
                places.Database,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<SqliteStore>>()
            );
        });
        services.AddSingleton<IStore>(s => s.GetRequiredService<SqliteStore>());
        return services;
    }

    /// <summary>Where customers reach us: <c>PublicUrl</c>, else the first address listened on.</summary>
    public static Uri PublicAddress(IConfiguration configuration)
    {
        var asked =
            configuration["PublicUrl"]
            ?? configuration["urls"]?.Split(';')[0]
            ?? "http://127.0.0.1:5080";
        return Uri.TryCreate(asked.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            ? address
            : throw new Verbs.StartException(
                $"PublicUrl is '{asked}'. Write the address customers reach, such as https://support.example.com."
            );
    }

    private static void AddWords(this IServiceCollection services, Places places)
    {
        // Words and policy take longer to read than everything else at the start: they are read beside it.
        var reading = Task.Run(() => Wordbook.Load(places.Templates));
        services.AddSingleton(s =>
        {
            // A sentence missing in one language is said in English until it is mended: no reason not to start.
            var words = reading.GetAwaiter().GetResult();
            var log = s.GetRequiredService<ILogger<Wordbook>>();
            if (words.Validate() is [var first, ..] all)
                log.LogError(
                    "{Count} problems in the word files, the first: {Problem}. The verb 'validate' lists them",
                    all.Length,
                    first
                );
            return words;
        });
        services.AddSingleton(s =>
            PolicySource.Open(
                places.Policy,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<PolicySource>>()
            )
        );
    }
}
