using System.Data;
using Dapper;
using EscalationCollab.Core.Storage;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Core.Metrics;

/// <summary>One ticket or escalation behind a figure.</summary>
/// <param name="Ticket">The help desk's number, or null when it is about an escalation only.</param>
/// <param name="Escalation">The escalation, or null when it is about a ticket only.</param>
/// <param name="Counts">Whether it counts on the good side of the fraction: escalated, resolved at first contact, in time...</param>
/// <param name="Value">Its own value: seconds for times, the rating for surveys; null otherwise.</param>
public sealed record MetricEvidence(
    string? Ticket,
    EscalationNumber? Escalation,
    bool Counts,
    double? Value
);

/// <summary>Traces a figure to what it was counted of.</summary>
public static class MetricEvidenceQuery
{
    /// <summary>What is behind a figure of a period, those that count first, the largest values first.</summary>
    /// <param name="restricted">Whether escalations in restricted rooms may be named to the asker.</param>
    /// <param name="most">At most so many.</param>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public static Task<IReadOnlyList<MetricEvidence>> RunAsync(
        IStore store,
        TenantId tenant,
        MetricFigure figure,
        PeriodSpan span,
        DateTimeZone zone,
        Instant now,
        bool restricted,
        int most,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.ReadAsync(
            connection => Run(connection, tenant, figure, span, zone, now, restricted, most),
            cancellation
        );
    }

    /// <summary>The same on a connection, inside a transaction that is already there.</summary>
    internal static IReadOnlyList<MetricEvidence> Run(
        IDbConnection connection,
        TenantId tenant,
        MetricFigure figure,
        PeriodSpan span,
        DateTimeZone zone,
        Instant now,
        bool restricted,
        int most
    )
    {
        var sql = $"""
            SELECT ticket, escalation, counts, value FROM ({Sql(figure)}) found
            WHERE escalation IS NULL OR @restricted = 1 OR EXISTS (SELECT 1 FROM escalation x
                WHERE x.tenant = @tenant AND x.number = found.escalation AND x.restricted = 0)
            ORDER BY counts DESC, value DESC, ticket, escalation LIMIT @most
            """;
        var rows = connection.Query<(string? Ticket, long? Escalation, long Counts, double? Value)>(
            sql,
            new
            {
                tenant = tenant.Value,
                start = span.Start.ToUnixTimeMilliseconds(),
                end = span.End.ToUnixTimeMilliseconds(),
                firstDay = LocalDatePattern.Iso.Format(span.First),
                lastDay = LocalDatePattern.Iso.Format(span.Last),
                today = LocalDatePattern.Iso.Format(now.InZone(zone).Date),
                near = (long)MetricsQuery.RepeatWithin.TotalMilliseconds,
                now = now.ToUnixTimeMilliseconds(),
                restricted = restricted ? 1 : 0,
                most,
            }
        );
        return
        [
            .. rows.Select(row => new MetricEvidence(
                row.Ticket,
                row.Escalation is { } number ? new EscalationNumber(number) : null,
                row.Counts != 0,
                row.Value
            )),
        ];
    }

    private static string Sql(MetricFigure figure) =>
        figure switch
        {
            MetricFigure.EscalationRate => Tickets(
                "CASE WHEN escalated = 1 OR escalation IS NOT NULL THEN 1 ELSE 0 END"
            ),
            MetricFigure.FirstContactResolution => Tickets("first_contact", "AND resolved = 1"),
            MetricFigure.SlaMet => Tickets("CASE WHEN sla_met = 1 THEN 1 ELSE 0 END"),
            MetricFigure.FirstResponse => Tickets(
                "1",
                "AND first_reply_at IS NOT NULL",
                "(first_reply_at - opened_at) / 1000.0"
            ),
            MetricFigure.Acknowledge => Times("acknowledged_at"),
            MetricFigure.Mitigate => Times("mitigated_at"),
            MetricFigure.Resolve => Times("resolved_at", "AND status = 'Closed'"),
            MetricFigure.StatusAdherence => Promises("status"),
            MetricFigure.CustomerAdherence => Promises("customer"),
            MetricFigure.Csat => Surveys("resolution", "resolution >= 4"),
            MetricFigure.CsatCommunication => Surveys("communication", "communication >= 4"),
            MetricFigure.Nps => Surveys("recommendation", "recommendation >= 9"),
            MetricFigure.Ces => Surveys("effort", "1 = 1"),
            MetricFigure.ResponseRate => Surveys(null, "answered_at IS NOT NULL"),
            MetricFigure.ActionClosure => """
                SELECT NULL AS ticket, number AS escalation, CASE WHEN done_at IS NOT NULL THEN 1 ELSE 0 END AS counts, NULL AS value
                FROM action_item WHERE tenant = @tenant AND due_on >= @firstDay AND due_on <= @lastDay
                    AND state <> 'declined' AND (due_on <= @today OR done_at IS NOT NULL)
                """,
            MetricFigure.RepeatEscalation =>
                $"""
                SELECT NULL AS ticket, number AS escalation, {MetricsQuery.Repeats(
                    "e"
                )} AS counts, NULL AS value
                FROM escalation e WHERE tenant = @tenant AND declared_at >= @start AND declared_at < @end AND {MetricsQuery.Counted}
                """,
            _ => throw new ArgumentOutOfRangeException(nameof(figure)),
        };

    private static string Tickets(string counts, string also = "", string value = "NULL") =>
        $"""
            SELECT number AS ticket, escalation, {counts} AS counts, {value} AS value
            FROM ticket WHERE tenant = @tenant AND opened_at >= @start AND opened_at < @end {also}
            """;

    private static string Times(string column, string also = "") =>
        $"""
            SELECT NULL AS ticket, number AS escalation, 1 AS counts, ({column} - declared_at) / 1000.0 AS value
            FROM escalation WHERE tenant = @tenant AND declared_at >= @start AND declared_at < @end
                AND {column} IS NOT NULL AND {MetricsQuery.Counted} {also}
            """;

    private static string Promises(string kind) =>
        $"""
            SELECT NULL AS ticket, number AS escalation, CASE WHEN met_at <= due_at THEN 1 ELSE 0 END AS counts,
                (met_at - due_at) / 1000.0 AS value
            FROM promise WHERE tenant = @tenant AND due_at >= @start AND due_at < @end AND due_at <= @now
                AND kind = '{kind}' AND snoozed = 0
            """;

    private static string Surveys(string? column, string counts) =>
        $"""
            SELECT NULL AS ticket, number AS escalation, CASE WHEN {counts} THEN 1 ELSE 0 END AS counts, {column
                ?? "NULL"} AS value
            FROM survey WHERE tenant = @tenant AND sent_at >= @start AND sent_at < @end {(
                column is null ? "" : $"AND {column} IS NOT NULL"
            )}
            """;
}
