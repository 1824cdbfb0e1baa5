using Microsoft.Playwright;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>What people say once the main job is over, whichever platform they worked on.</summary>
internal static class Afterwards
{
    /// <summary>What Carlos writes into the survey.</summary>
    public const string Complaint = "Ficamos uma manhã sem saber de nada.";

    /// <summary>What each of the three says privately; all of it must be in the document that is published.</summary>
    public static readonly (
        string Person,
        string Happened,
        string Judged,
        string Change
    )[] Answers =
    [
        (
            "tom",
            "The old signing key stopped being accepted with the release.",
            "The expert was found at once.",
            "Rotate keys in the release rehearsal."
        ),
        (
            "ana",
            "O cliente escreveu antes de qualquer alarme nosso.",
            "A primeira resposta saiu em poucos minutos.",
            "Avisar o suporte antes de trocar chaves."
        ),
        (
            "marco",
            "Ho preso in carico il caso dopo un minuto.",
            "La stanza ha evitato telefonate.",
            "Un aggiornamento al cliente già alla prima diagnosi."
        ),
    ];

    /// <summary>Carlos is not content, and says why.</summary>
    public static async Task FillSurveyAsync(IPage survey)
    {
        foreach (
            var question in new[] { "resolution", "communication", "effort", "recommendation" }
        )
            await survey.Locator($"label:has(input[name='{question}'][value='2'])").ClickAsync();
        await survey.Locator("textarea").FillAsync(Complaint);
    }
}
