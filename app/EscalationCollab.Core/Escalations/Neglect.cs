using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// When nobody gives the promised updates and everybody who could be told has been, asking at the usual times helps nobody:
/// it becomes one question a working day, and after five of those one a week. It never ends by itself, because the customer
/// still waits; one update brings the usual times back.
/// </summary>
internal static class Neglect
{
    /// <summary>So many daily questions before they become weekly ones.</summary>
    private const int Days = 5;

    /// <summary>The time until the next update after a number of misses in a row; never shorter than the usual one.</summary>
    public static Target Rule(Target usual, int misses, Escalation escalation, Situation situation)
    {
        if (!IsQuiet(misses, escalation, situation))
            return usual;
        var quiet = Target.BusinessDays(
            misses < situation.Policy.Nudges.QuietAfterMisses + Days ? 1 : 5
        );
        var calendar = situation.Policy.CalendarOf(escalation.Customer.Region);
        return Due(usual) > Due(quiet) ? usual : quiet;

        Instant Due(Target target) => EscalationPolicy.Due(situation.Now, target, calendar);
    }

    /// <summary>Whether it is asked for less often after a number of misses in a row.</summary>
    public static bool IsQuiet(int misses, Escalation escalation, Situation situation) =>
        misses >= situation.Policy.Nudges.QuietAfterMisses
        && NextLevel.IsExhausted(escalation, situation);
}
