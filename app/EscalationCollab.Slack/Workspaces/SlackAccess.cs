using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.WebApi;
using Microsoft.Extensions.Hosting;

namespace EscalationCollab.Slack.Workspaces;

/// <summary>Has the administrators told when Slack refuses a token, and when it takes one again.</summary>
internal sealed class SlackAccess(
    SlackApi api,
    SlackWorkspaces workspaces,
    Situations situations,
    IStore store,
    Errands errands
) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        api.TokenRefused += Refused;
        api.TokenAccepted += Accepted;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        api.TokenRefused -= Refused;
        api.TokenAccepted -= Accepted;
        return Task.CompletedTask;
    }

    private void Refused(SlackToken token) =>
        errands.Run(
            "word of a refused token",
            async () =>
            {
                var (tenant, name) = await WhoseAsync(token);
                await WriteAsync(
                    tenant,
                    (records, situation) =>
                        LostAccess.Found(
                            records,
                            SlackPlatform.PlatformName,
                            token.Workspace,
                            name,
                            situation
                        )
                );
            }
        );

    private void Accepted(SlackToken token) =>
        errands.Run(
            "word of a token that works again",
            async () =>
            {
                var (tenant, _) = await WhoseAsync(token);
                await WriteAsync(
                    tenant,
                    (records, situation) =>
                        LostAccess.Restored(
                            records,
                            SlackPlatform.PlatformName,
                            token.Workspace,
                            situation
                        )
                );
            }
        );

    private async Task<(TenantId Tenant, string Name)> WhoseAsync(SlackToken token)
    {
        try
        {
            var all = await workspaces.AllAsync(CancellationToken.None);
            if (
                all.FirstOrDefault(one => one.Token.Workspace == token.Workspace) is
                { Name.Length: > 0 } found
            )
                return (found.Tenant, found.Name);
        }
        catch (SlackException)
        {
            // Nobody ever got in there, so that nobody knows its name.
        }
        return (TenantId.Default, "Slack");
    }

    private Task<bool> WriteAsync(TenantId tenant, Action<Records, Situation> write) =>
        store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, tenant);
                write(records, situations.Of(records, PersonId.Product));
                return true;
            },
            CancellationToken.None
        );
}
