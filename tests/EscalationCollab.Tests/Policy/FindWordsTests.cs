using System.Diagnostics;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Tests.Policy;

public sealed class FindWordsTests
{
    [Theory]
    [InlineData("We want to CANCEL.", WordCategory.Cancellation, "en", "CANCEL")]
    [InlineData("Vou falar com meu advogado amanhã", WordCategory.Legal, "pt-BR", "advogado")]
    [InlineData("queremos a RESCISAO já", WordCategory.Cancellation, "pt-BR", "RESCISAO")]
    [InlineData(
        "Voglio parlare con un responsabile!",
        WordCategory.DemandForManager,
        "it",
        "parlare con un responsabile"
    )]
    [InlineData("procederemo per vie\nlegali", WordCategory.Legal, "it", "vie\nlegali")]
    [InlineData("Kreipsiuosi i teisma", WordCategory.Legal, "lt", "teisma")]
    [InlineData(
        "noriu nutraukti, taip, sutartį: nutraukti sutartį",
        WordCategory.Cancellation,
        "lt",
        "nutraukti sutartį"
    )]
    [InlineData("Tai yra nepriimtina", WordCategory.Conflict, "lt", "nepriimtina")]
    [InlineData("isso é inaceita\u0301vel", WordCategory.Conflict, "pt-BR", "inaceita\u0301vel")]
    public void WordsFound_Said_Found(
        string text,
        WordCategory category,
        string language,
        string said
    ) =>
        DeliveredPolicy
            .Policy.WordsFound(text)
            .Should()
            .ContainSingle(word => word.Category == category)
            .Which.Should()
            .Match<WordFound>(word => word.Language == language && word.Phrase == said);

    [Theory]
    [InlineData("The issue is in the cancellator module")]
    [InlineData("Susan asked for a status")]
    [InlineData("managers your")]
    [InlineData("Is this OK? Thanks!")]
    [InlineData("API SSO")]
    [InlineData("")]
    [InlineData(null)]
    public void WordsFound_OnlyPartsOfWords_Nothing(string? text) =>
        DeliveredPolicy.Policy.WordsFound(text).Should().BeEmpty();

    [Theory]
    [InlineData("WHY DOES NOBODY ANSWER ME", "WHY DOES NOBODY ANSWER ME", 0)]
    [InlineData("Nobody answers?!?!", "?!?!", 14)]
    public void WordsFound_Shouting_Found(string text, string said, int at) =>
        DeliveredPolicy
            .Policy.WordsFound(text)
            .Should()
            .Equal(new WordFound(WordCategory.Shouting, said, "", at));

    [Fact]
    public void WordsFound_SaidTwice_OnceAndInOrder() =>
        DeliveredPolicy
            .Policy.WordsFound("my lawyer says cancel, Cancel, cancel")
            .Select(word => word.Phrase)
            .Should()
            .Equal("lawyer", "cancel");

    [Fact]
    public void WordsFound_HugePaste_TakesNoTime()
    {
        var text = string.Concat(Enumerable.Repeat("cancel our vie nutraukti ", 40_000));
        DeliveredPolicy.Policy.WordsFound(text);
        var started = Stopwatch.GetTimestamp();

        DeliveredPolicy.Policy.WordsFound(text);

        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(1));
    }
}
