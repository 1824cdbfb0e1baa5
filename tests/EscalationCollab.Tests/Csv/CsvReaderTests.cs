using System.Text;
using EscalationCollab.Core.Csv;
using FsCheck;
using FsCheck.Fluent;

namespace EscalationCollab.Tests.Csv;

public sealed class CsvReaderTests
{
    [Fact]
    public void Read_PlainRows_FieldsAndLines()
    {
        var rows = ReadAll("a,b\r\n1,\n,2");

        rows.Should()
            .BeEquivalentTo(
                new[]
                {
                    new Row(1, ["a", "b"], null),
                    new Row(2, ["1", ""], null),
                    new Row(3, ["", "2"], null),
                },
                options => options.WithStrictOrdering()
            );
    }

    [Fact]
    public void Read_QuotesAndBreaksInside_OneRecordAndLinesGoOn()
    {
        var rows = ReadAll("\"a \"\"b\"\"\",\"x\r\ny\nz\"\r\nnext,1\n");

        rows[0].Fields.Should().Equal("a \"b\"", "x\r\ny\nz");
        rows[1].Should().BeEquivalentTo(new Row(4, ["next", "1"], null));
    }

    [Fact]
    public void Read_EmptyLinesAndLoneReturns_PassedOver() =>
        ReadAll("a,b\r\r\n\n\nc,d").Select(row => row.Line).Should().Equal(1, 5);

    [Fact]
    public void Read_SemicolonAndTab_AsTold()
    {
        ReadAll("a;b,c", ';')[0].Fields.Should().Equal("a", "b,c");
        ReadAll("a\tb;c", '\t')[0].Fields.Should().Equal("a", "b;c");
    }

    [Theory]
    [InlineData("a\"b,c", "quote stands inside")]
    [InlineData("\"a\"b,c", "follows the closing quote")]
    [InlineData("\"a,c", "no closing quote")]
    public void Read_BrokenRecord_CostsItsFirstLineOnly(string broken, string problem)
    {
        var rows = ReadAll($"h,i\n{broken}\nfine,1\nfine,2");

        rows[1].Line.Should().Be(2);
        rows[1].Problem.Should().Contain(problem);
        rows.Skip(2).Select(row => row.Line).Should().Equal(3, 4);
        rows.Skip(2).SelectMany(row => row.Fields).Should().Equal("fine", "1", "fine", "2");
    }

    [Fact]
    public void Read_QuoteLostInTheMiddle_LaterQuotedRowsAreStillRead()
    {
        var rows = ReadAll("a,\"lost\nb,\"fine, here\"\nc,2");

        rows.Select(row => row.Problem is null).Should().Equal(false, true, true);
        rows[1].Fields.Should().Equal("b", "fine, here");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_RecordLongerThanAllowed_ToldAndPassedOver(bool quoted)
    {
        var endless = (quoted ? "\"" : "") + new string('x', CsvReader.LongestRecord * 2);

        var rows = ReadAll($"h\n{endless}\nfine");

        rows[1].Problem.Should().Contain("longer than a million");
        rows[2].Should().BeEquivalentTo(new Row(3, ["fine"], null));
    }

    [Fact]
    public void Read_Bytes_MarkAtTheBeginningIsNoText()
    {
        using var stream = new MemoryStream([0xEF, 0xBB, 0xBF, .. "a,b\n"u8]);
        using var text = new StreamReader(stream);

        ReadAll(text, ',')[0].Fields.Should().Equal("a", "b");
    }

    [Fact]
    public void Read_WhateverWasWritten_ComesBackInAnyPieces() =>
        Prop.ForAll(
                Tables().ToArbitrary(),
                sample =>
                {
                    var (table, separator, piece) = sample;
                    var written = string.Concat(
                        table.Select(row => string.Join(separator, row.Select(Quoted)) + "\r\n")
                    );
                    ReadAll(new Pieces(written, piece), separator)
                        .Select(row => row.Fields)
                        .Should()
                        .BeEquivalentTo(table, options => options.WithStrictOrdering());
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Read_AnyTextAtAll_EndsWithinItsLinesAndNeverThrows() =>
        Prop.ForAll(
                Gen.Elements('a', ',', '"', '\r', '\n', ' ')
                    .ArrayOf()
                    .Select(chars => new string(chars))
                    .ToArbitrary(),
                text =>
                {
                    var rows = ReadAll(text);
                    rows.Select(row => row.Line)
                        .Should()
                        .BeInAscendingOrder()
                        .And.OnlyHaveUniqueItems();
                    rows.Count.Should().BeLessThanOrEqualTo(text.Split('\r', '\n').Length);
                    rows.Should().NotContain(row => row.Problem == null && row.Fields.Length == 0);
                }
            )
            .QuickCheckThrowOnFailure();

    private static Gen<(string[][] Table, char Separator, int Piece)> Tables() =>
        from width in Gen.Choose(2, 5)
        from table in Gen.Elements(
                "",
                "a",
                "\"",
                "\r\n",
                "\n",
                ",",
                ";",
                "word word",
                "ą",
                "=1+1",
                "\"\""
            )
            .ArrayOf(3)
            .Select(string.Concat)
            .ArrayOf(width)
            .NonEmptyListOf()
        from separator in Gen.Elements(',', ';', '\t')
        from piece in Gen.Choose(1, 7)
        select (table.ToArray(), separator, piece);

    private static string Quoted(string field) =>
        $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<Row> ReadAll(string text, char separator = ',') =>
        ReadAll(new StringReader(text), separator);

    private static List<Row> ReadAll(TextReader text, char separator)
    {
        var reader = new CsvReader(text, separator);
        var rows = new List<Row>();
        while (reader.Read())
            rows.Add(
                new Row(
                    reader.Line,
                    [.. Enumerable.Range(0, reader.Count).Select(i => reader[i].ToString())],
                    reader.Problem
                )
            );
        return rows;
    }

    private sealed record Row(long Line, string[] Fields, string? Problem);

    /// <summary>Gives a few characters at a time, as a slow disk may.</summary>
    private sealed class Pieces(string text, int piece) : StringReader(text)
    {
        public override int Read(char[] buffer, int index, int count) =>
            base.Read(buffer, index, Math.Min(count, piece));
    }
}

public sealed class CsvWriterTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("+1+2", "'+1+2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData(" =1", "' =1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-12.5", "-12.5")]
    public void Field_AnyText_IsNoFormula(string value, string written) =>
        CsvWriter.Field(value).Should().Be(written);

    [Fact]
    public void WriteLine_Fields_EndsAsTheStandardSays()
    {
        var text = new StringWriter();

        CsvWriter.WriteLine(text, "a", null, "c");

        text.ToString().Should().Be("a,,c\r\n");
        Encoding.UTF8.GetByteCount(text.ToString()).Should().Be(6);
    }
}
