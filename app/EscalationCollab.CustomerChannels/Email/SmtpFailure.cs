namespace EscalationCollab.CustomerChannels.Email;

/// <summary>What kind of no it was, which decides what the outbox does next.</summary>
internal enum SmtpFailureKind
{
    /// <summary>Server or network, for now.</summary>
    Temporary,

    /// <summary>This message, for good.</summary>
    Permanent,

    /// <summary>Certificate, login, missing encryption: every message fails until an administrator acts, none is at fault.</summary>
    Setup,
}

/// <summary>Ends a conversation with the mail server. Never leaves this folder.</summary>
internal sealed class SmtpFailure(SmtpFailureKind kind, string why, Exception? cause = null)
    : Exception(why, cause)
{
    public SmtpFailureKind Kind { get; } = kind;

    /// <summary>The server answered <paramref name="step"/> with something else than yes.</summary>
    public static SmtpFailure Of(string step, SmtpReply reply) =>
        new(KindOf(reply), $"{step}: {reply}");

    public static SmtpFailureKind KindOf(SmtpReply reply) =>
        reply.Code switch
        {
            // "Authentication required", "credentials invalid", "encryption required": our set-up, not the message.
            530 or 534 or 535 or 538 => SmtpFailureKind.Setup,
            >= 500 and <= 599 => SmtpFailureKind.Permanent,
            _ => SmtpFailureKind.Temporary,
        };
}
