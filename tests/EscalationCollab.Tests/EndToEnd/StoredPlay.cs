using System.Data;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.CustomerChannels.Email;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>What a database holds after a play, and what is wrong with it.</summary>
internal sealed class StoredPlay
{
    private readonly List<string> _faults = [];
    private readonly List<(long Number, string Kind, string Payload)> _events;
    private readonly List<string> _said;

    private StoredPlay(IDbConnection connection)
    {
        var records = new Records(connection, TenantId.Default);
        Escalations =
        [
            .. connection
                .Query<long>("SELECT number FROM escalation ORDER BY number")
                .Select(number => records.Load(new EscalationNumber(number))!),
        ];
        _events = connection
            .Query<(long, string, string)>("SELECT number, kind, payload FROM event")
            .AsList();
        _said = connection
            .Query<string>("SELECT body FROM sandbox_message WHERE body IS NOT NULL")
            .AsList();
        Messages = connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sandbox_message");
        Outbox(connection);
        Posts(connection);
        foreach (var escalation in Escalations)
        {
            Chain(escalation, records);
            Room(escalation, connection, records);
        }
    }

    public IReadOnlyList<Escalation> Escalations { get; }

    public int Events => _events.Count;

    public long Messages { get; }

    /// <summary>How many letters lie in the mail folder.</summary>
    public int Letters { get; private set; }

    public static StoredPlay Read(IDbConnection connection) => new(connection);

    /// <summary>How many effects are due and not performed.</summary>
    public static long Due(IDbConnection connection) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= @now",
            new { now = TimeProvider.System.Moment().ToUnixTimeMilliseconds() }
        );

    /// <summary>Everything that is wrong; empty when all is well.</summary>
    public IReadOnlyList<string> Faults(Ledger ledger, string mailFolder)
    {
        Acknowledged(ledger);
        Doubles();
        Mail(mailFolder);
        return _faults;
    }

    private void Acknowledged(Ledger ledger)
    {
        foreach (var (act, mark) in ledger.Acknowledged)
        {
            var found = act switch
            {
                Act.Declared => Escalations.Count(e =>
                    e.Summary.EndsWith(mark, StringComparison.Ordinal)
                ),
                Act.Accepted => _events.Count(e =>
                    e.Kind == "ownership-accepted"
                    && EscalationNumber.Parse(mark) == new EscalationNumber(e.Number)
                ),
                Act.Written => _events.Count(e =>
                    e.Payload.Contains(mark, StringComparison.Ordinal)
                ),
                _ => _said.Count(body => body.EndsWith(mark, StringComparison.Ordinal)),
            };
            Expect(found == 1, $"{act} {mark} was acknowledged and is there {found} times");
        }
    }

    private void Doubles()
    {
        foreach (var twins in Escalations.GroupBy(e => e.Summary).Where(group => group.Count() > 1))
            Expect(false, $"'{twins.Key}' was declared {twins.Count()} times");
        foreach (
            var twins in _said
                .Where(s => s.EndsWith('1'))
                .GroupBy(body => body)
                .Where(g => g.Count() > 1)
        )
            Expect(false, $"'{twins.Key}' was said {twins.Count()} times");
        string[] once = ["declared", "ownership-accepted", "war-room-opened"];
        foreach (
            var twins in _events
                .Where(e => once.Contains(e.Kind))
                .GroupBy(e => (e.Number, e.Kind))
                .Where(group => group.Count() > 1)
        )
            Expect(false, $"{twins.Key} happened {twins.Count()} times");
        string[] marked =
        [
            "note-added",
            "status-posted",
            "severity-changed",
            "mitigated",
            "resolved",
            "customer-update-sent",
        ];
        foreach (
            var twins in _events
                .Where(e => marked.Contains(e.Kind))
                .GroupBy(e => e)
                .Where(group => group.Count() > 1)
        )
            Expect(false, $"{twins.Key} happened {twins.Count()} times");
    }

    private void Mail(string folder)
    {
        var mails = new MailFolder(folder).List(int.MaxValue);
        foreach (
            var twins in mails.GroupBy(mail => mail.MessageId).Where(group => group.Count() > 1)
        )
            Expect(false, $"the letter {twins.Key} is there {twins.Count()} times");
        var sent = _events.Count(e => e.Kind == "customer-update-sent");
        Expect(mails.Count == sent, $"{sent} letters were sent and {mails.Count} are there");
        Letters = mails.Count;
    }

    private void Outbox(IDbConnection connection)
    {
        foreach (
            var (kind, why) in connection.Query<(string, string)>(
                "SELECT kind, last_error FROM outbox WHERE dead_at IS NOT NULL"
            )
        )
            Expect(false, $"{kind} was given up: {why}");
        Expect(Due(connection) == 0, $"{Due(connection)} effects are due and not performed");
    }

    // A message that no row of "posted" names was sent twice or forgotten, except one that is never edited: killed before
    // the row was written, and not needed any more when it was tried again, it stands there once, as it should. A row
    // without a message lost it.
    private void Posts(IDbConnection connection)
    {
        var orphans = connection.Query<(string Room, string Kind, string Payload)>(
            """
            SELECT m.room, o.kind, o.payload FROM sandbox_message m
            JOIN outbox o ON o.id = CAST(m.effect AS INTEGER)
            WHERE m.effect IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM posted p WHERE p.platform = 'sandbox' AND p.room = m.room AND p.message = m.id || '')
            """
        );
        foreach (var orphan in orphans)
            Expect(
                StoredTypes<Effect>.Known.Read(orphan.Kind, orphan.Payload)
                    is Notice { Slot: null },
                $"the message {orphan.Kind} {orphan.Payload} in {orphan.Room} belongs to nothing"
            );
        var lost = connection.Query<(long Number, string Slot, string Target)>(
            """
            SELECT p.number, p.slot, p.target FROM posted p
            WHERE p.platform = 'sandbox' AND NOT EXISTS (
                SELECT 1 FROM sandbox_message m WHERE m.room = p.room AND m.id || '' = p.message AND m.effect IS NOT NULL)
            """
        );
        foreach (var row in lost)
            Expect(false, $"ESC-{row.Number} {row.Slot} for {row.Target} has no message");
        var twice = connection.Query<(string Room, string Message)>(
            "SELECT room, message FROM posted GROUP BY room, message HAVING COUNT(*) > 1"
        );
        foreach (var row in twice)
            Expect(false, $"message {row.Message} in {row.Room} is two notices");
    }

    private void Chain(Escalation escalation, Records records)
    {
        if (records.VerifyChain(escalation.Number) is { } broken)
            Expect(false, $"the chain of {escalation.Number} is broken: {broken}");
        var rebuilt = JsonSerializer.Serialize(records.Rebuild(escalation.Number), Json.Options);
        Expect(
            rebuilt == JsonSerializer.Serialize(escalation, Json.Options),
            $"the snapshot of {escalation.Number} is not the fold of its events"
        );
    }

    private void Room(Escalation escalation, IDbConnection connection, Records records)
    {
        var of = new { number = escalation.Number.Value };
        var rooms = connection
            .Query<(string Id, long? Pinned, long Restricted)>(
                "SELECT id, pinned, restricted FROM sandbox_room WHERE number = @number",
                of
            )
            .AsList();
        if (rooms is not [var room])
        {
            Expect(false, $"{escalation.Number} has {rooms.Count} rooms");
            return;
        }
        Expect(
            escalation.Rooms is [var known]
                && known.Room.Id == room.Id
                && records.EscalationOf(known.Room) == escalation.Number,
            $"{escalation.Number} does not know its room {room.Id}"
        );
        Expect(room.Restricted == (escalation.Restricted ? 1 : 0), $"{room.Id} is open to others");
        var cards = connection
            .Query<string>(
                "SELECT message FROM posted WHERE number = @number AND slot = 'card' AND room = @Id",
                new { of.number, room.Id }
            )
            .AsList();
        Expect(
            cards is [var card]
                && card == room.Pinned?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            $"{room.Id} has {cards.Count} cards, pinned is {room.Pinned}"
        );
        var members = connection
            .Query<string>("SELECT person FROM sandbox_member WHERE room = @Id", new { room.Id })
            .ToHashSet(StringComparer.Ordinal);
        var missing = escalation
            .Invited.Union(escalation.Roles.Values.SelectMany(people => people))
            .Where(person => !members.Contains(person.Value))
            .ToList();
        Expect(missing.Count == 0, $"{string.Join(", ", missing)} are not in {room.Id}");
        var announced = connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM posted WHERE number = @number AND room = 'escalations'",
            of
        );
        Expect(
            announced == (escalation.Restricted ? 0 : 1),
            $"{escalation.Number} was announced {announced} times"
        );
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
            _faults.Add(otherwise);
    }
}
