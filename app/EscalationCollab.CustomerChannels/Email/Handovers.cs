using System.Text;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>
/// Remembers on disk which messages were handed to the mail server. SMTP has no question "did you get this one?", so
/// this is how the channel can tell: a program killed between the server's answer and the commit of the outbox finds
/// the answer here instead of mailing the customer twice.
/// </summary>
internal sealed class Handovers(string folder, TimeProvider time)
{
    // The outbox has given up or gone on long before that.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private const string Begun = "begun";
    private bool swept;

    /// <summary>Null when never handed over, empty when begun without a known end, else the Message-ID it was accepted under.</summary>
    public async Task<string?> FindAsync(string key, CancellationToken cancellation)
    {
        Sweep();
        var path = PathOf(key);
        if (!File.Exists(path))
            return null;
        var text = (await File.ReadAllTextAsync(path, cancellation)).Trim();
        return text == Begun ? "" : text;
    }

    /// <summary>About to send the last bytes: on disk before they leave.</summary>
    public Task BeginAsync(string key, CancellationToken cancellation) =>
        WriteAsync(key, Begun, cancellation);

    /// <summary>The server took it.</summary>
    public Task AcceptedAsync(string key, string messageId) =>
        WriteAsync(key, messageId, CancellationToken.None);

    /// <summary>The server refused it, or the caller is being told that it is unclear.</summary>
    public void Forget(string key) => File.Delete(PathOf(key));

    private Task WriteAsync(string key, string text, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(
            PathOf(key),
            Encoding.UTF8.GetBytes(text + "\n"),
            overwrite: true,
            cancellation
        );

    private string PathOf(string key) => Path.Combine(folder, key + ".txt");

    private void Sweep()
    {
        if (swept)
            return;
        swept = true;
        Directory.CreateDirectory(folder);
        var oldest = time.GetUtcNow().UtcDateTime - Kept;
        foreach (var path in Directory.EnumerateFiles(folder))
            if (File.GetLastWriteTimeUtc(path) < oldest)
                File.Delete(path);
    }
}
