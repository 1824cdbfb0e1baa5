using System.Data;
using Microsoft.Data.Sqlite;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// A connection that keeps the statements SQLite has compiled: the same text is compiled once, whoever sends it. Compiling
/// costs more than running most of them. Used by one thread at a time, as every connection is.
/// </summary>
internal sealed class PreparingConnection(string connectionString)
    : SqliteConnection(connectionString)
{
    // Texts are constants of the product; only lists of changing length make new ones.
    private const int MostKept = 200;

    private readonly Dictionary<string, SqliteCommand> _idle = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DirectStatement> _direct = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override SqliteCommand CreateCommand() =>
        new Command(this) { Connection = this, CommandTimeout = DefaultTimeout };

    /// <inheritdoc/>
    public override void Close()
    {
        foreach (var statement in _direct.Values)
            statement.Dispose();
        _direct.Clear();
        base.Close();
    }

    // Null for what it cannot run: several statements in one text, or one text too many.
    private DirectStatement? Direct(string text)
    {
        if (_direct.TryGetValue(text, out var kept))
            return kept;
        if (_direct.Count >= MostKept || DirectStatement.Prepare(Handle, text) is not { } made)
            return null;
        return _direct[text] = made;
    }

    // Takes it away while it is used: the same text may be run inside itself.
    private SqliteCommand Borrow(string text) =>
        _idle.Remove(text, out var kept) ? kept : new SqliteCommand(text, this);

    private void GiveBack(SqliteCommand statement)
    {
        if (_idle.Count >= MostKept || !_idle.TryAdd(statement.CommandText, statement))
            statement.Dispose();
    }

    /// <summary>What callers fill in and run; the compiled statement behind it outlives it.</summary>
    private sealed class Command(PreparingConnection owner) : SqliteCommand
    {
        private SqliteCommand? _statement;

        public override SqliteDataReader ExecuteReader(CommandBehavior behavior)
        {
            var statement = Statement();
            statement.CommandTimeout = CommandTimeout;
            statement.Transaction = Transaction;
            Fill(statement.Parameters, Parameters);
            try
            {
                return statement.ExecuteReader(behavior);
            }
            catch
            {
                // After an error it is unknown what the statement is in the middle of.
                statement.Dispose();
                _statement = null;
                throw;
            }
        }

        // Most statements of a transaction answer with nothing but a count, and need no reader that counts.
        public override int ExecuteNonQuery() =>
            owner.Direct(CommandText)?.Run(Parameters) ?? base.ExecuteNonQuery();

        // So do those that ask for one value.
        public override object? ExecuteScalar() =>
            owner.Direct(CommandText) is { } direct && direct.TryFirst(Parameters, out var value)
                ? value
                : base.ExecuteScalar();

        public override void Prepare() => Statement().Prepare();

        protected override void Dispose(bool disposing)
        {
            if (disposing && _statement is { } statement)
            {
                _statement = null;
                owner.GiveBack(statement);
            }
            base.Dispose(disposing);
        }

        private SqliteCommand Statement()
        {
            if (_statement is { } other && other.CommandText != CommandText)
            {
                owner.GiveBack(other);
                _statement = null;
            }
            return _statement ??= owner.Borrow(CommandText);
        }

        // The parameters of last time know their places in the statement already.
        private static void Fill(SqliteParameterCollection kept, SqliteParameterCollection wanted)
        {
            if (AreSame(kept, wanted))
            {
                for (var i = 0; i < wanted.Count; i++)
                    kept[i].Value = wanted[i].Value;
                return;
            }
            kept.Clear();
            for (var i = 0; i < wanted.Count; i++)
                kept.Add(new SqliteParameter(Named(wanted[i].ParameterName), wanted[i].Value));
        }

        // As the statements write it: without its sign, a parameter is searched for by every sign there is at each run.
        private static string Named(string name) =>
            name is ['@' or '$' or ':', ..] ? name : "@" + name;

        private static bool IsSame(string kept, string wanted) =>
            kept == wanted
            || kept.Length == wanted.Length + 1 && kept.EndsWith(wanted, StringComparison.Ordinal);

        private static bool AreSame(
            SqliteParameterCollection kept,
            SqliteParameterCollection wanted
        )
        {
            if (kept.Count != wanted.Count)
                return false;
            for (var i = 0; i < wanted.Count; i++)
                if (!IsSame(kept[i].ParameterName, wanted[i].ParameterName))
                    return false;
            return true;
        }
    }
}
