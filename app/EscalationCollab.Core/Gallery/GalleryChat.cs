using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Gallery;

/// <summary>A chat platform that shows every card to the gallery and keeps nothing else.</summary>
internal sealed class GalleryChat(Action<Effect, Outgoing> see) : IChatPlatform
{
    private static readonly AsyncLocal<Effect?> Performed = new();
    private int _messages;

    public const string PlatformName = "gallery";

    public string Name => PlatformName;

    /// <summary>Remembers which effect is being performed, so that a posted card is known by the notice it comes from.</summary>
    public static IEffectPerformer Knowing(IEffectPerformer performer) => new Knower(performer);

    public Task<bool> ReachesAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    ) => Task.FromResult(person != PersonId.Product);

    public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) => Task.FromResult<IReadOnlyList<RoomRef>>([new RoomRef(Name, "announcements")]);

    public Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(room);
        return Task.FromResult(new OpenedRoom(new RoomRef(Name, room.Name), room.Name));
    }

    public Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    ) => Task.FromResult<IReadOnlyList<PersonId>>([]);

    public Task SetTopicAsync(
        TenantId tenant,
        RoomRef room,
        Text topic,
        CancellationToken cancellation
    ) => Task.CompletedTask;

    public Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation) =>
        Task.CompletedTask;

    public Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        See(message);
        return Task.FromResult(
            new MessageRef(
                Name,
                message.Room?.Id ?? message.Person.ToString()!,
                Interlocked
                    .Increment(ref _messages)
                    .ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );
    }

    public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation)
    {
        See(message);
        return Task.CompletedTask;
    }

    public Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation) =>
        Task.CompletedTask;

    private void See(Outgoing message)
    {
        if (Performed.Value is { } effect)
            see(effect, message);
    }

    private sealed class Knower(IEffectPerformer performer) : IEffectPerformer
    {
        public Task<Performed> PerformAsync(OutboxItem item, CancellationToken cancellation)
        {
            GalleryChat.Performed.Value = item.Effect;
            return performer.PerformAsync(item, cancellation);
        }
    }
}

/// <summary>A way to customers on which everything arrives.</summary>
internal sealed class GalleryMail : ICustomerChannel
{
    public string Name => "email";

    public Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Task.FromResult<Delivery>(
            new Delivery.Accepted($"<{message.EffectId}@gallery.example>")
        );
    }
}

/// <summary>Shared channels that nobody has invited the product into, so that every message is refused there.</summary>
internal sealed class GalleryRooms : ICustomerChannel
{
    public string Name => GalleryChat.PlatformName;

    public Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation) =>
        Task.FromResult<Delivery>(
            new Delivery.Refused("not inside") { Cause = RefusalCause.NotInside }
        );
}
