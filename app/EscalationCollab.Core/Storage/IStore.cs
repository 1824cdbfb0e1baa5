using System.Data;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// The database. Work is given as synchronous functions over one connection: the SQLite store runs every write on its
/// one writer thread and lets many of them share one fsync.
/// </summary>
public interface IStore
{
    /// <summary>
    /// Runs <paramref name="work"/> in a transaction of its own. When the task completes, what it wrote is durable;
    /// when it fails, nothing was written. The work does no I/O but the database's, and may be run a second time.
    /// </summary>
    /// <param name="work">Must not keep the connection nor end its transaction.</param>
    /// <param name="cancellation">Gives up waiting for a turn; work that has begun is finished.</param>
    /// <exception cref="StoreUnavailableException">The database cannot take writes now (disk full, locked, closing). Nothing was written.</exception>
    Task<T> WriteAsync<T>(Func<IDbConnection, T> work, CancellationToken cancellation);

    /// <summary>Runs a query on a consistent snapshot that includes every write already answered.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    Task<T> ReadAsync<T>(Func<IDbConnection, T> query, CancellationToken cancellation);

    /// <summary>
    /// The same database for work that nobody waits for, such as what the outbox performs: its writes let those of people
    /// go first. A store that has no such order is its own.
    /// </summary>
    IStore Behind => this;

    /// <summary>Told after a commit that touched the outbox, so that nobody has to poll. Handlers return at once.</summary>
    event Action? OutboxChanged;
}

/// <summary>The database cannot serve now; nothing was written and the same call may be made again later.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null)
    : Exception(message, inner);
