using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Teams;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Graph;
using EscalationCollab.Teams.Installation;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using EscalationCollab.Teams.Voices;
using EscalationCollab.Tests.Teams.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Teams;

/// <summary>
/// Our side of Teams on a database of its own, against the fake organisation, with the real Graph SDK, a clock that moves
/// when told to and another one for waiting, on which nobody has to wait.
/// </summary>
internal sealed class TeamsDesk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("teams");
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly AccessTokens _tokens;
    private readonly TeamsAccess _access;

    private TeamsDesk(FakeTeams teams, string announcements, string restricted)
    {
        Teams = teams;
        Waiting = new LeapingTime(Time.GetUtcNow());
        teams.Clock = Time;
        teams.CallClock = Waiting;
        Store = SqliteStore.Open(
            Path.Combine(_folder.FullName, "data.db"),
            Time,
            NullLogger<SqliteStore>.Instance
        );
        Options = TeamsOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    .. Settings(teams, announcements),
                    new("Teams:Restricted", restricted),
                ])
                .Build()
                .GetSection("Teams"),
            out var problems
        );
        problems.Should().BeEmpty();
        Tenants = new TeamsTenants(Options, Store, Time, NullLogger<TeamsTenants>.Instance);
        _tokens = new AccessTokens(_http, Options, Time, NullLogger<AccessTokens>.Instance);
        _access = new TeamsAccess(
            _tokens,
            Tenants,
            new Situations(() => Policy, Time),
            Store,
            NullLogger<TeamsAccess>.Instance
        );
        var pace = new Pace(Waiting);
        Connector = new ConnectorApi(
            _http,
            _tokens,
            new ServiceHosts(Options),
            Options,
            pace,
            Time,
            NullLogger<ConnectorApi>.Instance
        );
        People = new TeamsPeople(
            Connector,
            Store,
            () => Policy.WelcomesGuests,
            Time,
            NullLogger<TeamsPeople>.Instance
        );
        var graph = new GraphApi(
            new SocketsHttpHandler { AllowAutoRedirect = false },
            _tokens,
            Options,
            pace,
            Time,
            NullLogger<GraphApi>.Instance
        );
        Channels = new TeamsChannels(
            graph,
            Connector,
            Options,
            Store,
            NullLogger<TeamsChannels>.Instance
        );
        LongCards = new LongCards(Store, Time);
        var tools = new Tools(Scenes.Words, [], new Uri("https://esc.example/"));
        teams.ExternalApp = TeamsManifest.IdFor(tools.PublicAddress).ToString("D");
        var situations = new Situations(() => Policy, Time);
        var voices = new TeamsVoices(Store, situations, tools, LongCards, Options, Time);
        var colleagues = new TeamsColleagues(People, Store, Time);
        var messages = new TeamsMessages(graph, Options, NullLogger<TeamsMessages>.Instance);
        var rooms = new TeamsRooms(
            Channels,
            new TeamsChats(graph, Options, tools, NullLogger<TeamsChats>.Instance),
            messages,
            Connector,
            People,
            colleagues,
            voices,
            new RoomWatch(Store, Product.Slices(tools), situations),
            tools,
            Options,
            Store,
            Time,
            NullLogger<TeamsRooms>.Instance
        );
        Platform = new TeamsPlatform(
            Tenants,
            Connector,
            Channels,
            rooms,
            messages,
            People,
            colleagues,
            voices,
            new TeamsCalendar(graph, Options, NullLogger<TeamsCalendar>.Instance),
            NullLogger<TeamsPlatform>.Instance
        );
    }

    public ManualTime Time { get; } = new();

    /// <summary>The clock by which calls wait for their turn.</summary>
    public LeapingTime Waiting { get; }

    public FakeTeams Teams { get; }

    public SqliteStore Store { get; }

    public TeamsOptions Options { get; }

    public TeamsTenants Tenants { get; }

    public ConnectorApi Connector { get; }

    public TeamsPeople People { get; }

    public TeamsChannels Channels { get; }

    public LongCards LongCards { get; }

    public TeamsPlatform Platform { get; }

    public EscalationPolicy Policy { get; set; } = Scenes.Policy;

    /// <summary>The app in the team.</summary>
    public static async Task<TeamsDesk> OpenAsync(
        string announcements = "",
        string restricted = "chat"
    )
    {
        var desk = new TeamsDesk(await FakeTeams.StartAsync(), announcements, restricted);
        await desk._access.StartAsync(default);
        await desk.Tenants.MeetAsync(
            FakeTeams.Entra,
            desk.Teams.ServiceUrl,
            FakeTeams.Bot,
            default
        );
        await desk.Tenants.AddedAsync(
            FakeTeams.Entra,
            FakeTeams.Team,
            FakeTeams.General,
            "Escalations",
            default
        );
        return desk;
    }

    public static Dictionary<string, string?> Settings(FakeTeams teams, string announcements) =>
        new()
        {
            ["Teams:ClientId"] = FakeTeams.ClientId,
            ["Teams:ClientSecret"] = FakeTeams.Secret,
            ["Teams:TenantId"] = FakeTeams.Entra,
            ["Teams:TokenUrl"] = teams.TokenUrl.AbsoluteUri,
            ["Teams:GraphUrl"] = teams.GraphUrl.AbsoluteUri,
            ["Teams:ServiceHosts"] = "127.0.0.1",
            ["Teams:Announcements"] = announcements,
            ["Teams:Calendar"] = FakeTeams.Mailbox,
        };

    public async Task<TeamsTenant> TenantAsync() =>
        (await Tenants.OfAsync(TenantId.Default, default))!;

    /// <summary>Somebody says something to the bot in a chat of their own.</summary>
    public async Task<KnownUser?> MeetAsync(
        string user,
        string language = "",
        string zone = "",
        string? conversation = null
    ) =>
        await People.OfAsync(
            await TenantAsync(),
            conversation ?? $"a:{user}",
            user,
            new ClientSays(language, zone),
            default
        );

    public Task<bool> SaveAsync(Person person) => WriteAsync(records => records.SavePerson(person));

    /// <summary>An escalation that somebody declared.</summary>
    public Task<bool> DeclareAsync(long number, string by)
    {
        var situation = Scenes.At(by, Time.Moment());
        var empty = Escalation.None(TenantId.Default, new EscalationNumber(number));
        var command = new DeclareEscalation(
            Scenes.Customer("acme"),
            "Customers cannot sign in",
            Reason.MissingExpertise
        );
        return WriteAsync(records =>
            records.Append(
                empty,
                [.. Declare.Decide(empty, command, situation).Events],
                new PersonId(by),
                Time.Moment()
            )
        );
    }

    /// <summary>It has a war room.</summary>
    public Task<bool> OpenedAsync(long number, RoomRef room) =>
        WriteAsync(records =>
        {
            records.Append(
                records.Load(new EscalationNumber(number))!,
                [new WarRoomOpened(new WarRoom(room, "esc-1001-acme"))],
                PersonId.Product,
                Time.Moment()
            );
            records.SaveRoom(new EscalationNumber(number), room);
        });

    public Task<CompanyDirectory> DirectoryAsync() =>
        Store.ReadAsync(
            connection => new Records(connection, TenantId.Default).LoadDirectory(),
            default
        );

    public Task<T> ReadAsync<T>(Func<Records, T> query) =>
        Store.ReadAsync(connection => query(new Records(connection, TenantId.Default)), default);

    public async ValueTask DisposeAsync()
    {
        await _access.StopAsync(default);
        _access.Dispose();
        await Teams.DisposeAsync();
        _http.Dispose();
        _tokens.Dispose();
        Tenants.Dispose();
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<bool> WriteAsync(Action<Records> work) =>
        Store.WriteAsync(
            connection =>
            {
                work(new Records(connection, TenantId.Default));
                return true;
            },
            default
        );
}
