using EscalationCollab.Core.Chat;
using NodaTime;

namespace EscalationCollab.Slack.WebApi;

/// <summary>Slack would not or could not. The message is for the administrator and holds neither secrets nor texts.</summary>
/// <param name="method">The method that was called.</param>
/// <param name="error">Slack's own word for it, such as <c>channel_not_found</c>, or one of ours.</param>
internal sealed class SlackException(
    SlackMethod method,
    string error,
    ChatFailure failure,
    Duration? after = null,
    string? detail = null,
    Exception? inner = null
) : Exception($"{method.Name}: {error}{(detail is null ? "" : $" ({detail})")}", inner)
{
    /// <summary>Slack's own word for it, or one of ours.</summary>
    public string Error => error;

    /// <summary>What kind.</summary>
    public ChatFailure Failure => failure;

    /// <summary>Not before this long, when Slack said so.</summary>
    public Duration? After => after;

    /// <summary>Whether a failed call certainly had no effect.</summary>
    public static bool DidNothing(Exception failed) =>
        failed is SlackException { Failure: not ChatFailure.Unclear };

    /// <summary>The same for the core.</summary>
    public ChatException ToChatException() => new(Failure, $"Slack: {Message}", After, this);
}
