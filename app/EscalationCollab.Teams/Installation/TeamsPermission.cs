namespace EscalationCollab.Teams.Installation;

/// <summary>How a right is given.</summary>
public enum TeamsConsent
{
    /// <summary>By the owner of a team, for that team alone, when the app is added to it (resource-specific consent).</summary>
    Team,

    /// <summary>
    /// For one chat, when the app is put into it (resource-specific consent): by the product into those it opens itself.
    /// </summary>
    Chat,

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
            "Brings people into the private channel of an escalation that only some may see, and notices who left; used only "
                + "with `Teams:Restricted` set to `channel`, or where no chat can be opened."
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
            "Puts two tabs into the channel of a war room: one leads to the escalation's card, one shows its page."
        ),
        new(
            "TeamsTab.Read.Group",
            TeamsConsent.Team,
            "Sees that these tabs are there already instead of adding them twice."
        ),
        new(
            "TeamsAppInstallation.Read.Group",
            TeamsConsent.Team,
            "Finds out the app's own id in your catalogue, by which it is put into the chats it opens, without a right over the "
                + "catalogue."
        ),
        new(
            "Chat.Manage.Chat",
            TeamsConsent.Chat,
            "Brings people into the group chat of an escalation that only some may see, and calls it by what it is about."
        ),
        new("TeamsTab.Create.Chat", TeamsConsent.Chat, "Puts the same two tabs into that chat."),
        new(
            "TeamsTab.Read.Chat",
            TeamsConsent.Chat,
            "Sees that these tabs are there already instead of adding them twice."
        ),
        new(
            "Chat.Create",
            TeamsConsent.Organisation,
            "Opens the group chat of an escalation that only some may see. It can create chats, and neither read nor change any."
        ),
        new(
            "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All",
            TeamsConsent.Organisation,
            "Puts this app, and no other, into the chats it opens, with the rights named here for chats."
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
