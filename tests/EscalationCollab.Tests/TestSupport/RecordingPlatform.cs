using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>A chat platform in memory that remembers what was asked of it and recognises a repeated effect.</summary>
internal sealed class RecordingPlatform(string name = RecordingPlatform.PlatformName)
    : IChatPlatform
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MessageRef> _byEffect = [];
    private readonly List<PostedMessage> _messages = [];
    private TaskCompletionSource? _hanging;
    private int _callsWhileHanging;
    private readonly List<RecordedRoom> _rooms = [];
    private readonly HashSet<RoomRef> _gone = [];

    public const string PlatformName = "test";

    public string Name => name;

    /// <summary>What the time is, for <see cref="PostedMessage.At"/>.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Whether messages can be looked up by their effect.</summary>
    public bool Searches { get; set; } = true;

    /// <summary>Pinning fails with this, always.</summary>
    public ChatException? PinFails { get; set; }

    /// <summary>Showing a page fails with this, always.</summary>
    public ChatException? HomeFails { get; set; }

    /// <summary>The pages that were shown, the newest last.</summary>
    public Dictionary<PersonId, List<IReadOnlyList<Card>>> Homes { get; } = [];

    public Task ShowHomeAsync(
        TenantId tenant,
        PersonId person,
        IReadOnlyList<Card> cards,
        CancellationToken cancellation
    )
    {
        if (HomeFails is not null)
            throw HomeFails;
        lock (_gate)
        {
            if (!Homes.TryGetValue(person, out var shown))
                Homes[person] = shown = [];
            shown.Add(cards);
        }
        return Task.CompletedTask;
    }

    /// <summary>The next call fails with this, once.</summary>
    public ChatException? FailOnce { get; set; }

    /// <summary>Whether every call fails, as it does when a platform cannot be reached.</summary>
    public bool IsDown { get; set; }

    /// <summary>How many calls failed because it was down.</summary>
    public int CallsWhileDown { get; private set; }

    /// <summary>How many calls were begun while it hung.</summary>
    public int CallsWhileHanging => _callsWhileHanging;

    /// <summary>Somebody to whom nothing can be said now.</summary>
    public PersonId? CannotReach { get; set; }

    /// <summary>Those who have no account here.</summary>
    public HashSet<PersonId> Strangers { get; } = [];

    /// <summary>Those whom it has to look up before it can say whether they have an account here.</summary>
    public HashSet<PersonId> LooksUp { get; } = [];

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

    /// <summary>From now on calls are taken and not answered.</summary>
    public void Hang() => _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Calls are answered again, those too that were taken before.</summary>
    public void GoOn()
    {
        var hanging = _hanging;
        _hanging = null;
        hanging?.SetResult();
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
        Rooms.LastOrDefault(room => room.Escalation == number);

    public async Task<bool> ReachesAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    )
    {
        if (LooksUp.Contains(person))
            await AnswerAsync(cancellation);
        return person != PersonId.Product && !Strangers.Contains(person);
    }

    public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) => Task.FromResult<IReadOnlyList<RoomRef>>([new RoomRef(Name, "announcements")]);

    public async Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            var known = _rooms.FirstOrDefault(r => r.EffectId == room.EffectId);
            if (known is null)
            {
                var taken = _rooms.Count(r =>
                    r.Ref.Id.StartsWith(room.Name, StringComparison.Ordinal)
                );
                known = new RecordedRoom(
                    room.EffectId,
                    new RoomRef(Name, taken == 0 ? room.Name : $"{room.Name}-{taken + 1}"),
                    room.Escalation,
                    room.Restricted
                )
                {
                    Topic = room.Topic,
                };
                _rooms.Add(known);
            }
            return new OpenedRoom(known.Ref, known.Ref.Id);
        }
    }

    public async Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    )
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            Find(room).Members.UnionWith(people);
            return [];
        }
    }

    public async Task SetTopicAsync(
        TenantId tenant,
        RoomRef room,
        Text topic,
        CancellationToken cancellation
    )
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            Find(room).Topic = topic;
            Find(room).TopicChanges++;
        }
    }

    public async Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            Find(room).Archived = true;
        }
    }

    public async Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            if (message.Person is { } wanted && wanted == CannotReach)
                throw new ChatException(ChatFailure.Unavailable, "their chat does not answer");
            if (Searches && _byEffect.TryGetValue(message.EffectId, out var known))
                return known;
            if (message.Room is { } gone && _gone.Contains(gone))
                throw new ChatException(ChatFailure.Gone, "the room is no longer there");
            var room = message.Room?.Id ?? $"direct:{message.Person}";
            var posted = new MessageRef(
                Name,
                room,
                _messages.Count.ToString(CultureInfo.InvariantCulture)
            );
            _byEffect[message.EffectId] = posted;
            _messages.Add(
                new PostedMessage(posted, message.Room, message.Person)
                {
                    Card = message.Card,
                    First = message.Card,
                    At = Clock.Moment(),
                }
            );
            return posted;
        }
    }

    public async Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            var found =
                _messages.SingleOrDefault(m => m.Ref == posted && !m.Deleted)
                ?? throw new ChatException(ChatFailure.Gone, "the message is no longer there");
            found.Card = message.Card;
            found.Edits++;
        }
    }

    public async Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            if (PinFails is { } failure)
                throw failure;
            _messages.Single(m => m.Ref == posted).Pinned = true;
        }
    }

    public async Task<MessageRef?> FindAsync(Posting posting, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        lock (_gate)
        {
            Fail();
            return Searches ? _byEffect.GetValueOrDefault(posting.EffectId) : null;
        }
    }

    /// <summary>Somebody deletes a message.</summary>
    public void Delete(MessageRef message)
    {
        lock (_gate)
            _messages.Single(known => known.Ref == message).Deleted = true;
    }

    /// <summary>Somebody deletes a room with everything in it.</summary>
    public void Delete(RoomRef room)
    {
        lock (_gate)
        {
            _gone.Add(room);
            foreach (var message in _messages.Where(message => message.Room == room))
                message.Deleted = true;
        }
    }

    private Task AnswerAsync(CancellationToken cancellation)
    {
        if (_hanging is not { } hanging)
            return Task.CompletedTask;
        Interlocked.Increment(ref _callsWhileHanging);
        return hanging.Task.WaitAsync(cancellation);
    }

    private RecordedRoom Find(RoomRef room) =>
        _gone.Contains(room)
            ? throw new ChatException(ChatFailure.Gone, "the room is no longer there")
            : _rooms.Single(known => known.Ref == room);

    private void Fail()
    {
        if (IsDown)
        {
            CallsWhileDown++;
            throw new ChatException(ChatFailure.Unavailable, "nobody answers");
        }
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
    public bool Deleted { get; set; }

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
