using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>How often an update is promised for an escalation just now, by the clock of where its customer is.</summary>
/// <param name="Target">The time from one to the next.</param>
/// <param name="Calendar">The office hours it may count.</param>
internal sealed record Rhythm(Target Target, BusinessCalendar Calendar)
{
    /// <summary>The usual one, unless nobody has kept it for long (<see cref="Neglect"/>).</summary>
    /// <param name="misses">How many updates in a row have not come.</param>
    public static Rhythm Of(Target usual, int misses, Escalation escalation, Situation situation) =>
        new(
            Neglect.Rule(usual, misses, escalation, situation),
            situation.Policy.CalendarOf(escalation.Customer.Region)
        );

    /// <summary>The promise that begins at a moment.</summary>
    public Promise From(Instant from) => Promise.Of(from, Target, Calendar);

    /// <summary>When so much of a promise's time has passed, such as two of three parts.</summary>
    public Instant Part(Promise promise, int of, int whole) =>
        promise.Part(of, whole, Target.Clock, Calendar);
}
