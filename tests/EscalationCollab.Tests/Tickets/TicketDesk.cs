using System.Text;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Tests.Policy;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Tickets;

/// <summary>A store in a folder of its own, with the people of the delivered policy's tests, and imports into it.</summary>
internal sealed class TicketDesk : IAsyncDisposable
{
    public static readonly CancellationToken None = CancellationToken.None;

    public static readonly string RealFile = Path.Combine(
        Templates.Repository(),
        "tests",
        "data",
        "incident_event_log.csv"
    );

    public static readonly TicketMap RealMap = Map(
        Path.Combine(Templates.Root, TicketMapFile.Shipped)
    );

    public const string SmallYaml = """
        source: desk
        file: { missing: ["-"] }
        times: { formats: [iso], zone: Europe/Vilnius }
        columns: { number: id, opened: opened, updated: updated, reassigned: moves, summary: about, text: text, priority: prio, first-reply: replied }
        counts-as:
          resolved: { column: state, is: [done] }
          escalated: { column: state, is: [escalated] }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tickets");

    public TicketDesk()
    {
        Store = SqliteStore.Open(
            Path.Combine(_folder.FullName, "data.db"),
            Time,
            NullLogger<SqliteStore>.Instance
        );
        Store
            .WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    foreach (var person in DeliveredPolicy.Company.People.Values)
                        records.SavePerson(person);
                    foreach (var customer in DeliveredPolicy.Company.Customers.Values)
                        records.SaveCustomer(customer);
                    return true;
                },
                None
            )
            .GetAwaiter()
            .GetResult();
    }

    public static TicketMap SmallMap { get; } = TicketMapFile.Parse("small.yaml", SmallYaml).Map!;

    public ManualTime Time { get; } = new();

    public SqliteStore Store { get; }

    public static EscalationPolicy Policy => DeliveredPolicy.Policy;

    public string FileOf(string text, string name = "tickets.csv")
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }

    public Task<TicketImportResult> Import(string path, TicketMap map, Instant? until = null) =>
        new TicketImport(Store, Time, NullLogger<TicketImport>.Instance).RunAsync(
            TenantId.Default,
            new TicketImportRequest(path, map, Policy, until),
            null,
            None
        );

    public Task<T[]> Rows<T>(string sql) =>
        Store.ReadAsync(connection => connection.Query<T>(sql).ToArray(), None);

    public Task Run(string sql) => Store.WriteAsync(connection => connection.Execute(sql), None);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static TicketMap Map(string path)
    {
        var reading = TicketMapFile.Load(path);
        reading.Problems.Should().BeEmpty();
        return reading.Map!;
    }
}
