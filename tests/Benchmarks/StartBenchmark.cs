using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Starts the program as a person does, on a data folder that was used before, and waits for the first page. Limits:
/// 1.5 s to the page, 150 MB of memory when idle. Give the folder of a published program; without one the built
/// program beside this one is measured.
/// </summary>
internal static class StartBenchmark
{
    private const int Rounds = 5;

    public static async Task<int> RunAsync(string? published)
    {
        var program = Path.Combine(
            published ?? AppContext.BaseDirectory,
            "EscalationCollab.Host.dll"
        );
        var data = Directory.CreateTempSubdirectory("start-benchmark").FullName;
        // The first start also plays the past of the Sandbox, behind its first page.
        await OnceAsync(program, data, idle: TimeSpan.FromSeconds(20));
        var rounds = new List<(double Seconds, double Megabytes)>();
        for (var i = 0; i < Rounds; i++)
            rounds.Add(await OnceAsync(program, data, idle: TimeSpan.FromSeconds(5)));
        Directory.Delete(data, recursive: true);

        var seconds = Median(rounds.Select(round => round.Seconds));
        var megabytes = Median(rounds.Select(round => round.Megabytes));
        Console.WriteLine("| figure | median of 5 | limit | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine(
            FormattableString.Invariant(
                $"| start to first page | {seconds:F2} s | 1.5 s | {seconds / 1.5:F2} |"
            )
        );
        Console.WriteLine(
            FormattableString.Invariant(
                $"| idle memory (RSS) | {megabytes:F0} MB | 150 MB | {megabytes / 150:F2} |"
            )
        );
        return seconds <= 1.5 && megabytes <= 150 ? 0 : 1;
    }

    private static async Task<(double Seconds, double Megabytes)> OnceAsync(
        string program,
        string data,
        TimeSpan idle
    )
    {
        var address = $"http://127.0.0.1:{FreePort()}";
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double Median(IEnumerable<double> values) =>
        values.Order().ElementAt(Rounds / 2);
}
