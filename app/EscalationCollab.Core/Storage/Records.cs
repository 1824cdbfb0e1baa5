using System.Data;
using Dapper;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// What every slice reads and writes of one tenant, inside one transaction. Cheap: made anew for each transaction and
/// not kept after it.
/// </summary>
public sealed partial class Records
{
    private readonly IDbConnection _connection;
    private readonly StoredTypes<EscalationEvent> _events;
    private readonly StoredTypes<Effect> _effects;

    /// <summary>The records of one tenant over the connection of a transaction.</summary>
    public Records(IDbConnection connection, TenantId tenant)
        : this(connection, tenant, StoredTypes<EscalationEvent>.Known, StoredTypes<Effect>.Known)
    { }

    internal Records(
        IDbConnection connection,
        TenantId tenant,
        StoredTypes<EscalationEvent> events,
        StoredTypes<Effect> effects
    )
    {
        _connection = connection;
        Tenant = tenant;
        _events = events;
        _effects = effects;
    }

    /// <summary>Whose records these are.</summary>
    public TenantId Tenant { get; }

    /// <summary>For the queries of a slice's own tables; each of them filters by <see cref="Tenant"/>.</summary>
    public IDbConnection Connection => _connection;

    /// <summary>The next escalation number, beginning with <see cref="EscalationNumber.First"/>. A rolled back one is given again.</summary>
    public EscalationNumber NextNumber() => new(Next("escalation", EscalationNumber.First));

    /// <summary>The next value of a named counter.</summary>
    /// <param name="name">The counter.</param>
    /// <param name="first">The value it begins with.</param>
    public long Next(string name, long first = 1) =>
        _connection.ExecuteScalar<long>(
            """
            INSERT INTO counter (tenant, name, value) VALUES (@tenant, @name, @first)
            ON CONFLICT (tenant, name) DO UPDATE SET value = counter.value + 1
            RETURNING value
            """,
            new
            {
                tenant = Tenant.Value,
                name,
                first,
            }
        );

    /// <summary>A setting's value, or null.</summary>
    public string? Setting(string name) =>
        _connection.ExecuteScalar<string?>(
            "SELECT value FROM setting WHERE tenant = @tenant AND name = @name",
            new { tenant = Tenant.Value, name }
        );

    /// <summary>Keeps a setting, in place of its earlier value.</summary>
    public void SaveSetting(string name, string value) =>
        _connection.Execute(
            """
            INSERT INTO setting (tenant, name, value) VALUES (@tenant, @name, @value)
            ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value
            """,
            new
            {
                tenant = Tenant.Value,
                name,
                value,
            }
        );

    /// <summary>Adds effects to the outbox; they begin after the commit. Those whose key is waiting already are not added.</summary>
    /// <param name="effects">What must happen.</param>
    /// <param name="number">Whose they are: effects of one escalation in one lane happen one after the other.</param>
    /// <param name="now">Due time of those that do not name one.</param>
    public void AddEffects(IEnumerable<Effect> effects, EscalationNumber? number, Instant now)
    {
        var rows = effects
            .Where(effect => MeetsSomething(effect, number))
            .Select(effect => new
            {
                tenant = Tenant.Value,
                lane = effect.Lane,
                due = (effect.NotBefore ?? now).ToUnixTimeMilliseconds(),
                kind = _effects.Name(effect),
                payload = _effects.Write(effect),
                number = number?.Value,
                key = effect.Coalesce is { } key ? $"{number?.Value}/{key}" : null,
                now = now.ToUnixTimeMilliseconds(),
            });
        // The one that waits may have been meant for later than the new one.
        const string Insert = """
            INSERT INTO outbox (tenant, lane, due_at, next_at, kind, payload, number, coalesce_key, created_at)
            VALUES (@tenant, @lane, @due, @due, @kind, @payload, @number, @key, @now)
            ON CONFLICT (tenant, coalesce_key) WHERE coalesce_key IS NOT NULL
            DO UPDATE SET due_at = excluded.due_at, next_at = excluded.next_at WHERE excluded.due_at < outbox.due_at
            """;
        foreach (var row in rows)
            _connection.Execute(Insert, row);
    }

    /// <summary>Until when at least effects of an escalation wait in a lane; null when none does.</summary>
    public Instant? WaitingUntil(string lane, EscalationNumber? number) =>
        _connection.ExecuteScalar<long?>(
            """
            SELECT MAX(next_at) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL
                AND tenant = @tenant AND lane = @lane AND number = @number
            """,
            new
            {
                tenant = Tenant.Value,
                lane,
                number = number?.Value,
            }
        )
            is { } due
            ? Instant.FromUnixTimeMilliseconds(due)
            : null;

    // An edit of a message that was never posted, and that nothing is about to post, would be work for nothing. One slot's
    // notices have one kind; what is being sent is pending until what it posted is kept.
    private bool MeetsSomething(Effect effect, EscalationNumber? number) =>
        effect is not Notice { OnlyEdits: true, Slot: { } slot } notice
        || number is not { } known
        || _connection.ExecuteScalar<bool>(
            """
            SELECT EXISTS (SELECT 1 FROM posted WHERE tenant = @tenant AND number = @number AND slot = @slot)
                OR EXISTS (SELECT 1 FROM posting WHERE tenant = @tenant AND number = @number AND slot = @slot)
                OR EXISTS (SELECT 1 FROM outbox WHERE done_at IS NULL AND dead_at IS NULL
                    AND tenant = @tenant AND lane = @lane AND number = @number AND kind = @kind)
            """,
            new
            {
                tenant = Tenant.Value,
                number = known.Value,
                slot,
                lane = notice.Lane,
                kind = _effects.Name(notice),
            }
        );
}
