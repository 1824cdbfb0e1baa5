using System.Globalization;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Tests.Words;

public sealed class PluralRulesTests
{
    // The samples are those of the CLDR charts.
    [Theory]
    [InlineData("en", "one", "N0", "1")]
    [InlineData("en", "other", "N0", "0 2 11 21 100 1000000")]
    [InlineData("en", "other", "N1", "1.0 0.5 1.5")]
    [InlineData("pt-BR", "one", "N0", "0 1")]
    [InlineData("pt-BR", "one", "N1", "0.5 1.0 1.5")]
    [InlineData("pt-BR", "other", "N0", "2 17 100 1001")]
    [InlineData("pt-BR", "other", "N1", "2.0 10.5")]
    [InlineData("pt-BR", "many", "N0", "1000000 2000000")]
    [InlineData("it", "one", "N0", "1")]
    [InlineData("it", "other", "N0", "0 2 16 101")]
    [InlineData("it", "other", "N1", "1.0 0.5")]
    [InlineData("it", "many", "N0", "1000000")]
    [InlineData("lt", "one", "N0", "1 21 31 101 1001")]
    [InlineData("lt", "one", "N1", "1.0 21.0")]
    [InlineData("lt", "few", "N0", "2 9 22 29 102 1002")]
    [InlineData("lt", "few", "N1", "2.0 9.0")]
    [InlineData("lt", "many", "N1", "0.1 1.7 10.1 100.1")]
    [InlineData("lt", "other", "N0", "0 10 11 12 19 20 111 119 1000")]
    [InlineData("lt", "other", "N1", "0.0 11.0 19.0")]
    public void Form_NumbersOfTheCharts_TakeTheirForm(
        string language,
        string form,
        string format,
        string numbers
    )
    {
        foreach (var number in numbers.Split(' '))
        {
            var value = decimal.Parse(number, CultureInfo.InvariantCulture);
            PluralRules.Form(language, value, format).Should().Be(form, "of {0}", number);
            PluralRules.Form(language, -value, format).Should().Be(form, "of -{0}", number);
        }
    }
}
