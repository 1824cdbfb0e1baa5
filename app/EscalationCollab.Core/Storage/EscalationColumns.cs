using System.Text.Json;
using EscalationCollab.Core.Escalations;
using NodaTime;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// What lists and figures need to ask for without reading snapshots. The one place that says which part of an
/// escalation goes into which column.
/// </summary>
internal sealed record EscalationColumns
{
    public string Status { get; init; } = "";
    public int Severity { get; init; }
    public int Level { get; init; }
    public string Type { get; init; } = "";
    public string Reason { get; init; } = "";
    public string Customer { get; init; } = "";
    public string? Product { get; init; }
    public string? Owner { get; init; }
    public bool Restricted { get; init; }
    public Instant? DeclaredAt { get; init; }
    public Instant? AcknowledgedAt { get; init; }
    public Instant? MitigatedAt { get; init; }
    public Instant? ResolvedAt { get; init; }
    public Instant? ClosedAt { get; init; }

    /// <summary>The columns of an escalation.</summary>
    public static EscalationColumns Of(Escalation escalation) =>
        new()
        {
            Status = escalation.Status.ToString(),
            Severity = (int)escalation.Severity,
            Level = (int)escalation.Level,
            Type = escalation.Type.ToString(),
            Reason = escalation.Reason.ToString(),
            Customer = escalation.Customer.Id.Value,
            Product = escalation.Product,
            Owner = escalation.Owner?.Value,
            Restricted = escalation.Restricted,
            DeclaredAt = escalation.Version == 0 ? null : escalation.DeclaredAt,
            AcknowledgedAt = escalation.AcknowledgedAt,
            MitigatedAt = escalation.MitigatedAt,
            ResolvedAt = escalation.ResolvedAt,
            ClosedAt = escalation.ClosedAt,
        };
}

/// <summary>One row of the table <c>escalation</c>, as parameters of its statements.</summary>
internal sealed record EscalationRow
{
    public required string Tenant { get; init; }
    public required long Number { get; init; }
    public required int Version { get; init; }
    public required string Status { get; init; }
    public required int Severity { get; init; }
    public required int Level { get; init; }
    public required string Type { get; init; }
    public required string Reason { get; init; }
    public required string Customer { get; init; }
    public string? Product { get; init; }
    public string? Owner { get; init; }
    public required int Restricted { get; init; }
    public long? DeclaredAt { get; init; }
    public long? AcknowledgedAt { get; init; }
    public long? MitigatedAt { get; init; }
    public long? ResolvedAt { get; init; }
    public long? ClosedAt { get; init; }
    public required long ChangedAt { get; init; }
    public required string Snapshot { get; init; }

    /// <summary>The version that the statement expects to find.</summary>
    public int Before { get; init; }

    /// <summary>The row of an escalation.</summary>
    public static EscalationRow From(Escalation escalation)
    {
        var columns = EscalationColumns.Of(escalation);
        return new EscalationRow
        {
            Tenant = escalation.Tenant.Value,
            Number = escalation.Number.Value,
            Version = escalation.Version,
            Status = columns.Status,
            Severity = columns.Severity,
            Level = columns.Level,
            Type = columns.Type,
            Reason = columns.Reason,
            Customer = columns.Customer,
            Product = columns.Product,
            Owner = columns.Owner,
            Restricted = columns.Restricted ? 1 : 0,
            DeclaredAt = columns.DeclaredAt?.ToUnixTimeMilliseconds(),
            AcknowledgedAt = columns.AcknowledgedAt?.ToUnixTimeMilliseconds(),
            MitigatedAt = columns.MitigatedAt?.ToUnixTimeMilliseconds(),
            ResolvedAt = columns.ResolvedAt?.ToUnixTimeMilliseconds(),
            ClosedAt = columns.ClosedAt?.ToUnixTimeMilliseconds(),
            ChangedAt = escalation.ChangedAt.ToUnixTimeMilliseconds(),
            Snapshot = JsonSerializer.Serialize(escalation, Json.Options),
        };
    }
}
