using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>Our blocks as Slack's. One of ours may need several; neighbours of the same kind share one.</summary>
/// <param name="user">The Slack user to mention a person by; null for their name.</param>
/// <param name="tables">Whether the surface takes a table: a message takes one, a view none.</param>
internal sealed class BlockWriter(
    SlackReader reader,
    Func<Mention, string?> user,
    Buttons buttons,
    bool tables
)
{
    // A value up to here stands beside another one; a longer one gets the whole width.
    private const int ShortValue = 48;

    // A cell up to here stays on one line.
    private const int ShortCell = 24;

    private readonly List<JsonObject> _blocks = [];
    private bool _hasTable = !tables;
    private int _chartsLeft = tables ? BlockKitLimits.Charts : 0;

    /// <summary>What was written so far.</summary>
    public IReadOnlyList<JsonObject> Blocks => _blocks;

    /// <summary>Writes blocks in order.</summary>
    public void Write(IReadOnlyList<Block> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i] is not ClockBlock)
            {
                Write(blocks[i]);
                continue;
            }
            var clocks = blocks.Skip(i).TakeWhile(block => block is ClockBlock).ToList();
            Write(Lines(clocks.Select(clock => ClockLine.Of((ClockBlock)clock, reader.Now))));
            i += clocks.Count - 1;
        }
    }

    /// <summary>Adds a block as it is.</summary>
    public void Add(JsonObject? block)
    {
        if (block is not null)
            _blocks.Add(block);
    }

    /// <summary>Running text.</summary>
    public void Write(Text text)
    {
        foreach (var group in RichText.Groups(Leaves(text)))
            Add(RichText.Block(RichText.Section(group)));
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case Header header:
                WriteHeader(header);
                break;
            case Paragraph paragraph:
                Write(paragraph.Body);
                break;
            case Quote quote:
                WriteQuote(quote.Body);
                if (quote.Source is { IsEmpty: false } source)
                    WriteSmall(source);
                break;
            case Facts facts:
                WriteFacts(facts);
                break;
            case Figures figures:
                WriteFigures(figures);
                break;
            case Context context:
                WriteSmall(context.Body);
                break;
            case Divider:
                Add(Parts.Divider());
                break;
            case Table table:
                WriteTable(table);
                break;
            case ClockBlock clock:
                Write(ClockLine.Of(clock, reader.Now));
                break;
            case Chart chart:
                WriteChart(chart);
                break;
            case Picture picture:
                WritePicture(picture);
                break;
            case Letter letter:
                WriteLetter(letter);
                break;
            case Actions actions:
                Add(buttons.Row(actions.Items));
                break;
            default:
                throw new CardException($"no Block Kit for {block.GetType().Name}");
        }
    }

    // A title too long for Slack's large line is not cut but said in bold.
    private void WriteHeader(Header header)
    {
        var title = Signs.Of(header.Tone) + reader.Tell(header.Title).ReplaceLineEndings(" ");
        if (title.Trim().Length == 0)
            return;
        if (title.Length <= BlockKitLimits.Header)
            Add(
                new JsonObject
                {
                    ["type"] = "header",
                    ["text"] = Parts.Plain(title, BlockKitLimits.Header),
                }
            );
        else
            Write(new Text(new Bold(title)));
    }

    private void WriteQuote(Text body)
    {
        foreach (var group in RichText.Groups(Leaves(body)))
            Add(RichText.Block(RichText.Quote(group)));
    }

    private void WriteSmall(Text body)
    {
        var mrkdwn = Marked(body);
        if (mrkdwn.Trim().Length == 0)
            return;
        if (mrkdwn.Length <= BlockKitLimits.Text)
            Add(Parts.Context(mrkdwn));
        else
            Write(body);
    }

    private void WriteFacts(Facts facts)
    {
        var beside = new List<Fact>();
        var alone = new List<Text>();
        foreach (var fact in facts.Items)
        {
            var value = reader.Tell(fact.Value);
            if (value.Trim().Length == 0)
                continue;
            if (Math.Max(value.Length, reader.Tell(fact.Label).Length) <= ShortValue)
            {
                FlushAlone();
                beside.Add(fact);
            }
            else
            {
                FlushBeside();
                alone.Add(LineOf(fact));
            }
        }
        FlushBeside();
        FlushAlone();

        void FlushBeside()
        {
            // One alone would leave half of the line empty.
            if (beside is [var only])
                alone.Add(LineOf(only));
            else
                foreach (var some in beside.Chunk(BlockKitLimits.Fields))
                    Add(Parts.Fields(some.Select(FactField)));
            beside.Clear();
        }

        void FlushAlone()
        {
            if (alone.Count > 0)
                Write(Lines(alone));
            alone.Clear();
        }
    }

    private Text LineOf(Fact fact)
    {
        var severalLines = reader.Tell(fact.Value).Contains('\n', StringComparison.Ordinal);
        return new Text(new Bold(fact.Label)) + (severalLines ? "\n" : ": ") + fact.Value;
    }

    private string FactField(Fact fact) =>
        $"{Marked(new Text(new Bold(fact.Label)))}\n{Marked(fact.Value)}";

    private void WriteFigures(Figures figures)
    {
        var fields = figures.Items.Select(FigureField).ToList();
        if (fields.TrueForAll(field => field.Length <= BlockKitLimits.FieldText))
            foreach (var some in fields.Chunk(BlockKitLimits.Fields))
                Add(Parts.Fields(some));
        else
            Write(Lines(figures.Items.Select(FigureLine)));
    }

    private static Text FigureLine(Figure figure)
    {
        var line = figure.Label + ": " + Signs.Of(figure.Tone) + new Bold(figure.Value);
        return figure.Note is { IsEmpty: false } note ? line + " (" + note + ")" : line;
    }

    private string FigureField(Figure figure)
    {
        var value = Marked(Signs.Of(figure.Tone) + (Text)new Bold(figure.Value));
        var field = $"{Marked(figure.Label)}\n{value}";
        return figure.Note is { IsEmpty: false } note
            ? $"{field}\n_{Marked(note).Replace('_', 'ˍ')}_"
            : field;
    }

    private void WriteTable(Table table)
    {
        var (columns, rows) = (table.Headings.Length, table.Rows.Length);
        if (_hasTable || columns > BlockKitLimits.TableColumns || rows >= BlockKitLimits.TableRows)
        {
            WriteRowsAsList(table);
            return;
        }
        _hasTable = true;
        Add(
            new JsonObject
            {
                ["type"] = "table",
                ["rows"] = new JsonArray([
                    Row(table.Headings.Select(heading => (Text)new Bold(heading))),
                    .. table.Rows.Select(row => (JsonNode)Row(row)),
                ]),
                ["column_settings"] = new JsonArray([
                    .. Enumerable
                        .Range(0, columns)
                        .Select(column => new JsonObject
                        {
                            ["align"] = IsFigures(table, column) ? "right" : "left",
                            ["is_wrapped"] = IsLong(table, column),
                        }),
                ]),
            }
        );
    }

    private JsonArray Row(IEnumerable<Text> cells) =>
        [
            .. cells.Select(cell =>
                Leaves(cell) is { Count: > 0 } leaves
                    ? leaves is [var only]
                    && (string?)only["type"] == "text"
                    && only["style"] is null
                        ? new JsonObject { ["type"] = "raw_text", ["text"] = (string)only["text"]! }
                        : RichText.Block(RichText.Section(leaves))
                    : new JsonObject { ["type"] = "raw_text", ["text"] = "–" }
            ),
        ];

    private bool IsLong(Table table, int column) =>
        table.Rows.Any(row => reader.Tell(row[column]).Length > ShortCell);

    // The first column names the row.
    private bool IsFigures(Table table, int column) =>
        column > 0
        && table.Rows.Length > 0
        && table.Rows.All(row =>
            row[column].Parts.Any(part => part is Number or Span)
            || reader.Tell(row[column]) is { Length: <= 16 } cell
                && (
                    cell.Length == 0
                    || cell == reader.Tell("metrics.no-data")
                    || char.IsDigit(cell[0])
                )
        );

    // Where there is no table: a point for each row that names it, then says each cell by its heading.
    private void WriteRowsAsList(Table table)
    {
        var points = table
            .Rows.SelectMany(row => RichText.Groups(Leaves(Point(table, row))))
            .Select(RichText.Section);
        foreach (var some in points.Chunk(20))
            Add(RichText.Block(RichText.List(some)));
    }

    private static Text Point(Table table, IReadOnlyList<Text> row) =>
        Text.Join(
            " · ",
            row.Select(
                (cell, i) => i == 0 ? new Text(new Bold(cell)) : table.Headings[i] + ": " + cell
            )
        );

    private void WritePicture(Picture picture)
    {
        var alternative = reader.Tell(picture.Alternative);
        if (
            reader.AddressOf(picture.Address) is not { } address
            || address.StartsWith("mailto", StringComparison.Ordinal)
        )
        {
            WriteSmall(picture.Alternative);
            return;
        }
        Add(
            new JsonObject
            {
                ["type"] = "image",
                ["image_url"] = address,
                ["alt_text"] = Literal.Shorten(
                    alternative.Length == 0 ? "…" : alternative,
                    BlockKitLimits.AltText
                ),
            }
        );
    }

    // What the chart shows stands below it in words: Slack's block has no place for them.
    private void WriteChart(Chart chart)
    {
        var drawing = _chartsLeft > 0 ? Charts.Block(chart, reader) : null;
        if (drawing is null)
        {
            Write(chart.Alternative);
            return;
        }
        _chartsLeft--;
        Add(drawing);
        WriteSmall(chart.Alternative);
    }

    private void WriteLetter(Letter letter)
    {
        if (letter.InChat)
        {
            Write(new Text(new Bold(Phrase.Of("cards.letter-to"))) + ": " + letter.To);
            WriteQuote(new Text(new Bold(letter.Subject)) + "\n\n" + letter.PlainBody.Trim());
            return;
        }
        Write(
            new Text(new Bold(Phrase.Of("cards.letter-to")))
                + ": "
                + letter.To
                + "\n"
                + new Bold(Phrase.Of("cards.letter-subject"))
                + ": "
                + letter.Subject
        );
        WriteQuote(letter.PlainBody.Trim());
    }

    private static Text Lines(IEnumerable<Text> lines) => Text.Join("\n", lines);

    private List<JsonObject> Leaves(Text text) => RichText.Leaves(text, reader, user);

    private string Marked(Text text) => Mrkdwn.Of(text, reader, user);
}
