using Dapper;
using Microsoft.Data.Sqlite;

namespace EscalationCollab.Core.Storage;

/// <summary>The database file: who may open it, how its connections are set up, and whether it is sound.</summary>
internal sealed class SqliteFile : IDisposable
{
    // SQLite counts the memory it uses under a lock that all connections share, and nobody asks for the count.
    static SqliteFile()
    {
        SQLitePCL.Batteries_V2.Init();
        SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private readonly FileStream _claim;
    private readonly int _patience;

    /// <summary>Claims the file for this process, creating its folder if needed.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="patience">How many seconds a locked database is waited for, at least 1.</param>
    /// <exception cref="StoreStartException">The file is in use or cannot be reached.</exception>
    public SqliteFile(string path, int patience)
    {
        Path = System.IO.Path.GetFullPath(path);
        _patience = patience;
        _claim = Claim(Path);
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The one connection that writes and makes every checkpoint. Checks the whole file first.</summary>
    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            Check(connection);
            connection.Execute(
                """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -16000;
                PRAGMA wal_autocheckpoint = 8000;
                PRAGMA journal_size_limit = 67108864;
                """
            );
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that only reads. A read-only one never makes a checkpoint.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = Open(SqliteOpenMode.ReadOnly);
        connection.Execute(
            "PRAGMA query_only = 1; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;"
        );
        return connection;
    }

    /// <summary>Lets other processes have the file.</summary>
    public void Dispose() => _claim.Dispose();

    /// <summary>Turns errors of the disk and the file into their own exceptions; others are the caller's.</summary>
    public static Exception Translate(Exception error) =>
        error is SqliteException sqlite && Reason(sqlite.SqliteErrorCode) is { } reason
            ? new StoreUnavailableException($"The database cannot be used now: {reason}.", error)
            : error;

    /// <summary>Turns what goes wrong while opening into words for the administrator.</summary>
    public StoreStartException StartFailure(SqliteException error) =>
        error.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => Damaged(
                error.Message,
                error
            ),
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new DatabaseInUseException(
                $"Another program has {Path} locked. Close it and start again.",
                error
            ),
            _ => new DatabaseUnreachableException(
                $"The database {Path} cannot be opened: {Reason(error.SqliteErrorCode) ?? error.Message}.",
                error
            ),
        };

    private static string? Reason(int code) =>
        code switch
        {
            SQLitePCL.raw.SQLITE_FULL => "the disk is full",
            SQLitePCL.raw.SQLITE_BUSY
            or SQLitePCL.raw.SQLITE_LOCKED
            or SQLitePCL.raw.SQLITE_PROTOCOL => "another program has it locked",
            SQLitePCL.raw.SQLITE_IOERR => "the disk reports an error",
            SQLitePCL.raw.SQLITE_READONLY => "it is read-only",
            SQLitePCL.raw.SQLITE_CANTOPEN =>
                "the file cannot be opened; check the folder and its rights",
            SQLitePCL.raw.SQLITE_NOMEM => "memory is exhausted",
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => "the file is damaged",
            _ => null,
        };

    private PreparingConnection Open(SqliteOpenMode mode)
    {
        var connection = new PreparingConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = _patience,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    private void Check(SqliteConnection connection)
    {
        var found = connection.Query<string>("PRAGMA quick_check(5);").ToList();
        if (found is not ["ok"])
            throw Damaged(string.Join("; ", found), null);
    }

    private DatabaseDamagedException Damaged(string found, Exception? error) =>
        new(
            $"The database {Path} is damaged ({found}). Nothing was changed. Keep a copy of the file together with the "
                + "files beside it that end in -wal and -shm, then restore the last backup, or save what can be read "
                + $"with: sqlite3 \"{Path}\" .recover | sqlite3 recovered.db",
            error
        );

    // SQLite itself would let a second process write; the worker's leases and the single writer assume there is none.
    private static FileStream Claim(string path)
    {
        var lockPath = path + ".lock";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return new FileStream(
                lockPath,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (Exception error)
            when (error is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new DatabaseUnreachableException(
                $"The folder of the database {path} cannot be written to: {error.Message}",
                error
            );
        }
        catch (IOException error) when (File.Exists(lockPath))
        {
            throw new DatabaseInUseException(
                $"The database {path} is in use by another process. Stop that one first, or give this one "
                    + "another data folder.",
                error
            );
        }
        catch (IOException error)
        {
            throw new DatabaseUnreachableException(
                $"The folder of the database {path} cannot be used: {error.Message}",
                error
            );
        }
    }
}
