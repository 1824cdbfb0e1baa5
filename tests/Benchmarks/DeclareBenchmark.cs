using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Host.Api;
using EscalationCollab.Host.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Declares over HTTP at a fixed rate, whether or not earlier ones have been answered (so a stall is paid for by all
/// that arrive during it), with the outbox working as always. Limit: p99 at most 50 ms at 200 a second.
/// </summary>
internal static class DeclareBenchmark
{
    private const int PerSecond = 200;
    private const int Seconds = 20;
    private const int WarmUp = 400;

    public static async Task<int> RunAsync()
    {
        var data = Directory.CreateTempSubdirectory("declare-benchmark").FullName;
        var places = new Places(data, Places.FindTemplates(null));
        var app = Server.Build(
            places,
            "http://127.0.0.1:0",
            builder => builder.Configuration["Sandbox:Past"] = "false"
        );
        await Server.PrepareAsync(app, CancellationToken.None);
        var company = CompanyFile.Load(Path.Combine(places.Templates, "sandbox", "company.yaml"));
        using var http = await ClientAsync(app, company);

        try
        {
            for (var i = 0; i < WarmUp; i++)
                await DeclareAsync(http, company);
            var used = Environment.CpuUsage.TotalTime;
            var outcome = Print(await AtFixedRateAsync(() => DeclareAsync(http, company)));
            await PrintRestAsync(app, used);
            return outcome;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine(
                $"declare over HTTP at {PerSecond}/s: not every declare was answered. {error.Message}"
            );
            return 1;
        }
        finally
        {
            await app.StopAsync();
            await app.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static int Print(double[] times)
    {
        Array.Sort(times);
        Console.WriteLine(
            $"declare over HTTP at {PerSecond}/s for {Seconds} s, durable, {times.Length} requests"
        );
        Console.WriteLine("| p50 | p95 | p99 | max | limit p99 | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        var p99 = At(times, 0.99);
        Console.WriteLine(
            FormattableString.Invariant(
                $"| {At(times, 0.5):F1} ms | {At(times, 0.95):F1} ms | {p99:F1} ms | {times[^1]:F1} ms | 50 ms | {p99 / 50:F2} |"
            )
        );
        return p99 <= 50 ? 0 : 1;
    }

    private static async Task PrintRestAsync(WebApplication app, TimeSpan used)
    {
        TimeSpan Used() => (Environment.CpuUsage.TotalTime - used) / (PerSecond * Seconds);
        var (waiting, during) = (await WaitingAsync(app), Used());
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await WaitingAsync(app) > 0)
            await ticks.WaitForNextTickAsync();
        Console.WriteLine(
            FormattableString.Invariant(
                $"{waiting:N0} effects were waiting behind, and were performed {clock.Elapsed.TotalSeconds:F1} s later. Processor time a declare with its sender: {during.TotalMilliseconds:F1} ms, {Used().TotalMilliseconds:F1} ms with all its effects."
            )
        );
    }

    private static Task<long> WaitingAsync(WebApplication app) =>
        app
            .Services.GetRequiredService<SqliteStore>()
            .ReadAsync(
                connection =>
                    connection.ExecuteScalar<long>(
                        "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND next_at <= @now",
                        new { now = TimeProvider.System.Moment().ToUnixTimeMilliseconds() }
                    ),
                CancellationToken.None
            );

    private static async Task<HttpClient> ClientAsync(WebApplication app, CompanyFile company)
    {
        var (token, hash) = ApiTokens.Make();
        var store = app.Services.GetRequiredService<SqliteStore>();
        await store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                foreach (var person in company.Directory.People.Values)
                    records.SavePerson(person);
                foreach (var customer in company.Directory.Customers.Values)
                    records.SaveCustomer(customer);
                return ApiTokens.Add(
                    connection,
                    TenantId.Default,
                    "benchmark",
                    hash,
                    TimeProvider.System.Moment()
                );
            },
            CancellationToken.None
        );
        await app.StartAsync();
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        var http = new HttpClient
        {
            BaseAddress = new Uri(address),
            Timeout = TimeSpan.FromSeconds(30),
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private static async Task<double[]> AtFixedRateAsync(Func<Task> call)
    {
        var calls = new List<Task<double>>(PerSecond * Seconds);
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (calls.Count < PerSecond * Seconds)
        {
            await ticks.WaitForNextTickAsync();
            var due = (int)(clock.Elapsed.TotalSeconds * PerSecond);
            while (calls.Count < Math.Min(due, PerSecond * Seconds))
            {
                var wanted = TimeSpan.FromSeconds((double)calls.Count / PerSecond);
                calls.Add(MeasureAsync(call, clock, wanted));
            }
        }
        try
        {
            return await Task.WhenAll(calls);
        }
        finally
        {
            // Those that fail after the first are nobody's news.
            foreach (var made in calls)
                _ = made.Exception;
        }
    }

    private static async Task<double> MeasureAsync(
        Func<Task> call,
        Stopwatch clock,
        TimeSpan wanted
    )
    {
        await call();
        return (clock.Elapsed - wanted).TotalMilliseconds;
    }

    private static async Task DeclareAsync(HttpClient http, CompanyFile company)
    {
        var customers = company.Directory.Customers.Values.ToArray();
        var answer = await http.PostAsJsonAsync(
            "/api/escalations",
            new
            {
                customer = customers[Random.Shared.Next(customers.Length)].Name,
                summary = "Nobody can sign in since this morning",
                reason = "MissingExpertise",
                details = "The sign-in page answers with an error for every account.",
            }
        );
        answer.EnsureSuccessStatusCode();
    }

    private static double At(double[] sorted, double share) =>
        sorted[(int)((sorted.Length - 1) * share)];
}
