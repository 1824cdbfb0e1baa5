using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Web.Sandbox;

/// <summary>
/// The chat in the browser as a platform. It lives in the product's own database, and recognises a repeated call by its
/// effect id. A direct message goes into the room of that person and the product.
/// </summary>
internal sealed class SandboxPlatform(IStore store, ChangeFeed feed, TimeProvider time)
    : IChatPlatform
{
    public const string PlatformName = "sandbox";

    /// <summary>The room in which new escalations are announced.</summary>
    public const string Announcements = "escalations";

    public string Name => PlatformName;

    public Task<bool> ReachesAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(connection => new ChatRows(connection, tenant).Knows(person), cancellation);

    public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) =>
        store.ReadAsync<IReadOnlyList<RoomRef>>(
            connection =>
                new ChatRows(connection, tenant).Room(Announcements) is { Archived: false }
                    ? [new RoomRef(PlatformName, Announcements)]
                    : [],
            cancellation
        );

    public async Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation)
    {
        var name = await ChangeAsync(room.Tenant, rows => Open(rows, room), cancellation);
        feed.Changed();
        return new OpenedRoom(new RoomRef(PlatformName, name), name);
    }

    public async Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    )
    {
        var strangers = await ChangeAsync<IReadOnlyList<PersonId>>(
            tenant,
            rows =>
            {
                Existing(rows, room.Id);
                var known = people.ToLookup(rows.Knows);
                rows.AddMembers(room.Id, known[true]);
                return [.. known[false]];
            },
            cancellation
        );
        feed.Changed();
        return strangers;
    }

    public Task SetTopicAsync(
        TenantId tenant,
        RoomRef room,
        Text topic,
        CancellationToken cancellation
    ) =>
        ChangeRoomAsync(
            tenant,
            room.Id,
            rows => rows.ChangeRoom(room.Id, topic: StoredChat.Write(topic)),
            cancellation
        );

    public Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation) =>
        ChangeRoomAsync(
            tenant,
            room.Id,
            rows => rows.ChangeRoom(room.Id, archived: true),
            cancellation
        );

    public async Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation)
    {
        var posted = await ChangeAsync(message.Tenant, rows => Post(rows, message), cancellation);
        feed.Changed();
        return posted;
    }

    public Task<MessageRef?> FindAsync(Posting posting, CancellationToken cancellation) =>
        store.ReadAsync(
            connection =>
                new ChatRows(connection, posting.Tenant).MessageOf(posting.EffectId) is { } found
                    ? Ref(found.Room, found.Id)
                    : null,
            cancellation
        );

    public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation) =>
        ChangeRoomAsync(
            message.Tenant,
            posted.Room,
            rows =>
            {
                if (
                    !rows.Edit(
                        posted.Room,
                        IdOf(posted),
                        StoredChat.Write(message.Card),
                        time.Moment()
                    )
                )
                    throw Gone("message");
            },
            cancellation
        );

    public Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation) =>
        ChangeRoomAsync(
            tenant,
            posted.Room,
            rows =>
            {
                if (rows.Message(posted.Room, IdOf(posted)) is null)
                    throw Gone("message");
                rows.ChangeRoom(posted.Room, pinned: IdOf(posted));
            },
            cancellation
        );

    private string Open(ChatRows rows, RoomSpec room)
    {
        if (rows.RoomOf(room.EffectId) is { } opened)
            return opened.Id;
        var name = rows.FreeName(room.Name);
        rows.AddRoom(
            new RoomRow
            {
                Id = name,
                Name = name,
                Restricted = room.Restricted,
                Topic = StoredChat.Write(room.Topic),
                Number = room.Escalation.Value,
            },
            time.Moment(),
            room.EffectId
        );
        return name;
    }

    private MessageRef Post(ChatRows rows, Outgoing message)
    {
        if (rows.MessageOf(message.EffectId) is { } posted)
            return Ref(posted.Room, posted.Id);
        var room = message.Person is { } person
            ? DirectRooms.Open(rows, person, PersonId.Product, time.Moment())
            : message.Room!.Id;
        if (Existing(rows, room).Archived)
            throw new ChatException(ChatFailure.Refused, "the room is archived");
        return Ref(
            room,
            rows.Add(MessageRow.Shows(room, message.Card, time.Moment()), message.EffectId)
        );
    }

    private async Task ChangeRoomAsync(
        TenantId tenant,
        string room,
        Action<ChatRows> change,
        CancellationToken cancellation
    )
    {
        await ChangeAsync(
            tenant,
            rows =>
            {
                Existing(rows, room);
                change(rows);
                return true;
            },
            cancellation
        );
        feed.Changed();
    }

    private async Task<T> ChangeAsync<T>(
        TenantId tenant,
        Func<ChatRows, T> change,
        CancellationToken cancellation
    )
    {
        try
        {
            return await store.Behind.WriteAsync(
                connection => change(new ChatRows(connection, tenant)),
                cancellation
            );
        }
        catch (StoreUnavailableException busy)
        {
            throw new ChatException(ChatFailure.Unavailable, busy.Message, inner: busy);
        }
    }

    private static RoomRow Existing(ChatRows rows, string room) =>
        rows.Room(room) ?? throw Gone("room");

    private static ChatException Gone(string what) =>
        new(ChatFailure.Gone, $"the {what} is no longer there");

    private static MessageRef Ref(string room, long message) =>
        new(PlatformName, room, message.ToString(CultureInfo.InvariantCulture));

    private static long IdOf(MessageRef message) =>
        long.TryParse(message.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;
}
