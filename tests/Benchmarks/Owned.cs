using System.Collections.Immutable;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Benchmarks;

/// <summary>Escalations that are owned and have a status, so that "no change" can be said of them.</summary>
internal static class Owned
{
    /// <summary>Makes the next one.</summary>
    /// <param name="i">How many there are already.</param>
    public static async Task<EscalationNumber> MakeAsync(
        IServiceProvider services,
        string platform,
        string owner,
        CompanyFile company,
        int i
    )
    {
        var number = new EscalationNumber(EscalationNumber.First + i);
        var customers = company.Directory.Customers.Keys.ToArray();
        await ActAsync(
            services,
            platform,
            owner,
            InteractionKind.SubmitDialog,
            "declare",
            ActionData.None,
            ("customer", customers[i % customers.Length].Value),
            ("summary", "Nobody can sign in since this morning"),
            ("reason", "MissingExpertise"),
            ("severity", "Sev2")
        );
        await ActAsync(
            services,
            platform,
            owner,
            InteractionKind.Action,
            AcceptOwnership.Id,
            ActionData.For(number)
        );
        // Only what has been said once can be unchanged.
        await ActAsync(
            services,
            platform,
            owner,
            InteractionKind.SubmitDialog,
            PostStatus.Id,
            ActionData.For(number),
            ("conditions", "Nobody can sign in; the login service answers 503"),
            ("actions", "Rolling back last night's release"),
            ("needs", ""),
            ("trend", "Same")
        );
        return number;
    }

    private static async Task ActAsync(
        IServiceProvider services,
        string platform,
        string person,
        InteractionKind kind,
        string route,
        ActionData data,
        params (string Name, string Value)[] inputs
    )
    {
        var reply = await services
            .GetRequiredService<InteractionRouter>()
            .HandleAsync(
                new Interaction
                {
                    Key = Guid.NewGuid().ToString("N"),
                    Tenant = TenantId.Default,
                    Actor = new PersonId(person),
                    Platform = platform,
                    Kind = kind,
                    Route = route,
                    Data = data,
                    Inputs = inputs.ToImmutableDictionary(
                        input => input.Name,
                        input => ImmutableArray.Create(input.Value)
                    ),
                },
                CancellationToken.None
            );
        if (reply is Reply.Refused refused)
            throw new InvalidOperationException($"{route} was refused: {refused.Sentence}");
    }

    /// <summary>How often "no change" is in the store.</summary>
    public static Task<long> UnchangedAsync(IServiceProvider services) =>
        services
            .GetRequiredService<IStore>()
            .ReadAsync(
                connection =>
                    connection.ExecuteScalar<long>(
                        "SELECT COUNT(*) FROM event WHERE kind = 'status-unchanged'"
                    ),
                CancellationToken.None
            );

    /// <summary>A refused click is acknowledged too, and would be no measure of anything.</summary>
    public static async Task DemandAsync(IServiceProvider services, long before, Target ours)
    {
        var stored = await UnchangedAsync(services) - before;
        if (stored != ours.Sent)
            throw new InvalidOperationException(
                $"{ours.Sent} clicks were acknowledged and {stored} are in the store"
            );
    }
}
