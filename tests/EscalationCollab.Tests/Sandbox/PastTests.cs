using System.Globalization;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Metrics;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web;
using EscalationCollab.Web.Sandbox;
using EscalationCollab.Web.Sandbox.Past;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Sandbox;

/// <summary>The product after its first start, without anybody having done anything.</summary>
public sealed class FirstStart : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("first-start");

    internal WebApplication App { get; private set; } = null!;

    internal IStore Store => App.Services.GetRequiredService<IStore>();

    internal MailFolder Mail => App.Services.GetRequiredService<MailFolder>();

    internal Instant Now { get; private set; }

    public async Task InitializeAsync()
    {
        App = Server.Build(
            new Places(_folder.FullName, Templates.Root),
            "http://127.0.0.1:0",
            builder => builder.Configuration["Sandbox:Past"] = "true"
        );
        await Server.PrepareAsync(App, default);
        await App.Services.GetRequiredService<SandboxPast>().RunAsync(default);
        Now = TimeProvider.System.Moment();
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    internal Task<T> ReadAsync<T>(Func<Records, T> read) =>
        Store.ReadAsync(connection => read(new Records(connection, TenantId.Default)), default);

    internal Task<long> CountAsync(string what) =>
        ReadAsync(records =>
            records.Connection.ExecuteScalar<long>(
                $"SELECT COUNT(*) FROM {what}",
                new { now = Now.ToUnixTimeMilliseconds() }
            )
        );

    internal async Task<IReadOnlyList<Escalation>> EscalationsAsync() =>
        await ReadAsync(records =>
            records
                .Connection.Query<long>("SELECT number FROM escalation ORDER BY number")
                .Select(number => records.Load(new EscalationNumber(number))!)
                .ToList()
        );
}

public sealed class PastTests(FirstStart start) : IClassFixture<FirstStart>
{
    private static readonly PastFile Script = PastFile.Load(
        Path.Combine(Templates.Root, "sandbox", "past.yaml")
    );

    [Fact]
    public async Task FirstStart_Script_IsPlayedToTheEndOfEachEscalation()
    {
        var escalations = await start.EscalationsAsync();

        escalations.Should().HaveCount(Script.Escalations.Length);
        escalations
            .Should()
            .OnlyContain(e => e.Status == Status.Closed && e.Rooms.All(room => room.Archived));
        escalations.Select(e => e.Customer.Id).Distinct().Should().HaveCountGreaterThan(3);
        (await start.CountAsync("post_mortem WHERE state = 'published'")).Should().Be(4);
        (await start.CountAsync("survey WHERE answered_at IS NOT NULL")).Should().Be(4);
    }

    [Fact]
    public async Task FirstStart_Again_ChangesNothing()
    {
        var before = await DumpAsync();

        await start.App.Services.PrepareSandboxAsync(default);
        await start.App.Services.GetRequiredService<SandboxPast>().RunAsync(default);

        (await DumpAsync()).Should().Be(before);
    }

    [Fact]
    public async Task FirstStart_EverySnapshot_IsWhatItsEventsSay()
    {
        foreach (var escalation in await start.EscalationsAsync())
        {
            var events = await start.ReadAsync(records => records.Events(escalation.Number));
            var folded = events.Aggregate(
                Escalation.None(TenantId.Default, escalation.Number),
                (state, recorded) => state.With(recorded.Event, recorded.Stamp)
            );

            Parts(folded).Should().BeEquivalentTo(Parts(escalation));
        }
    }

    [Fact]
    public async Task FirstStart_Figures_AllHaveValues()
    {
        var today = start.Now.InUtc().Date;

        var rows = await MetricsQuery.RunAsync(
            start.Store,
            TenantId.Default,
            today.PlusDays(-80),
            today,
            EscalationCollab.Core.Metrics.Period.Quarter,
            DateTimeZone.Utc,
            start.Now,
            default
        );

        foreach (var figure in Enum.GetValues<MetricFigure>())
            rows.Should().Contain(row => row[figure] != null, "{0} is shown", figure);
        rows.Sum(row => row.Tickets).Should().BeGreaterThan(100);
    }

    [Fact]
    public async Task FirstStart_Outbox_HoldsOnlyRemindersOfOpenActionItems()
    {
        (await start.CountAsync("outbox WHERE dead_at IS NOT NULL")).Should().Be(0);
        (
            await start.CountAsync(
                "outbox WHERE done_at IS NULL AND (next_at <= @now OR kind <> 'action-item-reminder')"
            )
        )
            .Should()
            .Be(0);
        (await start.CountAsync("proposal")).Should().Be(0);
    }

    [Fact]
    public async Task FirstStart_Nothing_IsUnreadOrOfTheFuture()
    {
        var people = await start.ReadAsync(records => records.LoadDirectory());
        foreach (var person in people.People.Keys)
        {
            var rooms = await start.ReadAsync(records =>
                new ChatRows(records.Connection, TenantId.Default).Visible(person)
            );
            rooms
                .Where(room => room.Direct || room.Number is not null || room.Id == "escalations")
                .Should()
                .OnlyContain(room => room.Unread == 0);
        }

        (await start.CountAsync("event WHERE at > @now")).Should().Be(0);
        (await start.CountAsync("sandbox_message WHERE at > @now OR edited_at > @now"))
            .Should()
            .Be(0);
        var mails = start.Mail.List();
        mails.Should().HaveCountGreaterThan(12).And.OnlyContain(mail => mail.Date <= start.Now);
        (await start.CountAsync("sandbox_opened_mail"))
            .Should()
            .BeGreaterThanOrEqualTo(mails.Count);
    }

    [Fact]
    public async Task Play_ActThatIsRefused_LeavesThatEscalationOutAndPlaysTheOthers() =>
        await WithSmallPast(
            async (past, store) =>
            {
                (await past.RunAsync(default)).Should().Equal("refused");

                (await CustomersAsync(store)).Should().Equal("ferri");
            }
        );

    [Fact]
    public async Task Play_InterruptedAndBesideWhatPeopleDo_HappensOnceUnderTheNumbersPutAside() =>
        await WithSmallPast(
            async (past, store) =>
            {
                (await past.ReserveAsync(default)).Should().BeTrue();
                var theirs = await NextNumberAsync(store);
                var play = () => past.RunAsync(new CancellationToken(canceled: true));

                await play.Should().ThrowAsync<OperationCanceledException>();
                (await CustomersAsync(store)).Should().BeEmpty();
                await past.RunAsync(default);
                await past.RunAsync(default);

                theirs.Value.Should().Be(EscalationNumber.First + 2);
                (await CustomersAsync(store)).Should().Equal("ferri");
                (await NextNumberAsync(store)).Value.Should().Be(EscalationNumber.First + 3);
                var past1 = await store.ReadAsync(
                    connection =>
                        new Records(connection, TenantId.Default).Load(
                            new EscalationNumber(EscalationNumber.First)
                        ),
                    default
                );
                past1!.Status.Should().Be(Status.Closed);
            }
        );

    private static Task<EscalationNumber> NextNumberAsync(IStore store) =>
        store.WriteAsync(
            connection => new Records(connection, TenantId.Default).NextNumber(),
            default
        );

    private static Task<List<string>> CustomersAsync(IStore store) =>
        store.ReadAsync(
            connection => connection.Query<string>("SELECT customer FROM escalation").ToList(),
            default
        );

    private static async Task WithSmallPast(Func<SandboxPast, IStore, Task> test)
    {
        var folder = Directory.CreateTempSubdirectory("past");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "sandbox"));
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "sandbox", "past.yaml"),
                TwoOfWhichOneIsRefused
            );
            await using var app = Server.Build(
                new Places(Path.Combine(folder.FullName, "data"), Templates.Root),
                "http://127.0.0.1:0"
            );
            await app.Services.GetRequiredService<SandboxSeed>().RunAsync(default);
            var store = app.Services.GetRequiredService<IStore>();
            var past = new SandboxPast(
                store,
                app.Services.GetRequiredService<Situations>(),
                app.Services.GetRequiredService<Tools>(),
                letters: null,
                new NoMail(),
                TimeProvider.System,
                NullLoggerFactory.Instance,
                folder.FullName
            );
            await test(past, store);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private const string TwoOfWhichOneIsRefused = """
        escalations:
          - name: refused
            week: 4
            day: Monday
            time: "10:00"
            zone: Europe/Rome
            acts:
              - { after: 0m, who: ana, does: submit declare, with: { customer: acme, summary: One, reason: Conflict } }
              - { after: 5m, who: ana, does: command accept }
          - name: played
            week: 4
            day: Tuesday
            time: "10:00"
            zone: Europe/Rome
            acts:
              - { after: 0m, who: ana, does: submit declare, with: { customer: ferri, summary: Two, reason: Conflict } }
              - { after: 5m, who: marco, does: command accept }
              - { after: 9m, who: marco, does: submit resolution.resolve, with: { done: Done } }
              - { after: 1d, who: marco, does: command confirmed }
        """;

    private Task<string> DumpAsync() =>
        start.ReadAsync(records =>
            string.Join(
                '\n',
                records
                    .Connection.Query<string>(
                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
                    )
                    .SelectMany(table =>
                        records
                            .Connection.Query($"SELECT * FROM {table}")
                            .Select(row =>
                                table
                                + string.Join(
                                    '|',
                                    ((IDictionary<string, object?>)row).Values.Select(value =>
                                        Convert.ToString(value, CultureInfo.InvariantCulture)
                                    )
                                )
                            )
                    )
            )
        );

    // Property by property, so that a difference is seen where it is. The chain of hashes is of the store, not of the fold.
    private static Dictionary<string, string> Parts(Escalation escalation) =>
        JsonSerializer
            .SerializeToElement(escalation, Json.Options)
            .EnumerateObject()
            .Where(part => part.Name != "chain")
            .ToDictionary(part => part.Name, part => part.Value.ToString());
}
