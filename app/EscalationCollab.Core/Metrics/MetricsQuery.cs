using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Dapper;
using EscalationCollab.Core.Storage;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Core.Metrics;

/// <summary>
/// Counts the figures. Sums are made by the database from indexes that carry all they need; medians, which no two
/// databases write alike, are taken here from the few rows of the period.
/// </summary>
public static class MetricsQuery
{
    /// <summary>Two escalations this close are a repeat.</summary>
    public static readonly Duration RepeatWithin = Duration.FromDays(90);

    /// <summary>Declined and merged escalations are none, or counted under the other's number.</summary>
    internal const string Counted = "status NOT IN ('Declined', 'Merged')";

    /// <summary>The figures from one local day to another, both included, a row for each period, also for empty ones.</summary>
    /// <param name="zone">Where days begin: the policy's default zone, unless asked otherwise.</param>
    /// <param name="now">What is due later is not counted yet.</param>
    /// <exception cref="ArgumentException">See <see cref="Periods.Between"/>.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public static Task<ImmutableArray<MetricsRow>> RunAsync(
        IStore store,
        TenantId tenant,
        LocalDate from,
        LocalDate to,
        Period period,
        DateTimeZone zone,
        Instant now,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var spans = Periods.Between(from, to, period, zone);
        return store.ReadAsync(
            connection => Run(connection, tenant, spans, zone, now),
            cancellation
        );
    }

    /// <summary>The same on a connection, inside a transaction that is already there.</summary>
    internal static ImmutableArray<MetricsRow> Run(
        IDbConnection connection,
        TenantId tenant,
        ImmutableArray<PeriodSpan> spans,
        DateTimeZone zone,
        Instant now
    )
    {
        var asked = new Asked(connection, tenant, spans, zone, now);
        var (tickets, replies) = (Tickets(asked), FirstReplies(asked));
        var (escalations, promises) = (Escalations(asked), Promises(asked));
        var (surveys, actions) = (Surveys(asked), Actions(asked));
        return
        [
            .. spans.Select(
                (span, i) =>
                    actions[i]
                        .Into(
                            surveys[i]
                                .Into(
                                    promises[i]
                                        .Into(
                                            escalations[i]
                                                .Into(
                                                    tickets[i]
                                                        .Into(new MetricsRow { Period = span.Name })
                                                )
                                        )
                                )
                        ) with
                    {
                        FirstResponseSeconds = Median(replies[i]),
                    }
            ),
        ];
    }

    private static TicketSums[] Tickets(Asked asked)
    {
        var sums = new TicketSums[asked.Spans.Length];
        var rows = asked.Connection.Query<(
            long Period,
            long Tickets,
            long Escalated,
            long Resolved,
            long First,
            long Sla
        )>(
            $"""
            {asked.Periods}
            SELECT period.i, count(*), sum(CASE WHEN escalated = 1 OR escalation IS NOT NULL THEN 1 ELSE 0 END),
                sum(resolved), sum(first_contact), sum(CASE WHEN sla_met = 1 THEN 1 ELSE 0 END)
            FROM period JOIN ticket ON tenant = @tenant AND opened_at >= period.a AND opened_at < period.b
            GROUP BY period.i
            """,
            asked.Parameters
        );
        foreach (var row in rows)
            sums[row.Period] = new TicketSums(
                row.Tickets,
                row.Escalated,
                row.Resolved,
                row.First,
                row.Sla
            );
        return sums;
    }

    private static List<double>[] FirstReplies(Asked asked)
    {
        var values = asked.Lists<double>();
        var rows = asked.Connection.Query<(long At, long Reply)>(
            """
            SELECT opened_at, first_reply_at FROM ticket
            WHERE tenant = @tenant AND opened_at >= @start AND opened_at < @end AND first_reply_at IS NOT NULL
            """,
            asked.Parameters,
            buffered: false
        );
        foreach (var (at, reply) in rows)
            values[asked.PeriodOf(at)].Add((reply - at) / 1000.0);
        return values;
    }

    /// <summary>
    /// Reads from as long before the periods as a repeat may reach back: in order of time, one look at the last one of the
    /// same customer and root cause tells a repeat.
    /// </summary>
    private static EscalationSums[] Escalations(Asked asked)
    {
        var sums = asked.Each(_ => new EscalationSums());
        var (customers, causes) = (new Dictionary<string, long>(), new Dictionary<string, long>());
        var rows = asked.Connection.Query<(
            long At,
            long? Acknowledged,
            long? Mitigated,
            long? Resolved,
            string Status,
            string Customer,
            string? Cause
        )>(
            $"""
            SELECT declared_at, acknowledged_at, mitigated_at, resolved_at, status, customer, root_cause FROM escalation
            WHERE tenant = @tenant AND declared_at >= @start - @near AND declared_at < @end AND {Counted}
            ORDER BY declared_at, number
            """,
            asked.Parameters,
            buffered: false
        );
        foreach (var row in rows)
        {
            var repeats =
                IsNear(customers, row.Customer, row.At) | IsNear(causes, row.Cause, row.At);
            if (row.At < asked.Start)
                continue;
            var sum = sums[asked.PeriodOf(row.At)];
            sum.Count++;
            sum.Repeats += repeats ? 1 : 0;
            Add(sum.Acknowledge, row.Acknowledged);
            Add(sum.Mitigate, row.Mitigated);
            Add(sum.Resolve, row.Status == "Closed" ? row.Resolved : null);

            void Add(List<double> values, long? moment)
            {
                if (moment is { } then)
                    values.Add((then - row.At) / 1000.0);
            }
        }
        return sums;
    }

    private static bool IsNear(Dictionary<string, long> last, string? key, long at)
    {
        if (key is null)
            return false;
        var near =
            last.TryGetValue(key, out var before)
            && at - before <= (long)RepeatWithin.TotalMilliseconds;
        last[key] = at;
        return near;
    }

    /// <summary>1 when an earlier escalation of the same customer or root cause is near enough, as an SQL expression.</summary>
    internal static string Repeats(string alias) =>
        $"""
            CASE WHEN EXISTS (SELECT 1 FROM escalation o WHERE o.tenant = {alias}.tenant AND o.customer = {alias}.customer
                    AND o.declared_at >= {alias}.declared_at - @near AND o.declared_at <= {alias}.declared_at
                    AND o.number <> {alias}.number AND (o.declared_at < {alias}.declared_at OR o.number < {alias}.number)
                    AND o.status NOT IN ('Declined', 'Merged'))
                OR {alias}.root_cause IS NOT NULL AND EXISTS (SELECT 1 FROM escalation o WHERE o.tenant = {alias}.tenant
                    AND o.root_cause = {alias}.root_cause
                    AND o.declared_at >= {alias}.declared_at - @near AND o.declared_at <= {alias}.declared_at
                    AND o.number <> {alias}.number AND (o.declared_at < {alias}.declared_at OR o.number < {alias}.number)
                    AND o.status NOT IN ('Declined', 'Merged'))
                THEN 1 ELSE 0 END
            """;

    private static PromiseSums[] Promises(Asked asked)
    {
        var sums = asked.Each(_ => new PromiseSums());
        var rows = asked.Connection.Query<(
            long Period,
            string Kind,
            long Due,
            long OnTime,
            long Snoozed
        )>(
            $"""
            {asked.Periods}
            SELECT period.i, kind, sum(CASE WHEN snoozed = 0 THEN 1 ELSE 0 END),
                sum(CASE WHEN snoozed = 0 AND met_at <= due_at THEN 1 ELSE 0 END), sum(snoozed)
            FROM period JOIN promise ON tenant = @tenant AND due_at >= period.a AND due_at < period.b AND due_at <= @now
            GROUP BY period.i, kind
            """,
            asked.Parameters
        );
        foreach (var row in rows)
        {
            var sum = sums[row.Period];
            sum.Snoozed += row.Snoozed;
            if (row.Kind == "customer")
                (sum.CustomerDue, sum.CustomerOnTime) = (row.Due, row.OnTime);
            else
                (sum.StatusDue, sum.StatusOnTime) = (row.Due, row.OnTime);
        }
        return sums;
    }

    private static SurveySums[] Surveys(Asked asked)
    {
        var sums = asked.Each(_ => new SurveySums());
        var rows = asked.Connection.Query<(
            long At,
            long? Answered,
            long? Resolution,
            long? Communication,
            long? Effort,
            long? Recommendation
        )>(
            """
            SELECT sent_at, answered_at, resolution, communication, effort, recommendation FROM survey
            WHERE tenant = @tenant AND sent_at >= @start AND sent_at < @end
            """,
            asked.Parameters,
            buffered: false
        );
        foreach (var row in rows)
        {
            var sum = sums[asked.PeriodOf(row.At)];
            sum.Sent++;
            sum.Answered += row.Answered is null ? 0 : 1;
            Add(sum.Resolution, row.Resolution);
            Add(sum.Communication, row.Communication);
            Add(sum.Effort, row.Effort);
            Add(sum.Recommendation, row.Recommendation);
        }
        return sums;

        static void Add(List<long> values, long? value)
        {
            if (value is { } rated)
                values.Add(rated);
        }
    }

    private static ActionSums[] Actions(Asked asked)
    {
        var sums = asked.Each(_ => new ActionSums());
        var today = asked.Now.InZone(asked.Zone).Date;
        var rows = asked.Connection.Query<(string DueOn, string State, long? Done)>(
            "SELECT due_on, state, done_at FROM action_item WHERE tenant = @tenant AND due_on >= @firstDay AND due_on <= @lastDay",
            asked.Parameters,
            buffered: false
        );
        foreach (var (dueOn, state, done) in rows)
        {
            var due = LocalDatePattern.Iso.Parse(dueOn).GetValueOrThrow();
            var sum = sums[asked.PeriodOf(due)];
            if (state == "declined")
                sum.Declined++;
            else if (due <= today || done is not null)
            {
                sum.Due++;
                sum.Done += done is { } moment && DayOf(moment, asked.Zone) <= due ? 1 : 0;
            }
        }
        return sums;
    }

    internal static LocalDate DayOf(long moment, DateTimeZone zone) =>
        Instant.FromUnixTimeMilliseconds(moment).InZone(zone).Date;

    internal static double? Ratio(long part, long whole) =>
        whole == 0 ? null : (double)part / whole;

    internal static double? Median(List<double> values)
    {
        if (values.Count == 0)
            return null;
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private readonly record struct TicketSums(
        long Tickets,
        long Escalated,
        long Resolved,
        long FirstContact,
        long SlaMet
    )
    {
        public MetricsRow Into(MetricsRow row) =>
            row with
            {
                Tickets = Tickets,
                Escalated = Escalated,
                EscalationRate = Ratio(Escalated, Tickets),
                Resolved = Resolved,
                FirstContactResolved = FirstContact,
                Fcr = Ratio(FirstContact, Resolved),
                SlaMet = SlaMet,
            };
    }

    private sealed class EscalationSums
    {
        public long Count { get; set; }
        public long Repeats { get; set; }
        public List<double> Acknowledge { get; } = [];
        public List<double> Mitigate { get; } = [];
        public List<double> Resolve { get; } = [];

        public MetricsRow Into(MetricsRow row) =>
            row with
            {
                Escalations = Count,
                AcknowledgeSeconds = Median(Acknowledge),
                MitigateSeconds = Median(Mitigate),
                ResolveSeconds = Median(Resolve),
                Repeats = Repeats,
                RepeatRate = Ratio(Repeats, Count),
            };
    }

    private sealed class PromiseSums
    {
        public long StatusDue { get; set; }
        public long StatusOnTime { get; set; }
        public long CustomerDue { get; set; }
        public long CustomerOnTime { get; set; }
        public long Snoozed { get; set; }

        public MetricsRow Into(MetricsRow row) =>
            row with
            {
                StatusDue = StatusDue,
                StatusOnTime = StatusOnTime,
                StatusAdherence = Ratio(StatusOnTime, StatusDue),
                CustomerDue = CustomerDue,
                CustomerOnTime = CustomerOnTime,
                CustomerAdherence = Ratio(CustomerOnTime, CustomerDue),
                Snoozed = Snoozed,
            };
    }

    private sealed class SurveySums
    {
        public long Sent { get; set; }
        public long Answered { get; set; }
        public List<long> Resolution { get; } = [];
        public List<long> Communication { get; } = [];
        public List<long> Effort { get; } = [];
        public List<long> Recommendation { get; } = [];

        public MetricsRow Into(MetricsRow row) =>
            row with
            {
                SurveysSent = Sent,
                SurveysAnswered = Answered,
                ResponseRate = Ratio(Answered, Sent),
                Csat = Ratio(Resolution.Count(rating => rating >= 4), Resolution.Count),
                CsatCommunication = Ratio(
                    Communication.Count(rating => rating >= 4),
                    Communication.Count
                ),
                Nps = Ratio(
                    Recommendation.Count(rating => rating >= 9)
                        - Recommendation.Count(rating => rating <= 6),
                    Recommendation.Count
                ),
                Ces = Effort.Count == 0 ? null : Effort.Average(),
            };
    }

    private sealed class ActionSums
    {
        public long Due { get; set; }
        public long Done { get; set; }
        public long Declined { get; set; }

        public MetricsRow Into(MetricsRow row) =>
            row with
            {
                ActionsDue = Due,
                ActionsDone = Done,
                ActionClosure = Ratio(Done, Due),
                ActionsDeclined = Declined,
            };
    }

    /// <summary>What was asked for, as the statements need it.</summary>
    private sealed class Asked
    {
        private readonly long[] _starts;
        private readonly LocalDate[] _firsts;

        public Asked(
            IDbConnection connection,
            TenantId tenant,
            ImmutableArray<PeriodSpan> spans,
            DateTimeZone zone,
            Instant now
        )
        {
            (Connection, Spans, Zone, Now) = (connection, spans, zone, now);
            _starts = [.. spans.Select(span => span.Start.ToUnixTimeMilliseconds())];
            _firsts = [.. spans.Select(span => span.First)];
            Parameters = new
            {
                tenant = tenant.Value,
                start = _starts[0],
                end = spans[^1].End.ToUnixTimeMilliseconds(),
                firstDay = LocalDatePattern.Iso.Format(spans[0].First),
                lastDay = LocalDatePattern.Iso.Format(spans[^1].Last),
                near = (long)RepeatWithin.TotalMilliseconds,
                now = now.ToUnixTimeMilliseconds(),
            };
            Periods = PeriodTable(spans);
        }

        public IDbConnection Connection { get; }
        public long Start => _starts[0];
        public ImmutableArray<PeriodSpan> Spans { get; }
        public DateTimeZone Zone { get; }
        public Instant Now { get; }
        public object Parameters { get; }

        /// <summary>The periods as a table: numbers of our own, never anybody's text.</summary>
        public string Periods { get; }

        public int PeriodOf(long moment) => Index(Array.BinarySearch(_starts, moment));

        public int PeriodOf(LocalDate day) => Index(Array.BinarySearch(_firsts, day));

        public List<T>[] Lists<T>() => Each(_ => new List<T>());

        public T[] Each<T>(Func<PeriodSpan, T> make) => [.. Spans.Select(make)];

        private static int Index(int found) => found >= 0 ? found : ~found - 1;

        private static string PeriodTable(ImmutableArray<PeriodSpan> spans)
        {
            var values = spans.Select(
                (span, i) =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"({i}, {span.Start.ToUnixTimeMilliseconds()}, {span.End.ToUnixTimeMilliseconds()})"
                    )
            );
            return $"WITH period (i, a, b) AS (VALUES {string.Join(", ", values)})";
        }
    }
}
