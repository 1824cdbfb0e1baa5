using System.Collections.Immutable;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Timelines;
using NodaTime;
using Text = EscalationCollab.Core.Cards.Text;

namespace EscalationCollab.Core.PostMortems;

/// <summary>What the events themselves say for a post-mortem: times, figures, and the timeline. Nobody types these.</summary>
public sealed record PostMortemFacts
{
    /// <summary>Lines of the timeline in a document; the middle of a longer one is left out and counted.</summary>
    public const int MostLines = 200;

    /// <summary>The state after all events.</summary>
    public required Escalation Escalation { get; init; }

    /// <summary>From declared until somebody owned it; null when nobody did.</summary>
    public Duration? Acknowledge { get; init; }

    /// <summary>From declared until the first accepted workaround; null when there was none.</summary>
    public Duration? Mitigate { get; init; }

    /// <summary>From declared until it was resolved for the last time; null while it is not.</summary>
    public Duration? Resolve { get; init; }

    /// <summary>Time in which it counted as resolved until it was opened again; zero when it never was.</summary>
    public Duration Paused { get; init; }

    /// <summary>Each severity it had, from when on.</summary>
    public ImmutableArray<(Instant At, Severity Severity)> Severities { get; init; } = [];

    /// <summary>How often it was opened again.</summary>
    public int Reopenings { get; init; }

    /// <summary>Other escalations that continued under this one's number.</summary>
    public int Merged { get; init; }

    /// <summary>Help-desk tickets it came from; null when none is known.</summary>
    public int? Tickets { get; init; }

    /// <summary>Concessions that were approved.</summary>
    public ImmutableArray<Concession> Concessions { get; init; } = [];

    /// <summary>What happened, without the work on the post-mortem itself.</summary>
    public ImmutableArray<PostMortemLine> Timeline { get; init; } = [];

    /// <summary>Lines left out in the middle.</summary>
    public int LinesLeftOut { get; init; }

    /// <summary>Reads the facts out of an escalation's events, which must be all of them in order.</summary>
    public static PostMortemFacts Of(Escalation empty, IReadOnlyList<RecordedEvent> events)
    {
        var states = States(empty, events);
        var last = states.Count > 0 ? states[^1].After : empty;
        var lines = Lines(events);
        return new PostMortemFacts
        {
            Escalation = last,
            Acknowledge = Until(states, last.DeclaredAt, state => state.AcknowledgedAt is not null),
            Mitigate = Until(states, last.DeclaredAt, state => state.Status == Status.Mitigated),
            Resolve = last.ResolvedAt - last.DeclaredAt,
            Paused = Pauses(states),
            Severities = SeveritiesOf(states),
            Reopenings = last.Resolution.Reopenings,
            Merged = last.MergedFrom.Length,
            Tickets = last.Ticket is null ? null : 1,
            Concessions =
            [
                .. last.Resolution.Concessions.Where(concession =>
                    concession.State == ConcessionState.Approved
                ),
            ],
            Timeline = Shortened(lines),
            LinesLeftOut = Math.Max(0, lines.Length - MostLines),
        };
    }

    private static List<(Instant At, Escalation Before, Escalation After)> States(
        Escalation empty,
        IReadOnlyList<RecordedEvent> events
    )
    {
        var states = new List<(Instant, Escalation, Escalation)>(events.Count);
        var before = empty;
        foreach (var recorded in events)
        {
            var after = before.With(recorded.Event, recorded.Stamp);
            states.Add((recorded.Stamp.At, before, after));
            before = after;
        }
        return states;
    }

    private static Duration? Until(
        List<(Instant At, Escalation Before, Escalation After)> states,
        Instant from,
        Func<Escalation, bool> reached
    )
    {
        foreach (var (at, _, after) in states)
            if (reached(after))
                return at - from;
        return null;
    }

    private static Duration Pauses(List<(Instant At, Escalation Before, Escalation After)> states)
    {
        var paused = Duration.Zero;
        foreach (var (at, before, after) in states)
            if (
                before is { Status: Status.Resolved or Status.Closed, ResolvedAt: { } since }
                && after.Status is not (Status.Resolved or Status.Closed)
            )
                paused += at - since;
        return paused;
    }

    private static ImmutableArray<(Instant At, Severity Severity)> SeveritiesOf(
        List<(Instant At, Escalation Before, Escalation After)> states
    )
    {
        var severities = ImmutableArray.CreateBuilder<(Instant, Severity)>();
        foreach (var (at, before, after) in states)
            if (before.Version == 0 || before.Severity != after.Severity)
                severities.Add((at, after.Severity));
        return severities.ToImmutable();
    }

    private static ImmutableArray<PostMortemLine> Lines(IReadOnlyList<RecordedEvent> events) =>
        [
            .. events
                .Where(recorded =>
                    !recorded.Kind.StartsWith("post-mortem", StringComparison.Ordinal)
                    && !recorded.Kind.StartsWith("action-item", StringComparison.Ordinal)
                )
                .SelectMany(recorded =>
                    Timelines
                        .Timeline.Entries([recorded])
                        .Select(entry => new PostMortemLine(
                            entry.At,
                            entry.By,
                            Timelines.Timeline.Shortened(WithoutLinks(entry.What), 500),
                            Evidence(recorded.Event)
                        ))
                ),
        ];

    /// <summary>The link back stands beside the line as its evidence.</summary>
    private static Text WithoutLinks(Text text) =>
        new([.. text.Parts.Where(part => part is not Cards.Link)]);

    private static Uri? Evidence(EscalationEvent happened) =>
        happened switch
        {
            NoteAdded { Link: { } link } => link,
            Intake.Declared { Source.Link: { } link } => link,
            _ => null,
        }
            is { } found
        && (found.Scheme == Uri.UriSchemeHttps || found.Scheme == Uri.UriSchemeHttp)
            ? found
            : null;

    private static ImmutableArray<PostMortemLine> Shortened(ImmutableArray<PostMortemLine> lines) =>
        lines.Length <= MostLines
            ? lines
            : [.. lines[..(MostLines / 2)], .. lines[^(MostLines / 2)..]];
}

/// <summary>A line of a post-mortem's timeline.</summary>
/// <param name="Evidence">Leads to the message it comes from, or null.</param>
public sealed record PostMortemLine(Instant At, PersonId By, Text What, Uri? Evidence);
