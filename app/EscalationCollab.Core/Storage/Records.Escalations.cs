using Dapper;
using EscalationCollab.Core.Escalations;
using NodaTime;

namespace EscalationCollab.Core.Storage;

/// <content>Escalations and their events.</content>
public sealed partial class Records
{
    private const string EventColumns =
        "tenant, number, sequence, at, by_person AS ByPerson, kind, payload, hash";

    /// <summary>An escalation as it is now, or null when there is none of that number.</summary>
    public Escalation? Load(EscalationNumber number)
    {
        var snapshot = _connection.ExecuteScalar<string?>(
            "SELECT snapshot FROM escalation WHERE tenant = @tenant AND number = @number",
            Key(number)
        );
        return snapshot is null ? null : SnapshotMemo.Read(Tenant, number, snapshot);
    }

    /// <summary>Adds events to an escalation and keeps the state after them.</summary>
    /// <param name="before">As loaded in this transaction, or <see cref="Escalation.None"/> for a new one.</param>
    /// <param name="events">What happened, in order; none changes nothing.</param>
    /// <param name="by">Who caused it.</param>
    /// <param name="at">When; kept to the millisecond.</param>
    /// <returns>The state after the events.</returns>
    /// <exception cref="ConcurrencyException">It has changed since it was loaded.</exception>
    public Escalation Append(
        Escalation before,
        IReadOnlyList<EscalationEvent> events,
        PersonId by,
        Instant at
    )
    {
        var appending = Appending(before, at);
        appending.Add(events, by);
        return appending.Save();
    }

    /// <summary>Begins to add events of several authors, which are kept together.</summary>
    /// <param name="before">As loaded in this transaction, or <see cref="Escalation.None"/> for a new one.</param>
    /// <param name="at">When; kept to the millisecond.</param>
    internal NewEvents Appending(Escalation before, Instant at) =>
        before.Tenant == Tenant
            ? new NewEvents(
                this,
                before,
                Instant.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds())
            )
            : throw new ArgumentException("The escalation is another tenant's", nameof(before));

    /// <summary>The events of an escalation in order.</summary>
    /// <param name="number">Which escalation.</param>
    /// <param name="from">The first place wanted, counted from 1.</param>
    /// <param name="to">The last place wanted.</param>
    public IReadOnlyList<RecordedEvent> Events(
        EscalationNumber number,
        int from = 1,
        int to = int.MaxValue
    ) => [.. EventRows(number, from, to).Select(Read)];

    /// <summary>The state as the fold of the events, without looking at the snapshot; null when there are none.</summary>
    public Escalation? Rebuild(EscalationNumber number)
    {
        var rows = EventRows(number, 1, int.MaxValue);
        return rows is []
            ? null
            : rows.Aggregate(
                Escalation.None(Tenant, number),
                (state, row) =>
                    state.With(_events.Read(row.Kind, row.Payload), StampOf(row)) with
                    {
                        Chain = row.Hash,
                    }
            );
    }

    /// <summary>Whether the events are those that were written: none edited, deleted, reordered, cut off or added.</summary>
    /// <returns>The first fault, or null when all is well.</returns>
    public ChainBreak? VerifyChain(EscalationNumber number)
    {
        var end = Load(number) ?? Escalation.None(Tenant, number);
        var rows = EventRows(number, int.MinValue, int.MaxValue);
        var chain = "";
        for (var place = 1; place <= rows.Count; place++)
        {
            var row = rows[place - 1];
            if (place > end.Version)
                return new ChainBreak(row.Sequence, ChainFault.Added);
            if (row.Sequence > place)
                return new ChainBreak(place, ChainFault.Missing);
            chain = EventChain.Hash(chain, row);
            if (row.Sequence < place || chain != row.Hash)
                return new ChainBreak(row.Sequence, ChainFault.Changed);
        }
        if (rows.Count < end.Version)
            return new ChainBreak(rows.Count + 1, ChainFault.Missing);
        return chain == end.Chain ? null : new ChainBreak(rows.Count, ChainFault.Changed);
    }

    private void Save(Escalation before, Escalation after)
    {
        var row = EscalationRow.From(after) with { Before = before.Version };
        var written = _connection.Execute(before.Version == 0 ? InsertRow : UpdateRow, row);
        if (written == 0)
            throw new ConcurrencyException(before.Number, before.Version);
        SnapshotMemo.Keep(Tenant, after.Number, row.Snapshot, after);
    }

    private List<EventRow> EventRows(EscalationNumber number, int from, int to) =>
        _connection
            .Query<EventRow>(
                $"""
                SELECT {EventColumns} FROM event
                WHERE tenant = @tenant AND number = @number AND sequence >= @from AND sequence <= @to
                ORDER BY sequence
                """,
                new
                {
                    tenant = Tenant.Value,
                    number = number.Value,
                    from,
                    to,
                }
            )
            .AsList();

    private EventRow Row(EscalationNumber number, EscalationEvent happened, Stamp stamp) =>
        new()
        {
            Tenant = Tenant.Value,
            Number = number.Value,
            Sequence = stamp.Sequence,
            At = stamp.At.ToUnixTimeMilliseconds(),
            ByPerson = stamp.By.Value,
            Kind = _events.Name(happened),
            Payload = _events.Write(happened),
        };

    private RecordedEvent Read(EventRow row) =>
        new(StampOf(row), row.Kind, _events.Read(row.Kind, row.Payload));

    private static Stamp StampOf(EventRow row) =>
        new(Instant.FromUnixTimeMilliseconds(row.At), new PersonId(row.ByPerson), row.Sequence);

    /// <summary>Events of one escalation that happen in one transaction: one snapshot is written after all of them.</summary>
    internal sealed class NewEvents
    {
        private readonly Records _records;
        private readonly Escalation _before;
        private readonly Instant _at;
        private readonly List<EventRow> _rows = [];

        internal NewEvents(Records records, Escalation before, Instant at) =>
            (_records, _before, _at, After) = (records, before, at, before);

        /// <summary>The state after those added so far.</summary>
        public Escalation After { get; private set; }

        /// <summary>Adds what happened next.</summary>
        public Escalation Add(IReadOnlyList<EscalationEvent> events, PersonId by)
        {
            foreach (var happened in events)
            {
                var stamp = new Stamp(_at, by, After.Version + 1);
                var row = _records.Row(_before.Number, happened, stamp);
                _rows.Add(row with { Hash = EventChain.Hash(After.Chain, row) });
                After = After.With(happened, stamp) with { Chain = _rows[^1].Hash };
            }
            return After;
        }

        /// <summary>Keeps them and the state after them.</summary>
        /// <exception cref="ConcurrencyException">The escalation has changed since it was loaded.</exception>
        public Escalation Save()
        {
            if (_rows.Count == 0)
                return After;
            _records.Save(_before, After);
            _records._connection.Execute(
                """
                INSERT INTO event (tenant, number, sequence, at, by_person, kind, payload, hash)
                VALUES (@Tenant, @Number, @Sequence, @At, @ByPerson, @Kind, @Payload, @Hash)
                """,
                _rows
            );
            return After;
        }
    }

    private object Key(EscalationNumber number) =>
        new { tenant = Tenant.Value, number = number.Value };

    private const string InsertRow = """
        INSERT INTO escalation (tenant, number, version, status, severity, level, type, reason, customer, product,
            owner, restricted, declared_at, acknowledged_at, mitigated_at, resolved_at, closed_at, changed_at, snapshot)
        VALUES (@Tenant, @Number, @Version, @Status, @Severity, @Level, @Type, @Reason, @Customer, @Product,
            @Owner, @Restricted, @DeclaredAt, @AcknowledgedAt, @MitigatedAt, @ResolvedAt, @ClosedAt, @ChangedAt, @Snapshot)
        ON CONFLICT (tenant, number) DO NOTHING
        """;

    private const string UpdateRow = """
        UPDATE escalation SET version = @Version, status = @Status, severity = @Severity, level = @Level, type = @Type,
            reason = @Reason, customer = @Customer, product = @Product, owner = @Owner, restricted = @Restricted,
            declared_at = @DeclaredAt, acknowledged_at = @AcknowledgedAt, mitigated_at = @MitigatedAt,
            resolved_at = @ResolvedAt, closed_at = @ClosedAt, changed_at = @ChangedAt, snapshot = @Snapshot
        WHERE tenant = @Tenant AND number = @Number AND version = @Before
        """;
}
