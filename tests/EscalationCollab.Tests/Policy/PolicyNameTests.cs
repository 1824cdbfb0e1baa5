using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using static EscalationCollab.Tests.Policy.DeliveredPolicy;

namespace EscalationCollab.Tests.Policy;

public sealed class PolicyNameTests
{
    // Names of products and tiers that a company writes the same way everywhere.
    private static readonly string[] SameEverywhere =
    [
        "API",
        "Enterprise",
        "Premium",
        "Business",
        "Standard",
        "Starter",
    ];

    [Fact]
    public void Name_InFourLanguages_EachReaderReadsTheirOwn()
    {
        Text name = DeliveredPolicy.Policy.Concessions.Kinds["credit"];

        Languages
            .All.Select(language => name.Say(language))
            .Should()
            .Equal(
                "Credit on the account",
                "Crédito na conta",
                "Credito sul conto",
                "Kreditas sąskaitoje"
            );
    }

    [Fact]
    public void Name_Stored_IsReadAsItWas()
    {
        Text name = DeliveredPolicy.Policy.Teams["legal"].Name;

        var stored = JsonSerializer.Serialize(name, Json.Options);

        JsonSerializer.Deserialize<Text>(stored, Json.Options).Should().Be(name);
    }

    [Fact]
    public void Names_OfTheDeliveredPolicy_AreThereInEveryLanguage()
    {
        var policy = DeliveredPolicy.Policy;

        foreach (
            var name in (PolicyName[])
                [
                    .. policy.Teams.Values.Select(team => team.Name),
                    .. policy.Skills.Values.Select(skill => skill.Name),
                    .. policy.Products.Values,
                    .. policy.Regions.Values.Select(region => region.Name),
                    .. policy.Tiers.Values.Select(tier => tier.Name),
                    .. policy.Concessions.Kinds.Values,
                ]
        )
            if (!SameEverywhere.Contains(name.Usual))
                Languages
                    .All.Select(name.In)
                    .Distinct()
                    .Should()
                    .HaveCountGreaterThan(1, "{0} is read in other languages too", name);
    }

    [Fact]
    public void Name_OneText_IsTheSameForEverybody()
    {
        var policy = PolicyFile.Parse("p", Replaced("legal:\n    name: Counsel\n")).Policy!;

        ((Text)policy.Teams["legal"].Name).Say("lt").Should().Be("Counsel");
        policy.Teams["legal"].Name.IsCalled("counsel").Should().BeTrue();
    }

    [Fact]
    public void Name_LanguageLeftOut_ReadsThatOfThePolicy()
    {
        var policy = PolicyFile
            .Parse("p", Replaced("legal:\n    name: { en: Counsel, it: Avvocati }\n"))
            .Policy!;

        Text name = policy.Teams["legal"].Name;
        name.Say("it").Should().Be("Avvocati");
        name.Say("lt").Should().Be("Counsel");
    }

    [Theory]
    [InlineData("name: { it: Avvocati }", "en")]
    [InlineData("name: { en: Counsel, fr: Avocats }", "fr")]
    [InlineData("name: { en: [a, b] }", "en")]
    public void Name_WithAMistake_IsSaidWithItsLine(string name, string what)
    {
        var text = Replaced($"legal:\n    {name}\n");

        var problem = PolicyFile.Parse("p", text).Problems.Should().ContainSingle().Subject;

        problem.Wrong.Should().Contain(what);
        problem.Line.Should().BeInRange(1, text.Split('\n').Length);
    }

    private static string Replaced(string legal)
    {
        var lines = Yaml.Split('\n').ToList();
        var at = lines.IndexOf("  legal:");
        lines.RemoveRange(at, 2);
        lines.Insert(at, "  " + legal.TrimEnd());
        return string.Join('\n', lines);
    }
}
