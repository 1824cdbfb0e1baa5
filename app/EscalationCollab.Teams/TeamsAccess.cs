using System.Threading.Channels;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams;

/// <summary>
/// Has the administrators told when Entra gives us no token any more, as when the client secret has run out, and when it
/// does again.
/// </summary>
internal sealed class TeamsAccess(
    AccessTokens tokens,
    TeamsTenants tenants,
    Situations situations,
    IStore store,
    ILogger<TeamsAccess> log
) : BackgroundService
{
    private readonly Channel<bool> _heard = Channel.CreateUnbounded<bool>();

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        tokens.Judged += Hear;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        tokens.Judged -= Hear;
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var accepted in _heard.Reader.ReadAllAsync(stoppingToken))
                await TellAsync(accepted, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start asks for a token anew, and hears the same.
        }
    }

    private void Hear(bool accepted) => _heard.Writer.TryWrite(accepted);

    private async Task TellAsync(bool accepted, CancellationToken cancellation)
    {
        try
        {
            foreach (var tenant in await tenants.AllAsync(cancellation))
                await store.WriteAsync(
                    connection =>
                    {
                        Write(new Records(connection, tenant.Tenant), tenant, accepted);
                        return true;
                    },
                    cancellation
                );
        }
        catch (StoreUnavailableException busy)
        {
            log.LogWarning(busy, "The administrators could not be told about access to Teams");
        }
    }

    private void Write(Records records, TeamsTenant tenant, bool accepted)
    {
        var situation = situations.Of(records, PersonId.Product);
        if (accepted)
            LostAccess.Restored(records, TeamsPlatform.PlatformName, tenant.Entra, situation);
        else
            LostAccess.Found(
                records,
                TeamsPlatform.PlatformName,
                tenant.Entra,
                tenant.Name.Length > 0 ? tenant.Name : "Microsoft Teams",
                situation
            );
    }
}
