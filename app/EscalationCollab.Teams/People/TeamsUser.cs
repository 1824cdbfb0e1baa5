using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Teams.People;

/// <summary>What somebody is in an organisation.</summary>
internal enum Standing
{
    /// <summary>Of the organisation.</summary>
    Member,

    /// <summary>Invited from outside.</summary>
    Guest,

    /// <summary>Of another organisation, met in a shared channel or a federated chat.</summary>
    Stranger,

    /// <summary>No longer there.</summary>
    Gone,
}

/// <summary>A member of a conversation as the connector describes one.</summary>
/// <param name="Id">The Entra object id, in lower case.</param>
/// <param name="TeamsId">The id the bot knows them by, such as <c>29:…</c>.</param>
/// <param name="VerifiedEmail">Of the organisation's directory; empty for guests and strangers, who chose theirs elsewhere.</param>
internal sealed record TeamsUser(
    string Id,
    string TeamsId,
    string Name,
    string VerifiedEmail,
    Standing Standing
)
{
    /// <summary>Reads a member; null when Teams does not say who it is.</summary>
    /// <param name="entra">The organisation the conversation is of.</param>
    public static TeamsUser? Read(JsonElement member, string entra)
    {
        var id = member.Text("aadObjectId") ?? member.Text("objectId");
        if (id is not { Length: > 0 } || member.Text("id") is not { Length: > 0 } teamsId)
            return null;
        var standing = StandingOf(member, entra);
        return new TeamsUser(
            id.ToLowerInvariant(),
            teamsId,
            member.Text("name") is { Length: > 0 } name ? name.Trim() : id,
            standing == Standing.Member
                ? (member.Text("email") ?? member.Text("userPrincipalName") ?? "").Trim()
                : "",
            standing
        );
    }

    private static Standing StandingOf(JsonElement member, string entra)
    {
        var tenant = member.Text("tenantId");
        if (
            tenant is { Length: > 0 }
            && !string.Equals(tenant, entra, StringComparison.OrdinalIgnoreCase)
        )
            return Standing.Stranger;
        return member.Text("userRole") switch
        {
            "guest" => Standing.Guest,
            "anonymous" => Standing.Stranger,
            _ => Standing.Member,
        };
    }
}

/// <summary>What a client says of who uses it, with every activity.</summary>
/// <param name="Language">A language of <c>templates/words</c>, or empty.</param>
/// <param name="Zone">An IANA zone, or empty.</param>
internal sealed record ClientSays(string Language, string Zone)
{
    /// <summary>Reads an activity.</summary>
    public static ClientSays Read(JsonElement activity)
    {
        var client = activity
            .List("entities")
            .FirstOrDefault(entity => entity.Text("type") == "clientInfo");
        var locale = activity.Text("locale") ?? client.Text("locale") ?? "";
        var zone = activity.Text("localTimezone") ?? client.Text("timezone") ?? "";
        return new ClientSays(
            locale.Length > 0 ? Languages.Closest(locale) : "",
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone)?.Id ?? ""
        );
    }
}

/// <summary>Who a user of Teams is here.</summary>
/// <param name="User">The Entra object id.</param>
/// <param name="TeamsId">The id the bot knows them by.</param>
/// <param name="Direct">The conversation of the bot with them, once there is one.</param>
internal sealed record KnownUser(
    string User,
    string TeamsId,
    PersonId Person,
    string Name,
    Standing Standing,
    string? Direct,
    Instant SeenAt
);
