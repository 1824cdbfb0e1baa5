using System.Collections.Immutable;
using System.Data;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>What a look at the open tickets led to.</summary>
/// <param name="Open">Open tickets looked at.</param>
/// <param name="Proposed">Tickets that are proposed now and were not before.</param>
/// <param name="Withdrawn">Proposals that nobody had decided and that are not needed any more.</param>
/// <param name="Waiting">Proposals that wait for a decision afterwards.</param>
public sealed record TicketReview(long Open, int Proposed, int Withdrawn, long Waiting);

/// <summary>
/// Looks at the open tickets of a help desk with the policy's triggers, keeps what is to be proposed and tells those who
/// decide about it with one card, however many tickets there are. Time alone makes tickets late: each look plans the next
/// one for shortly after the next ticket passes its target.
/// </summary>
public sealed class ReviewTickets(IStore store, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>A look waits this long after a ticket is late, so that those late one after the other are found together.</summary>
    internal static readonly Duration Patience = Duration.FromMinutes(15);

    /// <summary>
    /// The clock asked for it, nobody brought tickets: where a card waits for an answer already, it is only brought up to date.
    /// </summary>
    public bool IsTimed { get; init; }

    /// <summary>A file is replayed as of a moment at which time stands: no later look is planned.</summary>
    public bool TimeStands { get; init; }

    internal static void Register(Slices slices) =>
        slices.TenantTimer<TicketReviewDue>(
            (timer, ringing, cancellation) =>
                new ReviewTickets(ringing.Store, ringing.Time) { IsTimed = true }.RunAsync(
                    ringing.Tenant,
                    timer.Source,
                    ringing.Policy,
                    ringing.Time.Moment(),
                    cancellation
                )
        );

    /// <summary>Looks as of a moment. A second look finds nothing new.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot serve now.</exception>
    public async Task<TicketReview> RunAsync(
        TenantId tenant,
        string source,
        EscalationPolicy policy,
        Instant asOf,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (open, looked, next, waitedBefore) = await store.ReadAsync(
            connection => Look(new ProposalTable(connection, tenant), source, policy, asOf),
            cancellation
        );
        var (proposed, withdrawn) = (0, 0);
        foreach (var batch in looked.Chunk(Batch))
        {
            var kept = await store.WriteAsync(
                connection => Keep(connection, tenant, batch),
                cancellation
            );
            (proposed, withdrawn) = (proposed + kept.Proposed, withdrawn + kept.Withdrawn);
        }
        withdrawn += await store.WriteAsync(
            connection => WithdrawResolved(connection, tenant, source),
            cancellation
        );
        if (proposed > 0 || withdrawn > 0)
            await store.WriteAsync(
                connection =>
                {
                    ProposalDigest.Send(
                        new Records(connection, tenant),
                        policy,
                        onlyEdits: proposed == 0 || IsTimed && waitedBefore > 0,
                        time.Moment()
                    );
                    return true;
                },
                cancellation
            );
        if (next is { } late && !TimeStands)
            await store.WriteAsync(
                connection =>
                {
                    new Records(connection, tenant).AddEffects(
                        [new TicketReviewDue { Source = source, Due = late + Patience }],
                        number: null,
                        time.Moment()
                    );
                    return true;
                },
                cancellation
            );
        var waiting = await store.ReadAsync(
            connection => new ProposalTable(connection, tenant).Waiting(),
            cancellation
        );
        return new TicketReview(open, proposed, withdrawn, waiting);
    }

    private static (long Open, List<Looked> Looked, Instant? Next, long Waiting) Look(
        ProposalTable table,
        string source,
        EscalationPolicy policy,
        Instant asOf
    )
    {
        var open = 0L;
        var looked = new List<Looked>();
        Instant? next = null;
        var waiting = table.WaitingTickets(source);
        foreach (var ticket in table.Open(source, asOf))
        {
            open++;
            if (TicketTriggers.DueOf(ticket, policy) is { } due && due >= asOf && !(due >= next))
                next = due;
            var findings = TicketTriggers.Evaluate(ticket, policy, asOf);
            // A ticket without findings matters only where a proposal waits that is no longer needed.
            if (!findings.IsEmpty || waiting.Contains(ticket.Number))
                looked.Add(
                    new Looked(
                        ticket with
                        {
                            Text = "",
                        },
                        TicketTriggers.SeverityOf(ticket, policy),
                        findings
                    )
                );
        }
        return (open, looked, next, table.Waiting());
    }

    private (int Proposed, int Withdrawn) Keep(
        IDbConnection connection,
        TenantId tenant,
        Looked[] batch
    )
    {
        var table = new ProposalTable(connection, tenant);
        var (proposed, withdrawn) = (0, 0);
        foreach (var (ticket, severity, findings) in batch)
        {
            var known = table.Find(ticket.Source, ticket.Number);
            var now = TicketProposal.Decide(known, ticket, severity, findings, time.Moment());
            if (now is null || now == known || IsSame(now, known))
                continue;
            table.Save(now);
            proposed +=
                now.State == ProposalState.Proposed && known?.State != ProposalState.Proposed
                    ? 1
                    : 0;
            withdrawn += now.State == ProposalState.Withdrawn ? 1 : 0;
        }
        return (proposed, withdrawn);
    }

    private static bool IsSame(TicketProposal now, TicketProposal? known) =>
        known is not null
        && now.State == known.State
        && now.Severity == known.Severity
        && now.Findings.SequenceEqual(known.Findings);

    private int WithdrawResolved(IDbConnection connection, TenantId tenant, string source)
    {
        var table = new ProposalTable(connection, tenant);
        var resolved = table.WaitingForResolved(source);
        foreach (var proposal in resolved)
            table.Save(
                proposal with
                {
                    State = ProposalState.Withdrawn,
                    DecidedAt = time.Moment(),
                }
            );
        return resolved.Count;
    }

    private sealed record Looked(
        Ticket Ticket,
        Severity Severity,
        ImmutableArray<TicketFinding> Findings
    );
}

/// <summary>Open tickets of a help desk have passed their target since the last look.</summary>
[StoredAs("ticket-review-due")]
public sealed record TicketReviewDue : TenantTimer
{
    /// <summary>Which help desk.</summary>
    public required string Source { get; init; }

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public override string? Coalesce => $"ticket-review:{Source}";
}
