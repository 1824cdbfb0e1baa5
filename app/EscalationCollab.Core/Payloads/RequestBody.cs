namespace EscalationCollab.Core.Payloads;

/// <summary>The body of a request from somebody not yet proven: taken whole, and never more than so much of it.</summary>
public static class RequestBody
{
    private const int Chunk = 16 * 1024;

    /// <summary>The body, or null when it is too large or broke off.</summary>
    /// <param name="announced">Its length in bytes as its sender says; null when they do not.</param>
    /// <param name="most">The largest that is taken, in bytes.</param>
    public static async Task<byte[]?> ReadAsync(
        Stream body,
        long? announced,
        int most,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        if (announced > most)
            return null;
        try
        {
            using var whole = new MemoryStream();
            var chunk = new byte[Chunk];
            int read;
            while ((read = await body.ReadAsync(chunk, cancellation)) > 0)
            {
                if (whole.Length + read > most)
                    return null;
                whole.Write(chunk, 0, read);
            }
            return whole.ToArray();
        }
        // A request that is no good HTTP is an IOException to ASP.NET as well.
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
