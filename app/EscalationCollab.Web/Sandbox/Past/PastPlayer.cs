using EscalationCollab.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>Plays the trial company's past once people are served. A stop in the middle undoes it; the next start plays it.</summary>
internal sealed class PastPlayer(
    SandboxPast past,
    ChangeFeed feed,
    IHostApplicationLifetime lifetime,
    IConfiguration configuration,
    ILogger<PastPlayer> log
) : BackgroundService
{
    /// <summary>Whether the company is to have a past.</summary>
    public static bool IsWanted(IConfiguration configuration) =>
        configuration.GetValue("Sandbox:Past", true);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsWanted(configuration))
            return;
        try
        {
            await lifetime.StartedAsync(stoppingToken);
            if (!await past.ReserveAsync(stoppingToken))
                return;
            await past.RunAsync(stoppingToken);
            feed.Changed();
            // A quarter was lived in seconds; nothing so large follows.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nothing of it was kept.
        }
        catch (Exception error)
        {
            // People go on without a past.
            log.LogError(error, "The past of the trial company could not be played");
        }
    }
}
