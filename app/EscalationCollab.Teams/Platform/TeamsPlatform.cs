using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Graph;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tenants;
using EscalationCollab.Teams.Voices;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Platform;

/// <summary>
/// Teams as a platform: rooms are channels of the team the app was added to, group chats for restricted escalations
/// (<see cref="TeamsRooms"/>); a direct message goes into the bot's chat with that person. Every method may be called again:
/// a room is noted before it is opened, a message carries the id of its effect and is found by it. Documents are
/// read behind the button of the message that names them: to put a file into a channel, Graph asks for a right over the
/// files of the whole organisation.
/// </summary>
internal sealed class TeamsPlatform(
    TeamsTenants tenants,
    ConnectorApi connector,
    TeamsChannels channels,
    TeamsRooms rooms,
    TeamsMessages messages,
    TeamsPeople people,
    TeamsColleagues colleagues,
    TeamsVoices voices,
    TeamsCalendar calendar,
    ILogger<TeamsPlatform> log
) : IChatPlatform
{
    /// <summary>Its name in configuration and references.</summary>
    public const string PlatformName = "teams";

    private readonly NewestOnly<MessageRef> _edits = new();

    public string Name => PlatformName;

    public Task<bool> ServesAsync(TenantId tenant, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            if (await tenants.OfAsync(tenant, cancellation) is { HasTeam: true })
                return true;
            log.LogInformation(
                "No war room is opened in Teams: the app was added to no team of {Tenant}",
                tenant.Value
            );
            return false;
        });

    public Task<bool> ReachesAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    ) =>
        Guarded(async () =>
            await tenants.OfAsync(tenant, cancellation) is { } known
            && await colleagues.FindAsync(known, person, cancellation) is not null
        );

    public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) =>
        Guarded<IReadOnlyList<RoomRef>>(async () =>
            await tenants.OfAsync(tenant, cancellation) is { } known
            && await channels.AnnouncementsAsync(known, cancellation) is { } channel
                ? [new RoomRef(PlatformName, channel)]
                : []
        );

    public Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var tenant = await WithTeamAsync(room.Tenant, cancellation);
            var (topic, purpose) = await voices.ToRoomAsync(
                tenant,
                voice =>
                    (
                        voice.Line(room.Topic),
                        voice.Line(
                            Phrase.Of("teams.room-purpose", ("number", room.Escalation.ToString()))
                        )
                    ),
                cancellation
            );
            return await rooms.OpenAsync(tenant, room, topic, purpose, cancellation);
        });

    public Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    ) =>
        Guarded<IReadOnlyList<PersonId>>(async () =>
        {
            var known = await WithTeamAsync(tenant, cancellation);
            var strangers = new List<PersonId>();
            var users = new Dictionary<PersonId, KnownUser>();
            foreach (var person in people)
                if (await colleagues.FindAsync(known, person, cancellation) is { } user)
                    users[person] = user;
                else
                    strangers.Add(person);
            var refused = await rooms.InviteAsync(known, room.Id, [.. users.Values], cancellation);
            return
            [
                .. strangers,
                .. users.Where(one => refused.Contains(one.Value)).Select(one => one.Key),
            ];
        });

    public Task SetTopicAsync(
        TenantId tenant,
        RoomRef room,
        Text topic,
        CancellationToken cancellation
    ) =>
        Guarded(async () =>
        {
            var known = await WithTeamAsync(tenant, cancellation);
            var line = await voices.ToRoomAsync(known, voice => voice.Line(topic), cancellation);
            await rooms.DescribeAsync(known, room.Id, line, cancellation);
            return true;
        });

    public Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var known = await WithTeamAsync(tenant, cancellation);
            await rooms.ArchiveAsync(known, room.Id, cancellation);
            return true;
        });

    public Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var tenant = await TenantAsync(message.Tenant, cancellation);
            var activity = await SayAsync(tenant, message, rings: true, cancellation);
            return message.Room is { } room
                ? await PostAsync(tenant, room.Id, activity, cancellation)
                : await PostAsync(tenant, message.Person!.Value, activity, cancellation);
        });

    public Task<MessageRef?> FindAsync(Posting posting, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var tenant = await TenantAsync(posting.Tenant, cancellation);
            try
            {
                return posting.Room is { } room
                    ? await FindAsync(tenant, room.Id, posting, cancellation)
                    : await FindAsync(tenant, posting.Person!.Value, posting, cancellation);
            }
            catch (TeamsException blind) when (blind.Failure == ChatFailure.Refused)
            {
                log.LogWarning(
                    "Whether a message was posted cannot be looked up ({Error}): should it be there already, it will stand there twice. Grant ChannelMessage.Read.Group, and Chat.Read.WhereInstalled for messages to one person",
                    blind.Message
                );
                return null;
            }
        });

    public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var tenant = await TenantAsync(message.Tenant, cancellation);
            return await _edits.RunAsync(
                posted,
                async () =>
                    await connector.EditAsync(
                        tenant,
                        Conversations.Of(posted),
                        posted.Id,
                        await SayAsync(tenant, message, rings: false, cancellation),
                        cancellation
                    ),
                cancellation
            );
        });

    public Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            if (!Conversations.IsRoom(posted.Room))
                return false;
            var known = await WithTeamAsync(tenant, cancellation);
            var title = await voices.ToRoomAsync(
                known,
                voice => voice.Line(Phrase.Of("teams.card-tab")),
                cancellation
            );
            await rooms.PinAsync(known, posted, title, cancellation);
            return true;
        });

    public Task<string?> KeepMeetingAsync(
        CalendarMeeting meeting,
        CancellationToken cancellation
    ) =>
        Guarded(async () =>
        {
            if (await tenants.OfAsync(meeting.Tenant, cancellation) is not { } tenant)
                return null;
            var (subject, body) = await voices.ToRoomAsync(
                tenant,
                voice => (voice.Line(meeting.Subject), voice.Line(meeting.Body)),
                cancellation
            );
            return await calendar.KeepAsync(tenant, meeting, subject, body, cancellation);
        });

    public Task CallOffMeetingAsync(
        TenantId tenant,
        string entry,
        CancellationToken cancellation
    ) =>
        Guarded(async () =>
        {
            if (await tenants.OfAsync(tenant, cancellation) is { } known)
                await calendar.CallOffAsync(known, entry, cancellation);
            return true;
        });

    private async Task<MessageRef> PostAsync(
        TeamsTenant tenant,
        string room,
        JsonObject activity,
        CancellationToken cancellation
    )
    {
        try
        {
            if (!Conversations.IsChannel(room))
                return Conversations.MessageOf(
                    room,
                    await connector.PostAsync(tenant, room, activity, cancellation)
                );
            var (_, id) = await connector.PostToChannelAsync(tenant, room, activity, cancellation);
            return new MessageRef(PlatformName, room, id);
        }
        catch (TeamsException shut) when (shut.Failure == ChatFailure.Gone)
        {
            if (await rooms.IsNotYetOpenToUsAsync(tenant, room, cancellation))
                throw new TeamsException("post", shut.Error, ChatFailure.Unavailable, inner: shut);
            throw;
        }
    }

    private async Task<MessageRef> PostAsync(
        TeamsTenant tenant,
        PersonId person,
        JsonObject activity,
        CancellationToken cancellation
    )
    {
        var user = await UserAsync(tenant, person, cancellation);
        var direct = await DirectAsync(tenant, user, cancellation);
        try
        {
            var id = await connector.PostAsync(tenant, direct, activity, cancellation);
            return new MessageRef(PlatformName, direct, id);
        }
        catch (TeamsException gone) when (gone.Failure == ChatFailure.Gone)
        {
            // Whoever installs the app anew gets another chat.
            await people.SaveDirectAsync(tenant.Tenant, user, null, cancellation);
            throw;
        }
    }

    private async Task<MessageRef?> FindAsync(
        TeamsTenant tenant,
        string room,
        Posting posting,
        CancellationToken cancellation
    ) =>
        await rooms.FindAsync(tenant, room, MarkOf(posting.EffectId), posting.Begun, cancellation)
            is { } id
            ? new MessageRef(PlatformName, room, id)
            : null;

    private async Task<MessageRef?> FindAsync(
        TeamsTenant tenant,
        PersonId person,
        Posting posting,
        CancellationToken cancellation
    )
    {
        var user = await UserAsync(tenant, person, cancellation);
        return
            await messages.FindToPersonAsync(
                tenant,
                user,
                MarkOf(posting.EffectId),
                posting.Begun,
                cancellation
            )
                is { } id
            ? new MessageRef(PlatformName, await DirectAsync(tenant, user, cancellation), id)
            : null;
    }

    private async Task<JsonObject> SayAsync(
        TeamsTenant tenant,
        Outgoing message,
        bool rings,
        CancellationToken cancellation
    )
    {
        var mark = MarkOf(message.EffectId);
        var viewers = await ViewersAsync(tenant, message, cancellation);
        var saying = message.Person is { } person
            ? voices.ToPersonAsync(
                tenant,
                person,
                voice => voice.Message(message.Card, mark: mark),
                cancellation
            )
            : voices.ToRoomAsync(
                tenant,
                voice => voice.Message(message.Card, viewers, mark),
                cancellation,
                message.Language,
                message.Zone,
                rings
            );
        return Activities.Of(
            await voices.KeepingAsync(message.Tenant, message.Card, saying, cancellation)
        );
    }

    // Beyond what Teams takes, everybody sees the card as it was posted.
    private async Task<IReadOnlyCollection<string>?> ViewersAsync(
        TeamsTenant tenant,
        Outgoing message,
        CancellationToken cancellation
    )
    {
        if (message.Viewers.Count is 0 or > CardLimits.Viewers)
            return null;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var person in message.Viewers)
            if (
                await people.UserOfAsync(tenant.Tenant, person, cancellation) is
                { Standing: Standing.Member, TeamsId.Length: > 0 } user
            )
                ids.Add(user.TeamsId);
        return ids;
    }

    private async Task<string> DirectAsync(
        TeamsTenant tenant,
        KnownUser user,
        CancellationToken cancellation
    )
    {
        if (user.Direct is { } known)
            return known;
        var conversation = await connector.OpenDirectAsync(tenant, user.TeamsId, cancellation);
        await people.SaveDirectAsync(tenant.Tenant, user, conversation, cancellation);
        return conversation;
    }

    private static string MarkOf(string effect) => $"ec:{effect}";

    private async Task<KnownUser> UserAsync(
        TeamsTenant tenant,
        PersonId person,
        CancellationToken cancellation
    ) =>
        await colleagues.FindAsync(tenant, person, cancellation)
        ?? throw new ChatException(ChatFailure.Gone, $"Teams: {person} is not in the organisation");

    private async Task<TeamsTenant> TenantAsync(TenantId tenant, CancellationToken cancellation) =>
        await tenants.OfAsync(tenant, cancellation)
        ?? throw new ChatException(
            ChatFailure.Refused,
            "Teams: the app is nowhere in this organisation"
        );

    private async Task<TeamsTenant> WithTeamAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) =>
        await TenantAsync(tenant, cancellation) is { HasTeam: true } known
            ? known
            : throw new ChatException(
                ChatFailure.Refused,
                "Teams: the app was added to no team of this organisation"
            );

    private static async Task<T> Guarded<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (TeamsException failed)
        {
            throw failed.ToChatException();
        }
        catch (StoreUnavailableException busy)
        {
            throw new ChatException(ChatFailure.Unavailable, busy.Message, inner: busy);
        }
    }
}
