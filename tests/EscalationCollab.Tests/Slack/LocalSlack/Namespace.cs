using System.Diagnostics;
using System.Net.Sockets;

namespace EscalationCollab.Tests.Slack.LocalSlack;

/// <summary>
/// A program that listens on every address of its machine, kept in a network of its own: two relays over Unix sockets are
/// the only way in and out, so that nothing beyond loopback is ever opened.
/// </summary>
internal sealed class Namespace : IAsyncDisposable
{
    private readonly Process _process;

    private Namespace(Process process) => _process = process;

    /// <summary>Starts it.</summary>
    /// <param name="command">The program with its arguments, as a shell reads them.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="inward">The Unix socket that leads to it.</param>
    /// <param name="outwardPort">The port inside that leads out.</param>
    /// <param name="outward">The Unix socket outside that <paramref name="outwardPort"/> leads to.</param>
    /// <param name="log">A file for what it prints.</param>
    public static async Task<Namespace> StartAsync(
        string command,
        int port,
        string inward,
        int outwardPort,
        string outward,
        string log
    )
    {
        var script = $"""
            ip link set lo up
            socat UNIX-LISTEN:{inward},fork TCP:127.0.0.1:{port} &
            socat TCP-LISTEN:{outwardPort},bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:{outward} &
            exec {command} > {log} 2>&1
            """;
        // Killed with its parent: a test that is aborted leaves nothing behind.
        var process = Process.Start(
            new ProcessStartInfo("unshare")
            {
                ArgumentList = { "-rnpf", "--kill-child", "bash", "-c", script },
            }
        )!;
        var started = new Namespace(process);
        await started.UntilAnsweredAsync(inward, log);
        return started;
    }

    /// <summary>A connection to the program inside.</summary>
    public static async ValueTask<Stream> ConnectAsync(
        string socket,
        CancellationToken cancellation
    )
    {
        var connection = new Socket(
            AddressFamily.Unix,
            SocketType.Stream,
            ProtocolType.Unspecified
        );
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
        return new NetworkStream(connection, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task UntilAnsweredAsync(string socket, string log)
    {
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = (_, cancellation) => ConnectAsync(socket, cancellation),
            }
        );
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!deadline.IsCancellationRequested && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(
                    new Uri("http://inside/_control/state"),
                    deadline.Token
                );
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception notYet)
                when (notYet
                        is HttpRequestException
                            or SocketException
                            or OperationCanceledException
                )
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
        throw new InvalidOperationException(
            $"The program did not begin to answer: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "it printed nothing")}"
        );
    }
}
