using System.Text.Json.Serialization;
using Dapper;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Updates of one kind that are promised again and again: the one that is promised next, and what became of the one
/// before. Each change ends one promise at most, so that <see cref="PromiseRows"/> can follow.
/// </summary>
public sealed record Cadence
{
    /// <summary>Nothing is promised.</summary>
    public static readonly Cadence Idle = new();

    /// <summary>What is promised next, or null while nothing is.</summary>
    public Promise? Next { get; init; }

    /// <summary>The promise that ended last, or null.</summary>
    public EndedPromise? Last { get; init; }

    /// <summary>How many were missed since the last one that was kept.</summary>
    public int MissesInRow { get; init; }

    /// <summary>Promises kept so far.</summary>
    public int Kept { get; init; }

    /// <summary>Promises missed so far.</summary>
    public int Missed { get; init; }

    /// <summary>Promises put off so far, on the record.</summary>
    public int Snoozed { get; init; }

    /// <summary>A promise begins to run; one that ran is withdrawn without being kept or missed.</summary>
    public Cadence Promising(Promise next) => this with { Next = next };

    /// <summary>Nothing is promised any more; what ran is withdrawn.</summary>
    public Cadence Stopped() => this with { Next = null, MissesInRow = 0 };

    /// <summary>An update came.</summary>
    public Cadence KeptBy(Stamp stamp, Promise? next) =>
        Ended(PromiseEnd.Kept, stamp, "", next) with
        {
            MissesInRow = 0,
            Kept = Next is null ? Kept : Kept + 1,
        };

    /// <summary>The promised moment passed without an update.</summary>
    public Cadence MissedAt(Stamp stamp, Promise? next) =>
        Ended(PromiseEnd.Missed, stamp, "", next) with
        {
            MissesInRow = MissesInRow + 1,
            Missed = Missed + 1,
        };

    /// <summary>Put off with a reason: not an update, and counted as what it is.</summary>
    public Cadence SnoozedBy(Stamp stamp, string reason, Promise next) =>
        Ended(PromiseEnd.Snoozed, stamp, reason, next) with
        {
            Snoozed = Snoozed + 1,
        };

    private Cadence Ended(PromiseEnd how, Stamp stamp, string reason, Promise? next) =>
        this with
        {
            Last = Next is null ? Last : new EndedPromise(Next, how, stamp.At, stamp.By, reason),
            Next = next,
        };
}

/// <summary>An update promised for a moment.</summary>
/// <param name="From">When the time began to run.</param>
/// <param name="Due">When it is due.</param>
public sealed record Promise(Instant From, Instant Due)
{
    /// <summary>A promise of the policy that begins to run.</summary>
    public static Promise Of(Instant from, Target target, BusinessCalendar calendar) =>
        new(from, EscalationPolicy.Due(from, target, calendar));

    /// <summary>
    /// The moment at which a part of the time has passed. Where only office hours count, the part is of the office hours,
    /// so that nobody is woken for it. Cut to whole seconds.
    /// </summary>
    public Instant Part(int of, int whole, TargetClock clock, BusinessCalendar calendar)
    {
        var at =
            clock == TargetClock.AroundTheClock
                ? From + ((Due - From) * of / whole)
                : calendar.Add(From, calendar.Between(From, Due) * of / whole);
        return Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
    }
}

/// <summary>A promise that no longer runs.</summary>
/// <param name="Reason">Why it was put off, or empty.</param>
public sealed record EndedPromise(
    Promise Promise,
    PromiseEnd How,
    Instant At,
    PersonId By,
    string Reason = ""
);

/// <summary>What became of a promise.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromiseEnd>))]
public enum PromiseEnd
{
    /// <summary>An update came.</summary>
    Kept,

    /// <summary>None came in time.</summary>
    Missed,

    /// <summary>It was put off on the record.</summary>
    Snoozed,
}

/// <summary>
/// The table <c>promise</c>, which adherence is counted from: one row for each promised update. <c>met_at</c> stays empty
/// for a missed one; a snoozed one has <c>snoozed</c> = 1; a withdrawn one has no row, because nobody waited for it.
/// </summary>
internal static class PromiseRows
{
    /// <summary>Brings the rows of one kind up to date with a change; call it from <c>Slices.Projects</c>.</summary>
    public static void Project(
        Records records,
        EscalationNumber number,
        string kind,
        Cadence before,
        Cadence after
    )
    {
        if (before.Next == after.Next)
            return;
        if (before.Next is { } promised)
            End(records, number, kind, promised, after.Last == before.Last ? null : after.Last);
        // Two updates outside office hours promise the same moment: what counts is what becomes of that moment.
        if (after.Next is { } next)
            records.Connection.Execute(
                """
                INSERT INTO promise (tenant, number, kind, due_at, met_at, snoozed)
                VALUES (@tenant, @number, @kind, @due, NULL, 0)
                ON CONFLICT (tenant, number, kind, due_at) DO UPDATE SET met_at = NULL, snoozed = 0
                """,
                Row(records, number, kind, next)
            );
    }

    private static void End(
        Records records,
        EscalationNumber number,
        string kind,
        Promise promised,
        EndedPromise? ended
    )
    {
        if (ended is null)
            records.Connection.Execute(
                """
                DELETE FROM promise
                WHERE tenant = @tenant AND number = @number AND kind = @kind AND due_at = @due
                """,
                Row(records, number, kind, promised)
            );
        else
            records.Connection.Execute(
                """
                UPDATE promise SET met_at = @met, snoozed = @snoozed
                WHERE tenant = @tenant AND number = @number AND kind = @kind AND due_at = @due
                """,
                Row(records, number, kind, promised, ended)
            );
    }

    private static object Row(
        Records records,
        EscalationNumber number,
        string kind,
        Promise promise,
        EndedPromise? ended = null
    ) =>
        new
        {
            tenant = records.Tenant.Value,
            number = number.Value,
            kind,
            due = promise.Due.ToUnixTimeMilliseconds(),
            met = ended is { How: PromiseEnd.Kept }
                ? ended.At.ToUnixTimeMilliseconds()
                : (long?)null,
            snoozed = ended is { How: PromiseEnd.Snoozed } ? 1 : 0,
        };
}
