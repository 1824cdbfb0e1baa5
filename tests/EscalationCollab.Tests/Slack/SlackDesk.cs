using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.Voices;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Slack;

/// <summary>Our side of Slack on a database of its own, against the fake workspace, with a clock that moves when told to.</summary>
internal sealed class SlackDesk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slack");

    private SlackDesk(FakeSlack slack, string announcements, bool installs, bool configured)
    {
        Slack = slack;
        slack.Clock = Time;
        Store = SqliteStore.Open(
            Path.Combine(_folder.FullName, "data.db"),
            Time,
            NullLogger<SqliteStore>.Instance
        );
        Options = SlackOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["Slack:BotToken"] = configured ? FakeSlack.BotToken : "",
                        ["Slack:ClientId"] = configured ? "" : FakeSlack.ClientId,
                        ["Slack:ClientSecret"] = configured ? "" : FakeSlack.ClientSecret,
                        ["Slack:SigningSecret"] = FakeSlack.SigningSecret,
                        ["Slack:ApiUrl"] = slack.ApiUrl.AbsoluteUri,
                        ["Slack:Announcements"] = announcements,
                    }
                )
                .Build()
                .GetSection("Slack"),
            out _
        );
        Api = NewApi();
        if (installs)
            Installations = new SlackInstallations(
                Store,
                new TokenVault(new EphemeralDataProtectionProvider()),
                new SlackOAuth(new HttpClient(), Options, Time),
                Time,
                NullLogger<SlackInstallations>.Instance
            );
        Workspaces = new SlackWorkspaces(Options, Api, Store, Time, Installations);
        People = new SlackPeople(
            Api,
            Store,
            () => Policy.WelcomesGuests,
            Time,
            NullLogger<SlackPeople>.Instance
        );
        var situations = new Situations(() => Policy, Time);
        var tools = new Tools(Scenes.Words, [], new Uri("https://esc.example/"));
        Rooms = new SlackRooms(Api, Options, Store, NullLogger<SlackRooms>.Instance);
        Platform = new SlackPlatform(
            Workspaces,
            Api,
            People,
            new Colleagues(People, Store, Time),
            Rooms,
            new SlackDocuments(
                Api,
                new HttpClient(),
                Rooms,
                Options,
                Store,
                Time,
                NullLogger<SlackDocuments>.Instance
            ),
            new SlackVoices(Store, situations, tools, new LongCards(Store, Time), Time),
            Store,
            Time
        );
    }

    public ManualTime Time { get; } = new();

    public FakeSlack Slack { get; }

    public SqliteStore Store { get; }

    public SlackOptions Options { get; }

    public SlackApi Api { get; }

    public SlackWorkspaces Workspaces { get; }

    /// <summary>Workspaces beside the configured one, or null.</summary>
    public SlackInstallations? Installations { get; }

    public SlackPeople People { get; }

    public SlackRooms Rooms { get; }

    public SlackPlatform Platform { get; }

    public EscalationPolicy Policy { get; set; } = Scenes.Policy;

    public static SlackToken Token => new("configured", FakeSlack.BotToken);

    public static async Task<SlackDesk> OpenAsync(
        string announcements = "",
        bool installs = false,
        bool configured = true
    ) => new(await FakeSlack.StartAsync(), announcements, installs, configured);

    /// <summary>A client as after a restart: it remembers nothing.</summary>
    public SlackApi NewApi(Uri? address = null) =>
        new(
            new HttpClient { BaseAddress = address ?? Slack.ApiUrl },
            new Pace(Time),
            Time,
            NullLogger<SlackApi>.Instance
        );

    public Task<SlackWorkspace?> WorkspaceAsync() => Workspaces.OfAsync(TenantId.Default, default);

    /// <summary>Lets time pass, a second at a time, until something is done that waits for its turn.</summary>
    public async Task<T> PatientlyAsync<T>(Task<T> work)
    {
        while (
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
            != work
        )
            Time.Advance(NodaTime.Duration.FromSeconds(1));
        return await work;
    }

    public Task SaveAsync(Person person) =>
        Store.WriteAsync(
            connection =>
            {
                new Records(connection, TenantId.Default).SavePerson(person);
                return true;
            },
            default
        );

    public Task<CompanyDirectory> DirectoryAsync() =>
        Store.ReadAsync(
            connection => new Records(connection, TenantId.Default).LoadDirectory(),
            default
        );

    public async ValueTask DisposeAsync()
    {
        await Slack.DisposeAsync();
        Workspaces.Dispose();
        Installations?.Dispose();
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
