using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// A connection that sends requests as bytes, one after the other. A sender shares the processors with what it measures; a
/// complete HTTP client would take as much of them as a server does.
/// </summary>
internal sealed class Line : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[64 * 1024];

    /// <summary>A connection to a server on this machine.</summary>
    public static async Task<Line> OpenAsync(Uri address)
    {
        var line = new Line();
        await line._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port));
        return line;
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <returns>The status.</returns>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        var length = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(length));
            if (read == 0)
                throw new IOException("The server closed the connection");
            length += read;
            if (StatusOf(_answer.AsSpan(0, length)) is { } status)
                return status;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Null until it is complete.
    private static int? StatusOf(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return null;
        var body = answer[(head + 4)..];
        var isWhole = Field(answer[..head], "content-length") is { } length
            ? body.Length >= length
            : body.EndsWith("0\r\n\r\n"u8);
        return isWhole && Utf8Parser.TryParse(answer[9..], out int status, out _) ? status : null;
    }

    private static int? Field(ReadOnlySpan<byte> head, string name)
    {
        foreach (var line in head.Split("\r\n"u8))
        {
            var field = head[line];
            if (
                field.Length > name.Length
                && field[name.Length] == ':'
                && Ascii.EqualsIgnoreCase(field[..name.Length], name)
                && Utf8Parser.TryParse(
                    field[(name.Length + 1)..].TrimStart((byte)' '),
                    out int value,
                    out _
                )
            )
                return value;
        }
        return null;
    }
}
