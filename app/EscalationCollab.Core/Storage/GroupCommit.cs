using Microsoft.Data.Sqlite;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// Runs several writes in one transaction, each in a savepoint of its own, so that they share one fsync and one that
/// fails takes no other with it. Used by one thread only.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _mark;
    private readonly SqliteCommand _keep;
    private readonly SqliteCommand _undo;

    public GroupCommit(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE;");
        _commit = Prepare("COMMIT;");
        _mark = Prepare("SAVEPOINT one;");
        _keep = Prepare("RELEASE one;");
        _undo = Prepare("ROLLBACK TO one;");
    }

    /// <summary>Runs writes until there are no more for this group, and answers every one of them.</summary>
    /// <param name="next">Gives the next write, or null.</param>
    /// <param name="group">Empty; holds those that are run until they are answered.</param>
    /// <returns>How many of them were committed.</returns>
    public int Run(Func<QueuedWrite?> next, List<QueuedWrite> group)
    {
        try
        {
            _begin.ExecuteNonQuery();
        }
        catch (SqliteException error)
        {
            while (next() is { } write)
                write.Refuse(SqliteFile.Translate(error));
            return 0;
        }
        return RunBegun(next, group);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in new[] { _begin, _commit, _mark, _keep, _undo })
            command.Dispose();
    }

    private bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    // Nearly always all of them succeed, and what each could be undone to need not be kept: that costs a copy of every page
    // it changes. As soon as one fails, all is undone and done once more, each with its own savepoint.
    private int RunBegun(Func<QueuedWrite?> next, List<QueuedWrite> group)
    {
        try
        {
            // Those that come while the group runs share its commit.
            while (next() is { } write)
            {
                group.Add(write);
                if (FailureOf(write) is not { } failure)
                    continue;
                if (group.Count > 1)
                    return RunMarked(next, group);
                Rollback();
                write.Fail(SqliteFile.Translate(failure));
                return Answer(group);
            }
            _commit.ExecuteNonQuery();
        }
        catch (SqliteException error)
        {
            Rollback();
            return RunApart(group, error);
        }
        return Answer(group);
    }

    private Exception? FailureOf(QueuedWrite write)
    {
        try
        {
            write.Run(_connection);
            return InTransaction ? null : EndedTransaction();
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private static InvalidOperationException EndedTransaction() =>
        new("The work ended the transaction it was given");

    private int RunMarked(Func<QueuedWrite?> next, List<QueuedWrite> group)
    {
        try
        {
            Rollback();
            _begin.ExecuteNonQuery();
            foreach (var write in group)
                RunOne(write);
            while (next() is { } write)
            {
                group.Add(write);
                RunOne(write);
            }
            _commit.ExecuteNonQuery();
        }
        catch (Exception error) when (error is SqliteException or TransactionLostException)
        {
            Rollback();
            return RunApart(group, error);
        }
        return Answer(group);
    }

    private static int Answer(List<QueuedWrite> group)
    {
        foreach (var write in group)
            write.Answer();
        return group.Count;
    }

    // One of the group made the commit fail (a disk too full for it, a constraint checked at the end). Each alone
    // shows which one it was, and the others are written after all.
    private int RunApart(List<QueuedWrite> group, Exception error)
    {
        if (group.Count > 1)
            return group.Sum(RunAlone);
        group[0]
            .Refuse(
                SqliteFile.Translate(
                    error is TransactionLostException ? error.InnerException! : error
                )
            );
        return 0;
    }

    private int RunAlone(QueuedWrite write)
    {
        QueuedWrite? left = write;
        return Run(() => Interlocked.Exchange(ref left, null), []);
    }

    private void RunOne(QueuedWrite write)
    {
        _mark.ExecuteNonQuery();
        try
        {
            write.Run(_connection);
            if (!InTransaction)
                throw EndedTransaction();
            _keep.ExecuteNonQuery();
        }
        catch (Exception error)
        {
            if (!InTransaction)
                throw new TransactionLostException(error);
            _undo.ExecuteNonQuery();
            _keep.ExecuteNonQuery();
            write.Fail(SqliteFile.Translate(error));
        }
    }

    private void Rollback()
    {
        if (!InTransaction)
            return;
        using var rollback = _connection.CreateCommand();
        rollback.CommandText = "ROLLBACK;";
        rollback.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Prepare();
        return command;
    }

    // SQLite rolls back by itself on some errors (disk full, I/O); then the whole group is gone.
    private sealed class TransactionLostException(Exception inner)
        : Exception(inner.Message, inner);
}
