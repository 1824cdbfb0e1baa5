using Microsoft.Extensions.Hosting;

namespace EscalationCollab.Core;

/// <summary>Waiting for the program to be ready.</summary>
public static class HostStart
{
    /// <summary>Completes once people are served.</summary>
    /// <exception cref="OperationCanceledException">The program stops before that.</exception>
    public static async Task StartedAsync(
        this IHostApplicationLifetime lifetime,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var served = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellation);
    }
}
