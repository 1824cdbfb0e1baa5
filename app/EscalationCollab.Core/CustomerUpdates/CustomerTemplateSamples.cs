using EscalationCollab.Core.Escalations;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>Made-up facts with which every letter is tried when it is read: everything, the least, and the longest.</summary>
internal static class CustomerTemplateSamples
{
    public static IReadOnlyList<CustomerTemplateFacts> All(
        string language,
        CustomerTemplateKind kind
    ) => [Full(language), Least(kind), Longest(language)];

    private static CustomerTemplateFacts Full(string language) =>
        new(
            "Northwind Cloud",
            new EscalationNumber(1042),
            "Acme",
            "Ana Souza",
            "A",
            language == "pt-BR" ? "America/Sao_Paulo" : "Europe/Vilnius"
        )
        {
            Impact = "B",
            Now = "C",
            Owner = "Rita Kazlauskienė",
            OwnerTitle = "D",
            Meanwhile = "E",
            NextUpdate = Instant.FromUtc(2026, 11, 24, 12, 30),
            Severity = Severity.Sev2,
            RespondBy = Instant.FromUtc(2026, 11, 24, 10, 30),
            ResolveBy = Instant.FromUtc(2026, 11, 25, 15, 0),
            Workaround = "F",
            Resolution = "G",
            Concession = "H",
            Fault = "I",
            Cause = "J",
            Changes = "K",
            SurveyLink = new Uri("https://help.example/survey/1"),
            SurveyUntil = Instant.FromUtc(2026, 12, 8, 12, 0),
        };

    private static CustomerTemplateFacts Least(CustomerTemplateKind kind)
    {
        var least = new CustomerTemplateFacts(
            "N",
            new EscalationNumber(1),
            "A",
            "",
            "S",
            "Etc/UTC"
        );
        return kind is CustomerTemplateKind.Survey or CustomerTemplateKind.SurveyReminder
            ? least with
            {
                SurveyLink = new Uri("https://help.example/survey/1"),
            }
            : least;
    }

    private static CustomerTemplateFacts Longest(string language)
    {
        var text = new string('w', CustomerTemplateFacts.LongestText);
        return Full(language) with
        {
            Company = text,
            Customer = text,
            Contact = text,
            Summary = text,
            Impact = text,
            Now = text,
            Owner = text,
            OwnerTitle = text,
            Meanwhile = text,
            Workaround = text,
            Resolution = text,
            Concession = text,
            Fault = text,
            Cause = text,
            Changes = text,
        };
    }
}
