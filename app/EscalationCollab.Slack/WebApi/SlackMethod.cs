using EscalationCollab.Core.Chat;
using NodaTime;

namespace EscalationCollab.Slack.WebApi;

/// <summary>A method of Slack's Web API, as its reference describes it.</summary>
/// <param name="Name">Such as <c>chat.postMessage</c>.</param>
/// <param name="PerMinute">How often it may be called a minute in one workspace, by its tier.</param>
internal sealed record SlackMethod(string Name, int PerMinute)
{
    /// <summary>Tiers 1 to 4 of the reference; the special ones (5) allow several hundred a minute.</summary>
    private const int Tier2 = 20,
        Tier3 = 50,
        Tier4 = 100,
        Special = 300;

    /// <summary>Takes its arguments as JSON; as a form otherwise.</summary>
    public bool Json { get; init; } = true;

    /// <summary>
    /// Doing it twice is the same as once (or only reads), so an unclear answer needs no looking up before it is repeated.
    /// </summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>
    /// The longest wait for a turn; one further away is left to the outbox, which does something else meanwhile. What reads
    /// page after page waits longer: begun anew, it would never come to the end.
    /// </summary>
    public Duration Patience { get; init; } = Duration.FromSeconds(5);

    /// <summary>A limit of its own for each channel, beside that of the workspace.</summary>
    public Burst? PerChannel { get; init; }

    public static readonly SlackMethod AuthTest = new("auth.test", Special);
    public static readonly SlackMethod Teams = Read("auth.teams.list", Tier2);
    public static readonly SlackMethod OpenConnection = new("apps.connections.open", Tier3);

    /// <summary>About one a second in a channel; the few cards with which a room begins may come together.</summary>
    public static readonly SlackMethod PostMessage = new("chat.postMessage", Special)
    {
        Repeatable = false,
        PerChannel = new Burst(3, Duration.FromSeconds(3)),
    };
    public static readonly SlackMethod PostEphemeral = new("chat.postEphemeral", Tier4)
    {
        Repeatable = false,
    };
    public static readonly SlackMethod UpdateMessage = new("chat.update", Tier3);
    public static readonly SlackMethod Permalink = new("chat.getPermalink", Special)
    {
        Json = false,
    };

    public static readonly SlackMethod CreateChannel = new("conversations.create", Tier2)
    {
        Repeatable = false,
    };
    public static readonly SlackMethod ListChannels = Read("conversations.list", Tier2) with
    {
        Patience = Duration.FromMinutes(1),
    };
    public static readonly SlackMethod History = Read("conversations.history", Tier3) with
    {
        Patience = Duration.FromMinutes(1),
    };
    public static readonly SlackMethod Channel = Read("conversations.info", Tier3);
    public static readonly SlackMethod Members = Read("conversations.members", Tier4);
    public static readonly SlackMethod Invite = new("conversations.invite", Tier3);
    public static readonly SlackMethod OpenDirect = new("conversations.open", Tier3);
    public static readonly SlackMethod SetTopic = new("conversations.setTopic", Tier2);
    public static readonly SlackMethod SetPurpose = new("conversations.setPurpose", Tier2);
    public static readonly SlackMethod Archive = new("conversations.archive", Tier2);
    public static readonly SlackMethod AddPin = new("pins.add", Tier2);
    public static readonly SlackMethod ListBookmarks = new("bookmarks.list", Tier3);
    public static readonly SlackMethod AddBookmark = new("bookmarks.add", Tier2)
    {
        Repeatable = false,
    };

    public static readonly SlackMethod User = Read("users.info", Tier4);
    public static readonly SlackMethod UserByEmail = Read("users.lookupByEmail", Tier3) with
    {
        Patience = Duration.FromMinutes(1),
    };
    public static readonly SlackMethod UserGroups = Read("usergroups.list", Tier2);

    public static readonly SlackMethod OpenView = new("views.open", Tier4) { Repeatable = false };
    public static readonly SlackMethod PushView = new("views.push", Tier4) { Repeatable = false };
    public static readonly SlackMethod PublishView = new("views.publish", Tier4);

    public static readonly SlackMethod Reactions = Read("reactions.get", Tier3);
    public static readonly SlackMethod Unfurl = new("chat.unfurl", Tier3);

    public static readonly SlackMethod CreateCanvas = new("conversations.canvases.create", Tier2)
    {
        Repeatable = false,
    };
    public static readonly SlackMethod UploadAddress = Read("files.getUploadURLExternal", Tier4);
    public static readonly SlackMethod CompleteUpload = new("files.completeUploadExternal", Tier4)
    {
        Repeatable = false,
    };

    public static readonly SlackMethod UpdateView = new("views.update", Tier4);

    private static SlackMethod Read(string name, int perMinute) =>
        new(name, perMinute) { Json = false };
}
