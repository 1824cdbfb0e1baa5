using System.Text.Json;
using System.Text.Json.Serialization;

namespace EscalationCollab.Core.Metrics;

/// <summary>
/// The figures of one period. Rates are fractions from 0 to 1, lengths are seconds; null is "no data": there was nothing
/// to count it of, which is not the same as zero. Ticket figures count tickets in the period in which they were opened,
/// escalation figures in the period in which it was declared, promises and action items when they were due, surveys when
/// they were sent.
/// </summary>
public sealed record MetricsRow
{
    /// <summary>The period as written by <see cref="Periods.Name"/>.</summary>
    public required string Period { get; init; }

    /// <summary>Tickets opened.</summary>
    public long Tickets { get; init; }

    /// <summary>Of these, escalated: by the rule of the mapping, or made an escalation here.</summary>
    public long Escalated { get; init; }

    /// <summary><see cref="Escalated"/> of <see cref="Tickets"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? EscalationRate { get; init; }

    /// <summary>Of the tickets, resolved by now.</summary>
    public long Resolved { get; init; }

    /// <summary>Of the resolved, without reassignment and without reopening.</summary>
    public long FirstContactResolved { get; init; }

    /// <summary><see cref="FirstContactResolved"/> of <see cref="Resolved"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Fcr { get; init; }

    /// <summary>Of the tickets, with their service level met.</summary>
    public long SlaMet { get; init; }

    /// <summary>Median from opened to the first reply of a person.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? FirstResponseSeconds { get; init; }

    /// <summary>Escalations declared; those declined or merged into another left out.</summary>
    public long Escalations { get; init; }

    /// <summary>Median from declared until an owner accepted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? AcknowledgeSeconds { get; init; }

    /// <summary>Median from declared until a workaround was accepted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? MitigateSeconds { get; init; }

    /// <summary>Median from declared until the resolution that was then confirmed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? ResolveSeconds { get; init; }

    /// <summary>Internal updates due by now; snoozed ones left out.</summary>
    public long StatusDue { get; init; }

    /// <summary>Of these, sent on or before due.</summary>
    public long StatusOnTime { get; init; }

    /// <summary><see cref="StatusOnTime"/> of <see cref="StatusDue"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? StatusAdherence { get; init; }

    /// <summary>Customer updates due by now; snoozed ones left out.</summary>
    public long CustomerDue { get; init; }

    /// <summary>Of these, sent on or before due.</summary>
    public long CustomerOnTime { get; init; }

    /// <summary><see cref="CustomerOnTime"/> of <see cref="CustomerDue"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? CustomerAdherence { get; init; }

    /// <summary>Updates of both kinds that were put off, with a reason on the record.</summary>
    public long Snoozed { get; init; }

    /// <summary>Surveys sent.</summary>
    public long SurveysSent { get; init; }

    /// <summary>Of these, answered.</summary>
    public long SurveysAnswered { get; init; }

    /// <summary><see cref="SurveysAnswered"/> of <see cref="SurveysSent"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? ResponseRate { get; init; }

    /// <summary>Ratings of the resolution of 4 or 5, of all that rated it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Csat { get; init; }

    /// <summary>Ratings of the communication of 4 or 5, of all that rated it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? CsatCommunication { get; init; }

    /// <summary>Share of recommendations of 9 or 10 minus the share of 0 to 6: from -1 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Nps { get; init; }

    /// <summary>Mean effort, 1 to 7.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Ces { get; init; }

    /// <summary>Action items due by now; declined ones left out.</summary>
    public long ActionsDue { get; init; }

    /// <summary>Of these, done by their due day.</summary>
    public long ActionsDone { get; init; }

    /// <summary><see cref="ActionsDone"/> of <see cref="ActionsDue"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? ActionClosure { get; init; }

    /// <summary>Action items due in the period that were declined with a reason.</summary>
    public long ActionsDeclined { get; init; }

    /// <summary>Escalations with another one of the same customer or root cause within the 90 days before.</summary>
    public long Repeats { get; init; }

    /// <summary><see cref="Repeats"/> of <see cref="Escalations"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? RepeatRate { get; init; }

    /// <summary>The value of a figure, or null for no data.</summary>
    public double? this[MetricFigure figure] =>
        figure switch
        {
            MetricFigure.EscalationRate => EscalationRate,
            MetricFigure.FirstContactResolution => Fcr,
            MetricFigure.SlaMet => Tickets == 0 ? null : (double)SlaMet / Tickets,
            MetricFigure.FirstResponse => FirstResponseSeconds,
            MetricFigure.Acknowledge => AcknowledgeSeconds,
            MetricFigure.Mitigate => MitigateSeconds,
            MetricFigure.Resolve => ResolveSeconds,
            MetricFigure.StatusAdherence => StatusAdherence,
            MetricFigure.CustomerAdherence => CustomerAdherence,
            MetricFigure.Csat => Csat,
            MetricFigure.CsatCommunication => CsatCommunication,
            MetricFigure.Nps => Nps,
            MetricFigure.Ces => Ces,
            MetricFigure.ResponseRate => ResponseRate,
            MetricFigure.ActionClosure => ActionClosure,
            MetricFigure.RepeatEscalation => RepeatRate,
            _ => throw new ArgumentOutOfRangeException(nameof(figure)),
        };
}

/// <summary>The figures, in the order they are shown. Name and formula in words are <c>metric-figure.*</c> and <c>metric-formula.*</c>.</summary>
public enum MetricFigure
{
    /// <summary>Escalated tickets of all tickets.</summary>
    EscalationRate,

    /// <summary>Resolved at first contact of resolved.</summary>
    FirstContactResolution,

    /// <summary>Tickets with their service level met of all tickets.</summary>
    SlaMet,

    /// <summary>Median until the first reply.</summary>
    FirstResponse,

    /// <summary>Median until accepted.</summary>
    Acknowledge,

    /// <summary>Median until a workaround.</summary>
    Mitigate,

    /// <summary>Median until the confirmed resolution.</summary>
    Resolve,

    /// <summary>Internal updates in time of due.</summary>
    StatusAdherence,

    /// <summary>Customer updates in time of due.</summary>
    CustomerAdherence,

    /// <summary>Satisfaction with the resolution.</summary>
    Csat,

    /// <summary>Satisfaction with the communication.</summary>
    CsatCommunication,

    /// <summary>Recommendation.</summary>
    Nps,

    /// <summary>Effort.</summary>
    Ces,

    /// <summary>Surveys answered of sent.</summary>
    ResponseRate,

    /// <summary>Action items done by their due day of due.</summary>
    ActionClosure,

    /// <summary>Escalations that repeat of all.</summary>
    RepeatEscalation,
}

/// <summary>Figures as JSON: an array of objects, the ticket figures first, null for no data.</summary>
public static class MetricsJson
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
    };

    /// <summary>Writes the rows.</summary>
    public static string Write(IEnumerable<MetricsRow> rows) =>
        JsonSerializer.Serialize(rows, Indented);
}
