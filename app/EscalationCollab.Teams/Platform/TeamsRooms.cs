using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Graph;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tabs;
using EscalationCollab.Teams.Tenants;
using EscalationCollab.Teams.Voices;
using Microsoft.Extensions.Logging;
using Microsoft.Graph.Models;
using NodaTime;

namespace EscalationCollab.Teams.Platform;

/// <summary>
/// War rooms in Teams: a channel of the team; for an escalation that only some may see a group chat, or a private channel
/// where that is set or no chat can be opened. Why: <c>app/decisions/silent-escalations-are-group-chats-in-teams.md</c>.
/// </summary>
internal sealed class TeamsRooms(
    TeamsChannels channels,
    TeamsChats chats,
    TeamsMessages messages,
    ConnectorApi connector,
    TeamsPeople people,
    TeamsColleagues colleagues,
    TeamsVoices voices,
    RoomWatch watch,
    Tools tools,
    TeamsOptions options,
    IStore store,
    TimeProvider time,
    ILogger<TeamsRooms> log
)
{
    private readonly OncePerEffect _once = new(store, time, TeamsException.DidNothing);

    /// <summary>Opens a room, or finds the one that this effect opened before.</summary>
    /// <param name="topic">One line.</param>
    /// <param name="purpose">One line for a channel that is not described yet.</param>
    public async Task<OpenedRoom> OpenAsync(
        TeamsTenant tenant,
        RoomSpec room,
        string topic,
        string purpose,
        CancellationToken cancellation
    )
    {
        if (!room.Restricted || options.RestrictedInChannels)
            return await OpenChannelAsync(tenant, room, topic, purpose, cancellation);
        return await OpenChatAsync(tenant, room, topic, cancellation)
            ?? await OpenChannelAsync(
                tenant,
                room with
                {
                    EffectId = $"{room.EffectId}/channel",
                },
                topic,
                purpose,
                cancellation
            );
    }

    /// <summary>Brings users in; those there stay.</summary>
    /// <returns>Those who cannot be brought in.</returns>
    public Task<IReadOnlyList<KnownUser>> InviteAsync(
        TeamsTenant tenant,
        string room,
        IReadOnlyList<KnownUser> users,
        CancellationToken cancellation
    ) => KindOf(room).InviteAsync(tenant, room, users, cancellation);

    /// <summary>Says in one line what a room is about.</summary>
    public Task DescribeAsync(
        TeamsTenant tenant,
        string room,
        string line,
        CancellationToken cancellation
    ) => KindOf(room).DescribeAsync(tenant, room, line, cancellation);

    /// <summary>Puts a room away. A chat cannot be: it is said there, and its name tells it; nothing is posted there any more.</summary>
    public Task ArchiveAsync(TeamsTenant tenant, string room, CancellationToken cancellation) =>
        Conversations.IsChannel(room)
            ? channels.ArchiveAsync(tenant, room, cancellation)
            : SayGoodbyeAsync(tenant, room, cancellation);

    /// <summary>Keeps a message at hand, and the page of the escalation beside it.</summary>
    public async Task PinAsync(
        TeamsTenant tenant,
        MessageRef message,
        string title,
        CancellationToken cancellation
    )
    {
        await KindOf(message.Room).PinAsync(tenant, message, title, cancellation);
        await AddPageAsync(tenant, message.Room, cancellation);
    }

    private ITeamsRoomKind KindOf(string room) => Conversations.IsChannel(room) ? channels : chats;

    // Teams frames nothing but https.
    private async Task AddPageAsync(TeamsTenant tenant, string room, CancellationToken cancellation)
    {
        if (
            tools.PublicAddress.Scheme != Uri.UriSchemeHttps
            || await watch.OwnerOfAsync(
                tenant.Tenant,
                new RoomRef(TeamsPlatform.PlatformName, room),
                cancellation
            )
                is not { } number
        )
            return;
        try
        {
            var tab = Bindings.OwnTab(
                options.Cloud,
                await chats.OursAsync(tenant, cancellation),
                await voices.ToRoomAsync(
                    tenant,
                    voice => voice.Line(Phrase.Of("teams.page-tab")),
                    cancellation
                ),
                number.ToString(),
                TabPages.AddressOf(tools.PublicAddress, number.ToString())
            );
            await KindOf(room).AddTabAsync(tenant, room, tab, cancellation);
        }
        catch (TeamsException refused) when (refused.Failure == ChatFailure.Refused)
        {
            log.LogWarning("A war room has no page as a tab: {Error}", refused.Message);
        }
    }

    /// <summary>The message of a room that carries a mark and was not posted before a moment, or null.</summary>
    public async Task<string?> FindAsync(
        TeamsTenant tenant,
        string room,
        string mark,
        Instant since,
        CancellationToken cancellation
    ) =>
        Conversations.IsChannel(room)
            ? await messages.FindInChannelAsync(tenant, room, mark, since, cancellation)
        : Conversations.IsGroupChat(room)
            ? await messages.FindInChatAsync(tenant, room, mark, since, cancellation)
        : null;

    /// <summary>
    /// Whether a room that would not take a message is there all the same: a private channel whose owner has yet to add the
    /// app, who is told so once, or a chat that does not know yet that the app is in it.
    /// </summary>
    public async Task<bool> IsNotYetOpenToUsAsync(
        TeamsTenant tenant,
        string room,
        CancellationToken cancellation
    )
    {
        if (Conversations.IsGroupChat(room))
            return await chats.IsInstalledAsync(tenant, room, cancellation);
        if (!Conversations.IsChannel(room))
            return false;
        try
        {
            var about = await channels.FindAsync(tenant, room, cancellation);
            if (
                about is not { MembershipType: ChannelMembershipType.Private }
                || about.IsArchived is true
            )
                return false;
        }
        catch (TeamsException away) when (away.Failure is ChatFailure.Gone or ChatFailure.Refused)
        {
            return false;
        }
        log.LogWarning(
            "The app is not in a private channel of the team {Team}: its owner has to add it there (Manage channel, Apps). What is to be posted waits",
            tenant.Team
        );
        await TellOwnerAsync(tenant, room, cancellation);
        return true;
    }

    /// <summary>Tells the owner of a private channel, once, that the app is not in it and how it gets there.</summary>
    public async Task TellOwnerAsync(
        TeamsTenant tenant,
        string channel,
        CancellationToken cancellation
    ) =>
        await watch.ShutAsync(
            tenant.Tenant,
            new RoomRef(TeamsPlatform.PlatformName, channel),
            await OwnerOfAsync(tenant, channel, cancellation),
            ChatCards.ShutOut,
            $"teams:{tenant.Entra}:shut:{channel}",
            cancellation
        );

    private async Task<PersonId?> OwnerOfAsync(
        TeamsTenant tenant,
        string channel,
        CancellationToken cancellation
    )
    {
        try
        {
            foreach (var user in await channels.OwnersAsync(tenant, channel, cancellation))
                if (await people.KnownAsync(tenant.Tenant, user, cancellation) is { } known)
                    return known.Person;
        }
        catch (TeamsException unknown)
        {
            log.LogInformation("Who owns a channel is not known: {Error}", unknown.Message);
        }
        return null;
    }

    private async Task<OpenedRoom?> OpenChatAsync(
        TeamsTenant tenant,
        RoomSpec room,
        string topic,
        CancellationToken cancellation
    )
    {
        try
        {
            var users = await UsersAsync(tenant, room, cancellation);
            var opened = await _once.RunAsync(
                room.Tenant,
                room.EffectId,
                () => chats.CreateAsync(tenant, topic, users, cancellation),
                _ =>
                {
                    log.LogWarning(
                        "Whether a chat was opened cannot be found out: another one is, and should there be an earlier one, it stays empty"
                    );
                    return Task.FromResult<(string, string)?>(null);
                }
            );
            await chats.InstallAsync(tenant, opened.Room!, cancellation);
            return new OpenedRoom(new RoomRef(TeamsPlatform.PlatformName, opened.Room!), room.Name);
        }
        catch (TeamsException refused) when (refused.Failure == ChatFailure.Refused)
        {
            log.LogWarning(
                "No group chat could be opened ({Error}), so it is a private channel that its owner has to add the app to. Grant Chat.Create and TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All, or set Teams:Restricted to channel",
                refused.Message
            );
            return null;
        }
    }

    private async Task<OpenedRoom> OpenChannelAsync(
        TeamsTenant tenant,
        RoomSpec room,
        string topic,
        string purpose,
        CancellationToken cancellation
    )
    {
        var opened = await _once.RunAsync(
            room.Tenant,
            room.EffectId,
            async () =>
            {
                var owner = room.Restricted ? await OwnerAsync(tenant, room, cancellation) : null;
                return await channels.CreateAsync(tenant, room, purpose, owner, cancellation);
            },
            earlier => channels.FindOursAsync(tenant, room, earlier.BegunAt, cancellation)
        );
        await channels.DescribeAsync(tenant, opened.Room!, topic, cancellation);
        return new OpenedRoom(
            new RoomRef(TeamsPlatform.PlatformName, opened.Room!),
            opened.Result!
        );
    }

    private async Task SayGoodbyeAsync(
        TeamsTenant tenant,
        string chat,
        CancellationToken cancellation
    )
    {
        var mark = $"ec:over:{chat}";
        await _once.RunAsync(
            tenant.Tenant,
            mark,
            async () =>
            {
                var said = await voices.ToRoomAsync(
                    tenant,
                    voice => voice.Message(ChatCards.Over, mark: mark),
                    cancellation
                );
                return (
                    chat,
                    await connector.PostAsync(tenant, chat, Activities.Of(said), cancellation)
                );
            },
            async earlier =>
                await messages.FindInChatAsync(tenant, chat, mark, earlier.BegunAt, cancellation)
                    is { } found
                    ? (chat, found)
                    : null
        );
        var topic = await chats.TopicAsync(tenant, chat, cancellation);
        var (sign, name) = await voices.ToRoomAsync(
            tenant,
            voice => (voice.Line(ChatCards.OverName("")), voice.Line(ChatCards.OverName(topic))),
            cancellation
        );
        if (!topic.StartsWith(TeamsChats.TopicOf(sign), StringComparison.Ordinal))
            await chats.DescribeAsync(tenant, chat, name, cancellation);
    }

    // Everybody who is to be there comes with the chat, and whoever answers for it in any case.
    private async Task<IReadOnlyCollection<KnownUser>> UsersAsync(
        TeamsTenant tenant,
        RoomSpec room,
        CancellationToken cancellation
    )
    {
        var wanted = room.People.Count > 0 ? room.People : await AnsweringAsync(room, cancellation);
        var users = new Dictionary<string, KnownUser>(StringComparer.OrdinalIgnoreCase);
        foreach (var person in wanted)
            if (await colleagues.FindAsync(tenant, person, cancellation) is { } user)
                users[user.User] = user;
        return users.Values;
    }

    // Private channels need somebody who owns them: the first of those who answer for the escalation.
    private async Task<KnownUser> OwnerAsync(
        TeamsTenant tenant,
        RoomSpec room,
        CancellationToken cancellation
    )
    {
        foreach (var person in await AnsweringAsync(room, cancellation))
            if (await colleagues.FindAsync(tenant, person, cancellation) is { } user)
            {
                if (await channels.AddToTeamAsync(tenant, user, cancellation))
                    // Not every part of Teams knows at once who has come into the team.
                    log.LogInformation("The owner of a private channel was brought into the team");
                return user;
            }
        throw new TeamsException("create channel", "nobody_to_own_it", ChatFailure.Refused);
    }

    private async Task<IReadOnlyList<PersonId>> AnsweringAsync(
        RoomSpec room,
        CancellationToken cancellation
    )
    {
        var escalation = await store.ReadAsync(
            connection => new Records(connection, room.Tenant).Load(room.Escalation),
            cancellation
        );
        List<PersonId> answering = room.Of is { } first ? [first] : [];
        if (escalation is not null)
            answering.AddRange([
                .. escalation.Holders(Role.EscalationManager),
                escalation.DeclaredBy,
                .. escalation.Holders(Role.CommunicationsLead),
                .. escalation.Holders(Role.TechnicalLead),
                .. escalation.Holders(Role.Stakeholder),
            ]);
        return [.. answering.Distinct()];
    }
}
