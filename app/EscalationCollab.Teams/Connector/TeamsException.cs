using EscalationCollab.Core.Chat;
using NodaTime;

namespace EscalationCollab.Teams.Connector;

/// <summary>Teams would not or could not. The message is for the administrator and holds neither secrets nor texts.</summary>
/// <param name="call">What was called, such as <c>post</c>.</param>
/// <param name="error">Microsoft's own word for it, such as <c>BotNotInConversationRoster</c>, or one of ours.</param>
internal sealed class TeamsException(
    string call,
    string error,
    ChatFailure failure,
    Duration? after = null,
    Exception? inner = null
) : Exception($"{call}: {error}", inner)
{
    /// <summary>Microsoft's own word for it, or one of ours.</summary>
    public string Error => error;

    /// <summary>What kind.</summary>
    public ChatFailure Failure => failure;

    /// <summary>Not before this long, when it said so.</summary>
    public Duration? After => after;

    /// <summary>Whether a failed call certainly had no effect.</summary>
    public static bool DidNothing(Exception failed) =>
        failed is TeamsException { Failure: not ChatFailure.Unclear };

    /// <summary>Whether a connection failed before it stood: then nothing can have happened; afterwards nobody knows.</summary>
    public static bool IsBeforeAnything(HttpRequestException broken) =>
        broken.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;

    /// <summary>The same for the core.</summary>
    public ChatException ToChatException() => new(Failure, $"Teams: {Message}", After, this);
}
