using System.Data;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Chat;

/// <summary>The escalation that an effect is about: looked at now, and changed by what is decided.</summary>
internal sealed class EffectDecisions(IStore store, Slices slices, Situations situations)
{
    /// <summary>The escalation and the situation as of now, acting as the product.</summary>
    /// <exception cref="InvalidOperationException">The effect names no escalation, or one that is not stored.</exception>
    public Task<(Escalation, Situation)> LookAsync(
        OutboxItem item,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, item.Tenant);
                var number =
                    item.Number
                    ?? throw new InvalidOperationException("the effect names no escalation");
                var escalation =
                    records.Load(number)
                    ?? throw new InvalidOperationException($"{number} is not in the store");
                return (escalation, situations.Of(records, PersonId.Product));
            },
            cancellation
        );

    /// <summary>Decides on the state within a transaction and stores it there. A refusal stores nothing.</summary>
    public Decision Decide(
        OutboxItem item,
        IDbConnection connection,
        Func<Escalation, Situation, Records, Decision> decide
    )
    {
        var records = new Records(connection, item.Tenant);
        var situation = situations.Of(records, PersonId.Product);
        if (item.Number is not { } number || records.Load(number) is not { } escalation)
            return Decision.Nothing;
        var decision = decide(escalation, situation, records);
        if (!decision.IsRefused)
            Commit.Write(escalation, decision, situation, records, slices);
        return decision;
    }

    /// <summary>The situation as of now, acting as the product.</summary>
    public Situation Of(Records records) => situations.Of(records, PersonId.Product);
}
