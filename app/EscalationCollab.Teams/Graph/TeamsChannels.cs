using System.Collections.Concurrent;
using System.Globalization;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Teams.Item.Channels.Item.Archive;
using NodaTime;

namespace EscalationCollab.Teams.Graph;

/// <summary>
/// The channels of the team: opened under a free name, found again, filled with people, labelled, put away. With the
/// rights of the team alone (resource-specific consent) wherever Microsoft gives one:
/// <see cref="Installation.TeamsPermission"/> says which right is for what. Without the right to fill the team, whoever is not
/// in it is named as not to be invited; without the one for tabs there is none.
/// </summary>
internal sealed class TeamsChannels(
    GraphApi graph,
    ConnectorApi connector,
    TeamsOptions options,
    IStore store,
    ILogger<TeamsChannels> log
) : ITeamsRoomKind
{
    /// <summary>The longest name of a channel.</summary>
    public const int LongestName = 50;

    private const int MostNames = 30;
    private const int LongestDescription = 1_024;

    // Clocks here and there are not the same.
    private static readonly Duration ClockDifference = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<string, string> _announcements = new(
        StringComparer.Ordinal
    );

    /// <summary>The channel where new escalations are announced, or null when none is set or there is none of that name.</summary>
    public async Task<string?> AnnouncementsAsync(
        TeamsTenant tenant,
        CancellationToken cancellation
    )
    {
        var wanted = options.Announcements;
        if (wanted.Length == 0 || !tenant.HasTeam)
            return null;
        if (Conversations.IsChannel(wanted))
            return wanted;
        if (_announcements.TryGetValue(tenant.Team, out var known))
            return known;
        var channel = (await ChannelsAsync(tenant, cancellation)).FirstOrDefault(one =>
            string.Equals(one.DisplayName, wanted, StringComparison.OrdinalIgnoreCase)
        );
        if (channel?.Id is { } id)
            return _announcements[tenant.Team] = id;
        log.LogWarning(
            "There is no channel {Channel} in the team {Team}: new escalations are not announced. Make it, or change Teams:Announcements",
            wanted,
            tenant.Team
        );
        return null;
    }

    /// <summary>Opens a channel under the name asked for, or the next free one.</summary>
    /// <param name="purpose">One line; stands in the description together with the effect.</param>
    /// <param name="owner">Who owns a private one: Teams makes none without somebody who does. Null for a standard one.</param>
    public async Task<(string Room, string Result)> CreateAsync(
        TeamsTenant tenant,
        RoomSpec room,
        string purpose,
        KnownUser? owner,
        CancellationToken cancellation
    )
    {
        TeamsException? last = null;
        foreach (var name in Names(room.Name))
            try
            {
                var made = await graph.CallAsync(
                    tenant,
                    "create channel",
                    mayRepeat: false,
                    (client, token) =>
                        client
                            .Teams[tenant.Team]
                            .Channels.PostAsync(
                                New(name, purpose, room, owner),
                                cancellationToken: token
                            ),
                    cancellation
                );
                return made?.Id is { Length: > 0 } id
                    ? (id, made.DisplayName is { Length: > 0 } got ? got : name)
                    : throw new TeamsException("create channel", "unreadable", ChatFailure.Unclear);
            }
            catch (TeamsException taken) when (taken.Error == GraphApi.NameTaken)
            {
                last = taken;
            }
        throw last!;
    }

    /// <summary>
    /// The channel that an earlier attempt opened without learning of it: marked with this effect in its description, made
    /// since then, and nobody's yet. Anybody else's channel of that name stays theirs.
    /// </summary>
    public async Task<(string Room, string Result)?> FindOursAsync(
        TeamsTenant tenant,
        RoomSpec room,
        Instant since,
        CancellationToken cancellation
    )
    {
        foreach (var channel in await ChannelsAsync(tenant, cancellation))
            if (
                channel is { Id: { } id, DisplayName: { } name }
                && channel.Description?.EndsWith(MarkOf(room), StringComparison.Ordinal) is true
                && (
                    channel.CreatedDateTime is not { } at
                    || Instant.FromDateTimeOffset(at) >= since - ClockDifference
                )
                && !await store.ReadAsync(
                    connection =>
                        new NotedCalls(connection, room.Tenant).IsTaken(
                            new RoomRef(TeamsPlatform.PlatformName, id)
                        ),
                    cancellation
                )
            )
                return (id, name);
        return null;
    }

    /// <summary>A channel as it is now.</summary>
    public Task<Channel?> FindAsync(
        TeamsTenant tenant,
        string channel,
        CancellationToken cancellation
    ) =>
        graph.CallAsync(
            tenant,
            "read channel",
            mayRepeat: true,
            (client, token) => At(client, tenant, channel).GetAsync(cancellationToken: token),
            cancellation
        );

    /// <summary>Brings users into the team if they are not in it.</summary>
    /// <returns>Whether they were not in it.</returns>
    public async Task<bool> AddToTeamAsync(
        TeamsTenant tenant,
        KnownUser user,
        CancellationToken cancellation
    )
    {
        var there = await connector.MemberAsync(tenant, tenant.General, user.User, cancellation);
        if (there.Text("id") is { Length: > 0 })
            return false;
        await GraphApi.OnceAsync(() =>
            graph.CallAsync(
                tenant,
                "add to team",
                mayRepeat: true,
                (client, token) =>
                    client
                        .Teams[tenant.Team]
                        .Members.PostAsync(Member(user, owns: false), cancellationToken: token),
                cancellation
            )
        );
        return true;
    }

    /// <summary>
    /// Brings users in. In a standard channel is whoever is in the team; into a private one they are brought besides.
    /// </summary>
    /// <returns>Those who cannot be brought in.</returns>
    public async Task<IReadOnlyList<KnownUser>> InviteAsync(
        TeamsTenant tenant,
        string channel,
        IReadOnlyList<KnownUser> users,
        CancellationToken cancellation
    )
    {
        if (users.Count == 0)
            return [];
        var about = await FindAsync(tenant, channel, cancellation);
        var standard = about?.MembershipType is null or ChannelMembershipType.Standard;
        var inside = standard
            ? []
            : (await MembersAsync(tenant, channel, cancellation)).ConvertAll(member => member.User);
        var refused = new List<KnownUser>();
        foreach (var user in users.Where(user => !inside.Contains(user.User)))
            if (!await InviteAsync(tenant, channel, user, standard, cancellation))
                refused.Add(user);
        return refused;
    }

    /// <summary>Says what a channel is about.</summary>
    public Task DescribeAsync(
        TeamsTenant tenant,
        string channel,
        string line,
        CancellationToken cancellation
    ) =>
        graph.CallAsync(
            tenant,
            "describe channel",
            mayRepeat: true,
            (client, token) =>
                At(client, tenant, channel)
                    .PatchAsync(
                        new Channel { Description = Cut(line, LongestDescription) },
                        cancellationToken: token
                    ),
            cancellation
        );

    /// <summary>Puts a channel away. Teams takes its time: it answers before it is done.</summary>
    public async Task ArchiveAsync(
        TeamsTenant tenant,
        string channel,
        CancellationToken cancellation
    )
    {
        try
        {
            await graph.CallAsync(
                tenant,
                "archive channel",
                mayRepeat: true,
                async (client, token) =>
                {
                    await At(client, tenant, channel)
                        .Archive.PostAsync(
                            new ArchivePostRequestBody
                            {
                                ShouldSetSpoSiteReadOnlyForMembers = false,
                            },
                            cancellationToken: token
                        );
                    return true;
                },
                cancellation
            );
        }
        catch (TeamsException refused) when (refused.Failure == ChatFailure.Refused)
        {
            // Asked twice, it refuses.
            if ((await FindAsync(tenant, channel, cancellation))?.IsArchived is not true)
                throw;
        }
    }

    /// <summary>
    /// Keeps a message at hand. Channels have no pinned messages for applications
    /// (https://learn.microsoft.com/graph/api/chat-post-pinnedmessages is for chats), so that a tab leads to the card, which
    /// is also the first message of a war room. A team that allows no tabs has its card all the same.
    /// </summary>
    public async Task PinAsync(
        TeamsTenant tenant,
        MessageRef message,
        string title,
        CancellationToken cancellation
    )
    {
        var link = TeamsLinks.Message(options.Cloud, tenant, message.Room, message.Id).AbsoluteUri;
        await AddTabAsync(
            tenant,
            message.Room,
            Bindings.WebsiteTab(options.Cloud, title, link),
            cancellation
        );
    }

    /// <summary>Adds a tab unless one of the same address is there; a team that allows none does without.</summary>
    public async Task AddTabAsync(
        TeamsTenant tenant,
        string channel,
        TeamsTab tab,
        CancellationToken cancellation
    )
    {
        try
        {
            if (await HasTabAsync(tenant, channel, tab.Configuration!.ContentUrl!, cancellation))
                return;
            await graph.CallAsync(
                tenant,
                "add tab",
                mayRepeat: true,
                (client, token) =>
                    At(client, tenant, channel).Tabs.PostAsync(tab, cancellationToken: token),
                cancellation
            );
        }
        catch (TeamsException refused) when (refused.Failure == ChatFailure.Refused)
        {
            log.LogWarning("Teams did without a tab: {Error}", refused.Message);
        }
    }

    private static Microsoft.Graph.Teams.Item.Channels.Item.ChannelItemRequestBuilder At(
        GraphServiceClient client,
        TeamsTenant tenant,
        string channel
    ) => client.Teams[tenant.Team].Channels[channel];

    private Channel New(string name, string purpose, RoomSpec room, KnownUser? owner)
    {
        var mark = MarkOf(room);
        return new Channel
        {
            DisplayName = name,
            Description = Cut(purpose, LongestDescription - mark.Length) + mark,
            MembershipType = room.Restricted
                ? ChannelMembershipType.Private
                : ChannelMembershipType.Standard,
            Members = owner is null ? null : [Member(owner, owns: true)],
        };
    }

    private AadUserConversationMember Member(KnownUser user, bool owns) =>
        Bindings.Member(options.Cloud, user, owns ? ["owner"] : []);

    private async Task<bool> HasTabAsync(
        TeamsTenant tenant,
        string channel,
        string link,
        CancellationToken cancellation
    )
    {
        var tabs = await graph.CallAsync(
            tenant,
            "list tabs",
            mayRepeat: true,
            (client, token) => At(client, tenant, channel).Tabs.GetAsync(cancellationToken: token),
            cancellation
        );
        return tabs?.Value?.Any(tab => tab.Configuration?.ContentUrl == link) is true;
    }

    private async Task<bool> InviteAsync(
        TeamsTenant tenant,
        string channel,
        KnownUser user,
        bool standard,
        CancellationToken cancellation
    )
    {
        var isNew = false;
        try
        {
            isNew = await AddToTeamAsync(tenant, user, cancellation);
            if (!standard)
                await GraphApi.OnceAsync(() =>
                    graph.CallAsync(
                        tenant,
                        "add to channel",
                        mayRepeat: true,
                        (client, token) =>
                            At(client, tenant, channel)
                                .Members.PostAsync(
                                    Member(user, owns: false),
                                    cancellationToken: token
                                ),
                        cancellation
                    )
                );
            return true;
        }
        catch (TeamsException refused)
            when (refused.Failure is ChatFailure.Refused or ChatFailure.Gone)
        {
            // Not every part of Teams knows at once who has come into the team.
            if (isNew)
                throw new TeamsException(
                    "add to channel",
                    refused.Error,
                    ChatFailure.Unavailable,
                    inner: refused
                );
            log.LogInformation(
                "Somebody could not be brought into a channel: {Error}",
                refused.Message
            );
            return false;
        }
    }

    /// <summary>Who owns a private channel, by Entra object id.</summary>
    public async Task<IReadOnlyList<string>> OwnersAsync(
        TeamsTenant tenant,
        string channel,
        CancellationToken cancellation
    ) =>
        [
            .. (await MembersAsync(tenant, channel, cancellation))
                .Where(member => member.Owns)
                .Select(member => member.User),
        ];

    private async Task<List<(string User, bool Owns)>> MembersAsync(
        TeamsTenant tenant,
        string channel,
        CancellationToken cancellation
    )
    {
        var members = new List<(string, bool)>();
        string? next = null;
        do
        {
            var page = await graph.CallAsync(
                tenant,
                "list members",
                mayRepeat: true,
                (client, token) =>
                {
                    var list = At(client, tenant, channel).Members;
                    return (next is null ? list : list.WithUrl(next)).GetAsync(
                        cancellationToken: token
                    );
                },
                cancellation
            );
            foreach (var member in page?.Value ?? [])
                if (member is AadUserConversationMember { UserId: { } id })
                    members.Add((id.ToLowerInvariant(), member.Roles?.Contains("owner") is true));
            next = page?.OdataNextLink;
        } while (next is not null);
        return members;
    }

    private async Task<List<Channel>> ChannelsAsync(
        TeamsTenant tenant,
        CancellationToken cancellation
    )
    {
        var channels = new List<Channel>();
        string? next = null;
        do
        {
            var page = await graph.CallAsync(
                tenant,
                "list channels",
                mayRepeat: true,
                (client, token) =>
                {
                    var list = client.Teams[tenant.Team].Channels;
                    return (next is null ? list : list.WithUrl(next)).GetAsync(
                        cancellationToken: token
                    );
                },
                cancellation
            );
            channels.AddRange(page?.Value ?? []);
            next = page?.OdataNextLink;
        } while (next is not null);
        return channels;
    }

    private static string MarkOf(RoomSpec room) => $" [{room.EffectId}]";

    private static IEnumerable<string> Names(string name)
    {
        yield return Cut(name, LongestName);
        for (var number = 2; number <= MostNames; number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{number}");
            var beginning =
                name.Length > LongestName - suffix.Length
                    ? name[..(LongestName - suffix.Length)]
                    : name;
            yield return beginning.TrimEnd('-') + suffix;
        }
    }

    internal static string Cut(string text, int most) =>
        text.Length <= most
            ? text
            : text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";
}
