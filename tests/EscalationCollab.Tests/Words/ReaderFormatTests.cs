using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Words;

public sealed class ReaderFormatTests
{
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 24, 14, 45);

    private static ReaderFormat For(string language, string zone = "Europe/Vilnius") =>
        new(Words, new Reader(language, zone), Now);

    [Theory]
    [InlineData("en", "in 2 days, 26 November, 16:45", "1 h 20 min ago, 15:25")]
    [InlineData("pt-BR", "em 2 dias, 26 de novembro às 16:45", "há 1 h 20 min, 15:25")]
    [InlineData("it", "tra 2 giorni, 26 novembre, ore 16:45", "1 h 20 min fa, 15:25")]
    [InlineData("lt", "po 2 dienų, lapkričio 26 d. 16:45", "prieš 1 val. 20 min., 15:25")]
    public void Moment_OtherDayAndPast_SaidWithDate(string language, string later, string earlier)
    {
        var format = For(language);

        format.Moment(new Moment(Now + Duration.FromDays(2))).Should().Be(later);
        format.Moment(new Moment(Now - Duration.FromMinutes(80))).Should().Be(earlier);
    }

    [Theory]
    [InlineData("en", "Tuesday 24 November 2026, 16:45 (Vilnius time)")]
    [InlineData("pt-BR", "terça-feira, 24 de novembro de 2026 às 16:45 (horário de Vilnius)")]
    [InlineData("it", "martedì 24 novembre 2026, ore 16:45 (ora di Vilnius)")]
    [InlineData("lt", "2026 m. lapkričio 24 d. 16:45 (Vilniaus laiku)")]
    public void Full_AnyMoment_HasDayAndZone(string language, string expected) =>
        For(language).Full(Now).Should().Be(expected);

    [Theory]
    [InlineData("America/Sao_Paulo", "11:45 (São Paulo time)")]
    [InlineData("America/Argentina/Buenos_Aires", "11:45 (Buenos Aires time)")]
    [InlineData("Etc/UTC", "14:45 (UTC)")]
    [InlineData("Nowhere/Atlantis", "14:45 (UTC)")]
    public void Exact_WithZone_NamesTheCity(string zone, string expected) =>
        For("en", zone).Exact(Now, withZone: true).Should().Be(expected);

    [Fact]
    public void Exact_OverAClockChange_UsesTheZonesOwnTime()
    {
        var format = new ReaderFormat(
            Words,
            new Reader("en", "Europe/Rome"),
            Instant.FromUtc(2026, 10, 25, 0, 30)
        );

        format.Exact(Instant.FromUtc(2026, 10, 25, 0, 30)).Should().Be("02:30");
        format.Exact(Instant.FromUtc(2026, 10, 25, 1, 30)).Should().Be("02:30");
        format.Exact(Instant.FromUtc(2026, 10, 25, 2, 30)).Should().Be("03:30");
    }

    [Theory]
    [InlineData(10, "10 s")]
    [InlineData(45, "1 min")]
    [InlineData(20 * 60, "20 min")]
    [InlineData(3600, "1 h")]
    [InlineData(80 * 60, "1 h 20 min")]
    [InlineData(48 * 3600, "2 days")]
    [InlineData((51 * 3600) + 60, "2 days 3 h")]
    [InlineData(-20 * 60, "−20 min")]
    public void Span_AnyLength_SaidShort(int seconds, string expected) =>
        For("en").Span(Duration.FromSeconds(seconds)).Should().Be(expected);

    [Theory]
    [InlineData("en", "1,234.5", "50.0%")]
    [InlineData("pt-BR", "1.234,5", "50,0%")]
    [InlineData("it", "1.234,5", "50,0%")]
    [InlineData("lt", "1\u00a0234,5", "50,0\u00a0%")]
    public void Number_AnyLanguage_InItsNotation(string language, string number, string share)
    {
        var format = For(language);

        format.Number(new Number(1234.5m, "N1")).Should().Be(number);
        // Which kind of space stands before the sign differs between versions of the locale data.
        format
            .Number(new Number(0.5m, "P1"))
            .Replace('\u202f', '\u00a0')
            .Replace(' ', '\u00a0')
            .Should()
            .Be(share);
    }

    [Fact]
    public void PlainText_EveryKindOfPart_IsReadable()
    {
        var text = new Text(
            new Bold("bold "),
            new Code("/esc "),
            new Mention(new PersonId("ana")),
            new Plain(" "),
            new Link("page", new Uri("https://example.test/a b")),
            new Plain(" "),
            new RoomLink(new EscalationNumber(1042)),
            new Plain(" "),
            new Moment(Now, MomentStyle.Date),
            new Plain(" "),
            new Span(Duration.FromMinutes(5))
        );

        PlainText
            .Of(text, For("en"))
            .Should()
            .Be("bold /esc ana page (https://example.test/a%20b) ESC-1042 24 November 2026 5 min");
    }
}
