using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace EscalationCollab.Slack.Installation;

/// <summary>
/// Tokens at rest are encrypted and signed, with keys that lie apart from the database: neither a copy of the one nor of
/// the other is enough.
/// </summary>
internal sealed class TokenVault(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("slack-token");

    /// <summary>Encrypts a token; an empty one stays empty.</summary>
    public string Lock(string token) => token.Length == 0 ? "" : _protector.Protect(token);

    /// <summary>The token, or null when the keys it was encrypted with are gone.</summary>
    public string? Unlock(string locked)
    {
        if (locked.Length == 0)
            return "";
        try
        {
            return _protector.Unprotect(locked);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
