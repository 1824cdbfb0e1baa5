using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Words;

public sealed class DeliveredWordsTests
{
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    [Fact]
    public void Validate_DeliveredWords_NothingWrong() => Words.Validate().Should().BeEmpty();

    [Theory]
    [InlineData("en", "in 20 min, 17:05")]
    [InlineData("pt-BR", "em 20 min, 17:05")]
    [InlineData("it", "tra 20 min, 17:05")]
    [InlineData("lt", "po 20 min., 17:05")]
    public void Moment_Today_SaidInLanguageAndZone(string language, string expected)
    {
        var now = Instant.FromUtc(2026, 11, 24, 14, 45);
        var format = new ReaderFormat(Words, new Reader(language, "Europe/Vilnius"), now);

        PlainText.Of(new Moment(now + Duration.FromMinutes(20)), format).Should().Be(expected);
    }

    [Fact]
    public void Resolve_EnumName_SaidInLanguage() =>
        Words.Resolve(Phrase.For(Reason.SlaBreach), "pt-BR").Should().Be((Text)"Violação de SLA");
}
