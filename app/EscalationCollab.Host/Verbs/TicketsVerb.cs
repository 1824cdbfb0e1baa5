using System.CommandLine;
using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Tickets;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>tickets import FILE</c>: a help desk's export as the denominator of the rates.</summary>
internal static class TicketsVerb
{
    private static readonly Argument<FileInfo> File = new("FILE")
    {
        Description = "The export, as CSV.",
    };

    private static readonly Option<FileInfo?> Map = new("--map")
    {
        Description =
            "How to read it. Default: the mapping for ServiceNow's audit log in the templates.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Until = new("--until")
    {
        Description =
            "Take only rows updated up to this moment, and look at the triggers as of then: 2016-03-02T12:00, in the mapping's zone.",
        HelpName = "MOMENT",
    };

    public static Command Create()
    {
        var import = new Command("import", "Import tickets. Importing twice changes nothing.")
        {
            File,
            Map,
            Until,
        };
        import.SetAction(RunAsync);
        return new Command("tickets", "Work with help-desk tickets.") { import };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var places = CommonOptions.PlacesOf(parsed);
        var map = TicketMapFile.Load(
            parsed.GetValue(Map)?.FullName ?? Path.Combine(places.Templates, TicketMapFile.Shipped)
        );
        var policy = PolicyFile.Load(places.Policy);
        if (map.Map is null || policy.Policy is null)
            return Tell(map.Problems.Concat(policy.Problems));
        var until = MomentOf(parsed.GetValue(Until), map.Map.ZoneUnder(policy.Policy));
        if (parsed.GetValue(Until) is { } written && until is null)
            return CommandLine.Misused(
                $"--until is '{written}'. Write a moment such as 2016-03-02T12:00."
            );

        Directory.CreateDirectory(places.Data);
        await using var store = SqliteStore.Open(
            places.Database,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
        var import = new TicketImport(
            store,
            TimeProvider.System,
            NullLogger<TicketImport>.Instance
        );
        var request = new TicketImportRequest(
            parsed.GetRequiredValue(File).FullName,
            map.Map,
            policy.Policy,
            until
        );
        var result = await ProgressBar.RunAsync(
            "Importing tickets",
            bar =>
                import.RunAsync(
                    TenantId.Default,
                    request,
                    new Steps(done => bar(done.Share)),
                    cancellation
                )
        );
        return result.Problems.IsEmpty ? Report(result) : Tell(result.Problems);
    }

    private static int Tell(IEnumerable<PolicyProblem> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return CommandLine.ProblemFound;
    }

    private static int Report(TicketImportResult result)
    {
        string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
        Console.WriteLine($"{Count(result.Rows)} rows, {Count(result.Tickets)} tickets");
        Console.WriteLine(
            $"{Count(result.Added)} new, {Count(result.Changed)} changed, {Count(result.Unchanged + result.Older)} unchanged"
        );
        if (result.Later > 0)
            Console.WriteLine(
                $"{Count(result.Later)} rows are later than the moment asked for and were left out"
            );
        if (result.Review is { } review)
            Console.WriteLine(
                $"{Count(review.Open)} tickets are open; {Count(review.Proposed)} newly proposed as escalations, {Count(review.Waiting)} waiting for a decision"
            );
        if (result.Rejected == 0)
            return CommandLine.Fine;
        Console.Error.WriteLine(
            result.RejectedFile is { } file
                ? $"{Count(result.Rejected)} rows could not be read; they are in {file} with line and reason."
                : $"{Count(result.Rejected)} rows could not be read, and no file could be written beside the export: {result.RejectedFileFailure}"
        );
        return CommandLine.ProblemFound;
    }

    private static Instant? MomentOf(string? written, DateTimeZone zone)
    {
        if (written is null)
            return null;
        if (InstantPattern.ExtendedIso.Parse(written) is { Success: true } exact)
            return exact.Value;
        string[] patterns =
        [
            "uuuu'-'MM'-'dd'T'HH':'mm':'ss",
            "uuuu'-'MM'-'dd'T'HH':'mm",
            "uuuu'-'MM'-'dd",
        ];
        foreach (var pattern in patterns)
            if (
                LocalDateTimePattern.CreateWithInvariantCulture(pattern).Parse(written) is
                { Success: true } local
            )
                return local.Value.InZoneLeniently(zone).ToInstant();
        return null;
    }

    /// <summary>Reports at once on the calling thread; <see cref="Progress{T}"/> would report after the end.</summary>
    private sealed class Steps(Action<TicketImportProgress> report)
        : IProgress<TicketImportProgress>
    {
        public void Report(TicketImportProgress value) => report(value);
    }
}
