using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// One compiled statement that is run for its effect, without a reader around it: that costs as much as the small
/// statements of a transaction themselves. Used by the thread of its connection only.
/// </summary>
internal sealed class DirectStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly string[] _names;
    private bool _runs;

    private DirectStatement(sqlite3 database, sqlite3_stmt statement)
    {
        _database = database;
        _statement = statement;
        _names = new string[raw.sqlite3_bind_parameter_count(statement)];
        for (var i = 0; i < _names.Length; i++)
            _names[i] = raw.sqlite3_bind_parameter_name(statement, i + 1).utf8_to_string() ?? "";
    }

    /// <summary>Compiles a text; null when it is not exactly one statement that changes something or has an error.</summary>
    public static DirectStatement? Prepare(sqlite3? database, string text)
    {
        if (database is null)
            return null;
        var result = raw.sqlite3_prepare_v2(database, text, out var statement, out var rest);
        if (result != raw.SQLITE_OK || statement.IsInvalid || !string.IsNullOrWhiteSpace(rest))
        {
            statement.Dispose();
            return null;
        }
        return new DirectStatement(database, statement);
    }

    /// <summary>Runs it and says how many rows it changed; null, with nothing done, when a usual command has to.</summary>
    /// <exception cref="SqliteException">As a usual command throws it.</exception>
    public int? Run(SqliteParameterCollection parameters)
    {
        if (_runs || !TryBind(parameters))
            return null;
        _runs = true;
        try
        {
            int result;
            while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW) { }
            return Ended(result) ? raw.sqlite3_changes(_database) : null;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
            _runs = false;
        }
    }

    /// <summary>
    /// Runs it and takes the first value of the first row: <see cref="DBNull"/> for a null, null when there is no row.
    /// </summary>
    /// <returns>False, with nothing done, when a usual command has to.</returns>
    /// <exception cref="SqliteException">As a usual command throws it.</exception>
    public bool TryFirst(SqliteParameterCollection parameters, out object? value)
    {
        value = null;
        if (_runs || !TryBind(parameters))
            return false;
        _runs = true;
        try
        {
            var result = raw.sqlite3_step(_statement);
            if (result == raw.SQLITE_ROW)
            {
                value = FirstValue();
                // What changes something is run to its end; of what only reads, nobody asked for more.
                if (raw.sqlite3_stmt_readonly(_statement) != 0)
                    return true;
                while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW) { }
            }
            return Ended(result);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
            _runs = false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    // A usual command waits for a locked file and tries again.
    private bool Ended(int result)
    {
        if ((result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
            return false;
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, _database);
        return true;
    }

    private object FirstValue() =>
        raw.sqlite3_column_type(_statement, 0) switch
        {
            raw.SQLITE_INTEGER => raw.sqlite3_column_int64(_statement, 0),
            raw.SQLITE_FLOAT => raw.sqlite3_column_double(_statement, 0),
            raw.SQLITE_TEXT => raw.sqlite3_column_text(_statement, 0).utf8_to_string(),
            raw.SQLITE_NULL => DBNull.Value,
            _ => raw.sqlite3_column_blob(_statement, 0).ToArray(),
        };

    private bool TryBind(SqliteParameterCollection parameters)
    {
        for (var i = 0; i < _names.Length; i++)
            if (Find(parameters, _names[i], i) is not { } parameter || !TryBind(i + 1, parameter))
                return false;
        return true;
    }

    private bool TryBind(int place, SqliteParameter parameter)
    {
        // One that says how it is to be written is left to the usual command.
        var result = parameter.Value switch
        {
            null or DBNull => raw.sqlite3_bind_null(_statement, place),
            string text => raw.sqlite3_bind_text(_statement, place, text),
            long number => raw.sqlite3_bind_int64(_statement, place, number),
            int number => raw.sqlite3_bind_int64(_statement, place, number),
            bool flag => raw.sqlite3_bind_int64(_statement, place, flag ? 1 : 0),
            double number when !double.IsNaN(number) => raw.sqlite3_bind_double(
                _statement,
                place,
                number
            ),
            _ => raw.SQLITE_MISMATCH,
        };
        return result == raw.SQLITE_OK;
    }

    private static SqliteParameter? Find(SqliteParameterCollection all, string name, int likely)
    {
        if (likely < all.Count && Is(all[likely], name))
            return all[likely];
        for (var i = 0; i < all.Count; i++)
            if (Is(all[i], name))
                return all[i];
        return null;
    }

    // Dapper leaves the sign away.
    private static bool Is(SqliteParameter parameter, string name) =>
        name.AsSpan().EndsWith(parameter.ParameterName, StringComparison.Ordinal)
        && (
            name.Length == parameter.ParameterName.Length
            || name.Length == parameter.ParameterName.Length + 1
        );
}
