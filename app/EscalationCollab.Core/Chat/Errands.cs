using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// What is done after a delivery was acknowledged, such as opening a dialog: it does not die with the request, and the host
/// waits for it when it stops.
/// </summary>
public sealed class Errands(ILogger<Errands> log) : IHostedService
{
    private readonly ConcurrentDictionary<Task, bool> _running = [];

    /// <summary>Begins an errand. What goes wrong in it is logged.</summary>
    public void Run(string what, Func<Task> errand)
    {
        var running = Task.Run(async () =>
        {
            try
            {
                await errand();
            }
            catch (Exception failed)
            {
                log.LogError(failed, "{What} failed", what);
            }
        });
        _running[running] = true;
        _ = running.ContinueWith(
            done => _running.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Waits for those that run now.</summary>
    public Task SettleAsync() => Task.WhenAll(_running.Keys);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("{Count} answers to people were cut off by the stop", _running.Count);
        }
    }
}
