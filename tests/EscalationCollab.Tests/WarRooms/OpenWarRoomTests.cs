using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.WarRooms;

public sealed class OpenWarRoomTests
{
    private readonly RecordingPlatform _works = new();
    private readonly OtherPlatform _other = new();
    private Escalation _escalation = Scenes.Declared();

    [Fact]
    public async Task Open_OnePlatformIsDown_TheOtherHasItsRoomAndItIsTriedAgain()
    {
        _other.Fails = new ChatException(ChatFailure.Unavailable, "down");

        (await ((Func<Task>)OpenAsync).Should().ThrowAsync<ChatException>())
            .Which.Should()
            .BeSameAs(_other.Fails);

        Rooms().Should().Equal(RecordingPlatform.PlatformName);
    }

    [Fact]
    public async Task Open_PlatformIsBack_OnlyItsRoomIsMissing()
    {
        _other.Fails = new ChatException(ChatFailure.Unavailable, "down");
        await ((Func<Task>)OpenAsync).Should().ThrowAsync<ChatException>();
        _other.Fails = null;

        await OpenAsync();

        Rooms().Should().Equal(RecordingPlatform.PlatformName, "other");
        _works.Rooms.Should().ContainSingle();
    }

    [Fact]
    public async Task Open_PlatformOfAnotherOrganisation_IsLeftOut()
    {
        _other.Serves = false;

        await OpenAsync();

        Rooms().Should().Equal(RecordingPlatform.PlatformName);
    }

    private IEnumerable<string> Rooms() => _escalation.Rooms.Select(room => room.Room.Platform);

    private Task OpenAsync()
    {
        var situation = Scenes.At("ana");
        return OpenWarRoom.PerformAsync(
            new OpenWarRoom(),
            new Performing(
                "1",
                _escalation,
                situation,
                [_other, _works],
                decide =>
                {
                    Keep(decide(_escalation, situation), situation);
                    return Performed.Done();
                }
            )
            {
                FirstAsync = (decide, _) =>
                    Task.FromResult(Keep(decide(_escalation, situation, null!), situation)),
            },
            default
        );
    }

    private Decision Keep(Decision decision, Situation situation)
    {
        _escalation = _escalation.After(decision, situation);
        return decision;
    }

    private sealed class OtherPlatform : IChatPlatform
    {
        public ChatException? Fails { get; set; }

        public bool Serves { get; set; } = true;

        public string Name => "other";

        public Task<bool> ServesAsync(TenantId tenant, CancellationToken cancellation) =>
            Task.FromResult(Serves);

        public Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation) =>
            Fails is null
                ? Task.FromResult(new OpenedRoom(new RoomRef(Name, "room"), room.Name))
                : throw Fails;

        public Task<bool> ReachesAsync(TenantId t, PersonId p, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
            TenantId t,
            CancellationToken cancellation
        ) => throw new NotSupportedException();

        public Task<IReadOnlyList<PersonId>> InviteAsync(
            TenantId tenant,
            RoomRef room,
            IReadOnlyList<PersonId> people,
            CancellationToken cancellation
        ) => throw new NotSupportedException();

        public Task SetTopicAsync(TenantId t, RoomRef r, Text text, CancellationToken c) =>
            throw new NotSupportedException();

        public Task ArchiveAsync(TenantId t, RoomRef r, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken c) =>
            throw new NotSupportedException();

        public Task PinAsync(TenantId t, MessageRef posted, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
