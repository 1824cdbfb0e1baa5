using System.Globalization;
using EscalationCollab.Core.Csv;

namespace EscalationCollab.Core.Metrics;

/// <summary>Figures as comma-separated text for spreadsheets; an empty field is "no data".</summary>
public static class MetricsCsv
{
    private static readonly (string Name, Func<MetricsRow, object?> Value)[] Columns =
    [
        ("period", row => row.Period),
        ("tickets", row => row.Tickets),
        ("escalated", row => row.Escalated),
        ("escalationRate", row => row.EscalationRate),
        ("resolved", row => row.Resolved),
        ("firstContactResolved", row => row.FirstContactResolved),
        ("fcr", row => row.Fcr),
        ("slaMet", row => row.SlaMet),
        ("firstResponseSeconds", row => row.FirstResponseSeconds),
        ("escalations", row => row.Escalations),
        ("acknowledgeSeconds", row => row.AcknowledgeSeconds),
        ("mitigateSeconds", row => row.MitigateSeconds),
        ("resolveSeconds", row => row.ResolveSeconds),
        ("statusAdherence", row => row.StatusAdherence),
        ("customerAdherence", row => row.CustomerAdherence),
        ("csat", row => row.Csat),
        ("csatCommunication", row => row.CsatCommunication),
        ("nps", row => row.Nps),
        ("ces", row => row.Ces),
        ("responseRate", row => row.ResponseRate),
        ("actionClosure", row => row.ActionClosure),
        ("actionsDeclined", row => row.ActionsDeclined),
        ("repeatRate", row => row.RepeatRate),
    ];

    /// <summary>Writes the heading and the rows.</summary>
    public static void Write(TextWriter writer, IEnumerable<MetricsRow> rows)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(rows);
        CsvWriter.WriteLine(writer, Columns.Select(column => column.Name));
        foreach (var row in rows)
            CsvWriter.WriteLine(
                writer,
                Columns.Select(column =>
                    Convert.ToString(column.Value(row), CultureInfo.InvariantCulture)
                )
            );
    }
}
