using System.Text.Json;
using Dapper;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Intake;

/// <summary>Reads the escalations that are not over. Always goes through <see cref="Visibility"/>.</summary>
internal static class OpenEscalations
{
    /// <summary>More than a company has open at one time; a list that long has other problems.</summary>
    private const int Most = 1_000;

    /// <summary>All a person may see, the worst and oldest first.</summary>
    public static IReadOnlyList<Escalation> All(Records records, Situation situation) =>
        Read(records, situation, "", customer: null);

    /// <summary>Those of one customer a person may see, the worst and oldest first.</summary>
    public static IReadOnlyList<Escalation> Of(
        Records records,
        CustomerId customer,
        Situation situation
    ) => Read(records, situation, "AND customer = @customer", customer.Value);

    private static List<Escalation> Read(
        Records records,
        Situation situation,
        string condition,
        string? customer
    ) =>
        [
            .. records
                .Connection.Query<string>(
                    $"""
                    SELECT snapshot FROM escalation
                    WHERE tenant = @tenant AND status IN ('Declared', 'Acknowledged', 'Mitigated', 'Resolved') {condition}
                    ORDER BY severity, declared_at LIMIT {Most}
                    """,
                    new { tenant = records.Tenant.Value, customer }
                )
                .Select(json => JsonSerializer.Deserialize<Escalation>(json, Json.Options)!)
                .Where(escalation => Visibility.Sees(escalation, situation)),
        ];
}
