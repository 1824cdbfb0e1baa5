using NodaTime;

namespace EscalationCollab.Core.Cards;

/// <summary>
/// A target or promise as a line. A message stands still while the clock runs: it says until when, not how much is used,
/// and it has no bar. Every event edits the pinned card, so that late and done show when they happen.
/// </summary>
public static class ClockLine
{
    // As in the Sandbox: the sign changes once, when little is left.
    private const double LittleLeft = 0.75;

    /// <summary>"⏳ Next customer update: due today, 14:30".</summary>
    public static Text Of(ClockBlock clock, Instant now)
    {
        var line = (Text)Sign(clock, now) + new Bold(clock.Label) + ": " + Words(clock, now);
        return clock.PausedFor > Duration.Zero
            ? line + " · " + Phrase.Of("cards.clock-paused", ("length", new Span(clock.PausedFor)))
            : line;
    }

    private static string Sign(ClockBlock clock, Instant now) =>
        clock.Met is { } met ? Signs.Of(met <= clock.Due ? Tone.Good : Tone.Bad)
        : now > clock.Due ? Signs.Of(Tone.Bad)
        : clock.Used(now) >= LittleLeft ? Signs.Of(Tone.Warning)
        : "⏳ ";

    private static Phrase Words(ClockBlock clock, Instant now) =>
        clock.Met is { } met
            ? met <= clock.Due
                ? Phrase.Of("cards.clock-met", ("when", new Moment(met, MomentStyle.Exact)))
                : Phrase.Of(
                    "cards.clock-met-late",
                    ("when", new Moment(met, MomentStyle.Exact)),
                    ("late", new Span(met - clock.Due))
                )
            : now > clock.Due
                ? Phrase.Of(
                    "cards.standing-late",
                    ("due", new Moment(clock.Due, MomentStyle.Exact))
                )
                : Phrase.Of(
                    "cards.standing-due",
                    ("due", new Moment(clock.Due, MomentStyle.Exact))
                );
}
