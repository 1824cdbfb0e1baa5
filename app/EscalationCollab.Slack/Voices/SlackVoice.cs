using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Slack.BlockKit;

namespace EscalationCollab.Slack.Voices;

/// <summary>Says things to one reader, or to a room in its language.</summary>
internal sealed class SlackVoice(SlackReader reader)
{
    /// <summary>For what the renderer offers beyond this.</summary>
    public SlackReader Reader => reader;

    /// <summary>One line without markup, for a topic or a title.</summary>
    public string Line(Text text) =>
        reader
            .Tell(text)
            .ReplaceLineEndings(" ")
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>A card as a message.</summary>
    public SlackMessage Message(Card card) => Surfaces.Message(card, reader, LongCards.KeyOf(card));

    /// <summary>What a refusal says where it cannot stand beside the fields.</summary>
    public static Card Told(Reply.Refused refused) => Card.Line(refused.Sentence);
}
