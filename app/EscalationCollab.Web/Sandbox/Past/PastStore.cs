using System.Data;
using Dapper;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>
/// A store inside one transaction of another: everything that is played through it becomes durable together, or not at
/// all. One call at a time; each in a savepoint, as each has a transaction of its own otherwise.
/// </summary>
internal sealed class PastStore(IDbConnection connection) : IStore
{
    private readonly Lock _gate = new();

    // The host's worker is told by the store around this one, when it is durable.
    public event Action? OutboxChanged
    {
        add { }
        remove { }
    }

    public Task<T> WriteAsync<T>(Func<IDbConnection, T> work, CancellationToken cancellation)
    {
        lock (_gate)
        {
            connection.Execute("SAVEPOINT past");
            try
            {
                var done = work(connection);
                connection.Execute("RELEASE past");
                return Task.FromResult(done);
            }
            catch (Exception error)
            {
                connection.Execute("ROLLBACK TO past; RELEASE past");
                return Task.FromException<T>(error);
            }
        }
    }

    public Task<T> ReadAsync<T>(Func<IDbConnection, T> query, CancellationToken cancellation)
    {
        lock (_gate)
        {
            try
            {
                return Task.FromResult(query(connection));
            }
            catch (Exception error)
            {
                return Task.FromException<T>(error);
            }
        }
    }
}
