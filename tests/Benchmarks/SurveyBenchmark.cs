using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Surveys;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// A million guessed survey links against a hundred thousand live ones: none may hit, and a guess must cost the same
/// whether it is random or one character away from a real one. The kinds take turns, so that a slow moment meets both.
/// </summary>
internal static class SurveyBenchmark
{
    private const int Links = 100_000;
    private const int Guesses = 1_000_000;
    private const int Turns = 20;
    private const int Callers = 4;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("survey-benchmark");
        try
        {
            await using var store = SqliteStore.Open(
                Path.Combine(folder.FullName, "data.db"),
                TimeProvider.System,
                NullLogger<SqliteStore>.Instance
            );
            var tokens = Enumerable.Range(0, Links).Select(_ => NewToken()).ToArray();
            await store.WriteAsync(connection => Fill(connection, tokens), CancellationToken.None);
            return await PrintAsync(DeskOf(store), tokens);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> PrintAsync(SurveyDesk desk, string[] tokens)
    {
        var (random, near) = (TimeSpan.Zero, TimeSpan.Zero);
        var hits = 0;
        const int Each = Guesses / Turns / 2;
        await GuessAsync(desk, _ => NewToken(), Each / 10);
        for (var turn = 0; turn < Turns; turn++)
        {
            var first = await GuessAsync(desk, _ => NewToken(), Each);
            var second = await GuessAsync(desk, i => Near(tokens[i % Links]), Each);
            hits += first.Hits + second.Hits;
            random += first.Took;
            near += second.Took;
        }
        const double Half = Guesses / 2.0;
        Console.WriteLine("| guesses | hits | random, µs each | one character off, µs each |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine(
            $"| {Guesses:N0} | {hits} | {random.TotalMicroseconds / Half:N1} | {near.TotalMicroseconds / Half:N1} |"
        );
        return hits == 0 ? 0 : 1;
    }

    private static async Task<(int Hits, TimeSpan Took)> GuessAsync(
        SurveyDesk desk,
        Func<int, string> guess,
        int count
    )
    {
        var hits = 0;
        // Made before the clock starts: only looking is measured.
        var guesses = Enumerable.Range(0, count).Select(guess).ToArray();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            guesses,
            new ParallelOptions { MaxDegreeOfParallelism = Callers },
            async (token, cancellation) =>
            {
                var sheet = await desk.LookAsync(token, cancellation);
                if (sheet.State != SheetState.Unknown)
                    Interlocked.Increment(ref hits);
            }
        );
        return (hits, watch.Elapsed);
    }

    private static SurveyDesk DeskOf(IStore store) =>
        new(
            store,
            new Slices(),
            new Situations(
                () => throw new InvalidOperationException("a guess needs no policy"),
                TimeProvider.System
            ),
            TimeProvider.System
        );

    private static int Fill(System.Data.IDbConnection connection, string[] tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
            connection.Execute(
                """
                INSERT INTO survey_link (tenant, number, token_hash, round, contact, made_at)
                VALUES ('default', @number, @hash, 1, 'a@customer.example', 0)
                """,
                new
                {
                    number = 1001 + i,
                    hash = Convert.ToHexStringLower(
                        SHA256.HashData(Encoding.UTF8.GetBytes(tokens[i]))
                    ),
                }
            );
        return tokens.Length;
    }

    private static string NewToken() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    private static string Near(string token) => (token[0] == 'A' ? 'B' : 'A') + token[1..];
}
