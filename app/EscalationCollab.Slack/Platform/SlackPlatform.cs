using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Voices;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;

namespace EscalationCollab.Slack.Platform;

/// <summary>
/// Slack as a platform: rooms are channels, a direct message goes into the app's conversation with that person. Every
/// method may be called again: a channel is noted before it is opened (<see cref="OncePerEffect"/>), a message carries the
/// id of its effect and is found by it.
/// </summary>
internal sealed class SlackPlatform(
    SlackWorkspaces workspaces,
    SlackApi api,
    SlackPeople people,
    Colleagues colleagues,
    SlackRooms rooms,
    SlackDocuments documents,
    SlackVoices voices,
    IStore store,
    TimeProvider time
) : IChatPlatform
{
    /// <summary>Its name in configuration and references.</summary>
    public const string PlatformName = "slack";

    private readonly OncePerEffect _once = new(store, time, SlackException.DidNothing);
    private readonly NewestOnly<MessageRef> _edits = new();

    public string Name => PlatformName;

    public Task<bool> ServesAsync(TenantId tenant, CancellationToken cancellation) =>
        Guarded(async () => await workspaces.OfAsync(tenant, cancellation) is not null);

    public Task<bool> ReachesAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    ) => Guarded(async () => await AtHomeAsync(tenant, person, cancellation) is not null);

    /// <summary>Nobody sees a channel of a workspace they are not in: each has its own, if it has one of that name.</summary>
    public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) =>
        Guarded<IReadOnlyList<RoomRef>>(async () =>
        {
            var found = new List<RoomRef>();
            var all = await workspaces.AllOfAsync(tenant, cancellation);
            foreach (var workspace in all)
                if (
                    await rooms.AnnouncementsAsync(workspace, all.Count == 1, cancellation) is
                    { } channel
                )
                {
                    await workspaces.NoteAsync(workspace, channel, cancellation);
                    found.Add(new RoomRef(PlatformName, channel));
                }
            if (found.Count == 0)
                rooms.MissAnnouncements();
            // One that is shared between workspaces is one channel.
            return [.. found.Distinct()];
        });

    public Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var workspace = await NearAsync(room, cancellation);
            var opened = await _once.RunAsync(
                room.Tenant,
                room.EffectId,
                () => rooms.CreateAsync(workspace, room, cancellation),
                earlier => rooms.FindOursAsync(workspace, room, earlier.BegunAt, cancellation)
            );
            var purpose = Phrase.Of("slack.room-purpose", ("number", room.Escalation.ToString()));
            var (topic, what) = await voices.ToRoomAsync(
                workspace,
                voice => (voice.Line(room.Topic), voice.Line(purpose)),
                cancellation
            );
            await Task.WhenAll(
                rooms.SetTopicAsync(workspace, opened.Room!, topic, cancellation),
                rooms.SetPurposeAsync(workspace, opened.Room!, what, cancellation)
            );
            await workspaces.NoteAsync(workspace, opened.Room!, cancellation);
            return new OpenedRoom(new RoomRef(PlatformName, opened.Room!), opened.Result!);
        });

    public Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    ) =>
        Guarded<IReadOnlyList<PersonId>>(async () =>
        {
            var workspace = await InAsync(tenant, room.Id, cancellation);
            var strangers = new List<PersonId>();
            var users = new Dictionary<string, PersonId>(StringComparer.Ordinal);
            foreach (var person in people)
                if (await colleagues.FindAsync(workspace, person, cancellation) is { } user)
                    users[user.User] = person;
                else
                    strangers.Add(person);
            var refused = await rooms.InviteAsync(
                workspace,
                room.Id,
                [.. users.Keys],
                cancellation
            );
            return [.. strangers, .. refused.Select(user => users[user])];
        });

    public Task SetTopicAsync(
        TenantId tenant,
        RoomRef room,
        Text topic,
        CancellationToken cancellation
    ) =>
        Guarded(async () =>
        {
            var workspace = await InAsync(tenant, room.Id, cancellation);
            var line = await voices.ToRoomAsync(
                workspace,
                voice => voice.Line(topic),
                cancellation
            );
            await rooms.SetTopicAsync(workspace, room.Id, line, cancellation);
            return true;
        });

    public Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            await rooms.ArchiveAsync(
                await InAsync(tenant, room.Id, cancellation),
                room.Id,
                cancellation
            );
            return true;
        });

    public Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var (workspace, channel) = await WhereAsync(
                message.Tenant,
                message.Room,
                message.Person,
                cancellation
            );
            var arguments = await SayAsync(workspace, channel, message, rings: true, cancellation);
            // Members can read it: the id of an effect is a number and says nothing.
            arguments["metadata"] = new JsonObject
            {
                ["event_type"] = SlackRooms.EffectEvent,
                ["event_payload"] = new JsonObject { ["effect_id"] = message.EffectId },
            };
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.PostMessage,
                arguments,
                cancellation
            );
            return new MessageRef(
                PlatformName,
                answer.Text("channel") ?? channel,
                answer.Text("ts") ?? ""
            );
        });

    public Task<MessageRef?> FindAsync(Posting posting, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var (workspace, channel) = await WhereAsync(
                posting.Tenant,
                posting.Room,
                posting.Person,
                cancellation
            );
            return
                await rooms.FindPostedAsync(
                    workspace,
                    channel,
                    posting.EffectId,
                    posting.Begun,
                    cancellation
                )
                    is { } ts
                ? new MessageRef(PlatformName, channel, ts)
                : null;
        });

    public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var workspace = await InAsync(message.Tenant, posted.Room, cancellation);
            return await _edits.RunAsync(
                posted,
                async () =>
                {
                    var arguments = await SayAsync(
                        workspace,
                        posted.Room,
                        message,
                        rings: false,
                        cancellation
                    );
                    arguments["ts"] = posted.Id;
                    await api.CallAsync(
                        workspace.Token,
                        SlackMethod.UpdateMessage,
                        arguments,
                        cancellation
                    );
                },
                cancellation
            );
        });

    public Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var workspace = await InAsync(tenant, posted.Room, cancellation);
            var title = await voices.ToRoomAsync(
                workspace,
                voice => voice.Line(Phrase.Of("slack.bookmark")),
                cancellation
            );
            await rooms.PinAsync(workspace, posted, title, cancellation);
            return true;
        });

    public Task ShowHomeAsync(
        TenantId tenant,
        PersonId person,
        IReadOnlyList<Card> cards,
        CancellationToken cancellation
    ) =>
        Guarded(async () =>
        {
            var shown = false;
            // In an organisation, somebody has one page for all of it.
            foreach (
                var workspace in (await workspaces.AllOfAsync(tenant, cancellation)).DistinctBy(
                    one => one.Token.Workspace
                )
            )
                if (await colleagues.FindAsync(workspace, person, cancellation) is { } user)
                {
                    var view = await voices.ToPersonAsync(
                        workspace,
                        person,
                        voice => Surfaces.Home(cards, voice.Reader),
                        cancellation
                    );
                    await api.CallAsync(
                        workspace.Token,
                        SlackMethod.PublishView,
                        new JsonObject { ["user_id"] = user.User, ["view"] = view },
                        cancellation
                    );
                    shown = true;
                }
            return shown ? true : throw NotThere(person);
        });

    public Task<bool> ShareDocumentAsync(RoomDocument document, CancellationToken cancellation) =>
        Guarded(async () =>
        {
            var workspace = await InAsync(document.Tenant, document.Room.Id, cancellation);
            var introduction = await voices.ToRoomAsync(
                workspace,
                voice => voice.Message(Card.Line(document.Introduction)).Text,
                cancellation
            );
            return await documents.ShareAsync(workspace, document, introduction, cancellation);
        });

    private static ChatException NotThere(PersonId person) =>
        new(ChatFailure.Gone, $"Slack: {person} is not in the workspace");

    private async Task<JsonObject> SayAsync(
        SlackWorkspace workspace,
        string channel,
        Outgoing message,
        bool rings,
        CancellationToken cancellation
    )
    {
        var saying = message.Person is { } person
            ? voices.ToPersonAsync(
                workspace,
                person,
                voice => voice.Message(message.Card),
                cancellation
            )
            : voices.ToRoomAsync(
                workspace,
                voice => voice.Message(message.Card),
                cancellation,
                message.Language,
                message.Zone,
                rings
            );
        var said = await voices.KeepingAsync(message.Tenant, message.Card, saying, cancellation);
        return new JsonObject
        {
            ["channel"] = channel,
            ["text"] = said.Text,
            ["blocks"] = said.Blocks,
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
        };
    }

    private async Task<(SlackWorkspace Workspace, string Channel)> WhereAsync(
        TenantId tenant,
        RoomRef? room,
        PersonId? person,
        CancellationToken cancellation
    )
    {
        if (room is not null)
            return (await InAsync(tenant, room.Id, cancellation), room.Id);
        var (workspace, user) =
            await AtHomeAsync(tenant, person!.Value, cancellation) ?? throw NotThere(person.Value);
        return (workspace, await DirectAsync(workspace, user, cancellation));
    }

    private async Task<string> DirectAsync(
        SlackWorkspace workspace,
        KnownUser user,
        CancellationToken cancellation
    )
    {
        if (user.Direct is { } known)
            return known;
        var answer = await api.CallAsync(
            workspace.Token,
            SlackMethod.OpenDirect,
            new JsonObject { ["users"] = user.User },
            cancellation
        );
        var channel = answer.Text("channel", "id") ?? user.User;
        await workspaces.NoteAsync(workspace, channel, cancellation);
        await people.SaveDirectAsync(workspace.Tenant, user, channel, cancellation);
        return channel;
    }

    /// <summary>The first workspace in which somebody has an account, and who they are there; null when they have none.</summary>
    private async Task<(SlackWorkspace Workspace, KnownUser User)?> AtHomeAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    )
    {
        foreach (var workspace in await workspaces.AllOfAsync(tenant, cancellation))
            if (await colleagues.FindAsync(workspace, person, cancellation) is { } user)
                return (workspace, user);
        return null;
    }

    /// <summary>Where a war room is opened: where it was declared, else where who answers for it is, else in the first workspace.</summary>
    private async Task<SlackWorkspace> NearAsync(RoomSpec room, CancellationToken cancellation) =>
        await workspaces.ForAsync(
            room.Tenant,
            room.EffectId,
            async _ =>
                room.Near is { } near
                && await workspaces.InAsync(room.Tenant, near.Id, cancellation) is { } there
                    ? there
                : room.Of is { } person
                    ? (await AtHomeAsync(room.Tenant, person, cancellation))?.Workspace
                : null,
            cancellation
        ) ?? throw Nowhere();

    /// <summary>The workspace of a room. When the app was removed from it, the room is gone for us.</summary>
    private async Task<SlackWorkspace> InAsync(
        TenantId tenant,
        string channel,
        CancellationToken cancellation
    ) =>
        await workspaces.InAsync(tenant, channel, cancellation)
        ?? throw (
            await workspaces.OfAsync(tenant, cancellation) is null
                ? Nowhere()
                : new ChatException(
                    ChatFailure.Gone,
                    "Slack: the app was removed from the workspace of this channel"
                )
        );

    private static ChatException Nowhere() =>
        new(ChatFailure.Refused, "Slack: the app is in no workspace of this organisation");

    private static async Task<T> Guarded<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SlackException failed)
        {
            throw failed.ToChatException();
        }
        catch (StoreUnavailableException busy)
        {
            throw new ChatException(ChatFailure.Unavailable, busy.Message, inner: busy);
        }
    }
}
