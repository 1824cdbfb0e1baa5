using System.Buffers;

namespace EscalationCollab.Core.Csv;

/// <summary>
/// Reads comma-separated text (RFC 4180) record by record without keeping more than one: quotes, doubled quotes, line
/// breaks inside quotes, CRLF, LF or CR between records, and empty lines, which are passed over. Strict: a record that
/// breaks the rules is given with its <see cref="Problem"/>, and reading goes on with the line after the one it began
/// on, so that a stray quote costs one line and not the rest of the file.
/// </summary>
/// <param name="text">Decoded text; a byte order mark must have been taken off, as <see cref="StreamReader"/> does.</param>
/// <param name="separator">Between fields, such as a comma, semicolon or tab.</param>
internal sealed class CsvReader(TextReader text, char separator)
{
    /// <summary>The longest record in characters: a longer one is a lost quote, not a ticket.</summary>
    public const int LongestRecord = 1 << 20;

    private const int FirstBuffer = 1 << 16;
    private const int LongestShown = 2_000;
    private const int End = -1;

    private readonly SearchValues<char> _stops = SearchValues.Create([separator, '"', '\r', '\n']);
    private char[] _buffer = new char[FirstBuffer];
    private Part[] _fields = new Part[64];
    private char[] _unquoted = [];
    private int _start;
    private int _filled;
    private int _length;
    private bool _ended;
    private string? _broken;
    private bool _quotedBreaks;
    private long _nextLine = 1;

    /// <summary>The line on which the record begins, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>How many fields the record has; 0 when it has a <see cref="Problem"/>.</summary>
    public int Count { get; private set; }

    /// <summary>What is wrong with the record, a sentence for the person whose file it is; null when it is well formed.</summary>
    public string? Problem { get; private set; }

    /// <summary>How many characters were read so far.</summary>
    public long Position { get; private set; }

    /// <summary>The record as it stands in the text without its last line break; its first line when it has a problem. Valid until the next read, cut when very long.</summary>
    public string Raw =>
        Problem is null ? new string(Record(0, Math.Min(_length, LongestShown))) : _broken ?? "";

    /// <summary>Whether the record has the character anywhere.</summary>
    public bool Contains(char wanted) => Record(0, _length).Contains(wanted);

    /// <summary>A field without its quotes. Valid until the next field or record is read.</summary>
    public ReadOnlySpan<char> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var field = _fields[index];
            var value = Record(field.At, field.Length);
            return field.Doubled ? Undouble(value) : value;
        }
    }

    /// <summary>Goes to the next record.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool Read()
    {
        while (true)
        {
            _start += _length;
            _length = 0;
            SkipBreak();
            Line = _nextLine;
            (Count, Problem, _quotedBreaks) = (0, null, false);
            switch (Peek(0))
            {
                case End:
                    return false;
                case '\r' or '\n':
                    continue;
                default:
                    ReadRecord();
                    return true;
            }
        }
    }

    private void ReadRecord()
    {
        var at = 0;
        while (true)
        {
            at = Peek(at) == '"' ? Quoted(at) : Bare(at);
            if (Problem is not null)
            {
                GiveUp();
                return;
            }
            if (Peek(at) != separator)
                break;
            at++;
        }
        _length = at;
        if (_quotedBreaks)
            _nextLine += Breaks(Record(0, _length));
    }

    private int Bare(int at)
    {
        var stop = Find(at, _stops);
        if (stop < 0)
            return at;
        if (stop < _filled - _start && _buffer[_start + stop] == '"')
            Problem = "A quote stands inside a field that does not begin with one.";
        else
            Add(new Part(at, stop - at, Doubled: false));
        return stop;
    }

    private int Quoted(int at)
    {
        var from = at + 1;
        var doubled = false;
        while (true)
        {
            var quote = FindQuote(from);
            if (quote < 0)
            {
                Problem ??= "A quoted field has no closing quote.";
                return at;
            }
            if (Peek(quote + 1) == '"')
            {
                doubled = true;
                from = quote + 2;
                continue;
            }
            Add(new Part(at + 1, quote - at - 1, doubled));
            _quotedBreaks |= Record(at + 1, quote - at - 1).ContainsAny('\r', '\n');
            var next = Peek(quote + 1);
            if (next != End && next != separator && next is not ('\r' or '\n'))
                Problem = "Text follows the closing quote of a field.";
            return quote + 1;
        }
    }

    /// <summary>The offset of the next stop, or of the end of the text.</summary>
    private int Find(int from, SearchValues<char> stops)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start + from, _filled - _start - from).IndexOfAny(stops);
            if (found >= 0)
                return from + found;
            from = _filled - _start;
            if (!Fill())
                return Problem is null ? from : -1;
        }
    }

    private int FindQuote(int from)
    {
        while (true)
        {
            if (from < _filled - _start)
            {
                var found = _buffer.AsSpan(_start + from, _filled - _start - from).IndexOf('"');
                if (found >= 0)
                    return from + found;
                from = _filled - _start;
            }
            if (!Fill())
                return -1;
        }
    }

    /// <summary>Keeps the first line of a broken record, which is all it costs.</summary>
    private void GiveUp()
    {
        Count = 0;
        _broken = null;
        while (true)
        {
            var stop = _buffer.AsSpan(_start, _filled - _start).IndexOfAny('\r', '\n');
            _length = stop >= 0 ? stop : _filled - _start;
            if (stop >= 0)
                break;
            if (_length >= LongestRecord)
            {
                // The line itself is longer than a record may be: its beginning is shown, its rest read over.
                _broken ??= new string(Record(0, LongestShown));
                (_start, _length) = (_filled, 0);
            }
            if (!Fill())
                break;
        }
        _broken ??= new string(Record(0, Math.Min(_length, LongestShown)));
    }

    private void SkipBreak()
    {
        var next = Peek(0);
        if (next is not ('\r' or '\n'))
            return;
        _nextLine++;
        // Peeking may move the buffer, so that the start is read after it.
        var length = next == '\r' && Peek(1) == '\n' ? 2 : 1;
        _start += length;
    }

    private int Peek(int offset)
    {
        while (_start + offset >= _filled)
            if (!Fill())
                return End;
        return _buffer[_start + offset];
    }

    private bool Fill()
    {
        if (_ended)
            return false;
        if (_filled - _start >= LongestRecord)
        {
            Problem ??=
                "The record is longer than a million characters; a closing quote may be missing.";
            return false;
        }
        MakeRoom();
        var read = text.Read(_buffer, _filled, _buffer.Length - _filled);
        _ended = read == 0;
        _filled += read;
        Position += read;
        return read > 0;
    }

    private void MakeRoom()
    {
        var kept = _filled - _start;
        if (_start > 0)
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        (_start, _filled) = (0, kept);
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private void Add(Part field)
    {
        if (Count == _fields.Length)
            Array.Resize(ref _fields, Count * 2);
        _fields[Count++] = field;
    }

    private Span<char> Record(int at, int length) => _buffer.AsSpan(_start + at, length);

    private ReadOnlySpan<char> Undouble(ReadOnlySpan<char> value)
    {
        if (_unquoted.Length < value.Length)
            _unquoted = new char[Math.Max(value.Length, 256)];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            _unquoted[length++] = value[i];
            if (value[i] == '"')
                i++;
        }
        return _unquoted.AsSpan(0, length);
    }

    private static int Breaks(ReadOnlySpan<char> record)
    {
        var breaks = 0;
        for (var i = 0; i < record.Length; i++)
            if (
                record[i] == '\n'
                || record[i] == '\r' && !(i + 1 < record.Length && record[i + 1] == '\n')
            )
                breaks++;
        return breaks;
    }

    private readonly record struct Part(int At, int Length, bool Doubled);
}
