using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.AdaptiveCards;

namespace EscalationCollab.Teams.Voices;

/// <summary>Says things to one reader, or to a room in its language.</summary>
internal sealed class TeamsVoice(TeamsReader reader)
{
    /// <summary>For what the renderer offers beyond this.</summary>
    public TeamsReader Reader => reader;

    /// <summary>One line without markup, for a description or a title.</summary>
    public string Line(Text text) => reader.Tell(text).ReplaceLineEndings(" ").Trim();

    /// <summary>A card as a message.</summary>
    /// <param name="viewers">Whose clients ask for a view of their own.</param>
    /// <param name="mark">By which it is found again.</param>
    public TeamsMessage Message(
        Card card,
        IReadOnlyCollection<string>? viewers = null,
        string? mark = null
    ) => Surfaces.Message(card, reader, LongCards.KeyOf(card), viewers, mark);
}
