using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Web.Cards;

/// <summary>How a clock reads at a moment: what is said, the sign, and how full the bar is.</summary>
/// <param name="Words">What is said beside the bar.</param>
/// <param name="Tone">The colour and sign that underline it.</param>
/// <param name="Percent">How full the bar is, 0 to 100.</param>
internal sealed record ClockReading(Text Words, Tone Tone, int Percent)
{
    // The policy's own warnings are messages; the bar only changes its look once, when little is left.
    private const double LittleLeft = 0.75;

    /// <summary>Reads a clock at a moment.</summary>
    public static ClockReading Of(ClockBlock clock, Instant now)
    {
        var used = clock.Used(now);
        var percent = (int)Math.Clamp(Math.Floor(used * 100), 0, 100);
        return clock.Met is { } met
            ? Ended(clock, met, percent)
            : Running(clock, now, used, percent);
    }

    private static ClockReading Ended(ClockBlock clock, Instant met, int percent) =>
        met <= clock.Due
            ? new(
                Phrase.Of("cards.clock-met", ("when", new Moment(met, MomentStyle.Exact))),
                Tone.Good,
                percent
            )
            : new(
                Phrase.Of(
                    "cards.clock-met-late",
                    ("when", new Moment(met, MomentStyle.Exact)),
                    ("late", new Span(met - clock.Due))
                ),
                Tone.Bad,
                100
            );

    private static ClockReading Running(ClockBlock clock, Instant now, double used, int percent) =>
        now > clock.Due
            ? new(
                Phrase.Of(
                    "cards.clock-late",
                    ("late", new Span(now - clock.Due)),
                    ("due", new Moment(clock.Due, MomentStyle.Exact))
                ),
                Tone.Bad,
                100
            )
            : new(
                Phrase.Of(
                    "cards.clock-due",
                    ("due", new Moment(clock.Due)),
                    ("used", new Number(percent / 100m, "P0"))
                ),
                used >= LittleLeft ? Tone.Warning : Tone.Neutral,
                percent
            );
}
