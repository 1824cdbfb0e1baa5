using EscalationCollab.Core;

namespace EscalationCollab.Host.Hosting;

/// <summary>
/// Gives back what only starting needed, a tenth of the memory: the product shares its machine, and a company of twenty
/// leaves it idle for most of the day.
/// </summary>
internal sealed class Settling(IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService
{
    // Whoever opened the page at once has it by then.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        await Task.Delay(Wait, time, stoppingToken);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
    }
}
