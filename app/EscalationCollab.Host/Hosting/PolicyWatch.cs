using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Host.Hosting;

/// <summary>Tells the administrators when an edit of the policy could not be taken over, and when it is mended.</summary>
internal sealed class PolicyWatch(
    PolicySource policy,
    IStore store,
    Situations situations,
    TimeProvider time,
    ILogger<PolicyWatch> log
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        policy.Changed += Tell;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        policy.Changed -= Tell;
        return Task.CompletedTask;
    }

    private void Tell(PolicyState state)
    {
        if (state.Problems.IsEmpty)
            log.LogInformation("The policy {Version} is in force", state.Policy.Version);
        foreach (var problem in state.Problems)
            log.LogError("The edited policy is not in force: {Problem}", problem);
        _ = TellAdministratorsAsync(state);
    }

    private async Task TellAdministratorsAsync(PolicyState state)
    {
        try
        {
            await store.WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    var situation = situations.Of(records, PersonId.Product);
                    records.AddEffects(
                        PolicyNotice.ForAdministrators(state, situation),
                        number: null,
                        time.Moment()
                    );
                    return true;
                },
                CancellationToken.None
            );
        }
        catch (StoreUnavailableException unavailable)
        {
            log.LogError(
                unavailable,
                "The administrators could not be told about the policy; the log has it"
            );
        }
    }
}
