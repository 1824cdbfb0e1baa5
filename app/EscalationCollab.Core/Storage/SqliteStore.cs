using System.Data;
using Dapper;
using EscalationCollab.Core.Time;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// The embedded database: one file, one writer thread that lets queued writes share an fsync, and readers apart.
/// Only one process may have the file open.
/// </summary>
public sealed class SqliteStore : IStore, IAsyncDisposable
{
    private const int QueueLength = 4096;
    private const int ReadersAtOnce = 8;

    private readonly SemaphoreSlim _places = new(QueueLength, QueueLength);
    private readonly WriteQueue _queue;
    private readonly SqliteFile _file;
    private readonly SqliteConnection _writer;
    private readonly SqliteReaders _readers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private bool _outboxTouched;
    private int _disposed;

    private SqliteStore(
        SqliteFile file,
        SqliteConnection writer,
        TimeProvider time,
        ILogger<SqliteStore> logger
    )
    {
        _file = file;
        _writer = writer;
        _readers = new SqliteReaders(file, ReadersAtOnce);
        _queue = new WriteQueue(time);
        Behind = new BehindOthers(this);
        _time = time;
        _logger = logger;
        WatchOutbox();
        _thread = new Thread(WriteUntilClosed) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public event Action? OutboxChanged;

    /// <summary>Opens the file, or makes it; checks it and brings its shape up to date. Takes as long as that takes.</summary>
    /// <param name="path">The database file; two files that end in -wal and -shm and a lock file live beside it.</param>
    /// <param name="patience">Seconds that a file locked by a foreign program is waited for, at least 1.</param>
    /// <exception cref="StoreStartException">It cannot be opened; the message says why and what to do.</exception>
    public static SqliteStore Open(
        string path,
        TimeProvider time,
        ILogger<SqliteStore> logger,
        int patience = 5
    )
    {
        var file = new SqliteFile(path, patience);
        SqliteConnection? writer = null;
        try
        {
            writer = file.OpenWriter();
            var steps = Migration.Run(writer, Migration.Known, time.Moment());
            if (steps is not [])
                logger.LogInformation("Database brought up to date: {Steps}", steps);
            FreeLeases(writer);
            return new SqliteStore(file, writer, time, logger);
        }
        catch (Exception error)
        {
            writer?.Dispose();
            file.Dispose();
            if (error is SqliteException sqlite)
                throw file.StartFailure(sqlite);
            throw;
        }
    }

    /// <inheritdoc/>
    public IStore Behind { get; }

    /// <inheritdoc/>
    public Task<T> WriteAsync<T>(Func<IDbConnection, T> work, CancellationToken cancellation) =>
        WriteAsync(work, behind: false, cancellation);

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<IDbConnection, T> query, CancellationToken cancellation) =>
        _readers.RunAsync(query, cancellation);

    /// <summary>Finishes the queued writes, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _queue.Close();
        await _ended.Task;
        // The last connection to close makes a checkpoint, and only the writer may.
        _readers.Dispose();
        _writer.Dispose();
        _file.Dispose();
    }

    private async Task<T> WriteAsync<T>(
        Func<IDbConnection, T> work,
        bool behind,
        CancellationToken cancellation
    )
    {
        if (_disposed == 1)
            throw Closing();
        await _places.WaitAsync(cancellation);
        var write = new QueuedWrite<T>(work);
        try
        {
            if (!_queue.TryAdd(write, behind))
                throw Closing();
            await using var registration = cancellation.UnsafeRegister(
                static (waiting, token) => ((QueuedWrite)waiting!).GiveUp(token),
                write
            );
            return await write.Task;
        }
        finally
        {
            _places.Release();
        }
    }

    private static StoreUnavailableException Closing() => new("The database is closing.");

    // No other process has the file, so whoever held a lease is dead.
    private static void FreeLeases(SqliteConnection writer) =>
        writer.Execute(
            "UPDATE outbox SET lease_owner = NULL, lease_until = NULL WHERE done_at IS NULL AND dead_at IS NULL "
                + "AND lease_owner IS NOT NULL"
        );

    private void WatchOutbox() =>
        SQLitePCL.raw.sqlite3_update_hook(
            _writer.Handle,
            (_, _, _, table, _) => _outboxTouched |= table.utf8_to_string() == "outbox",
            null
        );

    private void WriteUntilClosed()
    {
        var group = new List<QueuedWrite>();
        try
        {
            WriteGroups(group);
        }
        catch (Exception error)
        {
            // Nothing may be answered yes from here on; the callers still waiting are told.
            _logger.LogCritical(error, "The writer of the database stopped");
            _queue.Close();
            RefuseAll(group, error);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    // The prepared commands must be gone before anybody is told that the writer has ended: the connection is closed then,
    // and closing it walks through the same commands.
    private void WriteGroups(List<QueuedWrite> group)
    {
        using var commit = new GroupCommit(_writer);
        while (_queue.WaitForGroup())
        {
            Commit(commit, group);
            group.Clear();
        }
    }

    private void Commit(GroupCommit commit, List<QueuedWrite> group)
    {
        var start = _time.GetTimestamp();
        _outboxTouched = false;
        var committed = commit.Run(_queue.Next, group);
        StoreMetrics.CommitDuration.Record(_time.GetElapsedTime(start).TotalSeconds);
        StoreMetrics.BatchSize.Record(committed);
        if (_outboxTouched && committed > 0)
            TellOutboxChanged();
    }

    private void TellOutboxChanged()
    {
        try
        {
            OutboxChanged?.Invoke();
        }
        catch (Exception error)
        {
            _logger.LogError(error, "A listener of the outbox failed");
        }
    }

    private void RefuseAll(List<QueuedWrite> group, Exception error)
    {
        var refusal = new StoreUnavailableException("The database writer has stopped.", error);
        foreach (var write in group)
            write.Refuse(refusal);
        while (_queue.WaitForGroup())
        while (_queue.Next() is { } write)
            write.Refuse(refusal);
    }

    /// <summary>The same database for work that nobody waits for.</summary>
    private sealed class BehindOthers(SqliteStore store) : IStore
    {
        public event Action? OutboxChanged
        {
            add => store.OutboxChanged += value;
            remove => store.OutboxChanged -= value;
        }

        public IStore Behind => this;

        public Task<T> WriteAsync<T>(Func<IDbConnection, T> work, CancellationToken cancellation) =>
            store.WriteAsync(work, behind: true, cancellation);

        public Task<T> ReadAsync<T>(Func<IDbConnection, T> query, CancellationToken cancellation) =>
            store.ReadAsync(query, cancellation);
    }
}
