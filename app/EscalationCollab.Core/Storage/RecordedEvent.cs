using EscalationCollab.Core.Escalations;

namespace EscalationCollab.Core.Storage;

/// <summary>An event as the timeline shows it.</summary>
/// <param name="Stamp">When, by whom, and its place.</param>
/// <param name="Kind">Its stored name.</param>
/// <param name="Event">What happened.</param>
public sealed record RecordedEvent(Stamp Stamp, string Kind, EscalationEvent Event);

/// <summary>What is wrong with the events of an escalation.</summary>
/// <param name="Sequence">The first event that is wrong.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record ChainBreak(int Sequence, ChainFault Fault);

/// <summary>How events differ from what was written.</summary>
public enum ChainFault
{
    /// <summary>It does not say what it said, or stands where another one stood.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Missing,

    /// <summary>It was not written by the product.</summary>
    Added,
}

/// <summary>A delivery that was handled before.</summary>
/// <param name="Reply">What was answered then, or null when nothing was kept.</param>
public sealed record Remembered(string? Reply);
