using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Web.Sandbox;

/// <summary>The Sandbox's own rows of one tenant, inside one transaction.</summary>
internal sealed class ChatRows(IDbConnection connection, TenantId tenant)
{
    private const string MessageColumns =
        "id, room, author, author_name AS AuthorName, at, body, card, only_for AS OnlyFor, version, "
        + "edited_at AS EditedAt";

    /// <summary>Everybody the tenant knows.</summary>
    public CompanyDirectory Directory() => new Records(connection, tenant).LoadDirectory();

    /// <summary>Whether the tenant has such a person.</summary>
    public bool Knows(PersonId person) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM person WHERE tenant = @tenant AND id = @person",
            new { tenant = tenant.Value, person = person.Value }
        ) > 0;

    /// <summary>A room, or null.</summary>
    public RoomRow? Room(string id) =>
        connection.QuerySingleOrDefault<RoomRow>(
            """
            SELECT id, name, direct, restricted, archived, topic, number, pinned, place
            FROM sandbox_room WHERE tenant = @tenant AND id = @id
            """,
            new { tenant = tenant.Value, id }
        );

    /// <summary>The room that an effect opened, or null.</summary>
    public RoomRow? RoomOf(string effect) =>
        connection.ExecuteScalar<string?>(
            "SELECT id FROM sandbox_room WHERE tenant = @tenant AND effect = @effect",
            new { tenant = tenant.Value, effect }
        )
            is { } id
            ? Room(id)
            : null;

    /// <summary>The name, with a number added when a room has it already. The name of a room is its id too.</summary>
    public string FreeName(string name)
    {
        var free = name;
        for (var count = 2; Room(free) is not null; count++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{count}");
        return free;
    }

    /// <summary>Adds a room; nothing happens when there is one of its id.</summary>
    public void AddRoom(RoomRow room, Instant now, string? effect = null) =>
        connection.Execute(
            """
            INSERT INTO sandbox_room (tenant, id, name, direct, restricted, archived, topic, number, effect, place, created_at)
            VALUES (@tenant, @Id, @Name, @direct, @restricted, @archived, @Topic, @Number, @effect, @Place, @now)
            ON CONFLICT (tenant, id) DO NOTHING
            """,
            new
            {
                tenant = tenant.Value,
                room.Id,
                room.Name,
                direct = room.Direct ? 1 : 0,
                restricted = room.Restricted ? 1 : 0,
                archived = room.Archived ? 1 : 0,
                room.Topic,
                room.Number,
                effect,
                room.Place,
                now = now.ToUnixTimeMilliseconds(),
            }
        );

    /// <summary>Sets what changes about a room; nulls leave it as it is.</summary>
    public void ChangeRoom(
        string id,
        string? topic = null,
        bool? archived = null,
        long? pinned = null
    ) =>
        connection.Execute(
            """
            UPDATE sandbox_room SET topic = COALESCE(@topic, topic), archived = COALESCE(@archived, archived),
                pinned = COALESCE(@pinned, pinned)
            WHERE tenant = @tenant AND id = @id
            """,
            new
            {
                tenant = tenant.Value,
                id,
                topic,
                archived = archived is { } closed ? (closed ? 1 : 0) : (int?)null,
                pinned,
            }
        );

    /// <summary>Lets people in; those in already stay.</summary>
    public void AddMembers(string room, IEnumerable<PersonId> people) =>
        connection.Execute(
            "INSERT INTO sandbox_member (tenant, room, person) VALUES (@tenant, @room, @person) ON CONFLICT DO NOTHING",
            people.Select(person => new
            {
                tenant = tenant.Value,
                room,
                person = person.Value,
            })
        );

    /// <summary>Who is in a room.</summary>
    public IReadOnlyList<PersonId> Members(string room) =>
        [
            .. connection
                .Query<string>(
                    "SELECT person FROM sandbox_member WHERE tenant = @tenant AND room = @room",
                    new { tenant = tenant.Value, room }
                )
                .Select(person => new PersonId(person)),
        ];

    /// <summary>Whether somebody is in a room.</summary>
    public bool IsMember(string room, PersonId person) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM sandbox_member WHERE tenant = @tenant AND room = @room AND person = @person",
            new
            {
                tenant = tenant.Value,
                room,
                person = person.Value,
            }
        ) > 0;

    /// <summary>The rooms and direct messages that somebody may see, as the side bar orders them.</summary>
    public IReadOnlyList<RoomLine> Visible(PersonId person) =>
        connection
            .Query<RoomLine>(
                """
                SELECT r.id, r.name, r.direct, r.restricted, r.archived, r.number,
                    CASE WHEN m.person IS NULL THEN 0 ELSE 1 END AS Member,
                    CASE WHEN m.person IS NULL THEN 0 ELSE (
                        SELECT COUNT(*) FROM sandbox_message x
                        WHERE x.tenant = r.tenant AND x.room = r.id AND x.id > COALESCE(d.message, 0)
                          AND x.only_for IS NULL AND x.author <> @person) END AS Unread
                FROM sandbox_room r
                LEFT JOIN sandbox_member m ON m.tenant = r.tenant AND m.room = r.id AND m.person = @person
                LEFT JOIN sandbox_read d ON d.tenant = r.tenant AND d.room = r.id AND d.person = @person
                WHERE r.tenant = @tenant AND (r.restricted = 0 OR m.person IS NOT NULL)
                ORDER BY r.archived, r.place, r.created_at DESC, r.name
                """,
                new { tenant = tenant.Value, person = person.Value }
            )
            .AsList();

    /// <summary>The id of the message that an effect posted, or null.</summary>
    public MessageRow? MessageOf(string effect) =>
        connection.QuerySingleOrDefault<MessageRow>(
            $"SELECT {MessageColumns} FROM sandbox_message WHERE tenant = @tenant AND effect = @effect",
            new { tenant = tenant.Value, effect }
        );

    /// <summary>A message, or null.</summary>
    public MessageRow? Message(string room, long id) =>
        connection.QuerySingleOrDefault<MessageRow>(
            $"SELECT {MessageColumns} FROM sandbox_message WHERE tenant = @tenant AND room = @room AND id = @id",
            new
            {
                tenant = tenant.Value,
                room,
                id,
            }
        );

    /// <summary>The newest messages that somebody sees in a room, oldest first.</summary>
    /// <param name="before">Only those before this one.</param>
    /// <param name="privateSince">What only they see is shown from this moment on: later it would tell of a time that is over.</param>
    public IReadOnlyList<MessageRow> Messages(
        string room,
        PersonId reader,
        long before,
        int atMost,
        Instant privateSince = default
    ) =>
        [
            .. connection
                .Query<MessageRow>(
                    $"""
                    SELECT {MessageColumns} FROM sandbox_message
                    WHERE tenant = @tenant AND room = @room AND id < @before
                      AND (only_for IS NULL OR (only_for = @reader AND at >= @since))
                    ORDER BY id DESC LIMIT @atMost
                    """,
                    new
                    {
                        tenant = tenant.Value,
                        room,
                        reader = reader.Value,
                        before,
                        atMost,
                        since = privateSince.ToUnixTimeMilliseconds(),
                    }
                )
                .Reverse(),
        ];

    /// <summary>Adds a message and returns its id.</summary>
    public long Add(MessageRow message, string? effect = null)
    {
        var id = new Records(connection, tenant).Next("sandbox-message");
        connection.Execute(
            """
            INSERT INTO sandbox_message (tenant, id, room, author, author_name, at, body, card, only_for, effect, version)
            VALUES (@tenant, @id, @Room, @Author, @AuthorName, @At, @Body, @Card, @OnlyFor, @effect, 1)
            """,
            new
            {
                tenant = tenant.Value,
                id,
                message.Room,
                message.Author,
                message.AuthorName,
                message.At,
                message.Body,
                message.Card,
                message.OnlyFor,
                effect,
            }
        );
        return id;
    }

    /// <summary>
    /// Shows a card to one person only, in the place of what was shown before: a line of a moment ago has been read, and a
    /// card of earlier tells how it was then. A line leaves the card, from which somebody may be working.
    /// </summary>
    public void Whisper(string room, PersonId person, Card card, Instant now)
    {
        foreach (var (id, shown) in Whispers(room, person))
            if (!card.IsLine || StoredChat.ReadCard(shown).IsLine)
                Dismiss(room, id, person);
        Add(MessageRow.Shows(room, card, now) with { OnlyFor = person.Value });
    }

    private List<(long Id, string Card)> Whispers(string room, PersonId person) =>
        connection
            .Query<(long, string)>(
                "SELECT id, card FROM sandbox_message WHERE tenant = @tenant AND room = @room AND only_for = @person",
                new
                {
                    tenant = tenant.Value,
                    room,
                    person = person.Value,
                }
            )
            .AsList();

    /// <summary>Replaces a card in place; false when there is no such message. The same card again changes nothing.</summary>
    public bool Edit(string room, long id, string card, Instant now)
    {
        if (Message(room, id) is not { } known)
            return false;
        if (known.Card != card)
            connection.Execute(
                """
                UPDATE sandbox_message SET card = @card, version = version + 1, edited_at = @now
                WHERE tenant = @tenant AND id = @id
                """,
                new
                {
                    tenant = tenant.Value,
                    id,
                    card,
                    now = now.ToUnixTimeMilliseconds(),
                }
            );
        return true;
    }

    /// <summary>Takes away a message that only this person sees.</summary>
    public void Dismiss(string room, long id, PersonId person) =>
        connection.Execute(
            "DELETE FROM sandbox_message WHERE tenant = @tenant AND room = @room AND id = @id AND only_for = @person",
            new
            {
                tenant = tenant.Value,
                room,
                id,
                person = person.Value,
            }
        );

    /// <summary>How far somebody has read.</summary>
    public ReadRow Read(string room, PersonId person) =>
        connection.QuerySingleOrDefault<ReadRow>(
            "SELECT message, line FROM sandbox_read WHERE tenant = @tenant AND room = @room AND person = @person",
            new
            {
                tenant = tenant.Value,
                room,
                person = person.Value,
            }
        ) ?? new ReadRow();

    /// <summary>Keeps how far somebody has read.</summary>
    public void SaveRead(string room, PersonId person, ReadRow read) =>
        connection.Execute(
            """
            INSERT INTO sandbox_read (tenant, room, person, message, line) VALUES (@tenant, @room, @person, @Message, @Line)
            ON CONFLICT (tenant, room, person) DO UPDATE SET message = excluded.message, line = excluded.line
            """,
            new
            {
                tenant = tenant.Value,
                room,
                person = person.Value,
                read.Message,
                read.Line,
            }
        );

    /// <summary>The newest message of a room, 0 when there is none.</summary>
    public long Newest(string room) =>
        connection.ExecuteScalar<long>(
            "SELECT COALESCE(MAX(id), 0) FROM sandbox_message WHERE tenant = @tenant AND room = @room",
            new { tenant = tenant.Value, room }
        );

    /// <summary>The mails that were opened in a mailbox.</summary>
    public IReadOnlySet<string> OpenedMails(string mailbox) =>
        connection
            .Query<string>(
                "SELECT mail FROM sandbox_opened_mail WHERE tenant = @tenant AND mailbox = @mailbox",
                new { tenant = tenant.Value, mailbox }
            )
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Notes that a mail was opened.</summary>
    public void SaveOpenedMail(string mailbox, string mail) =>
        connection.Execute(
            "INSERT INTO sandbox_opened_mail (tenant, mailbox, mail) VALUES (@tenant, @mailbox, @mail) "
                + "ON CONFLICT DO NOTHING",
            new
            {
                tenant = tenant.Value,
                mailbox,
                mail,
            }
        );
}

/// <summary>A room as stored.</summary>
internal sealed record RoomRow
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public bool Direct { get; init; }

    public bool Restricted { get; init; }

    public bool Archived { get; init; }

    public string Topic { get; init; } = StoredChat.NoTopic;

    public long? Number { get; init; }

    public long? Pinned { get; init; }

    public long Place { get; init; } = RoomPlaces.WarRooms;
}

/// <summary>Where rooms stand in the side bar.</summary>
internal static class RoomPlaces
{
    /// <summary>The seeded rooms are counted from here.</summary>
    public const long First = 1;

    /// <summary>War rooms stand below them, the newest first.</summary>
    public const long WarRooms = 1000;
}

/// <summary>A room as somebody sees it in the side bar.</summary>
internal sealed record RoomLine
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public bool Direct { get; init; }

    public bool Restricted { get; init; }

    public bool Archived { get; init; }

    public long? Number { get; init; }

    public bool Member { get; init; }

    public long Unread { get; init; }
}

/// <summary>A message as stored; either a body or a card.</summary>
internal sealed record MessageRow
{
    public long Id { get; init; }

    public string Room { get; init; } = "";

    public string Author { get; init; } = "";

    public string? AuthorName { get; init; }

    public long At { get; init; }

    public string? Body { get; init; }

    public string? Card { get; init; }

    public string? OnlyFor { get; init; }

    public long Version { get; init; } = 1;

    public long? EditedAt { get; init; }

    public static MessageRow Says(string room, PersonId author, string body, Instant at) =>
        new()
        {
            Room = room,
            Author = author.Value,
            Body = body,
            At = at.ToUnixTimeMilliseconds(),
        };

    public static MessageRow Shows(string room, Card card, Instant at) =>
        new()
        {
            Room = room,
            Author = PersonId.Product.Value,
            Card = StoredChat.Write(card),
            At = at.ToUnixTimeMilliseconds(),
        };
}

/// <summary>How far somebody has read a room, and after which message the line "new" stands.</summary>
internal sealed record ReadRow
{
    public long Message { get; init; }

    public long Line { get; init; }
}

/// <summary>Cards and topics as they are stored.</summary>
internal static class StoredChat
{
    public static readonly string NoTopic = Write(Text.Empty);

    public static string Write(Text text) => JsonSerializer.Serialize(text, Json.Options);

    public static string Write(Card card) => JsonSerializer.Serialize(card, Json.Options);

    public static Text ReadText(string stored) =>
        JsonSerializer.Deserialize<Text>(stored, Json.Options)!;

    public static Card ReadCard(string stored) =>
        JsonSerializer.Deserialize<Card>(stored, Json.Options)!;
}
