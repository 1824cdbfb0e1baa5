using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dapper;
using EscalationCollab.Host.Hosting;
using Microsoft.Data.Sqlite;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Starts the program as a person does, on a data folder that was used before, and waits for the first page. Limits:
/// 1.5 s to the page, 150 MB of memory when idle. What is measured is what people run: a published folder, given or
/// published first; the built program beside this one starts in turns with it, to compare.
/// </summary>
internal static class StartBenchmark
{
    private const int Rounds = 5;

    public static async Task<int> RunAsync(string? published)
    {
        var folder = Directory.CreateTempSubdirectory("start-benchmark").FullName;
        published ??= await PublishAsync(Path.Combine(folder, "program"));
        var data = Path.Combine(folder, "data");
        // The first start also plays the past of the Sandbox, behind its first page.
        var first = await OnceAsync(published, data, idle: TimeSpan.FromSeconds(5), PastAsync);
        await OnceAsync(AppContext.BaseDirectory, data, idle: TimeSpan.Zero);
        var starts = new List<(double Seconds, double Megabytes)>();
        var compared = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            starts.Add(await OnceAsync(published, data, idle: TimeSpan.FromSeconds(5)));
            compared.Add(
                (await OnceAsync(AppContext.BaseDirectory, data, idle: TimeSpan.Zero)).Seconds
            );
        }
        Directory.Delete(folder, recursive: true);

        var seconds = Median(starts.Select(start => start.Seconds));
        var megabytes = Median(starts.Select(start => start.Megabytes));
        Console.WriteLine("| figure | median of 5 | limit | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine(
            FormattableString.Invariant(
                $"| start to first page | {seconds:F2} s | 1.5 s | {seconds / 1.5:F2} |"
            )
        );
        Console.WriteLine(
            FormattableString.Invariant(
                $"| the same, built and not published | {Median(compared):F2} s | | |"
            )
        );
        Console.WriteLine(
            FormattableString.Invariant(
                $"| idle memory (RSS) | {megabytes:F0} MB | 150 MB | {megabytes / 150:F2} |"
            )
        );
        Console.WriteLine(
            FormattableString.Invariant(
                $"| the same after the very first start | {first.Megabytes:F0} MB | | |"
            )
        );
        return seconds <= 1.5 && megabytes <= 150 ? 0 : 1;
    }

    private static async Task<string> PublishAsync(string folder)
    {
        var repository = Path.GetDirectoryName(Places.FindTemplates(null))!;
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = repository };
        foreach (
            var argument in (string[])
                ["publish", "app/EscalationCollab.Host", "-o", folder, "-v", "quiet"]
        )
            start.ArgumentList.Add(argument);
        using var publish = Process.Start(start)!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? folder
            : throw new InvalidOperationException("The program could not be published.");
    }

    private static async Task<(double Seconds, double Megabytes)> OnceAsync(
        string folder,
        string data,
        TimeSpan idle,
        Func<string, Task>? before = null
    )
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var program = Path.Combine(folder, "EscalationCollab.Host.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", program, "--data", data, "--urls", address])
            start.ArgumentList.Add(argument);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        try
        {
            await FirstPageAsync(address, process);
            var seconds = clock.Elapsed.TotalSeconds;
            if (before is not null)
                await before(data);
            await Task.Delay(idle, TimeProvider.System);
            process.Refresh();
            return (seconds, process.WorkingSet64 / 1024.0 / 1024.0);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static async Task FirstPageAsync(string address, Process process)
    {
        using var http = new HttpClient();
        while (!process.HasExited)
        {
            try
            {
                using var page = await http.GetAsync(new Uri(address));
                if (page.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        throw new InvalidOperationException($"the program ended with {process.ExitCode}");
    }

    /// <summary>Waits until the past has been played, so that no later start has to.</summary>
    private static async Task PastAsync(string data)
    {
        using var database = new SqliteConnection(
            $"Data Source={Path.Combine(data, "escalationcollab.db")};Mode=ReadOnly"
        );
        while (
            database.ExecuteScalar<long>(
                "SELECT COUNT(*) FROM setting WHERE name = 'sandbox-past-seeded'"
            ) == 0
        )
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double Median(IEnumerable<double> values) =>
        values.Order().ElementAt(Rounds / 2);
}
