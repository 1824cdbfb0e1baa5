using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// Moments that each reader's own client shows in their zone, on their clock and as "today" or "tomorrow". A message stays
/// as it was sent while time goes on, so "in 20 min" is only said where the client keeps counting.
/// </summary>
internal static class DateToken
{
    /// <summary>The template that Slack fills, with the words of the reader's language between day and clock.</summary>
    public static string Format(Moment moment, SlackReader reader) =>
        moment.Style switch
        {
            MomentStyle.Date => "{date_short_pretty}",
            MomentStyle.Relative when moment.At <= reader.Now => "{ago}",
            _ => reader.Tell(
                Phrase.Of("time.day-clock", ("day", "{date_short_pretty}"), ("clock", "{time}"))
            ),
        };

    /// <summary>What a client shows that cannot read the token: the time of the room, with its zone by name.</summary>
    public static string Fallback(Moment moment, SlackReader reader) =>
        moment.Style == MomentStyle.Date
            ? reader.Format.Moment(moment)
            : reader.Format.ExactAndZone(moment.At);

    /// <summary>Seconds since 1970.</summary>
    public static long Seconds(Instant at) => at.ToUnixTimeSeconds();
}
