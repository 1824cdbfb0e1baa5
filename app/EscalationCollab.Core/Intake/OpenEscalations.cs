using System.Collections.Immutable;
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

    /// <summary>
    /// Those of one customer a person may see: how many, and the worst and oldest of them. Asked whenever somebody
    /// declares, so it reads no more of them than it names.
    /// </summary>
    public static OpenOfCustomer Of(Records records, CustomerId customer, Situation situation)
    {
        var counts = records
            .Connection.Query<(bool Restricted, long Count)>(
                $"""
                SELECT restricted, COUNT(*) FROM escalation
                WHERE tenant = @tenant AND {Open} AND customer = @customer GROUP BY restricted
                """,
                new { tenant = records.Tenant.Value, customer = customer.Value }
            )
            .ToDictionary(row => row.Restricted, row => (int)row.Count);
        // Everybody sees those that are not restricted; of the restricted ones, each is looked at.
        var restricted = counts.ContainsKey(true)
            ? Read(
                records,
                situation,
                "AND customer = @customer AND restricted = 1",
                customer.Value
            )
            : [];
        var count = counts.GetValueOrDefault(false);
        var worst =
            count == 0
                ? []
                : Read(
                    records,
                    situation,
                    "AND customer = @customer AND restricted = 0",
                    customer.Value,
                    OpenOfCustomer.Named
                );
        return new OpenOfCustomer(
            count + restricted.Count,
            [
                .. worst
                    .Concat(restricted)
                    .OrderBy(escalation => escalation.Severity)
                    .ThenBy(escalation => escalation.DeclaredAt)
                    .Take(OpenOfCustomer.Named),
            ]
        );
    }

    // The same words as the index escalation_open has, or it is not used.
    private const string Open = "status IN ('Declared', 'Acknowledged', 'Mitigated', 'Resolved')";

    private static List<Escalation> Read(
        Records records,
        Situation situation,
        string condition,
        string? customer,
        int most = Most
    ) =>
        [
            .. records
                .Connection.Query<(long Number, string Snapshot)>(
                    $"""
                    SELECT number, snapshot FROM escalation
                    WHERE tenant = @tenant AND {Open} {condition}
                    ORDER BY severity, declared_at LIMIT @most
                    """,
                    new
                    {
                        tenant = records.Tenant.Value,
                        customer,
                        most,
                    }
                )
                .Select(row =>
                    SnapshotMemo.Read(
                        records.Tenant,
                        new EscalationNumber(row.Number),
                        row.Snapshot
                    )
                )
                .Where(escalation => Visibility.Sees(escalation, situation)),
        ];
}

/// <summary>The escalations that are open for one customer, as far as somebody may see them.</summary>
/// <param name="Count">How many.</param>
/// <param name="Worst">The worst and oldest of them, at most <see cref="Named"/>.</param>
public sealed record OpenOfCustomer(int Count, ImmutableArray<Escalation> Worst)
{
    /// <summary>How many are named; the rest is a count.</summary>
    public const int Named = 3;

    /// <summary>None is open.</summary>
    public static readonly OpenOfCustomer None = new(0, []);
}
