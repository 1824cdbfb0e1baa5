using NodaTime;

namespace EscalationCollab.CustomerChannels.Microsoft365;

/// <summary>What kind of no it was, which decides what the outbox does next.</summary>
internal enum Microsoft365FailureKind
{
    /// <summary>Not now, and nothing happened.</summary>
    Temporary,

    /// <summary>This message, for good.</summary>
    Permanent,

    /// <summary>Secret, rights or mailbox: every message fails until an administrator acts, none is at fault.</summary>
    Setup,

    /// <summary>Nobody knows whether it happened.</summary>
    Unclear,
}

/// <summary>A call to Microsoft 365 that did not do what it should. Never leaves this folder.</summary>
internal sealed class Microsoft365Failure(
    Microsoft365FailureKind kind,
    string why,
    Duration? after = null,
    Exception? cause = null
) : Exception(why, cause)
{
    public Microsoft365FailureKind Kind { get; } = kind;

    /// <summary>Not before this long, when it said so.</summary>
    public Duration? After { get; } = after;
}
