using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Tests.Chat;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Sandbox;

public sealed class SandboxPlatformTests : ChatPlatformContract, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sandbox");
    private readonly ManualTime _time = new();
    private readonly ChangeFeed _feed = new();
    private readonly SqliteStore _store;

    public SandboxPlatformTests()
    {
        _store = SqliteStore.Open(
            Path.Combine(_folder.FullName, "data.db"),
            _time,
            NullLogger<SqliteStore>.Instance
        );
        Platform = new SandboxPlatform(_store, _feed, _time);
    }

    protected override IChatPlatform Platform { get; }

    public Task InitializeAsync() =>
        _store.WriteAsync(
            connection =>
            {
                foreach (var id in new[] { Ana, Marco })
                    new Records(connection, Tenant).SavePerson(
                        new Person(id, id.Value, $"{id.Value}@harbor.example", "", "en", "Etc/UTC")
                    );
                return true;
            },
            default
        );

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override Task<SeenRoom?> SeeAsync(RoomRef room) => See(room.Id);

    protected override Task<SeenRoom?> SeeDirectAsync(PersonId person) =>
        See(DirectRooms.Id(person, PersonId.Product));

    [Fact]
    public async Task Announcements_NoSuchRoom_AreNotWanted() =>
        (await Platform.AnnouncementsAsync(Tenant, default)).Should().BeEmpty();

    [Fact]
    public async Task Post_SameEffectAtTheSameTime_IsOneMessage()
    {
        var room = (
            await Platform.OpenRoomAsync(
                new RoomSpec(
                    "room",
                    Tenant,
                    new EscalationNumber(1001),
                    "esc-1001",
                    "Topic",
                    false
                ),
                default
            )
        ).Room;

        var posted = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Platform.PostAsync(
                        new Outgoing("post", Tenant, Card.Line("Hello"), room, null),
                        default
                    )
                )
        );

        posted.Distinct().Should().ContainSingle();
        (await SeeAsync(room))!.Messages.Should().ContainSingle();
    }

    [Theory]
    [InlineData("ana", "marco")]
    [InlineData("marco", "ana")]
    public void DirectRoom_OfTwo_IsTheSameForBoth(string one, string other)
    {
        var id = DirectRooms.Id(new PersonId(one), new PersonId(other));

        id.Should().Be(DirectRooms.Id(new PersonId(other), new PersonId(one)));
        DirectRooms.Pair(id).Should().BeEquivalentTo([new PersonId(one), new PersonId(other)]);
    }

    private Task<SeenRoom?> See(string id) =>
        _store.ReadAsync(
            connection =>
            {
                var rows = new ChatRows(connection, Tenant);
                return rows.Room(id) is not { } room
                    ? null
                    : new SeenRoom(
                        StoredChat.ReadText(room.Topic).ToString(),
                        room.Restricted,
                        room.Archived,
                        room.Pinned?.ToString(CultureInfo.InvariantCulture),
                        rows.Members(id),
                        [
                            .. rows.Messages(id, Ana, long.MaxValue, 100)
                                .Select(message => new SeenMessage(
                                    message.Id.ToString(CultureInfo.InvariantCulture),
                                    StoredChat.ReadCard(message.Card!).Summary.ToString()
                                )),
                        ]
                    );
            },
            default
        );
}
