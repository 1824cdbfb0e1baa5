using NodaTime;

namespace EscalationCollab.Core.Time;

/// <summary>Moments from <see cref="TimeProvider"/>, the only clock of the product.</summary>
public static class Clock
{
    /// <summary>The current moment, cut to milliseconds: what the database keeps is what was decided on.</summary>
    public static Instant Moment(this TimeProvider time) =>
        Instant.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
