using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>Our blocks as elements of Adaptive Cards 1.5. One of ours may need several.</summary>
/// <remarks>
/// Texts are rich text wherever they may come from people: a fact set and a text block look for Markdown in them. Text
/// blocks are left for headings, which screen readers know only there, and for lines that mention somebody.
/// </remarks>
internal sealed class CardWriter(TeamsReader reader, Mentions mentions, Buttons buttons)
{
    // A phone shows so many columns side by side, a fourth one when all of them are short.
    private const int MostColumns = 3;
    private const int ShortCell = 16;

    private readonly List<JsonObject> _elements = [];
    private int _chartsLeft = CardLimits.Charts;
    private bool _isParted;

    /// <summary>What was written so far.</summary>
    public IReadOnlyList<JsonObject> Elements => _elements;

    /// <summary>Writes blocks in order.</summary>
    public void Write(IEnumerable<Block> blocks)
    {
        Block? before = null;
        foreach (var block in blocks)
        {
            Write(block, before);
            before = block;
        }
    }

    /// <summary>Adds elements as they are.</summary>
    public void Add(params IEnumerable<JsonObject> elements)
    {
        foreach (var element in elements)
        {
            if (_isParted)
            {
                element["separator"] = true;
                element["spacing"] = "Medium";
                _isParted = false;
            }
            _elements.Add(element);
        }
    }

    /// <summary>A text, one element a line; none when it would show nothing.</summary>
    public List<JsonObject> Lines(Text text, Look? look = null)
    {
        var lines = new List<JsonObject>();
        var spacing = (string?)null;
        foreach (var line in RichText.Lines(text, reader.IsTight))
            if (Line(line, look ?? Look.Usual) is { } element)
            {
                if (lines.Count > 0 && spacing is not null)
                    element["spacing"] = spacing;
                lines.Add(element);
                spacing = "None";
            }
            else
                spacing = lines.Count > 0 ? "Medium" : null;
        return lines;
    }

    private JsonObject? Line(Text line, Look look)
    {
        if (mentions.In(line))
            return look.On(TextBlock(MarkedText.Of(line, reader, mentions)));
        var runs = RichText.Runs(line, reader, look);
        return runs.Exists(run => ((string)run["text"]!).AsSpan().Trim().Length > 0)
            ? RichText.Block(runs)
            : null;
    }

    private static JsonObject TextBlock(string marked) =>
        new()
        {
            ["type"] = "TextBlock",
            ["text"] = marked,
            ["wrap"] = true,
        };

    private void Write(Block block, Block? before)
    {
        switch (block)
        {
            case Header header:
                WriteHeader(header);
                break;
            case Paragraph paragraph:
                Add(Lines(paragraph.Body));
                break;
            case Quote quote:
                WriteQuote(quote);
                break;
            case Facts facts:
                WriteFacts(facts);
                break;
            case Figures figures:
                WriteFigures(figures);
                break;
            case Context context:
                Add(Lines(context.Body, Look.Small));
                break;
            case Divider:
                _isParted = _elements.Count > 0;
                break;
            case Table table:
                WriteTable(table);
                break;
            case ClockBlock clock:
                WriteClock(clock, isFirst: before is not ClockBlock);
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
                throw new CardException($"no Adaptive Card for {block.GetType().Name}");
        }
    }

    // The band of colour says no more than the sign and the words do.
    private void WriteHeader(Header header)
    {
        var title = Safe.Marked(reader.Tell(header.Title).ReplaceLineEndings(" "));
        if (title.AsSpan().Trim().Length == 0)
            return;
        var heading = TextBlock(Signs.Of(header.Tone) + title);
        heading["style"] = "heading";
        heading["size"] = "Large";
        heading["weight"] = "Bolder";
        if (header.Tone == Tone.Neutral)
            Add(heading);
        else
            Add(
                new JsonObject
                {
                    ["type"] = "Container",
                    ["style"] = Look.ColorOf(header.Tone)!.ToLowerInvariant(),
                    ["bleed"] = _elements.Count == 0,
                    ["items"] = new JsonArray(heading),
                }
            );
    }

    private void WriteQuote(Quote quote)
    {
        var items = Lines(quote.Body);
        if (quote.Source is { } source)
            items.AddRange(Lines(source, Look.Small));
        AddBox(items);
    }

    private void AddBox(List<JsonObject> items)
    {
        if (items.Count > 0)
            Add(
                new JsonObject
                {
                    ["type"] = "Container",
                    ["style"] = "emphasis",
                    ["items"] = new JsonArray([.. items]),
                }
            );
    }

    private void WriteFacts(Facts facts)
    {
        var rows = facts
            .Items.Select(fact => (Label: Lines(fact.Label, Look.Strong), Value: Lines(fact.Value)))
            .Where(row => row.Value.Count > 0)
            .Select(row => Row([row.Label, row.Value]))
            .ToList();
        if (rows.Count > 0)
            Add(
                new JsonObject
                {
                    ["type"] = "Table",
                    ["columns"] = new JsonArray(Column(2), Column(3)),
                    ["firstRowAsHeaders"] = false,
                    ["showGridLines"] = false,
                    ["rows"] = new JsonArray([.. rows]),
                }
            );
    }

    private static JsonObject Column(int width) => new() { ["width"] = width };

    private static JsonObject Row(IEnumerable<List<JsonObject>> cells) =>
        new()
        {
            ["type"] = "TableRow",
            ["cells"] = new JsonArray([
                .. cells.Select(items => new JsonObject
                {
                    ["type"] = "TableCell",
                    ["items"] = new JsonArray([.. items]),
                }),
            ]),
        };

    // Two beside each other: that many a phone shows without breaking words.
    private void WriteFigures(Figures figures)
    {
        foreach (var pair in figures.Items.Chunk(2))
            Add(
                new JsonObject
                {
                    ["type"] = "ColumnSet",
                    ["columns"] = new JsonArray([
                        .. pair.Select(FigureColumn),
                        // One alone keeps its half.
                        .. figures.Items.Length > 1 && pair.Length == 1
                            ? [Stretched([])]
                            : Array.Empty<JsonObject>(),
                    ]),
                }
            );
    }

    private JsonObject FigureColumn(Figure figure)
    {
        var value = Lines(
            Signs.Of(figure.Tone) + figure.Value,
            new Look
            {
                Size = "ExtraLarge",
                IsBold = true,
                Color = Look.ColorOf(figure.Tone),
            }
        );
        List<JsonObject> items =
        [
            .. Lines(figure.Label),
            .. value,
            .. figure.Note is { } note ? Lines(note, Look.Small) : [],
        ];
        foreach (var item in items.Skip(1))
            item["spacing"] = "None";
        return Stretched(items);
    }

    private static JsonObject Stretched(IEnumerable<JsonObject> items) =>
        new()
        {
            ["type"] = "Column",
            ["width"] = "stretch",
            ["items"] = new JsonArray([.. items]),
        };

    private void WriteTable(Table table)
    {
        if (!FitsPhone(table))
        {
            WriteRowsAsList(table);
            return;
        }
        Add(
            new JsonObject
            {
                ["type"] = "Table",
                ["columns"] = new JsonArray([
                    .. Enumerable.Range(0, table.Headings.Length).Select(i => ColumnOf(table, i)),
                ]),
                ["firstRowAsHeaders"] = true,
                ["rows"] = new JsonArray([
                    Row(table.Headings.Select(heading => Cell(heading, Look.Strong))),
                    .. table.Rows.Select(row => Row(row.Select(cell => Cell(cell, Look.Usual)))),
                ]),
            }
        );
    }

    private JsonObject ColumnOf(Table table, int column)
    {
        var settings = Column(column == 0 ? 2 : 1);
        if (IsFigures(table, column))
            settings["horizontalCellContentAlignment"] = "Right";
        return settings;
    }

    private List<JsonObject> Cell(Text cell, Look look) =>
        Lines(cell, look) is { Count: > 0 } lines ? lines : Lines("–", look);

    private bool FitsPhone(Table table) =>
        table.Headings.Length <= MostColumns
        || (
            table.Headings.Length == MostColumns + 1
            && table
                .Rows.Append(table.Headings)
                .All(row => row.Skip(1).All(cell => reader.Tell(cell).Length <= ShortCell))
        );

    // The first column names the row.
    private bool IsFigures(Table table, int column) =>
        column > 0
        && table.Rows.Length > 0
        && table.Rows.All(row =>
            row[column].Parts.Any(part => part is Number or Span)
            || reader.Tell(row[column]) is { Length: <= ShortCell } cell
                && (
                    cell.Length == 0
                    || cell == reader.Tell("metrics.no-data")
                    || char.IsDigit(cell[0])
                )
        );

    // Where a table would be too wide: each row by its name, then each cell by its heading.
    private void WriteRowsAsList(Table table)
    {
        foreach (var row in table.Rows)
        {
            var cells = row.Skip(1)
                .Select((cell, i) => (Heading: table.Headings[i + 1], Cell: cell))
                .Where(cell => reader.Tell(cell.Cell).AsSpan().Trim().Length > 0)
                .Select(cell => cell.Heading + ": " + cell.Cell);
            var rest = Lines(Text.Join(" · ", cells));
            foreach (var line in rest)
                line["spacing"] = "None";
            Add([.. Cell(row[0], Look.Strong), .. rest]);
        }
    }

    // As in Slack: a message stands still while the clock runs, so that a bar would soon be wrong. Every event edits the
    // pinned card, so that late and done show when they happen.
    private void WriteClock(ClockBlock clock, bool isFirst)
    {
        foreach (var line in Lines(ClockLine.Of(clock, reader.Now)))
        {
            if (!isFirst)
                line["spacing"] = "Small";
            Add(line);
        }
    }

    // Teams loads pictures from https alone.
    private void WritePicture(Picture picture)
    {
        var alternative = Literal.Shorten(reader.Tell(picture.Alternative), CardLimits.AltText);
        if (
            reader.AddressOf(picture.Address) is { } address
            && address.StartsWith("https:", StringComparison.Ordinal)
        )
            Add(
                new JsonObject
                {
                    ["type"] = "Image",
                    ["url"] = address,
                    ["altText"] = alternative.Length == 0 ? "…" : alternative,
                    ["size"] = "Stretch",
                }
            );
        else
            Add(Lines(picture.Alternative, Look.Small));
    }

    private void WriteChart(Chart chart)
    {
        if (_chartsLeft <= 0 || Charts.Element(chart, reader) is not { } drawing)
        {
            Add(Lines(chart.Alternative));
            return;
        }
        _chartsLeft--;
        Add(drawing);
        Add(Lines(chart.Alternative, Look.Small));
    }

    private void WriteLetter(Letter letter)
    {
        var to = new Text(new Bold(Phrase.Of("cards.letter-to"))) + ": " + letter.To;
        var subject = new Text(new Bold(Phrase.Of("cards.letter-subject"))) + ": " + letter.Subject;
        Add(Lines(Said(to + "\n" + subject)));
        AddBox(Lines(letter.PlainBody.Trim()));
    }

    private Text Said(Text text) => reader.Format.Words.Resolve(text, reader.Format.Language);
}
