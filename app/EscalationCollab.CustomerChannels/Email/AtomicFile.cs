namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>The name of an unfinished file starts with a dot, so no listing shows it.</summary>
    public const string Unfinished = ".unfinished-";

    /// <summary>Writes beside the target, onto the disk, and renames.</summary>
    /// <exception cref="IOException">The disk is full or the target is there and must not be replaced.</exception>
    public static async Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> bytes,
        bool overwrite,
        CancellationToken cancellation
    )
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var beside = Path.Combine(folder, Unfinished + Path.GetFileName(path));
        await using (
            var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None)
        )
        {
            await file.WriteAsync(bytes, cancellation);
            file.Flush(flushToDisk: true);
        }
        File.Move(beside, path, overwrite);
    }
}
