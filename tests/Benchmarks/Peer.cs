using System.Diagnostics;

namespace EscalationCollab.Benchmarks;

/// <summary>The smallest app of another framework, a process of its own, that prints its port when it listens.</summary>
internal sealed record Peer(Process Process, int Port) : IDisposable
{
    /// <param name="name">The folder under tests/peers.</param>
    public static async Task<Peer> StartAsync(
        string name,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo("node", "app.cjs")
        {
            WorkingDirectory = Path.Combine(Repository(), "tests", "peers", name),
            RedirectStandardOutput = true,
            Environment = { ["NODE_ENV"] = "production" },
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        return int.TryParse(await process.StandardOutput.ReadLineAsync(), out var port)
            ? new Peer(process, port)
            : throw new InvalidOperationException(
                $"It did not start: run 'npm ci --ignore-scripts' in tests/peers/{name}."
            );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Kill();
        Process.Dispose();
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EscalationCollab.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("no repository");
        return folder.FullName;
    }
}
