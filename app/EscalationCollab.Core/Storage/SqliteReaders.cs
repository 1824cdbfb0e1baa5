using System.Collections.Concurrent;
using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace EscalationCollab.Core.Storage;

/// <summary>Connections that read, each query on a snapshot of its own.</summary>
internal sealed class SqliteReaders(SqliteFile file, int atOnce) : IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SemaphoreSlim _places = new(atOnce, atOnce);
    private volatile bool _closed;

    /// <summary>Runs a query when a connection is free.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read now, or is closed.</exception>
    public async Task<T> RunAsync<T>(Func<IDbConnection, T> query, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            if (_closed)
                throw new StoreUnavailableException("The database is closed.");
            return Run(query);
        }
        catch (SqliteException error)
        {
            var told = SqliteFile.Translate(error);
            if (ReferenceEquals(told, error))
                throw;
            throw told;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Closes the idle connections; those in use close when their query ends.</summary>
    public void Dispose()
    {
        _closed = true;
        for (var place = 0; place < atOnce; place++)
            _places.Wait();
        while (_idle.TryTake(out var connection))
            connection.Dispose();
        _places.Release(atOnce);
    }

    private T Run<T>(Func<IDbConnection, T> query)
    {
        if (!_idle.TryTake(out var connection))
            connection = file.OpenReader();
        var sound = false;
        try
        {
            connection.Execute("BEGIN;");
            var result = query(connection);
            connection.Execute("COMMIT;");
            sound = true;
            return result;
        }
        finally
        {
            // After an error it is unknown what the connection is in the middle of.
            if (sound)
                _idle.Add(connection);
            else
                connection.Dispose();
        }
    }
}
