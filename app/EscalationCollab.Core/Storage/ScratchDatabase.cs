using System.Data;
using Microsoft.Data.Sqlite;

namespace EscalationCollab.Core.Storage;

/// <summary>Copies of the embedded database in memory.</summary>
public static class ScratchDatabase
{
    /// <summary>A copy of what a connection reads, to work on without anybody seeing it; gone when it is disposed.</summary>
    /// <param name="connection">One of the embedded database.</param>
    public static IDbConnection CopyOf(IDbConnection connection)
    {
        var copy = new PreparingConnection("Data Source=:memory:");
        copy.Open();
        ((SqliteConnection)connection).BackupDatabase(copy);
        return copy;
    }
}
