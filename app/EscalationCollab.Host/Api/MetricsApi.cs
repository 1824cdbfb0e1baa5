using System.ComponentModel;
using EscalationCollab.Core;
using EscalationCollab.Core.Metrics;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;
using Period = EscalationCollab.Core.Metrics.Period;

namespace EscalationCollab.Host.Api;

/// <summary>The figures over HTTP, as the verb <c>metrics --json</c> prints them.</summary>
internal static class MetricsApi
{
    public static void MapMetrics(this IEndpointRouteBuilder api) =>
        api.MapGet("/metrics", GetAsync)
            .WithName("GetMetrics")
            .WithSummary(
                "Figures by day, week, month or quarter; rates are fractions, null means no data."
            )
            .Produces<IReadOnlyList<MetricsRow>>();

    private static async Task<IResult> GetAsync(
        [Description("First day, such as 2026-10-01.")] DateOnly from,
        [Description("Last day, included.")] DateOnly to,
        [Description("Day, Week, Month or Quarter.")] string? per,
        HttpContext context,
        IStore store,
        PolicySource policy,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        if (!Enum.TryParse<Period>(per ?? nameof(Period.Month), ignoreCase: true, out var period))
            return Problems.Refused(
                $"'{per}' is no period. Write day, week, month or quarter.",
                new Dictionary<string, string[]>()
            );
        if (to < from)
            return Problems.Refused(
                "'to' is before 'from'. Exchange them.",
                new Dictionary<string, string[]>()
            );
        if (to.DayNumber - from.DayNumber > Periods.Most)
            return Problems.Refused(
                $"At most {Periods.Most} days fit in one request.",
                new Dictionary<string, string[]>()
            );
        var rows = await MetricsQuery.RunAsync(
            store,
            context.Tenant(),
            LocalDate.FromDateOnly(from),
            LocalDate.FromDateOnly(to),
            period,
            DateTimeZoneProviders.Tzdb[policy.Current.DefaultZone],
            time.Moment(),
            cancellation
        );
        return Results.Json(rows, Json.Options);
    }
}
