using EscalationCollab.Core.Policy;

namespace EscalationCollab.Host.Hosting;

/// <summary>Tells the administrator when an edit of the policy could not be taken over, and when it is mended.</summary>
internal sealed class PolicyWatch(PolicySource policy, ILogger<PolicyWatch> log) : IHostedService
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
        {
            log.LogInformation("The policy {Version} is in force", state.Policy.Version);
            return;
        }
        foreach (var problem in state.Problems)
            log.LogError("The edited policy is not in force: {Problem}", problem);
    }
}
