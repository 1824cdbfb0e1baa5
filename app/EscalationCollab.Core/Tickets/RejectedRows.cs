using System.Globalization;
using System.Text;
using EscalationCollab.Core.Csv;

namespace EscalationCollab.Core.Tickets;

/// <summary>The rows that could not be read, in a file beside the import, written only when there is one.</summary>
internal sealed class RejectedRows(string import) : IDisposable
{
    private const string Heading = "line,reason,row";

    private StreamWriter? _writer;

    /// <summary>Beside the import: <c>tickets.csv</c> gives <c>tickets.csv.rejected.csv</c>.</summary>
    public string Path { get; } = import + ".rejected.csv";

    public long Count { get; private set; }

    /// <summary>Why the file could not be written, or null; the count goes on then.</summary>
    public string? Failure { get; private set; }

    public void Add(CsvReader row, string reason)
    {
        Count++;
        if (Failure is not null)
            return;
        try
        {
            _writer ??= Open();
            CsvWriter.WriteLine(
                _writer,
                row.Line.ToString(CultureInfo.InvariantCulture),
                reason,
                row.Raw
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failure = error.Message;
        }
    }

    /// <summary>Closes the file. When nothing was rejected, the one of an earlier import goes away.</summary>
    public void Finish()
    {
        try
        {
            _writer?.Dispose();
            if (_writer is null && Count == 0 && IsOurs())
                File.Delete(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failure ??= error.Message;
        }
        _writer = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    private StreamWriter Open()
    {
        var writer = new StreamWriter(
            Path,
            append: false,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
        );
        writer.Write(Heading + "\r\n");
        return writer;
    }

    private bool IsOurs()
    {
        if (!File.Exists(Path))
            return false;
        using var reader = new StreamReader(Path);
        return reader.ReadLine() == Heading;
    }
}
