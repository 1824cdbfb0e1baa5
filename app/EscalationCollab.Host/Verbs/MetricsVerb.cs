using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Metrics;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Text;
using Spectre.Console;
using Period = EscalationCollab.Core.Metrics.Period;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>metrics --from D --to D --per P</c>: the figures, as a table or as JSON.</summary>
internal static class MetricsVerb
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "First day, such as 2016-02-29.",
        Required = true,
        HelpName = "DAY",
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "Last day, included.",
        Required = true,
        HelpName = "DAY",
    };

    private static readonly Option<Period> Per = new("--per")
    {
        Description = "day, week, month or quarter.",
        DefaultValueFactory = _ => Period.Month,
        HelpName = "PERIOD",
    };

    private static readonly Option<bool> AsJson = new("--json")
    {
        Description = "Print JSON instead of a table.",
    };

    private static readonly JsonSerializerOptions Written = new(Json.Options)
    {
        WriteIndented = true,
    };

    public static Command Create()
    {
        var command = new Command(
            "metrics",
            "Print the figures, counted by the period in which tickets were opened."
        )
        {
            From,
            To,
            Per,
            AsJson,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var places = CommonOptions.PlacesOf(parsed);
        if (Day(parsed, From) is not { } from)
            return CommandLine.Misused("--from is no day. Write it as 2016-02-29.");
        if (Day(parsed, To) is not { } to)
            return CommandLine.Misused("--to is no day. Write it as 2016-03-31.");
        if (to < from)
            return CommandLine.Misused("--to is before --from. Exchange them.");
        if (PolicyFile.Load(places.Policy).Policy is not { } policy)
            throw new StartException("The policy has problems; the verb 'validate' lists them.");
        Directory.CreateDirectory(places.Data);
        await using var store = SqliteStore.Open(
            places.Database,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
        var rows = await MetricsQuery.RunAsync(
            store,
            TenantId.Default,
            from,
            to,
            parsed.GetValue(Per),
            DateTimeZoneProviders.Tzdb[policy.DefaultZone],
            TimeProvider.System.Moment(),
            cancellation
        );
        if (parsed.GetValue(AsJson))
            Console.WriteLine(JsonSerializer.Serialize(rows, Written));
        else
            Print(rows);
        return CommandLine.Fine;
    }

    private static LocalDate? Day(ParseResult parsed, Option<string> option) =>
        LocalDatePattern.Iso.Parse(parsed.GetRequiredValue(option)) is { Success: true } day
            ? day.Value
            : null;

    private static void Print(IEnumerable<MetricsRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (
            var heading in (string[])
                [
                    "period",
                    "tickets",
                    "escalated",
                    "rate",
                    "resolved",
                    "first contact",
                    "FCR",
                    "SLA met",
                    "escalations",
                    "CSAT",
                ]
        )
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var row in rows)
            table.AddRow(
                row.Period,
                Count(row.Tickets),
                Count(row.Escalated),
                Rate(row.EscalationRate),
                Count(row.Resolved),
                Count(row.FirstContactResolved),
                Rate(row.Fcr),
                Count(row.SlaMet),
                Count(row.Escalations),
                Rate(row.Csat)
            );
        // A pipe has no width of its own; the table is wider than the 80 columns assumed for it.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(double? rate) =>
        rate?.ToString("P1", CultureInfo.InvariantCulture) ?? "no data";
}
