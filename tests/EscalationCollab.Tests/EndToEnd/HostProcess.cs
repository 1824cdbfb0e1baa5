using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The built product as a process of its own, on one port, that can be killed and started again.</summary>
internal sealed class HostProcess(string data) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly int _port = FreePort();
    private readonly ConcurrentQueue<string> _mistakes = new();
    private readonly ConcurrentQueue<string> _lastWords = new();
    private Process? _process;

    public Uri Address =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>What it logged as errors.</summary>
    public IReadOnlyCollection<string> Mistakes => _mistakes;

    /// <summary>Starts it; returns when it answers.</summary>
    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lastWords.Clear();
        _process?.Dispose();
        _process = new Process { StartInfo = Command(), EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, ready);
        _process.Exited += (_, _) =>
            ready.TrySetException(
                new InvalidOperationException(
                    "The host ended while starting: " + string.Join("\n", _lastWords)
                )
            );
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(StartLimit);
    }

    /// <summary>Ends it without any warning: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private ProcessStartInfo Command()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "exec",
            typeof(Host.Hosting.Places).Assembly.Location,
            "--data",
            data,
            "--templates",
            Templates.Root,
            "--urls",
            Address.ToString(),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["ESCALATIONCOLLAB_Sandbox__Past"] = "false";
        return start;
    }

    private void Hear(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        _lastWords.Enqueue(line);
        while (_lastWords.Count > 40)
            _lastWords.TryDequeue(out _);
        if (line.StartsWith("EscalationCollab is ready", StringComparison.Ordinal))
            ready.TrySetResult();
        if (
            line.StartsWith("fail:", StringComparison.Ordinal)
            || line.StartsWith("crit:", StringComparison.Ordinal)
            || _mistakes.Count is > 0 and < 60
                && line.StartsWith("      ", StringComparison.Ordinal)
        )
            _mistakes.Enqueue(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
