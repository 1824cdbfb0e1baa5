using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>A chat platform in memory that remembers what was asked of it and recognises a repeated effect.</summary>
internal sealed class RecordingPlatform : IChatPlatform
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MessageRef> _byEffect = [];
    private readonly List<PostedMessage> _messages = [];
    private readonly List<RecordedRoom> _rooms = [];

    public string Name => "test";

    /// <summary>What the time is, for <see cref="PostedMessage.At"/>.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The next call fails with this, once.</summary>
    public ChatException? FailOnce { get; set; }

    public IReadOnlyList<PostedMessage> Messages
    {
        get
        {
            lock (_gate)
                return [.. _messages];
        }
    }

    public IReadOnlyList<RecordedRoom> Rooms
    {
        get
        {
            lock (_gate)
                return [.. _rooms];
        }
    }

    /// <summary>Messages to one person, oldest first.</summary>
    public IReadOnlyList<PostedMessage> To(string person) =>
        [.. Messages.Where(message => message.Person == new PersonId(person))];

    /// <summary>Messages in a war room, oldest first, without the escalation card.</summary>
    public IReadOnlyList<PostedMessage> InRoom(EscalationNumber number) =>
        [.. Messages.Where(m => m.Room == RoomOf(number)?.Ref && !m.Pinned)];

    /// <summary>The escalation card as it stands.</summary>
    public Card CardOf(EscalationNumber number) =>
        Messages.Last(m => m.Room == RoomOf(number)?.Ref && m.Pinned).Card;

    public RecordedRoom? RoomOf(EscalationNumber number) =>
        Rooms.FirstOrDefault(room => room.Escalation == number);

    public Task<bool> ReachesAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    ) => Task.FromResult(person != PersonId.Product);

    public Task<RoomRef?> AnnouncementsAsync(TenantId tenant, CancellationToken cancellation) =>
        Task.FromResult<RoomRef?>(new RoomRef(Name, "announcements"));

    public Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Fail();
            var known = _rooms.FirstOrDefault(r => r.EffectId == room.EffectId);
            if (known is null)
            {
                known = new RecordedRoom(
                    room.EffectId,
                    new RoomRef(Name, room.Name),
                    room.Escalation,
                    room.Restricted
                )
                {
                    Topic = room.Topic,
                };
                _rooms.Add(known);
            }
            return Task.FromResult(new OpenedRoom(known.Ref, known.Ref.Id));
        }
    }

    public Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    )
    {
        lock (_gate)
        {
            Fail();
            Find(room).Members.UnionWith(people);
            return Task.FromResult<IReadOnlyList<PersonId>>([]);
        }
    }

    public Task SetTopicAsync(
        TenantId tenant,
        RoomRef room,
        Text topic,
        CancellationToken cancellation
    )
    {
        lock (_gate)
        {
            Fail();
            Find(room).Topic = topic;
            Find(room).TopicChanges++;
            return Task.CompletedTask;
        }
    }

    public Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Fail();
            Find(room).Archived = true;
            return Task.CompletedTask;
        }
    }

    public Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Fail();
            if (_byEffect.TryGetValue(message.EffectId, out var known))
                return Task.FromResult(known);
            var room = message.Room?.Id ?? $"direct:{message.Person}";
            var posted = new MessageRef(
                Name,
                room,
                _messages.Count.ToString(CultureInfo.InvariantCulture)
            );
            _byEffect.Add(message.EffectId, posted);
            _messages.Add(
                new PostedMessage(posted, message.Room, message.Person)
                {
                    Card = message.Card,
                    First = message.Card,
                    At = Clock.Moment(),
                }
            );
            return Task.FromResult(posted);
        }
    }

    public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Fail();
            var found = _messages.Single(m => m.Ref == posted);
            found.Card = message.Card;
            found.Edits++;
            return Task.CompletedTask;
        }
    }

    public Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Fail();
            _messages.Single(m => m.Ref == posted).Pinned = true;
            return Task.CompletedTask;
        }
    }

    private RecordedRoom Find(RoomRef room) => _rooms.Single(known => known.Ref == room);

    private void Fail()
    {
        if (FailOnce is not { } failure)
            return;
        FailOnce = null;
        throw failure;
    }
}

/// <summary>A message as it stands now.</summary>
internal sealed class PostedMessage(MessageRef posted, RoomRef? room, PersonId? person)
{
    public MessageRef Ref => posted;
    public RoomRef? Room => room;
    public PersonId? Person => person;
    public required Card Card { get; set; }

    /// <summary>As it was when it was posted.</summary>
    public required Card First { get; init; }

    /// <summary>When it was posted.</summary>
    public required Instant At { get; init; }
    public int Edits { get; set; }
    public bool Pinned { get; set; }

    /// <summary>The buttons and menu entries on it.</summary>
    public IEnumerable<CardAction> Actions =>
        Card.Blocks.OfType<Actions>().SelectMany(actions => actions.Items);
}

/// <summary>A room as it stands now.</summary>
internal sealed class RecordedRoom(
    string effectId,
    RoomRef room,
    EscalationNumber escalation,
    bool restricted
)
{
    public string EffectId => effectId;
    public RoomRef Ref => room;
    public EscalationNumber Escalation => escalation;
    public bool Restricted => restricted;
    public Text Topic { get; set; } = Text.Empty;
    public int TopicChanges { get; set; }
    public bool Archived { get; set; }
    public HashSet<PersonId> Members { get; } = [];
}
