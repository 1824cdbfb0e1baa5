using System.Data;
using System.Diagnostics;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Durable commands a second with 32 callers: the store, whose callers share an fsync, against one fsync for each
/// command on the same disk. The rounds take turns, so that a slow moment of the machine meets both.
/// </summary>
internal static class StoreBenchmark
{
    private const int Callers = 32;
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("store-benchmark");
        try
        {
            await using var store = SqliteStore.Open(
                Path.Combine(folder.FullName, "shared.db"),
                TimeProvider.System,
                NullLogger<SqliteStore>.Instance
            );
            using var single = OpenSingle(Path.Combine(folder.FullName, "single.db"));
            await PrintAsync(store, single);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PrintAsync(SqliteStore store, SqliteConnection single)
    {
        Console.WriteLine("| round | one fsync a command, /s | shared fsync, /s | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        using var gate = new SemaphoreSlim(1);
        var ratios = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var alone = await RateAsync(() => OneByOneAsync(single, gate));
            var shared = await RateAsync(() => store.WriteAsync(Command, CancellationToken.None));
            // The first round warms both up.
            if (round == 0)
                continue;
            ratios.Add(shared / alone);
            Console.WriteLine($"| {round} | {alone:N0} | {shared:N0} | {shared / alone:N1} |");
        }
        Console.WriteLine($"Median ratio: {ratios.Order().ElementAt(Rounds / 2):N1} (at least 4)");
    }

    private static async Task<double> RateAsync(Func<Task> command)
    {
        var count = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)));
        return count / watch.Elapsed.TotalSeconds;

        async Task CallAsync()
        {
            while (watch.Elapsed < Length)
            {
                await command();
                Interlocked.Increment(ref count);
            }
        }
    }

    private static async Task OneByOneAsync(SqliteConnection connection, SemaphoreSlim gate)
    {
        await gate.WaitAsync();
        try
        {
            connection.Execute("BEGIN IMMEDIATE;");
            Command(connection);
            connection.Execute("COMMIT;");
        }
        finally
        {
            gate.Release();
        }
    }

    // What a small command does: looks, changes a row, adds an effect.
    private static long Command(IDbConnection connection)
    {
        var records = new Records(connection, TenantId.Default);
        var next = records.Next("benchmark");
        records.Setting("x");
        connection.Execute(
            """
            INSERT INTO outbox (tenant, lane, due_at, next_at, kind, payload, number, created_at)
            VALUES ('default', 'chat', @next, @next, 'benchmark', '{}', @next, @next)
            """,
            new { next }
        );
        return next;
    }

    private static PreparingConnection OpenSingle(string path)
    {
        // Compiled statements are kept on both sides: what differs is the fsync.
        var connection = new PreparingConnection($"Data Source={path};Pooling=False");
        connection.Open();
        connection.Execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
        );
        Migration.Run(connection, Migration.Known, Instant.FromUnixTimeSeconds(0));
        return connection;
    }
}
