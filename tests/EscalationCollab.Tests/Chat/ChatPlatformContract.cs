using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Chat;

/// <summary>What every chat platform must do for the outbox, whatever it is: above all, take a repeated call for what it is.</summary>
public abstract class ChatPlatformContract
{
    protected static readonly TenantId Tenant = TenantId.Default;
    protected static readonly PersonId Ana = new("ana");
    protected static readonly PersonId Marco = new("marco");

    /// <summary>A platform that reaches Ana and Marco and nobody else.</summary>
    protected abstract IChatPlatform Platform { get; }

    /// <summary>Whether the platform can look up a message by the effect that posted it.</summary>
    protected virtual bool Searches => true;

    /// <summary>A room as somebody who may see everything sees it; null when there is none.</summary>
    protected abstract Task<SeenRoom?> SeeAsync(RoomRef room);

    /// <summary>The direct messages of the product and a person.</summary>
    protected abstract Task<SeenRoom?> SeeDirectAsync(PersonId person);

    [ContractFact]
    public async Task Reaches_KnownAndUnknown_TellsThemApart()
    {
        (await Platform.ReachesAsync(Tenant, Ana, default)).Should().BeTrue();
        (await Platform.ReachesAsync(Tenant, new PersonId("nobody"), default)).Should().BeFalse();
    }

    [ContractFact]
    public async Task OpenRoom_New_IsThereAsAskedFor()
    {
        var opened = await Platform.OpenRoomAsync(Spec("1", "esc-1001-acme", true), default);

        opened.Name.Should().Be("esc-1001-acme");
        opened.Room.Platform.Should().Be(Platform.Name);
        var room = await SeeAsync(opened.Room);
        room!.Restricted.Should().BeTrue();
        room.Archived.Should().BeFalse();
        room.Topic.Should().Be("What it is about");
        room.Messages.Should().BeEmpty();
    }

    [ContractFact]
    public async Task OpenRoom_SameEffectAgain_IsTheSameRoom()
    {
        var first = await Platform.OpenRoomAsync(Spec("1", "esc-1001-acme"), default);
        var again = await Platform.OpenRoomAsync(Spec("1", "esc-1001-acme"), default);

        again.Should().Be(first);
    }

    [ContractFact]
    public async Task OpenRoom_NameTaken_GetsANumber()
    {
        var first = await Platform.OpenRoomAsync(Spec("1", "esc-1001-acme"), default);
        var second = await Platform.OpenRoomAsync(Spec("2", "esc-1001-acme"), default);
        var third = await Platform.OpenRoomAsync(Spec("3", "esc-1001-acme"), default);

        new[] { first.Name, second.Name, third.Name }
            .Should()
            .OnlyHaveUniqueItems()
            .And.OnlyContain(name => name.StartsWith("esc-1001-acme"));
        new[] { first.Room, second.Room, third.Room }.Should().OnlyHaveUniqueItems();
    }

    [ContractFact]
    public async Task Invite_TwiceAndStrangers_LetsThoseInWhoAreKnown()
    {
        var room = await OpenAsync();

        await Platform.InviteAsync(Tenant, room, [Ana], default);
        var refused = await Platform.InviteAsync(
            Tenant,
            room,
            [Ana, Marco, new PersonId("nobody")],
            default
        );

        refused.Should().Equal(new PersonId("nobody"));
        (await SeeAsync(room))!.Members.Should().BeEquivalentTo([Ana, Marco]);
    }

    [ContractFact]
    public async Task Find_PostedIntoARoom_IsThatMessage()
    {
        var room = await OpenAsync();
        await Platform.PostAsync(To(room, "other", "Another"), default);
        var posted = await Platform.PostAsync(To(room, "post", "Hello"), default);

        var found = await Platform.FindAsync(Begun("post", room, null), default);

        found.Should().Be(Searches ? posted : null);
    }

    [ContractFact]
    public async Task Find_PostedToAPerson_IsThatMessage()
    {
        await Platform.PostAsync(To(Ana, "other", "Another"), default);
        var posted = await Platform.PostAsync(To(Ana, "post", "Hello"), default);

        var found = await Platform.FindAsync(Begun("post", null, Ana), default);

        found.Should().Be(Searches ? posted : null);
    }

    [ContractFact]
    public async Task Find_NeverPosted_IsNothing()
    {
        var room = await OpenAsync();
        await Platform.PostAsync(To(room, "other", "Another"), default);

        (await Platform.FindAsync(Begun("post", room, null), default)).Should().BeNull();
    }

    [ContractFact]
    public async Task Post_ToAPerson_GoesIntoOneConversation()
    {
        await Platform.PostAsync(To(Ana, "one", "First"), default);
        await Platform.PostAsync(To(Ana, "two", "Second"), default);
        await Platform.PostAsync(To(Marco, "three", "Third"), default);

        (await SeeDirectAsync(Ana))!
            .Messages.Select(message => message.Summary)
            .Should()
            .Equal("First", "Second");
    }

    [ContractFact]
    public async Task Edit_Posted_ReplacesItInPlace()
    {
        var room = await OpenAsync();
        var posted = await Platform.PostAsync(To(room, "post", "Before"), default);
        await Platform.PostAsync(To(room, "other", "Another"), default);

        await Platform.EditAsync(posted, To(room, "edit", "After"), default);
        await Platform.EditAsync(posted, To(room, "edit", "After"), default);

        (await SeeAsync(room))!
            .Messages.Select(message => message.Summary)
            .Should()
            .Equal("After", "Another");
    }

    [ContractFact]
    public async Task Edit_NoSuchMessage_SaysItIsGone()
    {
        var room = await OpenAsync();

        var edit = () =>
            Platform.EditAsync(
                new MessageRef(Platform.Name, room.Id, "999999"),
                To(room, "edit", "After"),
                default
            );

        (await edit.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Gone);
    }

    [ContractFact]
    public async Task Post_NoSuchRoom_SaysItIsGone()
    {
        var post = () =>
            Platform.PostAsync(To(new RoomRef(Platform.Name, "nowhere"), "post", "Hello"), default);

        (await post.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Gone);
    }

    [ContractFact]
    public async Task Pin_Twice_StaysPinned()
    {
        var room = await OpenAsync();
        var posted = await Platform.PostAsync(To(room, "post", "Hello"), default);

        await Platform.PinAsync(Tenant, posted, default);
        await Platform.PinAsync(Tenant, posted, default);

        (await SeeAsync(room))!.Pinned.Should().Be(posted.Id);
    }

    [ContractFact]
    public async Task SetTopic_Again_IsTheLastOne()
    {
        var room = await OpenAsync();

        await Platform.SetTopicAsync(Tenant, room, "Older", default);
        await Platform.SetTopicAsync(Tenant, room, "Newer", default);

        (await SeeAsync(room))!.Topic.Should().Be("Newer");
    }

    [ContractFact]
    public async Task Archive_Twice_KeepsTheHistoryAndTakesNoMore()
    {
        var room = await OpenAsync();
        await Platform.PostAsync(To(room, "post", "Hello"), default);

        await Platform.ArchiveAsync(Tenant, room, default);
        await Platform.ArchiveAsync(Tenant, room, default);
        var post = () => Platform.PostAsync(To(room, "late", "Too late"), default);

        (await post.Should().ThrowAsync<ChatException>())
            .Which.Failure.Should()
            .BeOneOf(ChatFailure.Refused, ChatFailure.Gone);
        var seen = await SeeAsync(room);
        seen!.Archived.Should().BeTrue();
        seen.Messages.Should().ContainSingle();
    }

    [ContractFact]
    public async Task Find_PostedBeforeArchiving_IsStillTheMessageItWas()
    {
        var room = await OpenAsync();
        var posted = await Platform.PostAsync(To(room, "post", "Hello"), default);
        await Platform.ArchiveAsync(Tenant, room, default);

        var found = await Platform.FindAsync(Begun("post", room, null), default);

        found.Should().Be(Searches ? posted : null);
    }

    private async Task<RoomRef> OpenAsync() =>
        (await Platform.OpenRoomAsync(Spec("room", "esc-1001-acme"), default)).Room;

    private static RoomSpec Spec(string effect, string name, bool restricted = false) =>
        new(effect, Tenant, new EscalationNumber(1001), name, "What it is about", restricted);

    private Posting Begun(string effect, RoomRef? room, PersonId? person) =>
        new(
            effect,
            Tenant,
            Platform.Name,
            room,
            person,
            NodaTime.Instant.FromUtc(2020, 1, 1, 0, 0)
        );

    private static Outgoing To(RoomRef room, string effect, string line) =>
        new(effect, Tenant, Card.Line(line), room, null);

    private static Outgoing To(PersonId person, string effect, string line) =>
        new(effect, Tenant, Card.Line(line), null, person);
}

/// <summary>A room as it can be seen on the platform.</summary>
public sealed record SeenRoom(
    string Topic,
    bool Restricted,
    bool Archived,
    string? Pinned,
    IReadOnlyList<PersonId> Members,
    IReadOnlyList<SeenMessage> Messages
);

/// <summary>A message as it can be seen on the platform.</summary>
public sealed record SeenMessage(string Id, string Summary);
