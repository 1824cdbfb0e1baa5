using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Proves that a request was made by Slack, just now, and not changed on the way: HMAC-SHA256 over the raw bytes, compared
/// in constant time, with a time stamp that is neither old nor from the future.
/// </summary>
internal sealed class SlackSignature
{
    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "X-Slack-Signature";

    /// <summary>The header with the moment of signing, in Unix seconds.</summary>
    public const string TimestampHeader = "X-Slack-Request-Timestamp";

    /// <summary>How far the clocks may be apart, in both directions.</summary>
    public static readonly Duration Tolerance = Duration.FromSeconds(300);

    private const string Version = "v0";
    private readonly ImmutableArray<byte[]> _secrets;
    private readonly TimeProvider _time;

    /// <param name="secrets">One, or several while the secret is being changed.</param>
    /// <exception cref="ArgumentException">There is no secret: without one, everybody could speak as Slack.</exception>
    public SlackSignature(ImmutableArray<string> secrets, TimeProvider time)
    {
        if (secrets.IsDefaultOrEmpty || secrets.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("a signing secret is needed", nameof(secrets));
        _secrets = [.. secrets.Select(Encoding.UTF8.GetBytes)];
        _time = time;
    }

    /// <summary>Whether a request is Slack's own. What is missing or malformed is refused, never an error.</summary>
    /// <param name="body">Exactly as received, before anything was decoded.</param>
    public bool IsSlacks(string? timestamp, string? signature, ReadOnlySpan<byte> body)
    {
        if (!IsFresh(timestamp) || !TryRead(signature, out var claimed))
            return false;
        var right = false;
        // Every secret is tried, so that the time taken does not tell which one it was.
        foreach (var secret in _secrets)
            right |= CryptographicOperations.FixedTimeEquals(
                Sign(secret, timestamp!, body),
                claimed
            );
        return right;
    }

    /// <summary>The signature of a request, as the header carries it.</summary>
    public static string Of(string secret, string timestamp, ReadOnlySpan<byte> body) =>
        $"{Version}={Convert.ToHexStringLower(Sign(Encoding.UTF8.GetBytes(secret), timestamp, body))}";

    private bool IsFresh(string? timestamp) =>
        timestamp is { Length: > 0 and <= 12 }
        && long.TryParse(
            timestamp,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seconds
        )
        && Math.Abs(_time.Moment().ToUnixTimeSeconds() - seconds) <= (long)Tolerance.TotalSeconds;

    private static bool TryRead(string? signature, out byte[] mac)
    {
        mac = new byte[HMACSHA256.HashSizeInBytes];
        return signature is not null
            && signature.Length == Version.Length + 1 + 2 * mac.Length
            && signature.StartsWith(Version + "=", StringComparison.Ordinal)
            && Convert.FromHexString(signature.AsSpan(Version.Length + 1), mac, out _, out _)
                == System.Buffers.OperationStatus.Done;
    }

    // In one go: what has to be made and freed for hashing bit by bit costs more than putting the parts together.
    private static byte[] Sign(byte[] secret, string timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes($"{Version}:{timestamp}:");
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return HMACSHA256.HashData(secret, signed);
    }
}
