using System.Diagnostics;
using System.Globalization;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Metrics;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Tickets;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Period = EscalationCollab.Core.Metrics.Period;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Rows a second of the real log, repeated under other numbers, imported into an empty database, against reading the
/// lines of the same file and doing nothing with them; the rounds take turns. And the figures of a quarter with 2,500
/// escalations out of 100,000, and as many tickets.
/// </summary>
internal static class TicketBenchmark
{
    private const int Copies = 40;
    private const int Rounds = 5;

    public static async Task<int> ImportAsync()
    {
        var folder = Directory.CreateTempSubdirectory("import-benchmark");
        try
        {
            var root = Repository();
            var policy = PolicyFile.Load(Path.Combine(root, "templates", "policy.yaml")).Policy!;
            var map = TicketMapFile
                .Load(Path.Combine(root, "templates", TicketMapFile.Shipped))
                .Map!;
            var (file, rows) = Repeated(
                Path.Combine(root, "tests", "data", "incident_event_log.csv"),
                folder.FullName
            );
            var (imports, reads, again) = (
                new List<double>(),
                new List<double>(),
                new List<double>()
            );
            for (var round = 0; round <= Rounds; round++)
            {
                var read = Seconds(() => File.ReadLines(file).Sum(line => (long)line.Length));
                await using var store = Open(Path.Combine(folder.FullName, $"{round}.db"));
                var import = new TicketImport(
                    store,
                    TimeProvider.System,
                    NullLogger<TicketImport>.Instance
                );
                var first = await SecondsAsync(() => RunAsync(import, file, map, policy, rows));
                var second = await SecondsAsync(() => RunAsync(import, file, map, policy, rows));
                if (round == 0)
                    continue; // the first round warms the compiler up
                reads.Add(rows / read);
                imports.Add(rows / first);
                again.Add(rows / second);
            }
            Console.WriteLine(
                $"{rows:N0} rows, {Copies * 890:N0} tickets; medians of {Rounds} rounds that took turns"
            );
            Print("reading lines only", Median(reads), Median(reads));
            Print("tickets import, empty database", Median(imports), Median(reads));
            Print("tickets import, the same again", Median(again), Median(reads));
            return Median(imports) >= 50_000 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static async Task<int> MetricsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("metrics-benchmark");
        try
        {
            await using var store = Open(Path.Combine(folder.FullName, "data.db"));
            await FillAsync(store);
            var results = new List<(string What, double Median, double Fastest)>();
            foreach (var per in new[] { Period.Quarter, Period.Week, Period.Day })
            {
                var times = new List<double>();
                for (var round = -20; round < 30; round++) // the first twenty warm the compiler up
                {
                    var start = Stopwatch.GetTimestamp();
                    var rows = await MetricsQuery.RunAsync(
                        store,
                        TenantId.Default,
                        new LocalDate(2026, 1, 1),
                        new LocalDate(2026, 3, 31),
                        per,
                        DateTimeZone.Utc,
                        Instant.FromUtc(2026, 6, 1, 0, 0),
                        CancellationToken.None
                    );
                    if (round >= 0)
                        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    if (
                        rows.Sum(row => row.Escalations) != 2_500
                        || rows.Sum(row => row.Tickets) != 2_500
                    )
                        throw new InvalidOperationException(
                            "The figures are not those of the quarter."
                        );
                }
                results.Add(($"a quarter by {per}", Median(times), times.Min()));
            }
            Console.WriteLine(
                "All figures of a quarter with 2,500 of 100,000 escalations and 2,500 of 100,000 tickets"
            );
            foreach (var (what, median, fastest) in results)
                Console.WriteLine($"{what, -34}{median, 12:N1} ms, fastest {fastest:N1} ms");
            return results[0].Median <= 50 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(
        TicketImport import,
        string file,
        TicketMap map,
        EscalationPolicy policy,
        long rows
    )
    {
        var result = await import.RunAsync(
            TenantId.Default,
            new TicketImportRequest(file, map, policy),
            null,
            CancellationToken.None
        );
        if (result.Rows != rows || result.Rejected > 0)
            throw new InvalidOperationException("The import did not take every row.");
    }

    private static (string File, long Rows) Repeated(string log, string folder)
    {
        var lines = File.ReadAllLines(log);
        var path = Path.Combine(folder, "log.csv");
        using var writer = new StreamWriter(path);
        writer.WriteLine(lines[0]);
        for (var copy = 0; copy < Copies; copy++)
            foreach (var line in lines.Skip(1))
                writer.WriteLine($"INC{copy}-{line.AsSpan(3)}");
        return (path, (long)Copies * (lines.Length - 1));
    }

    /// <summary>100,000 of each over forty quarters, evenly.</summary>
    private static Task<bool> FillAsync(SqliteStore store) =>
        store.WriteAsync(
            connection =>
            {
                var first = new LocalDate(2020, 1, 1);
                for (var quarter = 0; quarter < 40; quarter++)
                {
                    var start = first
                        .PlusMonths(3 * quarter)
                        .AtStartOfDayInZone(DateTimeZone.Utc)
                        .ToInstant()
                        .ToUnixTimeMilliseconds();
                    connection.Execute(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2499)
                        INSERT INTO escalation (tenant, number, version, status, severity, level, type, reason, customer, restricted,
                            declared_at, acknowledged_at, mitigated_at, resolved_at, closed_at, changed_at, snapshot)
                        SELECT 'default', @base + i, 9, 'Closed', 2, 2, 'Functional', 'Conflict', 'customer-' || (i * 7919 % 400), 0,
                            @start + i * 3000000, @start + i * 3000000 + 600000, @start + i * 3000000 + 3600000,
                            @start + i * 3000000 + 7200000, @start + i * 3000000 + 9000000, 0, printf('%.2000c', 'x') FROM n
                        """,
                        new { start, @base = 1000 + (quarter * 2500) }
                    );
                    connection.Execute(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2499)
                        INSERT INTO ticket (tenant, source, number, opened_at, updated_at, revision, first_reply_at, state, priority, customer, summary,
                            body, resolved, escalated, first_contact, sla_met, reassigned, reopened, fingerprint)
                        SELECT 'default', 'desk', 'T' || (@base + i), @start + i * 3000000, 0, 0, @start + i * 3000000 + 60000, 'closed', 'P1', 'c', 's',
                            printf('%.500c', 'x'), 1, i % 5 = 0, i % 2, 1, 0, 0, 0 FROM n
                        """,
                        new { start, @base = 1000 + (quarter * 2500) }
                    );
                    connection.Execute(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
                        INSERT INTO promise (tenant, number, kind, due_at, met_at, snoozed)
                        SELECT 'default', @base + i / 4, CASE i % 2 WHEN 0 THEN 'status' ELSE 'customer' END, @start + i * 700000, @start + i * 700000, 0 FROM n
                        """,
                        new { start, @base = 1000 + (quarter * 2500) }
                    );
                }
                connection.Execute("ANALYZE;");
                return true;
            },
            CancellationToken.None
        );

    private static SqliteStore Open(string path) =>
        SqliteStore.Open(path, TimeProvider.System, NullLogger<SqliteStore>.Instance);

    private static double Seconds(Func<long> work)
    {
        var start = Stopwatch.GetTimestamp();
        GC.KeepAlive(work());
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(string what, double rate, double reading) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -34}{rate, 12:N0} rows/s {rate / reading, 8:0.00} of reading"
            )
        );

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            folder is not null
            && !File.Exists(Path.Combine(folder.FullName, "EscalationCollab.sln"))
        )
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException(
                "The benchmarks do not run inside the repository."
            );
    }
}
