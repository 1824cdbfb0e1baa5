using System.Collections.Immutable;
using System.Data;
using EscalationCollab.Core.Csv;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>What to import and how.</summary>
/// <param name="Path">The export.</param>
/// <param name="Map">How to read it.</param>
/// <param name="Policy">For the triggers and the default zone.</param>
/// <param name="Until">Only rows updated up to this moment are taken, and the triggers look as of it; null for all rows and now.</param>
public sealed record TicketImportRequest(
    string Path,
    TicketMap Map,
    EscalationPolicy Policy,
    Instant? Until = null
);

/// <summary>What an import did.</summary>
public sealed record TicketImportResult
{
    /// <summary>Why nothing was imported; empty when the import ran.</summary>
    public ImmutableArray<PolicyProblem> Problems { get; init; } = [];

    /// <summary>Rows after the heading.</summary>
    public long Rows { get; init; }

    /// <summary>Different tickets among them, rejected and later rows left out.</summary>
    public long Tickets { get; init; }

    /// <summary>Tickets that were not known.</summary>
    public long Added { get; init; }

    /// <summary>Tickets that were known otherwise.</summary>
    public long Changed { get; init; }

    /// <summary>Tickets that were known exactly so.</summary>
    public long Unchanged { get; init; }

    /// <summary>Tickets of which something newer was known.</summary>
    public long Older { get; init; }

    /// <summary>Rows left out because they were updated after <see cref="TicketImportRequest.Until"/>.</summary>
    public long Later { get; init; }

    /// <summary>Rows that could not be read.</summary>
    public long Rejected { get; init; }

    /// <summary>Where the rejected rows are, or null when there are none or the file could not be written.</summary>
    public string? RejectedFile { get; init; }

    /// <summary>Why the file of rejected rows could not be written, or null.</summary>
    public string? RejectedFileFailure { get; init; }

    /// <summary>What the triggers proposed; null when nothing was imported.</summary>
    public TicketReview? Review { get; init; }
}

/// <summary>How far an import is.</summary>
/// <param name="Share">0 to 1 of the whole work.</param>
/// <param name="Rows">Rows read so far.</param>
public readonly record struct TicketImportProgress(double Share, long Rows);

/// <summary>
/// Imports a help desk's export. It is read twice: first every row is checked and the latest row of each number is
/// found, then those rows are written in batches. So the memory needed grows with the numbers and not with their texts,
/// the order of the rows does not matter, and a second import of the same file finds nothing to change.
/// </summary>
public sealed class TicketImport(IStore store, TimeProvider time, ILogger<TicketImport> log)
{
    /// <summary>Small enough that people's clicks wait only a few milliseconds behind one.</summary>
    private const int Batch = 1_000;

    private const int ReportEvery = 4_096;

    /// <summary>Runs it. What was written before a cancellation stays; running it again completes it.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot take writes now.</exception>
    /// <exception cref="IOException">The file cannot be read to its end.</exception>
    public async Task<TicketImportResult> RunAsync(
        TenantId tenant,
        TicketImportRequest request,
        IProgress<TicketImportProgress>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!File.Exists(request.Path))
            return Refused(request.Path, "There is no such file.", "Check the path.");
        if (new FileInfo(request.Path).Length == 0)
            return Refused(
                request.Path,
                "The file is empty.",
                "Export it again, with a first line that names the columns."
            );
        using var rejected = new RejectedRows(request.Path);
        var (survey, problems) = Survey(request, rejected, progress, cancellation);
        if (survey is null)
            return new TicketImportResult { Problems = problems };
        rejected.Finish();
        var changes = await WriteAsync(tenant, request, survey, progress, cancellation);
        var review = await new ReviewTickets(store, time)
        {
            TimeStands = request.Until is not null,
        }.RunAsync(
            tenant,
            request.Map.Source,
            request.Policy,
            request.Until ?? time.Moment(),
            cancellation
        );
        log.LogInformation(
            "Imported {Rows} rows of {Source}: {Added} new, {Changed} changed, {Rejected} rejected, {Proposed} proposed",
            survey.Rows,
            request.Map.Source,
            changes[TicketChange.Added],
            changes[TicketChange.Changed],
            rejected.Count,
            review.Proposed
        );
        return new TicketImportResult
        {
            Rows = survey.Rows,
            Tickets = survey.Latest.Count,
            Added = changes[TicketChange.Added],
            Changed = changes[TicketChange.Changed],
            Unchanged = changes[TicketChange.Unchanged],
            Older = changes[TicketChange.Older],
            Later = survey.Later,
            Rejected = rejected.Count,
            RejectedFile = rejected is { Count: > 0, Failure: null } ? rejected.Path : null,
            RejectedFileFailure = rejected.Failure,
            Review = review,
        };
    }

    private static TicketImportResult Refused(string path, string wrong, string remedy) =>
        new() { Problems = [new PolicyProblem(path, 1, 1, wrong, remedy)] };

    /// <summary>First reading: checks every row and finds the latest of each number.</summary>
    private static (Survey? Survey, ImmutableArray<PolicyProblem> Problems) Survey(
        TicketImportRequest request,
        RejectedRows rejected,
        IProgress<TicketImportProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var file = Open(request);
        var rows = new CsvReader(file, request.Map.Separator);
        var (bound, problems) = Bind(request, rows);
        if (bound is null)
            return (null, problems);
        var survey = new Survey();
        while (rows.Read())
        {
            if (survey.Rows++ % ReportEvery == 0)
                Report(file, survey.Rows, 0, progress, cancellation);
            Ticket? ticket = null;
            var wrong = Wrong(rows) ?? bound.Read(rows, out ticket);
            if (wrong is not null || ticket is null)
                rejected.Add(rows, wrong ?? "The row cannot be read.");
            else if (ticket.UpdatedAt > request.Until)
                survey.Later++;
            else
                survey.Saw(ticket, survey.Rows);
        }
        return (survey, []);
    }

    /// <summary>Second reading: writes the latest rows. A batch is written while the next one is read.</summary>
    private async Task<Dictionary<TicketChange, long>> WriteAsync(
        TenantId tenant,
        TicketImportRequest request,
        Survey survey,
        IProgress<TicketImportProgress>? progress,
        CancellationToken cancellation
    )
    {
        var changes = Enum.GetValues<TicketChange>().ToDictionary(change => change, _ => 0L);
        using var file = Open(request);
        var rows = new CsvReader(file, request.Map.Separator);
        var (bound, _) = Bind(request, rows);
        var writing = Task.FromResult<TicketChange[]>([]);
        foreach (var batch in LatestOf(rows, bound, survey).Chunk(Batch))
        {
            Count(await writing);
            Report(file, survey.Rows, 0.5, progress, cancellation);
            writing = store.WriteAsync(
                connection => Write(connection, tenant, batch),
                cancellation
            );
        }
        Count(await writing);
        progress?.Report(new TicketImportProgress(1, survey.Rows));
        return changes;

        void Count(TicketChange[] written)
        {
            foreach (var change in written)
                changes[change]++;
        }
    }

    private static IEnumerable<Ticket> LatestOf(CsvReader rows, Bound? bound, Survey survey)
    {
        for (long row = 1; rows.Read(); row++)
        {
            if (bound is null || Wrong(rows) is not null || bound.ReadKey(rows, out _) is not null)
                continue;
            if (survey.IsLatest(bound.NumberOf(rows), row))
                yield return bound.Read(rows, out var ticket) is null && ticket is not null
                    ? ticket
                    : throw new IOException(
                        "The file was changed while it was being imported. Import it again."
                    );
        }
    }

    private static TicketChange[] Write(IDbConnection connection, TenantId tenant, Ticket[] batch)
    {
        using var table = new TicketTable(connection, tenant);
        var changes = new TicketChange[batch.Length];
        for (var i = 0; i < batch.Length; i++)
            changes[i] = table.Write(batch[i]);
        return changes;
    }

    private static (Bound? Bound, ImmutableArray<PolicyProblem> Problems) Bind(
        TicketImportRequest request,
        CsvReader rows
    )
    {
        var name = Path.GetFileName(request.Path);
        return rows.Read()
            ? Bound.Find(request.Map, rows, name, request.Map.ZoneUnder(request.Policy))
            : (
                null,
                [
                    new PolicyProblem(
                        name,
                        1,
                        1,
                        "The file has no lines.",
                        "The first line must name the columns."
                    ),
                ]
            );
    }

    private static StreamReader Open(TicketImportRequest request) =>
        new(
            new FileStream(
                request.Path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                1 << 16,
                FileOptions.SequentialScan
            ),
            request.Map.Encoding,
            detectEncodingFromByteOrderMarks: true,
            1 << 16
        );

    /// <summary>Bytes that are no text in the file's encoding are read as this mark; a value with it is not what the help desk wrote.</summary>
    private static string? Wrong(CsvReader rows) =>
        rows.Problem is null && rows.Contains('\uFFFD')
            ? "The row has bytes that are no text in the mapping's encoding."
            : null;

    private static void Report(
        StreamReader file,
        long rows,
        double before,
        IProgress<TicketImportProgress>? progress,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var stream = file.BaseStream;
        progress?.Report(
            new TicketImportProgress(before + (0.5 * stream.Position / stream.Length), rows)
        );
    }
}

/// <summary>What the first reading found: for each number its latest row.</summary>
internal sealed class Survey
{
    private readonly Dictionary<string, (RowKey Key, long Row)> _latest = [];
    private readonly Dictionary<string, (RowKey Key, long Row)>.AlternateLookup<
        ReadOnlySpan<char>
    > _byText;

    public Survey() => _byText = _latest.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyDictionary<string, (RowKey Key, long Row)> Latest => _latest;

    public long Rows { get; set; }

    public long Later { get; set; }

    /// <summary>Of rows with the same key the one further down counts.</summary>
    public void Saw(Ticket ticket, long row)
    {
        var key = new RowKey(ticket.UpdatedAt, ticket.Revision);
        if (!_latest.TryGetValue(ticket.Number, out var known) || key.CompareTo(known.Key) >= 0)
            _latest[ticket.Number] = (key, row);
    }

    public bool IsLatest(ReadOnlySpan<char> number, long row) =>
        _byText.TryGetValue(number, out var latest) && latest.Row == row;
}
