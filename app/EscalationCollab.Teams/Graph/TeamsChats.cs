using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Installation;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Graph.Models;

namespace EscalationCollab.Teams.Graph;

/// <summary>
/// Group chats for escalations that only some may see: opened with those people, with the app put in, labelled. What is done
/// in a chat is done with the rights of that chat alone, which come with the app.
/// </summary>
internal sealed class TeamsChats(
    GraphApi graph,
    TeamsOptions options,
    Tools tools,
    ILogger<TeamsChats> log
) : ITeamsRoomKind
{
    /// <summary>The longest name of a chat (https://learn.microsoft.com/graph/api/chat-patch).</summary>
    public const int LongestTopic = 250;

    // By organisation: the app's id in its catalogue, which is another one in each.
    private readonly ConcurrentDictionary<string, string> _ours = new(StringComparer.Ordinal);

    /// <summary>
    /// Opens a chat. Teams makes another one each time it is asked, and a chat the app is not in yet cannot be looked for with
    /// the rights asked for: should the answer be lost, an empty one is left behind.
    /// </summary>
    public async Task<(string Room, string Result)> CreateAsync(
        TeamsTenant tenant,
        string topic,
        IReadOnlyCollection<KnownUser> users,
        CancellationToken cancellation
    )
    {
        var name = TopicOf(topic);
        var made = await graph.CallAsync(
            tenant,
            "create chat",
            mayRepeat: false,
            (client, token) =>
                client.Chats.PostAsync(
                    new Chat
                    {
                        ChatType = ChatType.Group,
                        Topic = name,
                        Members = [.. users.Select(Member)],
                    },
                    cancellationToken: token
                ),
            cancellation
        );
        return made?.Id is { Length: > 0 } id
            ? (id, name)
            : throw new TeamsException("create chat", "unreadable", ChatFailure.Unclear);
    }

    /// <summary>Puts the app into a chat, with the rights it has there; where it is already, it stays.</summary>
    public async Task InstallAsync(TeamsTenant tenant, string chat, CancellationToken cancellation)
    {
        var app = Bindings.AppAddress(options.Cloud, await OursAsync(tenant, cancellation));
        await GraphApi.OnceAsync(() =>
            graph.CallAsync(
                tenant,
                "add app to chat",
                mayRepeat: true,
                (client, token) =>
                    client
                        .Chats[chat]
                        .InstalledApps.PostAsync(
                            new TeamsAppInstallation
                            {
                                ConsentedPermissionSet = Consented(),
                                AdditionalData = new Dictionary<string, object>
                                {
                                    ["teamsApp@odata.bind"] = app,
                                },
                            },
                            cancellationToken: token
                        ),
                cancellation
            )
        );
    }

    /// <summary>Whether the app is in a chat; false as well when the chat is gone.</summary>
    public async Task<bool> IsInstalledAsync(
        TeamsTenant tenant,
        string chat,
        CancellationToken cancellation
    )
    {
        try
        {
            var id = await OursAsync(tenant, cancellation);
            var apps = await graph.CallAsync(
                tenant,
                "list apps of chat",
                mayRepeat: true,
                (client, token) =>
                    client
                        .Chats[chat]
                        .InstalledApps.GetAsync(
                            request =>
                            {
                                request.QueryParameters.Expand = ["teamsApp"];
                                request.QueryParameters.Filter = $"teamsApp/id eq '{id}'";
                            },
                            token
                        ),
                cancellation
            );
            return apps?.Value?.Any(app => app.TeamsApp?.Id == id) is true;
        }
        catch (TeamsException closed)
            when (closed.Failure is ChatFailure.Gone or ChatFailure.Refused)
        {
            return false;
        }
    }

    /// <summary>Brings users in, who see what was written before; those already there stay.</summary>
    /// <returns>Those who cannot be brought in.</returns>
    public async Task<IReadOnlyList<KnownUser>> InviteAsync(
        TeamsTenant tenant,
        string chat,
        IReadOnlyList<KnownUser> users,
        CancellationToken cancellation
    )
    {
        if (users.Count == 0)
            return [];
        var inside = await MembersAsync(tenant, chat, cancellation);
        var refused = new List<KnownUser>();
        foreach (var user in users.Where(user => !inside.Contains(user.User)))
            try
            {
                await GraphApi.OnceAsync(() =>
                    graph.CallAsync(
                        tenant,
                        "add to chat",
                        mayRepeat: true,
                        (client, token) =>
                            client
                                .Chats[chat]
                                .Members.PostAsync(Newcomer(user), cancellationToken: token),
                        cancellation
                    )
                );
            }
            catch (TeamsException closed) when (closed.Failure == ChatFailure.Refused)
            {
                log.LogInformation(
                    "Somebody could not be brought into a chat: {Error}",
                    closed.Message
                );
                refused.Add(user);
            }
        return refused;
    }

    /// <summary>What a chat is called; empty when it has no name.</summary>
    public async Task<string> TopicAsync(
        TeamsTenant tenant,
        string chat,
        CancellationToken cancellation
    ) =>
        (
            await graph.CallAsync(
                tenant,
                "read chat",
                mayRepeat: true,
                (client, token) => client.Chats[chat].GetAsync(cancellationToken: token),
                cancellation
            )
        )?.Topic
        ?? "";

    /// <summary>Calls a chat by a name. Everybody in it is shown that it changed: the same name is not said again.</summary>
    public async Task DescribeAsync(
        TeamsTenant tenant,
        string chat,
        string topic,
        CancellationToken cancellation
    )
    {
        var name = TopicOf(topic);
        if (await TopicAsync(tenant, chat, cancellation) == name)
            return;
        await graph.CallAsync(
            tenant,
            "describe chat",
            mayRepeat: true,
            (client, token) =>
                client.Chats[chat].PatchAsync(new Chat { Topic = name }, cancellationToken: token),
            cancellation
        );
    }

    /// <summary>
    /// Keeps a message at hand by a tab that leads to it: to pin a message, Graph asks for a right over every chat of the
    /// organisation. A chat that allows no tabs has its card all the same.
    /// </summary>
    public async Task PinAsync(
        TeamsTenant tenant,
        MessageRef message,
        string title,
        CancellationToken cancellation
    )
    {
        var link = TeamsLinks
            .ChatMessage(options.Cloud, tenant, message.Room, message.Id)
            .AbsoluteUri;
        await AddTabAsync(
            tenant,
            message.Room,
            Bindings.WebsiteTab(options.Cloud, title, link),
            cancellation
        );
    }

    /// <summary>Adds a tab unless one of the same address is there; a chat that allows none does without.</summary>
    public async Task AddTabAsync(
        TeamsTenant tenant,
        string chat,
        TeamsTab tab,
        CancellationToken cancellation
    )
    {
        try
        {
            var tabs = await graph.CallAsync(
                tenant,
                "list tabs of chat",
                mayRepeat: true,
                (client, token) => client.Chats[chat].Tabs.GetAsync(cancellationToken: token),
                cancellation
            );
            var address = tab.Configuration!.ContentUrl;
            if (tabs?.Value?.Any(one => one.Configuration?.ContentUrl == address) is true)
                return;
            await graph.CallAsync(
                tenant,
                "add tab to chat",
                mayRepeat: true,
                (client, token) => client.Chats[chat].Tabs.PostAsync(tab, cancellationToken: token),
                cancellation
            );
        }
        catch (TeamsException refused) when (refused.Failure == ChatFailure.Refused)
        {
            log.LogWarning("Teams did without a tab: {Error}", refused.Message);
        }
    }

    /// <summary>A name that Teams takes: it refuses colons and long ones.</summary>
    public static string TopicOf(string line) =>
        TeamsChannels.Cut(
            line.Replace(": ", " – ", StringComparison.Ordinal).Replace(':', '.'),
            LongestTopic
        );

    /// <summary>
    /// The app's id in the organisation's catalogue, which the team the app is in tells without a right over the catalogue.
    /// </summary>
    public async Task<string> OursAsync(TeamsTenant tenant, CancellationToken cancellation)
    {
        if (_ours.TryGetValue(tenant.Entra, out var known))
            return known;
        var external = TeamsManifest.IdFor(tools.PublicAddress).ToString("D");
        var apps = await graph.CallAsync(
            tenant,
            "list apps of team",
            mayRepeat: true,
            (client, token) =>
                client
                    .Teams[tenant.Team]
                    .InstalledApps.GetAsync(
                        request =>
                        {
                            request.QueryParameters.Expand = ["teamsApp"];
                            request.QueryParameters.Filter = $"teamsApp/externalId eq '{external}'";
                        },
                        token
                    ),
            cancellation
        );
        var id = apps
            ?.Value?.FirstOrDefault(app =>
                string.Equals(
                    app.TeamsApp?.ExternalId,
                    external,
                    StringComparison.OrdinalIgnoreCase
                )
            )
            ?.TeamsApp?.Id;
        return id is { Length: > 0 }
            ? _ours[tenant.Entra] = id
            : throw new TeamsException("find app", "not_in_the_team", ChatFailure.Refused);
    }

    private static TeamsAppPermissionSet Consented() =>
        new()
        {
            ResourceSpecificPermissions =
            [
                .. TeamsPermission
                    .All.Where(permission => permission.Consent == TeamsConsent.Chat)
                    .Select(permission => new TeamsAppResourceSpecificPermission
                    {
                        PermissionType = TeamsAppResourceSpecificPermissionType.Application,
                        PermissionValue = permission.Name,
                    }),
            ],
        };

    // In a chat everybody owns it.
    private AadUserConversationMember Member(KnownUser user) =>
        Bindings.Member(options.Cloud, user, ["owner"]);

    private AadUserConversationMember Newcomer(KnownUser user)
    {
        var member = Member(user);
        // From the beginning on.
        member.VisibleHistoryStartDateTime = DateTimeOffset.MinValue;
        return member;
    }

    private async Task<HashSet<string>> MembersAsync(
        TeamsTenant tenant,
        string chat,
        CancellationToken cancellation
    )
    {
        var members = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        string? next = null;
        do
        {
            var page = await graph.CallAsync(
                tenant,
                "list members of chat",
                mayRepeat: true,
                (client, token) =>
                {
                    var list = client.Chats[chat].Members;
                    return (next is null ? list : list.WithUrl(next)).GetAsync(
                        cancellationToken: token
                    );
                },
                cancellation
            );
            foreach (var member in page?.Value ?? [])
                if (member is AadUserConversationMember { UserId: { } id })
                    members.Add(id);
            next = page?.OdataNextLink;
        } while (next is not null);
        return members;
    }
}
