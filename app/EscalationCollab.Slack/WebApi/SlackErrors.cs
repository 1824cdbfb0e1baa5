using System.Collections.Frozen;
using EscalationCollab.Core.Chat;

namespace EscalationCollab.Slack.WebApi;

/// <summary>What Slack's error words mean for us.</summary>
internal static class SlackErrors
{
    /// <summary>Our own words for what Slack could not say itself.</summary>
    public const string TimedOut = "no_answer_in_time",
        NotReached = "not_reached",
        Unreadable = "unreadable_answer",
        Paced = "own_pace",
        Paused = "paused_after_refused_token";

    private static readonly FrozenSet<string> TokenRefused = FrozenSet.Create(
        StringComparer.Ordinal,
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "user_removed_from_team",
        "team_disabled",
        "org_login_required",
        "access_denied_app_uninstalled",
        "app_access_restricted"
    );

    private static readonly FrozenSet<string> Gone = FrozenSet.Create(
        StringComparer.Ordinal,
        "channel_not_found",
        "message_not_found",
        "not_in_channel",
        // Put away by somebody: whatever was to be posted there needs another room.
        "is_archived",
        "is_inactive",
        "user_disabled",
        "channel_is_limited_access"
    );

    private static readonly FrozenSet<string> Broken = FrozenSet.Create(
        StringComparer.Ordinal,
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "accesslimited"
    );

    /// <summary>The token no longer counts: nothing works until an administrator does something.</summary>
    public static bool IsTokenRefused(string error) => TokenRefused.Contains(error);

    /// <summary>Slack asks to wait.</summary>
    public static bool IsRateLimit(string error) =>
        error is "ratelimited" or "rate_limited" or "too_many_requests";

    /// <summary>The kind of failure an error word is.</summary>
    public static ChatFailure FailureOf(SlackMethod method, string error) =>
        IsRateLimit(error) ? ChatFailure.RateLimited
        : IsTokenRefused(error) ? ChatFailure.Unavailable
        : Gone.Contains(error) ? ChatFailure.Gone
        : Broken.Contains(error) ? WhenBroken(method)
        : ChatFailure.Refused;

    /// <summary>Something broke after the call had been sent: it may have taken effect.</summary>
    public static ChatFailure WhenBroken(SlackMethod method) =>
        method.Repeatable ? ChatFailure.Unavailable : ChatFailure.Unclear;
}
