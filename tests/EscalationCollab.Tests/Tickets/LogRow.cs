using System.Globalization;
using EscalationCollab.Core.Policy;
using EscalationCollab.Tests.Policy;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Tests.Tickets;

/// <summary>The real log read naively: its fields hold neither quotes nor separators, and its zone has no offset then.</summary>
internal sealed record LogRow(
    string Number,
    string State,
    int Reassigned,
    int Reopened,
    int Revision,
    bool MadeSla,
    LocalDateTime OpenedLocal,
    Instant Updated,
    string Priority
)
{
    private static readonly LocalDateTimePattern Pattern =
        LocalDateTimePattern.CreateWithInvariantCulture("dd-MM-yyyy HH:mm");

    public static IReadOnlyList<LogRow> All { get; } =
    [.. File.ReadLines(TicketDesk.RealFile).Skip(1).Select(Parse)];

    public bool IsResolved => State is "Resolved" or "Closed";

    public bool IsEscalated => Reassigned >= 2 || Priority == "1 - Critical";

    public bool IsFirstContact => IsResolved && Reassigned == 0 && Reopened == 0;

    public Instant Due =>
        EscalationPolicy.Due(
            OpenedLocal.InUtc().ToInstant(),
            DeliveredPolicy.Policy.Triggers.Priorities[Priority].Resolve,
            DeliveredPolicy.Policy.CalendarOf(null)
        );

    public static Dictionary<string, LogRow> LatestUntil(Instant until) =>
        All.Where(row => row.Updated <= until)
            .GroupBy(row => row.Number)
            .ToDictionary(
                rows => rows.Key,
                rows => rows.OrderBy(row => row.Updated).ThenBy(row => row.Revision).Last()
            );

    private static LogRow Parse(string line)
    {
        var fields = line.Split(',');
        return new LogRow(
            fields[0],
            fields[1],
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            int.Parse(fields[4], CultureInfo.InvariantCulture),
            int.Parse(fields[5], CultureInfo.InvariantCulture),
            fields[6] == "TRUE",
            Pattern.Parse(fields[9]).Value,
            Pattern.Parse(fields[13]).Value.InUtc().ToInstant(),
            fields[22]
        );
    }
}
