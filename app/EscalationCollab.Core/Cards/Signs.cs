namespace EscalationCollab.Core.Cards;

/// <summary>The signs that stand for colours where a platform has none, or beside them. They differ in shape, and the words say the same.</summary>
public static class Signs
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
