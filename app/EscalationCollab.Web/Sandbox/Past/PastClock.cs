using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>A clock that stands at the moment of the act being played.</summary>
internal sealed class PastClock(Instant start) : TimeProvider
{
    private long _ticks = start.ToUnixTimeTicks();

    /// <summary>Goes to a later moment; an earlier one changes nothing.</summary>
    public void GoTo(Instant moment)
    {
        if (moment > this.Moment())
            Volatile.Write(ref _ticks, moment.ToUnixTimeTicks());
    }

    public override DateTimeOffset GetUtcNow() =>
        Instant.FromUnixTimeTicks(Volatile.Read(ref _ticks)).ToDateTimeOffset();
}

/// <summary>Gives the way that letters of the past took, dated by the clock it is handed.</summary>
public delegate ICustomerChannel PastLetters(TimeProvider clock);
