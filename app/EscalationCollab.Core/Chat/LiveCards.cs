using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// The card of an escalation as it is now, for one person: what a message shows them when they look at it or have pressed
/// one of its buttons, before it is edited for everybody.
/// </summary>
public sealed class LiveCards(IStore store, Slices slices, Situations situations)
{
    /// <summary>By an escalation's number; null when there is none or this person may not know of it.</summary>
    public Task<Card?> OfAsync(
        TenantId tenant,
        EscalationNumber number,
        PersonId person,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection => Of(new Records(connection, tenant), number, person),
            cancellation
        );

    /// <summary>By a message; null unless it is the card of an escalation that this person may see.</summary>
    /// <param name="message">Its id, which is told with the room it is in.</param>
    public Task<Card?> OfAsync(
        TenantId tenant,
        MessageRef message,
        PersonId person,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(message);
        return store.ReadAsync(
            connection =>
            {
                var number = connection.QueryFirstOrDefault<long?>(
                    """
                    SELECT number FROM posted
                    WHERE tenant = @tenant AND platform = @Platform AND message = @Id AND room = @Room AND slot = @slot
                    """,
                    new
                    {
                        tenant = tenant.Value,
                        message.Platform,
                        message.Id,
                        message.Room,
                        slot = new CardNotice().Slot,
                    }
                );
                return number is { } known
                    ? Of(new Records(connection, tenant), new EscalationNumber(known), person)
                    : null;
            },
            cancellation
        );
    }

    private Card? Of(Records records, EscalationNumber number, PersonId person)
    {
        var situation = situations.Of(records, person);
        return records.Load(number) is { } escalation && Visibility.Sees(escalation, situation)
            ? EscalationCard.Compose(escalation, situation, slices)
            : null;
    }
}
