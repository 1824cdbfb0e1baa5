using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Teams;

public sealed class TeamsRegistrationTests
{
    [Fact]
    public void AddTeams_NothingSet_AddsNothing()
    {
        var services = new ServiceCollection().AddTeams(Settings());

        services.Should().BeEmpty();
        TeamsRegistration.IsConfigured(Settings()).Should().BeFalse();
    }

    [Fact]
    public void AddTeams_SecretMissing_SaysWhatToWrite()
    {
        var settings = Settings(("Teams:ClientId", Fake.FakeTeams.ClientId));

        var add = () => new ServiceCollection().AddTeams(settings);

        add.Should().Throw<TeamsOptionsException>().WithMessage("*Teams:ClientSecret*");
    }

    [Fact]
    public async Task AddTeams_Set_IsOnePlatformMore()
    {
        var settings = Settings(
            ("Teams:ClientId", Fake.FakeTeams.ClientId),
            ("Teams:ClientSecret", Fake.FakeTeams.Secret),
            ("Teams:TenantId", Fake.FakeTeams.Entra)
        );
        var time = new ManualTime();
        var folder = Directory.CreateTempSubdirectory("teams");
        await using var store = SqliteStore.Open(
            Path.Combine(folder.FullName, "data.db"),
            time,
            NullLogger<SqliteStore>.Instance
        );
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<IStore>(store)
            .AddSingleton(new Situations(() => Scenes.Policy, time))
            .AddSingleton(new Tools(Scenes.Words, [], new Uri("https://esc.example/")))
            .AddSingleton(new Slices())
            .AddSingleton<InteractionRouter>()
            .AddSingleton<InteractionInbox>()
            .AddTeams(settings)
            .BuildServiceProvider(
                new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
            );

        services
            .GetServices<IChatPlatform>()
            .Should()
            .ContainSingle()
            .Which.Name.Should()
            .Be("teams");
        TeamsRegistration.IsConfigured(settings).Should().BeTrue();
        await store.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))
            )
            .Build();
}
