using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>The signs that stand for colours: Slack's messages have none. They differ in shape, and the words say the same.</summary>
internal static class Signs
{
    /// <summary>The sign of a tone with a blank after it; nothing for a neutral one.</summary>
    public static string Of(Tone tone) =>
        tone switch
        {
            Tone.Good => "✅ ",
            Tone.Warning => "⚠️ ",
            Tone.Bad => "🔴 ",
            _ => "",
        };
}
