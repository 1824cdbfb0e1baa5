using EscalationCollab.Core.Cards;

namespace EscalationCollab.Web.Cards;

/// <summary>The names of tones in the style sheet, and their signs: colour never speaks alone.</summary>
internal static class Tones
{
    /// <summary>The name in the style sheet.</summary>
    public static string Name(Tone tone) =>
        tone switch
        {
            Tone.Good => "good",
            Tone.Warning => "warning",
            Tone.Bad => "bad",
            _ => "neutral",
        };
}
