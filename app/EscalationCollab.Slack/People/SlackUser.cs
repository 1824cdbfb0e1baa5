using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.Workspaces;
using NodaTime;

namespace EscalationCollab.Slack.People;

/// <summary>What somebody is in a workspace.</summary>
internal enum Standing
{
    /// <summary>A full member.</summary>
    Member,

    /// <summary>Invited into some channels only.</summary>
    Guest,

    /// <summary>Of another company, met in a shared channel.</summary>
    Stranger,

    /// <summary>Another program.</summary>
    Bot,

    /// <summary>Deactivated.</summary>
    Gone,
}

/// <summary>A user as Slack describes one.</summary>
/// <param name="VerifiedEmail">Empty when Slack does not tell one, or nobody has confirmed it.</param>
/// <param name="Language">A language of <c>templates/words</c>, or empty when Slack did not say.</param>
/// <param name="Zone">An IANA zone, or empty when Slack did not say.</param>
internal sealed record SlackUser(
    string Id,
    string Name,
    string VerifiedEmail,
    string Title,
    string Language,
    string Zone,
    Standing Standing
)
{
    /// <summary>Reads a user object of <c>users.info</c> and of the events that carry one.</summary>
    public static SlackUser? Read(JsonElement user, SlackWorkspace workspace)
    {
        if (user.Text("id") is not { Length: > 0 } id)
            return null;
        var confirmed = user.Part("is_email_confirmed") is not { ValueKind: JsonValueKind.False };
        var zone = user.Text("tz") ?? "";
        return new SlackUser(
            id,
            FirstOf(
                user.Text("profile", "real_name"),
                user.Text("real_name"),
                user.Text("profile", "display_name"),
                user.Text("name"),
                id
            ),
            confirmed ? (user.Text("profile", "email") ?? "").Trim() : "",
            user.Text("profile", "title") ?? "",
            user.Text("locale") is { Length: > 0 } locale ? Languages.Closest(locale) : "",
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone)?.Id ?? "",
            StandingOf(user, workspace)
        );
    }

    private static Standing StandingOf(JsonElement user, SlackWorkspace workspace)
    {
        if (user.Flag("deleted"))
            return Standing.Gone;
        if (user.Flag("is_bot") || user.Text("id") == "USLACKBOT")
            return Standing.Bot;
        var elsewhere =
            user.Flag("is_stranger")
            || user.Text("team_id") is { } team
                && !workspace.Is(team, user.Text("enterprise_user", "enterprise_id"));
        if (elsewhere)
            return Standing.Stranger;
        return user.Flag("is_restricted") || user.Flag("is_ultra_restricted")
            ? Standing.Guest
            : Standing.Member;
    }

    private static string FirstOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
            if (!string.IsNullOrWhiteSpace(name))
                return name.Trim();
        return "";
    }
}

/// <summary>Who a Slack user is here.</summary>
/// <param name="User">Slack's id.</param>
/// <param name="Name">As shown.</param>
/// <param name="Direct">The channel of the direct messages, once there is one.</param>
internal sealed record KnownUser(
    string User,
    PersonId Person,
    string Name,
    Standing Standing,
    string? Direct,
    Instant SeenAt
);
