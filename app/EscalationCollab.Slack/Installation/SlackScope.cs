namespace EscalationCollab.Slack.Installation;

/// <summary>A right that a workspace is asked for when the app is installed.</summary>
/// <param name="Name">As Slack spells it.</param>
/// <param name="Why">What the product does with it, for the person who decides about the installation.</param>
public sealed record SlackScope(string Name, string Why)
{
    /// <summary>
    /// Every right the product asks for, and none it could do without. What each call needs is listed by method at
    /// https://docs.slack.dev/reference/methods, what each event needs at https://docs.slack.dev/reference/events.
    /// </summary>
    public static IReadOnlyList<SlackScope> All { get; } =
    [
        new(
            "app_mentions:read",
            "Answers with help when somebody mentions the app in a channel it is in."
        ),
        new(
            "bookmarks:read",
            "Looks whether the link to the escalation card is at the top of a war room already, so that it stands there once."
        ),
        new("bookmarks:write", "Keeps the link to the escalation card at the top of a war room."),
        new("canvases:write", "Publishes the post-mortem as the canvas of the war room."),
        new(
            "channels:history",
            "Reads messages of public channels the app is in: to find its own card again after a broken connection "
                + "instead of posting it twice, and the one message somebody adds to the timeline."
        ),
        new(
            "channels:manage",
            "Opens a public war room, invites people into it, sets its topic and archives it."
        ),
        new(
            "channels:read",
            "Notices when a war room is renamed, archived or deleted, or when somebody leaves it; looks who reads a channel "
                + "before a card is shown below a link there."
        ),
        new(
            "chat:write",
            "Posts and edits its cards in war rooms, answers privately, writes to people directly."
        ),
        new("commands", "Offers /escalate and the shortcuts."),
        new(
            "files:write",
            "Puts the published post-mortem into the war room as a file where canvases are not to be had."
        ),
        new(
            "groups:history",
            "The same as channels:history in private war rooms, which silent escalations use."
        ),
        new("groups:read", "The same as channels:read in private war rooms."),
        new(
            "groups:write",
            "Opens a private war room for an escalation that only some may see, and looks after it."
        ),
        new("im:history", "Reads what somebody writes to the app directly, to answer with help."),
        new(
            "im:write",
            "Opens direct messages: a request to take an escalation over, to give a status, to approve a letter."
        ),
        new(
            "links:read",
            "Sees links to escalations and post-mortems that are shared in a channel."
        ),
        new(
            "links:write",
            "Shows a short card below such a link, only to rooms whose members may see the escalation."
        ),
        new("pins:write", "Pins the one card of an escalation in its war room."),
        new(
            "reactions:read",
            "Adds a message to the timeline when somebody marks it with the reaction for that."
        ),
        new("usergroups:read", "Lets user groups stand for teams in the escalation policy."),
        new(
            "users:read",
            "Knows people by name, and their language and time zone, so that words and clocks are theirs."
        ),
        new(
            "users:read.email",
            "Recognises one person across platforms by the address their organisation has confirmed."
        ),
    ];
}
