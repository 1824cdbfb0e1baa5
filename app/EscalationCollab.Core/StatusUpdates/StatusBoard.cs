using EscalationCollab.Core.StatusUpdates;
using NodaTime;

namespace EscalationCollab.Core.Escalations
{
    public sealed partial record Escalation
    {
        /// <summary>What is known of the work, and when the next word of it is promised.</summary>
        public StatusBoard StatusUpdates { get; init; } = StatusBoard.Empty;
    }
}

namespace EscalationCollab.Core.StatusUpdates
{
    using EscalationCollab.Core.Escalations;

    /// <summary>The internal status of an escalation.</summary>
    public sealed record StatusBoard
    {
        /// <summary>Before the first status.</summary>
        public static readonly StatusBoard Empty = new();

        /// <summary>The last status with content, or null.</summary>
        public StatusUpdate? Last { get; init; }

        /// <summary>Which way it is going, as said last; null before the first status.</summary>
        public Trend? Trend { get; init; }

        /// <summary>When the next status is promised, and how the earlier promises went.</summary>
        public Cadence Cadence { get; init; } = Cadence.Idle;

        /// <summary>Somebody asked for an update and has none yet, or null.</summary>
        public StatusRequest? Request { get; init; }
    }

    /// <summary>A status with content.</summary>
    /// <param name="Conditions">How it is now.</param>
    /// <param name="Actions">What is being done, or empty.</param>
    /// <param name="Needs">What is needed from others, or empty.</param>
    /// <param name="Trend">Which way it is going.</param>
    /// <param name="UnchangedBy">Who said last that nothing has changed since, or null.</param>
    /// <param name="UnchangedAt">When.</param>
    public sealed record StatusUpdate(
        string Conditions,
        string Actions,
        string Needs,
        Trend Trend,
        PersonId By,
        Instant At,
        PersonId? UnchangedBy = null,
        Instant? UnchangedAt = null
    );

    /// <summary>A question for an update that is not answered yet.</summary>
    /// <param name="By">Who asked.</param>
    /// <param name="Of">Who was asked.</param>
    public sealed record StatusRequest(PersonId By, PersonId Of, Instant At);
}
