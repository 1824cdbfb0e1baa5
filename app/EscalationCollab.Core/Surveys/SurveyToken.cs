using System.Security.Cryptography;
using System.Text;

namespace EscalationCollab.Core.Surveys;

/// <summary>
/// What a survey link carries: 128 random bits as 22 characters of base64url. It exists in the letter only; we keep its
/// hash, so that nobody who reads the database can answer for a customer. A plain SHA-256 is enough: unlike a password,
/// 128 random bits cannot be guessed from their hash.
/// </summary>
internal static class SurveyToken
{
    /// <summary>The length of a token in characters.</summary>
    public const int Length = 22;

    private const int Bytes = 16;

    /// <summary>A new one, which nobody can foresee. Never called by a decision.</summary>
    public static string New()
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        return System.Buffers.Text.Base64Url.EncodeToString(random);
    }

    /// <summary>
    /// What is kept of it: 64 hexadecimal digits. Any text is allowed, and each costs the same up to its length, of which
    /// only the first characters are looked at.
    /// </summary>
    public static string Hash(string token)
    {
        Span<byte> text = stackalloc byte[Encoding.UTF8.GetMaxByteCount(Length + 1)];
        // One character more than a token has, so that a longer text is not taken for the token it begins with.
        var length = Encoding.UTF8.GetBytes(
            token.AsSpan(0, Math.Min(token.Length, Length + 1)),
            text
        );
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return Convert.ToHexStringLower(hash);
    }
}
