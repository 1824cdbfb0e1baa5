using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>A mail as Python's own <c>email</c> package reads it.</summary>
public sealed record JudgedMail(
    string? Sender,
    string[] Recipients,
    string[] Options,
    string Type,
    string[] Names,
    Dictionary<string, string> Headers,
    string[][] From,
    string[][] To,
    string[][] ReplyTo,
    DateTimeOffset? Date,
    string[][] Parts,
    string[] Defects,
    int LongestLine,
    int BareLineEnds
)
{
    public string Text => Plainly(Parts[0]);

    public string Html => Plainly(Parts[1]);

    // The standards want CRLF inside a mail, and our encoder ends the last line.
    private static string Plainly(string[] part) =>
        part[2].Replace("\r\n", "\n") is var text && text.EndsWith('\n') ? text[..^1] : text;
}

/// <summary>The real mail server of <c>tests/peers/smtp_server.py</c>, in a process of its own.</summary>
internal sealed class SmtpPeer : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Process process;

    private SmtpPeer(Process process, string folder, int port)
    {
        this.process = process;
        Folder = folder;
        Port = port;
    }

    public int Port { get; }

    public string Folder { get; }

    public static async Task<SmtpPeer> StartAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("smtp-peer").FullName;
        var process = Start(["--folder", folder, .. arguments]);
        var port = await process.StandardOutput.ReadLineAsync();
        return port is not null
            ? new SmtpPeer(process, folder, int.Parse(port, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    /// <summary>Everything taken so far, in order.</summary>
    public IReadOnlyList<JudgedMail> Taken() =>
        [
            .. Directory
                .EnumerateFiles(Folder, "*.json")
                .Order()
                .Select(path =>
                    JsonSerializer.Deserialize<JudgedMail>(File.ReadAllText(path), Json)!
                ),
        ];

    /// <summary>Lets Python read mail files.</summary>
    public static async Task<IReadOnlyList<JudgedMail>> JudgeAsync(IEnumerable<string> files)
    {
        using var process = Start(["--describe", .. files]);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        return output.Length > 0
            ? JsonSerializer.Deserialize<JudgedMail[]>(output, Json)!
            : throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static Process Start(string[] arguments)
    {
        var script = Path.Combine(Templates.Repository(), "tests", "peers", "smtp_server.py");
        return Process.Start(
            new ProcessStartInfo(Requirement.Python, [script, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
    }
}
