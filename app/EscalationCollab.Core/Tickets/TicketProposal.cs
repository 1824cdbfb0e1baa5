using System.Collections.Immutable;
using System.Data;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using EscalationCollab.Core.Escalations;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>What became of a proposed escalation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProposalState>))]
public enum ProposalState
{
    /// <summary>Waits for somebody to decide.</summary>
    Proposed,

    /// <summary>An escalation was declared.</summary>
    Accepted,

    /// <summary>Somebody said no, with a reason.</summary>
    Dismissed,

    /// <summary>The ticket was resolved, or the reasons went away, before anybody decided.</summary>
    Withdrawn,
}

/// <summary>A ticket that should become an escalation, for a person to decide.</summary>
public sealed record TicketProposal
{
    /// <summary>The help desk.</summary>
    public required string Source { get; init; }

    /// <summary>The ticket's number there.</summary>
    public required string Ticket { get; init; }

    /// <summary>Where it stands.</summary>
    public ProposalState State { get; init; }

    /// <summary>The severity its priority suggests.</summary>
    public Severity Severity { get; init; }

    /// <summary>Why, worst first.</summary>
    public ImmutableArray<TicketFinding> Findings { get; init; } = [];

    /// <summary>What somebody said no to.</summary>
    public ImmutableArray<Dismissal> Dismissed { get; init; } = [];

    /// <summary>When it was proposed (last, when it came up again for a new reason).</summary>
    public Instant ProposedAt { get; init; }

    /// <summary>When it was decided, or null.</summary>
    public Instant? DecidedAt { get; init; }

    /// <summary>Who decided, or null.</summary>
    public PersonId? DecidedBy { get; init; }

    /// <summary>The escalation it became, or null.</summary>
    public EscalationNumber? Escalation { get; init; }

    /// <summary>How bad it is beside others of the same severity; larger is worse.</summary>
    public int Weight => Findings.Sum(finding => finding.Weight);

    /// <summary>
    /// What a new look at the ticket makes of the proposal. Somebody's no holds for the findings it was said to: only a
    /// finding of another kind brings the ticket up again.
    /// </summary>
    /// <returns>The proposal to keep, or null when there is nothing to keep.</returns>
    public static TicketProposal? Decide(
        TicketProposal? known,
        Ticket ticket,
        Severity severity,
        ImmutableArray<TicketFinding> findings,
        Instant now
    )
    {
        if (known is { State: ProposalState.Accepted })
            return known;
        var open = findings
            .Where(finding => known?.Dismissed.Any(no => no.Key == finding.Key) != true)
            .ToImmutableArray();
        if (open.IsEmpty)
            return known is { State: ProposalState.Proposed }
                ? known with
                {
                    State = ProposalState.Withdrawn,
                    DecidedAt = now,
                }
                : known;
        var before =
            known
            ?? new TicketProposal
            {
                Source = ticket.Source,
                Ticket = ticket.Number,
                ProposedAt = now,
            };
        var again = known is null or { State: not ProposalState.Proposed };
        return before with
        {
            State = ProposalState.Proposed,
            Severity = severity,
            Findings = findings,
            ProposedAt = again ? now : before.ProposedAt,
            DecidedAt = null,
            DecidedBy = null,
        };
    }

    /// <summary>Somebody says no: it stays no for these findings.</summary>
    public TicketProposal Dismiss(PersonId by, string reason, Instant now) =>
        this with
        {
            State = ProposalState.Dismissed,
            DecidedAt = now,
            DecidedBy = by,
            Dismissed =
            [
                .. Dismissed,
                .. Findings.Select(finding => new Dismissal(finding.Key, by, reason, now)),
            ],
        };

    /// <summary>It became an escalation.</summary>
    public TicketProposal Accept(PersonId by, EscalationNumber escalation, Instant now) =>
        this with
        {
            State = ProposalState.Accepted,
            DecidedAt = now,
            DecidedBy = by,
            Escalation = escalation,
        };
}

/// <summary>A no to one finding.</summary>
/// <param name="Key">Of the finding.</param>
/// <param name="By">Who said it.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="At">When.</param>
public sealed record Dismissal(string Key, PersonId By, string Reason, Instant At);

/// <summary>A proposal with the ticket it is about.</summary>
public sealed record ProposedTicket(TicketProposal Proposal, Ticket Ticket);

/// <summary>Reads and writes proposals of one tenant over one connection.</summary>
internal sealed class ProposalTable(IDbConnection connection, TenantId tenant)
{
    private const string Columns =
        "p.source, p.ticket, p.state, p.severity, p.findings, p.dismissed, p.proposed_at, p.decided_at, p.decided_by, p.escalation";

    private const string TicketColumns =
        "t.opened_at, t.updated_at, t.state AS ticket_state, t.priority, t.customer, t.summary, t.body, t.reassigned, t.reopened, t.resolved";

    private const string Joined =
        $"SELECT {Columns}, {TicketColumns} FROM proposal p JOIN ticket t ON t.tenant = p.tenant AND t.source = p.source AND t.number = p.ticket";

    public TicketProposal? Find(string source, string ticket) =>
        connection
            .Query<Row>(
                $"SELECT {Columns} FROM proposal p WHERE p.tenant = @tenant AND p.source = @source AND p.ticket = @ticket",
                new
                {
                    tenant = tenant.Value,
                    source,
                    ticket,
                }
            )
            .SingleOrDefault()
            ?.ToProposal();

    public ProposedTicket? FindWithTicket(string source, string ticket) =>
        connection
            .Query<Row>(
                $"{Joined} WHERE p.tenant = @tenant AND p.source = @source AND p.ticket = @ticket",
                new
                {
                    tenant = tenant.Value,
                    source,
                    ticket,
                }
            )
            .SingleOrDefault()
            ?.ToProposed();

    public long Waiting() =>
        connection.ExecuteScalar<long>(
            "SELECT count(*) FROM proposal WHERE tenant = @tenant AND state = 'proposed'",
            new { tenant = tenant.Value }
        );

    /// <summary>Those that wait, worst first.</summary>
    public IReadOnlyList<ProposedTicket> Worst(int most, int skip = 0) =>
        [
            .. connection
                .Query<Row>(
                    $"""
                    {Joined} WHERE p.tenant = @tenant AND p.state = 'proposed'
                    ORDER BY p.severity, p.weight DESC, p.proposed_at, p.source, p.ticket LIMIT @most OFFSET @skip
                    """,
                    new
                    {
                        tenant = tenant.Value,
                        most,
                        skip,
                    }
                )
                .Select(row => row.ToProposed()),
        ];

    /// <summary>The tickets of a help desk for which a proposal waits.</summary>
    public HashSet<string> WaitingTickets(string source) =>
        [
            .. connection.Query<string>(
                "SELECT ticket FROM proposal WHERE tenant = @tenant AND source = @source AND state = 'proposed'",
                new { tenant = tenant.Value, source }
            ),
        ];

    /// <summary>Proposals that wait although their ticket is resolved.</summary>
    public IReadOnlyList<TicketProposal> WaitingForResolved(string source) =>
        [
            .. connection
                .Query<Row>(
                    $"{Joined} WHERE p.tenant = @tenant AND p.source = @source AND p.state = 'proposed' AND t.resolved = 1",
                    new { tenant = tenant.Value, source }
                )
                .Select(row => row.ToProposal()),
        ];

    public void Save(TicketProposal proposal) =>
        connection.Execute(
            """
            INSERT INTO proposal (tenant, source, ticket, state, severity, weight, findings, dismissed, proposed_at, decided_at, decided_by, escalation)
            VALUES (@tenant, @source, @ticket, @state, @severity, @weight, @findings, @dismissed, @proposedAt, @decidedAt, @decidedBy, @escalation)
            ON CONFLICT (tenant, source, ticket) DO UPDATE SET
                state = excluded.state, severity = excluded.severity, weight = excluded.weight, findings = excluded.findings,
                dismissed = excluded.dismissed, proposed_at = excluded.proposed_at, decided_at = excluded.decided_at,
                decided_by = excluded.decided_by, escalation = excluded.escalation
            """,
            new
            {
                tenant = tenant.Value,
                source = proposal.Source,
                ticket = proposal.Ticket,
                state = Stored(proposal.State),
                severity = (int)proposal.Severity,
                weight = proposal.Weight,
                findings = JsonSerializer.Serialize(proposal.Findings, Json.Options),
                dismissed = JsonSerializer.Serialize(proposal.Dismissed, Json.Options),
                proposedAt = proposal.ProposedAt.ToUnixTimeMilliseconds(),
                decidedAt = proposal.DecidedAt?.ToUnixTimeMilliseconds(),
                decidedBy = proposal.DecidedBy?.Value,
                escalation = proposal.Escalation?.Value,
            }
        );

    /// <summary>Notes on the ticket that it became an escalation here.</summary>
    public void Link(string source, string ticket, EscalationNumber escalation) =>
        connection.Execute(
            "UPDATE ticket SET escalation = @escalation WHERE tenant = @tenant AND source = @source AND number = @ticket AND escalation IS NULL",
            new
            {
                tenant = tenant.Value,
                source,
                ticket,
                escalation = escalation.Value,
            }
        );

    /// <summary>The help desks there are tickets of. Few; found by leaps over the key instead of reading every ticket.</summary>
    public IEnumerable<string> Sources()
    {
        var last = "";
        while (
            connection.ExecuteScalar<string?>(
                "SELECT source FROM ticket WHERE tenant = @tenant AND source > @last ORDER BY source LIMIT 1",
                new { tenant = tenant.Value, last }
            )
                is { } source
        )
            yield return last = source;
    }

    /// <summary>Open tickets of a help desk as known at a moment. Those that are an escalation already are left out.</summary>
    public IEnumerable<Ticket> Open(string source, Instant asOf) =>
        connection
            .Query<Row>(
                $"""
                SELECT t.source, t.number AS ticket, {TicketColumns} FROM ticket t
                WHERE t.tenant = @tenant AND t.source = @source AND t.resolved = 0 AND t.opened_at <= @asOf
                    AND t.updated_at <= @asOf AND t.escalation IS NULL
                """,
                new
                {
                    tenant = tenant.Value,
                    source,
                    asOf = asOf.ToUnixTimeMilliseconds(),
                },
                buffered: false
            )
            .Select(row => row.ToTicket());

    private static string Stored(ProposalState state) => state.ToString().ToLowerInvariant();

    private sealed class Row
    {
        public string source { get; init; } = "";
        public string ticket { get; init; } = "";
        public string state { get; init; } = "";
        public long severity { get; init; }
        public string findings { get; init; } = "[]";
        public string dismissed { get; init; } = "[]";
        public long proposed_at { get; init; }
        public long? decided_at { get; init; }
        public string? decided_by { get; init; }
        public long? escalation { get; init; }
        public long opened_at { get; init; }
        public long updated_at { get; init; }
        public string ticket_state { get; init; } = "";
        public string priority { get; init; } = "";
        public string customer { get; init; } = "";
        public string summary { get; init; } = "";
        public string body { get; init; } = "";
        public long reassigned { get; init; }
        public long reopened { get; init; }
        public long resolved { get; init; }

        public ProposedTicket ToProposed() => new(ToProposal(), ToTicket());

        public TicketProposal ToProposal() =>
            new()
            {
                Source = source,
                Ticket = ticket,
                State = Enum.Parse<ProposalState>(state, ignoreCase: true),
                Severity = (Severity)severity,
                Findings = JsonSerializer.Deserialize<ImmutableArray<TicketFinding>>(
                    findings,
                    Json.Options
                ),
                Dismissed = JsonSerializer.Deserialize<ImmutableArray<Dismissal>>(
                    dismissed,
                    Json.Options
                ),
                ProposedAt = Instant.FromUnixTimeMilliseconds(proposed_at),
                DecidedAt = decided_at is { } decided
                    ? Instant.FromUnixTimeMilliseconds(decided)
                    : null,
                DecidedBy = decided_by is { } by ? new PersonId(by) : null,
                Escalation = escalation is { } number ? new EscalationNumber(number) : null,
            };

        public Ticket ToTicket() =>
            new()
            {
                Source = source,
                Number = ticket,
                OpenedAt = Instant.FromUnixTimeMilliseconds(opened_at),
                UpdatedAt = Instant.FromUnixTimeMilliseconds(updated_at),
                State = ticket_state,
                Priority = priority,
                Customer = customer,
                Summary = summary,
                Text = body,
                Reassigned = (int)reassigned,
                Reopened = (int)reopened,
                Resolved = resolved != 0,
            };
    }
}
