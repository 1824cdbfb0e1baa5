using System.Data;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>What writing a ticket did.</summary>
public enum TicketChange
{
    /// <summary>It was not known.</summary>
    Added,

    /// <summary>It is newer than, or different from, what was known.</summary>
    Changed,

    /// <summary>Exactly this was known already.</summary>
    Unchanged,

    /// <summary>Something newer is known.</summary>
    Older,
}

/// <summary>Writes tickets over one connection with statements prepared once. Made anew for each transaction.</summary>
internal sealed class TicketTable : IDisposable
{
    private static readonly string[] Columns =
    [
        "tenant",
        "source",
        "number",
        "opened_at",
        "updated_at",
        "revision",
        "resolved_at",
        "first_reply_at",
        "state",
        "priority",
        "customer",
        "summary",
        "body",
        "resolved",
        "escalated",
        "first_contact",
        "sla_met",
        "reassigned",
        "reopened",
        "fingerprint",
    ];

    private const string ByKey =
        " WHERE tenant = @tenant AND source = @source AND number = @number";

    private static readonly string Insert =
        $"INSERT INTO ticket ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(name => "@" + name))})";

    private static readonly string Update =
        $"UPDATE ticket SET {string.Join(", ", Columns.Skip(3).Select(name => $"{name} = @{name}"))}{ByKey}";

    private readonly Statement _find;
    private readonly Statement _insert;
    private readonly Statement _update;

    public TicketTable(IDbConnection connection, TenantId tenant)
    {
        _find = new Statement(
            connection,
            "SELECT updated_at, revision, fingerprint FROM ticket" + ByKey,
            ["tenant", "source", "number"]
        );
        _insert = new Statement(connection, Insert, Columns);
        _update = new Statement(connection, Update, Columns);
        foreach (var statement in new[] { _find, _insert, _update })
            statement[0] = tenant.Value;
    }

    /// <summary>Keeps the ticket unless the same or something newer is known.</summary>
    public TicketChange Write(Ticket ticket)
    {
        var fingerprint = ticket.Fingerprint();
        var change = Decide(Find(ticket), ticket, fingerprint);
        if (change is TicketChange.Added)
            Run(_insert, ticket, fingerprint);
        else if (change is TicketChange.Changed)
            Run(_update, ticket, fingerprint);
        return change;
    }

    /// <summary>What is to be done with a ticket, given what is known of it.</summary>
    public static TicketChange Decide(
        (RowKey Key, long Fingerprint)? known,
        Ticket ticket,
        long fingerprint
    )
    {
        if (known is not { } before)
            return TicketChange.Added;
        var order = new RowKey(ticket.UpdatedAt, ticket.Revision).CompareTo(before.Key);
        return order < 0 ? TicketChange.Older
            : order == 0 && fingerprint == before.Fingerprint ? TicketChange.Unchanged
            : TicketChange.Changed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _update.Dispose();
    }

    private (RowKey, long)? Find(Ticket ticket)
    {
        _find[1] = ticket.Source;
        _find[2] = ticket.Number;
        using var reader = _find.Command.ExecuteReader();
        return reader.Read()
            ? (
                new RowKey(
                    Instant.FromUnixTimeMilliseconds(reader.GetInt64(0)),
                    reader.GetInt64(1)
                ),
                reader.GetInt64(2)
            )
            : null;
    }

    private static void Run(Statement statement, Ticket ticket, long fingerprint)
    {
        statement[1] = ticket.Source;
        statement[2] = ticket.Number;
        statement[3] = ticket.OpenedAt.ToUnixTimeMilliseconds();
        statement[4] = ticket.UpdatedAt.ToUnixTimeMilliseconds();
        statement[5] = ticket.Revision;
        statement[6] = ticket.ResolvedAt?.ToUnixTimeMilliseconds();
        statement[7] = ticket.FirstReplyAt?.ToUnixTimeMilliseconds();
        statement[8] = ticket.State;
        statement[9] = ticket.Priority;
        statement[10] = ticket.Customer;
        statement[11] = ticket.Summary;
        statement[12] = ticket.Text;
        statement[13] = Flag(ticket.Resolved);
        statement[14] = Flag(ticket.Escalated);
        statement[15] = Flag(ticket.FirstContact);
        statement[16] = ticket.SlaMet is { } met ? Flag(met) : null;
        statement[17] = (long)ticket.Reassigned;
        statement[18] = (long)ticket.Reopened;
        statement[19] = fingerprint;
        statement.Command.ExecuteNonQuery();
    }

    private static long Flag(bool value) => value ? 1L : 0L;

    private sealed class Statement : IDisposable
    {
        private readonly IDbDataParameter[] _parameters;

        public Statement(IDbConnection connection, string sql, string[] names)
        {
            Command = connection.CreateCommand();
            Command.CommandText = sql;
            _parameters =
            [
                .. names.Select(name =>
                {
                    var parameter = Command.CreateParameter();
                    parameter.ParameterName = "@" + name;
                    Command.Parameters.Add(parameter);
                    return parameter;
                }),
            ];
            Command.Prepare();
        }

        public IDbCommand Command { get; }

        public object? this[int index]
        {
            set => _parameters[index].Value = value ?? DBNull.Value;
        }

        public void Dispose() => Command.Dispose();
    }
}
