using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>Moments on a card.</summary>
internal static class Times
{
    /// <summary>How often a card says a time of day.</summary>
    public static int Count(Card card)
    {
        var times = card.Blocks.Count(block => block is ClockBlock);
        foreach (var block in card.Blocks)
            block.Map(text =>
            {
                times += In(text);
                return text;
            });
        return times;
    }

    private static int In(Text text) =>
        text.Parts.Sum(part =>
            part switch
            {
                Moment { Style: not MomentStyle.Date } => 1,
                Bold bold => In(bold.Value),
                Link link => In(link.Label),
                _ => 0,
            }
        );
}
