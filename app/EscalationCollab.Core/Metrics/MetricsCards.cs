using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Metrics;

/// <summary><c>/escalate metrics [period]</c>: the figures of a period with their formulas, and the periods before it.</summary>
internal static class MetricsCards
{
    public const string Show = "metrics.show";
    public const string Behind = "metrics.behind";

    private const int PeriodsShown = 6;
    private const int EvidenceShown = 20;

    /// <summary>Figures that are shown large with their formula.</summary>
    private static readonly ImmutableArray<MetricFigure> Large =
    [
        MetricFigure.EscalationRate,
        MetricFigure.FirstContactResolution,
        MetricFigure.FirstResponse,
        MetricFigure.Acknowledge,
        MetricFigure.Resolve,
        MetricFigure.CustomerAdherence,
    ];

    /// <summary>Figures that stand in the table beside the large ones.</summary>
    private static readonly ImmutableArray<MetricFigure> Columns =
    [
        MetricFigure.EscalationRate,
        MetricFigure.FirstContactResolution,
        MetricFigure.Acknowledge,
        MetricFigure.Resolve,
        MetricFigure.CustomerAdherence,
        MetricFigure.Csat,
    ];

    /// <summary>Shares whose way through the periods is drawn.</summary>
    private static readonly ImmutableArray<MetricFigure> Drawn =
    [
        MetricFigure.EscalationRate,
        MetricFigure.FirstContactResolution,
        MetricFigure.CustomerAdherence,
    ];

    public static void Register(Slices slices) =>
        slices
            .Query("metrics", turn => Answer(turn, turn.Interaction.Argument))
            .Action(Show, turn => Answer(turn, turn.Interaction.Data["period"] ?? ""))
            .Action(Behind, Trace)
            .OnHome(40, Quarter);

    /// <summary>The card of a period and those before it; the last row is the period.</summary>
    public static Card Of(ImmutableArray<MetricsRow> rows, Period period, LocalDate day)
    {
        var row = rows[^1];
        return Card.Of(
            Phrase.Of(
                "metrics.summary",
                ("period", row.Period),
                ("tickets", new Number(row.Tickets)),
                ("escalations", new Number(row.Escalations))
            ),
            [
                new Header(Phrase.Of("metrics.title", ("period", row.Period))),
                new Figures([.. Large.Select(figure => FigureOf(row, figure))]),
                Facts.Of([
                    .. Enum.GetValues<MetricFigure>()
                        .Except(Large)
                        .Select(figure => (Name(figure), (Text?)WithFormula(row, figure))),
                ]),
                .. Trend(rows),
                new Table(
                    [
                        Phrase.Of("metrics.period"),
                        Phrase.Of("metrics.tickets"),
                        Phrase.Of("metrics.escalations"),
                        .. Columns.Select(Name),
                    ],
                    [.. rows.Reverse().Select(TableRow)]
                ),
                new Context(Phrase.Of("metrics.counted")),
                new Actions([
                    .. Turns(period, day),
                    .. Large.Select(figure => Tracing(figure, row.Period)),
                ]),
            ]
        );
    }

    /// <summary>How many escalations there were, and how the most important shares moved.</summary>
    private static IEnumerable<Block> Trend(ImmutableArray<MetricsRow> rows)
    {
        if (rows.Length < 2)
            return [];
        ImmutableArray<Text> periods = [.. rows.Select(row => (Text)row.Period)];
        return
        [
            ChartWords.Chart(
                Phrase.Of("metrics.chart.count"),
                ChartKind.Bar,
                ChartScale.Count,
                periods,
                [
                    new ChartSeries(
                        Phrase.Of("metrics.escalations"),
                        [.. rows.Select(row => (double?)row.Escalations)]
                    ),
                ]
            ),
            ChartWords.Chart(
                Phrase.Of("metrics.chart.shares"),
                ChartKind.Line,
                ChartScale.Share,
                periods,
                [
                    .. Drawn.Select(figure => new ChartSeries(
                        Name(figure),
                        [.. rows.Select(row => row[figure])]
                    )),
                ]
            ),
        ];
    }

    /// <summary>The running quarter in a few figures.</summary>
    private static Card Quarter(HomeView view)
    {
        var situation = view.Situation;
        var zone = DateTimeZoneProviders.Tzdb[situation.Policy.DefaultZone];
        var today = situation.Now.InZone(zone).Date;
        return QuarterOf(
            MetricsQuery.Run(
                view.Records.Connection,
                situation.Tenant,
                [Periods.Of(today, Period.Quarter, zone)],
                zone,
                situation.Now
            )[0]
        );
    }

    internal static Card QuarterOf(MetricsRow row) =>
        Card.Of(
            Phrase.Of("metrics.title", ("period", row.Period)),
            new Header(Phrase.Of("metrics.title", ("period", row.Period))),
            new Figures([
                new Figure(Phrase.Of("metrics.escalations"), new Number(row.Escalations)),
                .. Large.Select(figure => new Figure(Name(figure), Value(row, figure))),
            ]),
            Actions.Of(
                new Does(
                    Phrase.Of("home.all-figures"),
                    Show,
                    ActionData.None.With("period", row.Period)
                )
            )
        );

    /// <summary>What is behind a figure.</summary>
    public static Card EvidenceOf(
        MetricFigure figure,
        string period,
        IReadOnlyList<MetricEvidence> evidence
    ) =>
        Card.Of(
            Phrase.Of("metrics.behind.title", ("figure", Name(figure)), ("period", period)),
            new Header(
                Phrase.Of("metrics.behind.title", ("figure", Name(figure)), ("period", period))
            ),
            new Context(Formula(figure)),
            evidence.Count == 0
                ? new Paragraph(Phrase.Of("metrics.no-data"))
                : new Table(
                    [
                        Phrase.Of("metrics.behind.what"),
                        Phrase.Of("metrics.behind.counts"),
                        Phrase.Of("metrics.behind.value"),
                    ],
                    [.. evidence.Select(item => EvidenceRow(figure, item))]
                ),
            evidence.Count == EvidenceShown
                ? new Context(
                    Phrase.Of("metrics.behind.first", ("count", new Number(EvidenceShown)))
                )
                : new Context(Phrase.Of("metrics.behind.all"))
        );

    public static Text Name(MetricFigure figure) => Phrase.For(figure);

    public static Text Formula(MetricFigure figure) =>
        Phrase.Of(
            Phrase
                .For(figure)
                .Key.Replace("metric-figure.", "metric-formula.", StringComparison.Ordinal)
        );

    /// <summary>A figure's value as it is shown; "no data" when there is none.</summary>
    public static Text Value(MetricsRow row, MetricFigure figure) => Value(figure, row[figure]);

    private static Text Value(MetricFigure figure, double? value) =>
        (figure, value) switch
        {
            (_, null) => Phrase.Of("metrics.no-data"),
            (
                MetricFigure.FirstResponse
                    or MetricFigure.Acknowledge
                    or MetricFigure.Mitigate
                    or MetricFigure.Resolve,
                { } seconds
            ) => new Span(Duration.FromSeconds(seconds)),
            (MetricFigure.Ces, { } mean) => new Number((decimal)mean, "N1"),
            (MetricFigure.Nps, { } share) => new Number((decimal)share * 100, "N0"),
            (_, { } share) => new Number((decimal)share, "P1"),
        };

    private static Figure FigureOf(MetricsRow row, MetricFigure figure) =>
        new(Name(figure), Value(row, figure), Formula(figure));

    private static Text WithFormula(MetricsRow row, MetricFigure figure) =>
        Phrase.Of(
            "metrics.value-formula",
            ("value", Value(row, figure)),
            ("formula", Formula(figure))
        );

    private static ImmutableArray<Text> TableRow(MetricsRow row) =>
        [
            row.Period,
            new Number(row.Tickets),
            new Number(row.Escalations),
            .. Columns.Select(figure => Value(row, figure)),
        ];

    private static ImmutableArray<Text> EvidenceRow(MetricFigure figure, MetricEvidence item) =>
        [
            item.Escalation is { } number ? (Text)new RoomLink(number) : item.Ticket ?? "",
            Phrase.Of(item.Counts ? "metrics.behind.yes" : "metrics.behind.no"),
            item.Value is { } value ? Own(figure, value) : "",
        ];

    private static Text Own(MetricFigure figure, double value) =>
        figure switch
        {
            MetricFigure.Csat
            or MetricFigure.CsatCommunication
            or MetricFigure.Nps
            or MetricFigure.Ces => new Number((decimal)value),
            _ => new Span(Duration.FromSeconds(value)),
        };

    /// <summary>The other kinds of period around the same day.</summary>
    private static IEnumerable<CardAction> Turns(Period period, LocalDate day) =>
        Enum.GetValues<Period>()
            .Where(other => other != period)
            .Select(other => new Does(
                Phrase.For(other),
                Show,
                ActionData.None.With("period", Periods.Name(day, other))
            ));

    private static Does Tracing(MetricFigure figure, string period) =>
        new(
            Phrase.Of("metrics.behind", ("figure", Name(figure))),
            Behind,
            ActionData.None.With("figure", figure.ToString()).With("period", period)
        );

    private static Reply Answer(Turn turn, string asked)
    {
        var situation = turn.Situation;
        var zone = DateTimeZoneProviders.Tzdb[situation.Policy.DefaultZone];
        if (Read(asked, situation.Now.InZone(zone).Date) is not { } wanted)
            return Turn.Refuse(Phrase.Of("metrics.unknown-period", ("typed", asked)));
        var first = Periods.Step(wanted.Day, wanted.Period, 1 - PeriodsShown);
        var last = Periods.Step(wanted.Day, wanted.Period, 1).PlusDays(-1);
        var rows = MetricsQuery.Run(
            turn.Records.Connection,
            situation.Tenant,
            Periods.Between(first, last, wanted.Period, zone),
            zone,
            situation.Now
        );
        return new Reply.Private(Of(rows, wanted.Period, wanted.Day));
    }

    /// <summary>A written period, a kind of period for the current one, or nothing for the current month.</summary>
    internal static (LocalDate Day, Period Period)? Read(string asked, LocalDate today)
    {
        var word = asked.Trim();
        if (word.Length == 0)
            return (today, Period.Month);
        return Enum.TryParse<Period>(word, ignoreCase: true, out var kind) && char.IsLetter(word[0])
            ? (today, kind)
            : Periods.Parse(word);
    }

    private static Reply Trace(Turn turn)
    {
        var (data, situation) = (turn.Interaction.Data, turn.Situation);
        var zone = DateTimeZoneProviders.Tzdb[situation.Policy.DefaultZone];
        if (
            !Enum.TryParse<MetricFigure>(data["figure"], out var figure)
            || Periods.Parse(data["period"] ?? "") is not { } wanted
        )
            return Turn.Refuse(Phrase.Of("router.out-of-date"));
        var evidence = MetricEvidenceQuery.Run(
            turn.Records.Connection,
            situation.Tenant,
            figure,
            Periods.Of(wanted.First, wanted.Period, zone),
            zone,
            situation.Now,
            situation.May(Right.SeeRestricted),
            EvidenceShown
        );
        return new Reply.Private(EvidenceOf(figure, data["period"]!, evidence));
    }
}
