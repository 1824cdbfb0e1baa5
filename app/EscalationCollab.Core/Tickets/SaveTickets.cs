using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Core.Tickets;

/// <summary>What saving some tickets did.</summary>
/// <param name="Added">Not known before.</param>
/// <param name="Changed">Known otherwise.</param>
/// <param name="Unchanged">Known exactly so, or something newer was known.</param>
/// <param name="Proposed">Newly proposed as escalations by the triggers.</param>
public sealed record SavedTickets(int Added, int Changed, int Unchanged, int Proposed);

/// <summary>Takes tickets as a help desk sends them, a few at a time; the same ticket twice changes nothing.</summary>
public sealed class SaveTickets(IStore store, TimeProvider time)
{
    /// <summary>Most tickets taken at once: people's clicks wait behind them.</summary>
    public const int Most = 1_000;

    /// <summary>Saves them in one transaction, then asks the triggers.</summary>
    /// <exception cref="ArgumentException">More than <see cref="Most"/>.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot take writes now; nothing was saved.</exception>
    public async Task<SavedTickets> RunAsync(
        TenantId tenant,
        IReadOnlyList<Ticket> tickets,
        EscalationPolicy policy,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(tickets);
        if (tickets.Count > Most)
            throw new ArgumentException($"at most {Most} tickets at once", nameof(tickets));
        var changes = await store.WriteAsync(
            connection =>
            {
                using var table = new TicketTable(connection, tenant);
                return tickets.Select(table.Write).CountBy(change => change).ToDictionary();
            },
            cancellation
        );
        var proposed = 0;
        foreach (var source in tickets.Select(ticket => ticket.Source).Distinct())
        {
            var review = await new ReviewTickets(store, time).RunAsync(
                tenant,
                source,
                policy,
                time.Moment(),
                cancellation
            );
            proposed += review.Proposed;
        }
        return new SavedTickets(
            changes.GetValueOrDefault(TicketChange.Added),
            changes.GetValueOrDefault(TicketChange.Changed),
            changes.GetValueOrDefault(TicketChange.Unchanged)
                + changes.GetValueOrDefault(TicketChange.Older),
            proposed
        );
    }
}
