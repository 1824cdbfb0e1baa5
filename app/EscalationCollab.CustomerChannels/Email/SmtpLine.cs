using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Lines and answers over one connection, each step with its time limit.</summary>
internal sealed class SmtpLine(Stream stream, TimeSpan limit, TimeProvider time) : IAsyncDisposable
{
    private const int MostLines = 100;
    private const int LongestLine = 4096;
    private const int Piece = 16 * 1024;

    private readonly byte[] buffer = new byte[LongestLine];
    private int start;
    private int end;

    public Stream Stream => stream;

    /// <summary>The server said more than it was asked for: before encryption this would be an injected answer.</summary>
    public bool HasUnread => end > start;

    /// <summary>Says one line and reads the answer. <paramref name="step"/> is what an error calls it, so it holds no secret.</summary>
    /// <exception cref="SmtpFailure">Connection lost, no answer in time, or not an answer.</exception>
    public async Task<SmtpReply> AskAsync(string line, string step, CancellationToken cancellation)
    {
        if (line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new InvalidOperationException($"A command of two lines was stopped at {step}.");
        await WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), step, cancellation);
        return await ReadReplyAsync(step, limit, cancellation);
    }

    /// <summary>Writes bytes, in pieces so that the time limit means a stalled line and not a long message.</summary>
    public async Task WriteAsync(
        ReadOnlyMemory<byte> bytes,
        string step,
        CancellationToken cancellation
    )
    {
        for (var at = 0; at < bytes.Length; at += Piece)
        {
            var piece = bytes.Slice(at, Math.Min(Piece, bytes.Length - at));
            await WithinAsync(
                async token =>
                {
                    await stream.WriteAsync(piece, token);
                    await stream.FlushAsync(token);
                    return true;
                },
                limit,
                step,
                time,
                cancellation
            );
        }
    }

    /// <summary>Reads one answer of one or several lines.</summary>
    public Task<SmtpReply> ReadReplyAsync(
        string step,
        TimeSpan within,
        CancellationToken cancellation
    ) => WithinAsync(token => ReadReplyAsync(step, token), within, step, time, cancellation);

    /// <summary>Runs a step of the conversation and turns everything a network does into a <see cref="SmtpFailure"/>.</summary>
    public static async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> work,
        TimeSpan within,
        string step,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        using var timer = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            var seconds = within.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            throw new SmtpFailure(
                SmtpFailureKind.Temporary,
                $"{step}: no answer within {seconds} s",
                e
            );
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new SmtpFailure(SmtpFailureKind.Temporary, $"{step}: {e.Message}", e);
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<SmtpReply> ReadReplyAsync(string step, CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(step, cancellation);
            var known = int.TryParse(
                line.AsSpan(0, Math.Min(3, line.Length)),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var code
            );
            if (
                !known
                || code is < 200 or > 599
                || (line.Length > 3 && line[3] is not (' ' or '-'))
            )
                break;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length < 4 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }
        throw new SmtpFailure(
            SmtpFailureKind.Temporary,
            $"{step}: what answers there is not a mail server"
        );
    }

    private async Task<string> ReadLineAsync(string step, CancellationToken cancellation)
    {
        var line = new List<byte>();
        while (line.Count < LongestLine)
        {
            if (start == end)
            {
                start = 0;
                end = await stream.ReadAsync(buffer, cancellation);
                if (end == 0)
                    throw new SmtpFailure(
                        SmtpFailureKind.Temporary,
                        $"{step}: the server closed the connection"
                    );
            }
            var next = buffer[start++];
            if (next == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(next);
        }
        throw new SmtpFailure(
            SmtpFailureKind.Temporary,
            $"{step}: what answers there is not a mail server"
        );
    }
}
