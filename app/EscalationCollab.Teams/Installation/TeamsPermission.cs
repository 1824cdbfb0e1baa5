namespace EscalationCollab.Teams.Installation;

/// <summary>How a right is given.</summary>
public enum TeamsConsent
{
    /// <summary>By the owner of a team, for that team alone, when the app is added to it (resource-specific consent).</summary>
    Team,

    /// <summary>By an administrator, once, for the whole organisation.</summary>
    Organisation,
}

/// <summary>A right the app asks for.</summary>
/// <param name="Name">As Microsoft spells it.</param>
/// <param name="Why">What the product does with it, for the person who decides about the installation.</param>
public sealed record TeamsPermission(string Name, TeamsConsent Consent, string Why)
{
    /// <summary>
    /// Every right the product asks for, and none it could do without. Source:
    /// https://learn.microsoft.com/microsoftteams/platform/graph-api/rsc/resource-specific-consent and the reference of each call.
    /// </summary>
    public static IReadOnlyList<TeamsPermission> All { get; } =
    [
        new("Channel.Create.Group", TeamsConsent.Team, "Opens the channel of a war room."),
        new(
            "ChannelMember.ReadWrite.Group",
            TeamsConsent.Team,
            "Brings people into the private channel of an escalation that only some may see, and notices who left."
        ),
        new(
            "ChannelMessage.Read.Group",
            TeamsConsent.Team,
            "Finds its own card again after a broken connection instead of posting it twice, and reads the one message "
                + "somebody escalates or adds to the timeline."
        ),
        new(
            "TeamsTab.Create.Group",
            TeamsConsent.Team,
            "Puts a tab into the channel of a war room that leads to the escalation's card."
        ),
        new(
            "TeamsTab.Read.Group",
            TeamsConsent.Team,
            "Sees that this tab is there already instead of adding it twice."
        ),
        new(
            "Chat.Read.WhereInstalled",
            TeamsConsent.Organisation,
            "Finds its own message to one person again after a broken connection instead of sending it twice; it reads only "
                + "chats that the app is in."
        ),
        new(
            "ChannelSettings.ReadWrite.All",
            TeamsConsent.Organisation,
            "Archives the channel of a war room when everything is done; Microsoft gives this right for all teams only. With the "
                + "same right it says in the channel's description what the war room is about."
        ),
        new(
            "TeamMember.ReadWriteNonOwnerRole.All",
            TeamsConsent.Organisation,
            "Brings somebody who is needed in a war room into the team first; never as an owner."
        ),
    ];
}
