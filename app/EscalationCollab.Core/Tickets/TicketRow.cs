using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Csv;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>A mapping whose columns were found in the first line of a file. Used by one reader at a time.</summary>
internal sealed class Bound
{
    /// <summary>A help desk's number is a name, not a text.</summary>
    private const int LongestNumber = 100;

    private const int LongestWord = 200;
    private const int LongestText = 20_000;

    private readonly TicketMap _map;
    private readonly Dictionary<ColumnName, int> _at;
    private readonly string[] _missing;
    private readonly TicketTimes _times;
    private readonly int _width;
    private readonly SeenTimes _opened = new();
    private readonly SeenTimes _updated = new();
    private readonly SeenTimes _resolved = new();
    private readonly SeenTimes _replied = new();
    private readonly Dictionary<string, string> _words = [];
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _known;

    private Bound(TicketMap map, Dictionary<ColumnName, int> at, int width, DateTimeZone zone)
    {
        (_map, _at, _width) = (map, at, width);
        _missing = [.. map.Missing];
        _times = new TicketTimes(map.Formats, zone);
        _known = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Finds the mapping's columns in the header the reader stands on.</summary>
    /// <param name="file">The export's name for problems.</param>
    public static (Bound? Bound, ImmutableArray<PolicyProblem> Problems) Find(
        TicketMap map,
        CsvReader header,
        string file,
        DateTimeZone zone
    )
    {
        if (header.Problem is { } broken)
            return (
                null,
                [
                    new PolicyProblem(
                        file,
                        (int)header.Line,
                        1,
                        broken,
                        "The first line must name the columns."
                    ),
                ]
            );
        var names = Enumerable
            .Range(0, header.Count)
            .Select(i => header[i].Trim().ToString())
            .ToList();
        var findings = new Findings(map.File);
        var at = new Dictionary<ColumnName, int>();
        foreach (var column in map.Columns)
            if (
                names.FindIndex(name =>
                    name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)
                )
                is >= 0
                    and var index
            )
                at[column] = index;
            else
                findings.Add(
                    column.Line,
                    column.Column,
                    $"{file} has no column '{Findings.Shown(column.Name)}'.",
                    Findings.Nearest(column.Name, names) is { } near
                        ? $"Did you mean '{near}'?"
                        : $"Its columns are: {Findings.Shown(string.Join(", ", names.Take(40)))}. If this is one word, set 'separator'."
                );
        var problems = findings.InOrder();
        return problems.IsEmpty
            ? (new Bound(map, at, names.Count, zone), problems)
            : (null, problems);
    }

    /// <summary>A field without surrounding blanks; empty when the mapping says that it is missing.</summary>
    public ReadOnlySpan<char> Value(CsvReader row, ColumnName? column)
    {
        if (column is null)
            return [];
        var value = row[_at[column]].Trim();
        foreach (var mark in _missing)
            if (value.SequenceEqual(mark))
                return [];
        return value;
    }

    /// <summary>What identifies and orders a row, without reading the rest of it.</summary>
    public string? ReadKey(CsvReader row, out RowKey key)
    {
        key = default;
        if (row.Problem is { } broken)
            return broken;
        if (row.Count != _width)
            return $"The row has {row.Count} fields where the first line has {_width}.";
        var number = Value(row, _map.Number);
        if (number.IsEmpty)
            return $"'{_map.Number.Name}' is missing.";
        if (number.Length > LongestNumber)
            return $"'{_map.Number.Name}' is longer than {LongestNumber} characters.";
        if (Time(row, _map.Updated, _updated, out var updated) is { } wrong)
            return wrong;
        if (updated is null)
            return $"'{_map.Updated.Name}' is missing.";
        if (Count(row, _map.Revision, out var revision) is { } odd)
            return odd;
        key = new RowKey(updated.Value, revision);
        return null;
    }

    /// <summary>The number of the ticket a well-formed row is about.</summary>
    public ReadOnlySpan<char> NumberOf(CsvReader row) => Value(row, _map.Number);

    /// <summary>Reads the whole row.</summary>
    /// <returns>What is wrong with it, a sentence, or null.</returns>
    public string? Read(CsvReader row, out Ticket? ticket)
    {
        ticket = null;
        if (ReadKey(row, out var key) is { } wrong)
            return wrong;
        if (Time(row, _map.Opened, _opened, out var opened) is { } noOpened)
            return noOpened;
        if (opened is null)
            return $"'{_map.Opened.Name}' is missing.";
        if (Time(row, _map.ResolvedAt, _resolved, out var resolvedAt) is { } noResolved)
            return noResolved;
        if (Time(row, _map.FirstReply, _replied, out var reply) is { } noReply)
            return noReply;
        if (Count(row, _map.Reassigned, out var reassigned) is { } noReassigned)
            return noReassigned;
        if (Count(row, _map.Reopened, out var reopened) is { } noReopened)
            return noReopened;
        var resolved = _map.Resolved.Holds(row, this);
        ticket = new Ticket
        {
            Source = _map.Source,
            Number = NumberOf(row).ToString(),
            OpenedAt = opened.Value,
            UpdatedAt = key.UpdatedAt,
            Revision = key.Revision,
            ResolvedAt = resolved ? Known(resolvedAt, key) ?? key.UpdatedAt : null,
            FirstReplyAt = Known(reply, key),
            State = Word(row, _map.State),
            Priority = Word(row, _map.Priority),
            Customer = Word(row, _map.Customer),
            Summary = Joined(row, _map.Summary, " ", LongestWord),
            Text = Joined(row, _map.Text, "\n", LongestText),
            Resolved = resolved,
            Escalated = _map.Escalated.Holds(row, this),
            FirstContact =
                resolved
                && (_map.FirstContact?.Holds(row, this) ?? (reassigned == 0 && reopened == 0)),
            SlaMet = _map.SlaMet?.Holds(row, this),
            Reassigned = (int)reassigned,
            Reopened = (int)reopened,
        };
        return null;
    }

    /// <summary>
    /// Exports made afterwards carry final times in early rows. What is later than the row's own update was not known
    /// then, and a replay must not know it either.
    /// </summary>
    private static Instant? Known(Instant? moment, RowKey key) =>
        moment <= key.UpdatedAt ? moment : null;

    private string? Time(CsvReader row, ColumnName? column, SeenTimes seen, out Instant? moment)
    {
        moment = null;
        var value = Value(row, column);
        if (value.IsEmpty)
            return null;
        if (seen.Find(value) is { } known)
            moment = known;
        else if (_times.TryRead(value, out var read))
            moment = seen.Keep(value, read);
        else
            return $"'{column!.Name}' is '{Findings.Shown(value.ToString())}', which is no time in the format "
                + string.Join(" or ", _map.Formats.Select(format => $"'{format}'"))
                + ".";
        return null;
    }

    private string? Count(CsvReader row, ColumnName? column, out long count)
    {
        var value = Value(row, column);
        count = 0;
        return
            value.IsEmpty
            || long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out count)
                && count <= int.MaxValue
            ? null
            : $"'{column!.Name}' is '{Findings.Shown(value.ToString())}', which is no count.";
    }

    /// <summary>States, priorities and customers repeat: each is made a string once.</summary>
    private string Word(CsvReader row, ColumnName? column)
    {
        var value = Value(row, column);
        if (value.IsEmpty)
            return "";
        if (value.Length > LongestWord)
            value = value[..LongestWord];
        if (_known.TryGetValue(value, out var known))
            return known;
        var word = value.ToString();
        if (_words.Count < 10_000)
            _words.Add(word, word);
        return word;
    }

    private string Joined(
        CsvReader row,
        ImmutableArray<ColumnName> columns,
        string separator,
        int longest
    )
    {
        if (columns.IsEmpty)
            return "";
        if (columns.Length == 1)
            return Cut(Value(row, columns[0]), longest);
        var parts = new List<string>(columns.Length);
        foreach (var column in columns)
            if (Value(row, column) is { IsEmpty: false } value)
                parts.Add(Cut(value, longest));
        return Cut(string.Join(separator, parts), longest);
    }

    private static string Cut(ReadOnlySpan<char> value, int longest)
    {
        if (value.Length <= longest)
            return value.ToString();
        var end = char.IsHighSurrogate(value[longest - 1]) ? longest - 1 : longest;
        return value[..end].ToString();
    }

    /// <summary>Rows of one ticket stand together and repeat their times: the last one read is kept.</summary>
    private sealed class SeenTimes
    {
        private readonly char[] _text = new char[40];
        private int _length;
        private Instant _moment;

        public Instant? Find(ReadOnlySpan<char> text) =>
            _length > 0 && text.SequenceEqual(_text.AsSpan(0, _length)) ? _moment : null;

        public Instant Keep(ReadOnlySpan<char> text, Instant moment)
        {
            if (text.Length <= _text.Length)
            {
                text.CopyTo(_text);
                (_length, _moment) = (text.Length, moment);
            }
            return moment;
        }
    }
}

/// <summary>When a row was written, and its place among those of the same moment.</summary>
internal readonly record struct RowKey(Instant UpdatedAt, long Revision) : IComparable<RowKey>
{
    public int CompareTo(RowKey other) =>
        UpdatedAt == other.UpdatedAt
            ? Revision.CompareTo(other.Revision)
            : UpdatedAt.CompareTo(other.UpdatedAt);
}
