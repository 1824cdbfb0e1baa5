using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// How a chat platform plugs in. Every call is made from the outbox, so it may be repeated: with the same effect id it
/// must not open a second room. A post is not repeated before <see cref="FindAsync"/> was asked for it.
/// </summary>
public interface IChatPlatform
{
    /// <summary>Its name in configuration and references: <c>sandbox</c>, <c>slack</c>, <c>teams</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether rooms can be opened for this organisation at all: of several organisations and platforms, not every one is
    /// on every platform.
    /// </summary>
    /// <exception cref="ChatException">It could not be found out now.</exception>
    Task<bool> ServesAsync(TenantId tenant, CancellationToken cancellation) =>
        Task.FromResult(true);

    /// <summary>Whether this person can be reached here.</summary>
    Task<bool> ReachesAsync(TenantId tenant, PersonId person, CancellationToken cancellation);

    /// <summary>
    /// The rooms where new escalations are announced: one for each part of the organisation that cannot see the others' rooms,
    /// none when it wants none.
    /// </summary>
    Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
        TenantId tenant,
        CancellationToken cancellation
    );

    /// <summary>Opens a room, or finds the one that this effect opened before.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken cancellation);

    /// <summary>Brings people in; those already in stay in. Those who cannot be invited are returned.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task<IReadOnlyList<PersonId>> InviteAsync(
        TenantId tenant,
        RoomRef room,
        IReadOnlyList<PersonId> people,
        CancellationToken cancellation
    );

    /// <summary>Sets the room's one-line topic.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task SetTopicAsync(TenantId tenant, RoomRef room, Text topic, CancellationToken cancellation);

    /// <summary>Closes a room for writing; its history stays.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken cancellation);

    /// <summary>Posts a card into a room or to one person.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task<MessageRef> PostAsync(Outgoing message, CancellationToken cancellation);

    /// <summary>
    /// The message that a post made which was begun and whose answer was never kept (a crash, a time-out), or null when
    /// nothing was posted. A platform that cannot look answers null, and then the card may stand there twice.
    /// </summary>
    /// <exception cref="ChatException">
    /// It could not be looked up now; it is asked again. <see cref="ChatFailure.Gone"/> counts as null.
    /// </exception>
    Task<MessageRef?> FindAsync(Posting posting, CancellationToken cancellation) =>
        Task.FromResult<MessageRef?>(null);

    /// <summary>Replaces a card posted before, in place.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task EditAsync(MessageRef posted, Outgoing message, CancellationToken cancellation);

    /// <summary>Keeps a message at hand at the top of its room.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken cancellation);

    /// <summary>
    /// Shows a person's own page anew, its cards from the top. Asked only for people who have opened it there
    /// (<see cref="Storage.Records.OpenHome"/>); a platform without such pages does nothing.
    /// </summary>
    /// <exception cref="ChatException">
    /// It could not be done now or at all; <see cref="ChatFailure.Gone"/> when this person is no longer there.
    /// </exception>
    Task ShowHomeAsync(
        TenantId tenant,
        PersonId person,
        IReadOnlyList<Card> cards,
        CancellationToken cancellation
    ) => Task.CompletedTask;

    /// <summary>
    /// Puts a document into a room for good, as a page of the room or as a file. Answers false where the platform knows
    /// neither: then the message that names the document, with its button to read it, is all there is.
    /// </summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task<bool> ShareDocumentAsync(RoomDocument document, CancellationToken cancellation) =>
        Task.FromResult(false);

    /// <summary>
    /// Puts a meeting into the calendars of those who meet, or moves the one that is there. Answers its id, or null where
    /// the platform has no calendars that are open to us.
    /// </summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task<string?> KeepMeetingAsync(CalendarMeeting meeting, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    /// <summary>Takes a meeting out of the calendars and tells those who were to meet. One that is gone is off already.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    Task CallOffMeetingAsync(TenantId tenant, string entry, CancellationToken cancellation) =>
        Task.CompletedTask;
}

/// <summary>A meeting for people's calendars.</summary>
/// <param name="EffectId">The same for every attempt: it makes one entry.</param>
/// <param name="People">Who meets, by e-mail address.</param>
public sealed record CalendarMeeting(
    string EffectId,
    TenantId Tenant,
    Text Subject,
    Text Body,
    Instant Start,
    Duration Length,
    IReadOnlyList<People.Contact> People
)
{
    /// <summary>The entry that is there already; null for a new one.</summary>
    public string? Entry { get; init; }
}

/// <summary>A room to be opened.</summary>
/// <param name="EffectId">The same for every attempt.</param>
/// <param name="Name">Lower case letters, digits and hyphens, at most 50 characters; a number is added if it is taken.</param>
/// <param name="Restricted">Only for those invited.</param>
public sealed record RoomSpec(
    string EffectId,
    TenantId Tenant,
    EscalationNumber Escalation,
    string Name,
    Text Topic,
    bool Restricted
)
{
    /// <summary>The room the escalation was declared in: on a platform of several workspaces the new one is opened beside it.</summary>
    public RoomRef? Near { get; init; }

    /// <summary>Who answers for it: where nothing is near, the room is opened where they are.</summary>
    public PersonId? Of { get; init; }

    /// <summary>Who is to be in it, as far as is known now; they are invited afterwards all the same.</summary>
    public IReadOnlyList<PersonId> People { get; init; } = [];
}

/// <summary>A document for a room.</summary>
/// <param name="EffectId">The same for every attempt.</param>
/// <param name="Begun">It was not shared before this moment, by the product's clock.</param>
/// <param name="Name">Lower case letters, digits and hyphens, for a file's name without its ending.</param>
/// <param name="Title">One line.</param>
/// <param name="Markdown">CommonMark with tables; what people wrote is escaped in it.</param>
/// <param name="Introduction">One sentence to go with it.</param>
public sealed record RoomDocument(
    string EffectId,
    TenantId Tenant,
    RoomRef Room,
    Instant Begun,
    string Name,
    string Title,
    string Markdown,
    Text Introduction
);

/// <summary>A room that was opened, with the name it really got.</summary>
public sealed record OpenedRoom(RoomRef Room, string Name);

/// <summary>A card on its way to a room or a person. Exactly one of <see cref="Room"/> and <see cref="Person"/> is set.</summary>
public sealed record Outgoing(
    string EffectId,
    TenantId Tenant,
    Card Card,
    RoomRef? Room,
    PersonId? Person
)
{
    /// <summary>
    /// Who works with a card in a room, and may find other buttons on it than others do: a platform that can shows it to each of
    /// them as <see cref="LiveCards"/> has it. Empty for a card that is the same for all.
    /// </summary>
    public IReadOnlyList<PersonId> Viewers { get; init; } = [];

    /// <summary>The language a room is spoken to in; a person is spoken to in their own.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The IANA zone a room's times are told in.</summary>
    public string Zone { get; init; } = "Etc/UTC";
}

/// <summary>A post that was begun. Exactly one of <see cref="Room"/> and <see cref="Person"/> is set.</summary>
/// <param name="EffectId">The <see cref="Outgoing.EffectId"/> it was posted with.</param>
/// <param name="Begun">It was not posted before this moment, by the product's clock.</param>
public sealed record Posting(
    string EffectId,
    TenantId Tenant,
    string Platform,
    RoomRef? Room,
    PersonId? Person,
    Instant Begun
);

/// <summary>A platform would not or could not.</summary>
public sealed class ChatException(
    ChatFailure failure,
    string message,
    Duration? after = null,
    Exception? inner = null
) : Exception(message, inner)
{
    /// <summary>What kind.</summary>
    public ChatFailure Failure => failure;

    /// <summary>Not before this long, when the platform said so.</summary>
    public Duration? After => after;
}

/// <summary>The kinds of <see cref="ChatException"/>.</summary>
public enum ChatFailure
{
    /// <summary>Too many calls; wait as long as it says.</summary>
    RateLimited,

    /// <summary>Not reachable or broken now; nothing happened.</summary>
    Unavailable,

    /// <summary>It may or may not have happened; look before repeating.</summary>
    Unclear,

    /// <summary>The room or message is no longer there.</summary>
    Gone,

    /// <summary>Refused for good.</summary>
    Refused,
}
