using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.People;

/// <summary>
/// Brings those in whom the policy asks for: everybody whose e-mail address one of its teams lists, and the members of each
/// Slack user group whose handle is the key of a team. Others are met when they first do something.
/// </summary>
internal sealed class Roster(
    SlackWorkspaces workspaces,
    SlackPeople people,
    SlackApi api,
    Func<EscalationPolicy> policy,
    TimeProvider time,
    ILogger<Roster> log
) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromHours(6);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Looks again soon: a group, or the policy, has changed.</summary>
    public void Refresh() => _wanted.Writer.TryWrite(true);

    /// <summary>Looks once.</summary>
    /// <exception cref="SlackException">Slack does not answer.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var all = await workspaces.AllAsync(cancellation);
        foreach (var workspace in all.DistinctBy(one => one.Token.Workspace))
        {
            foreach (
                var email in policy()
                    .Teams.Values.SelectMany(team => team.Members)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
            )
                if (
                    !await people.IsMetAsync(workspace, email, cancellation)
                    && await people.ByEmailAsync(workspace, email, cancellation) is null
                )
                    log.LogInformation(
                        "The policy names somebody who is not in {Workspace}",
                        workspace.Token.Workspace
                    );
        }
        // Users of an organisation are the same in each of its workspaces.
        foreach (var together in all.GroupBy(workspace => workspace.Token.Workspace))
            await GroupsAsync([.. together], cancellation);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Often;
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception away) when (away is SlackException or StoreUnavailableException)
            {
                log.LogWarning(
                    away,
                    "The people of the policy could not be looked up in Slack; trying again in {Minutes} min",
                    AfterFailure.TotalMinutes
                );
                pause = AfterFailure;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await SleepAsync(pause, stoppingToken);
        }
    }

    private async Task GroupsAsync(
        IReadOnlyList<SlackWorkspace> together,
        CancellationToken cancellation
    )
    {
        var teams = policy().Teams;
        var found = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        foreach (var workspace in together)
        foreach (var group in await GroupsOrNoneAsync(workspace, cancellation))
            if (teams.TryGetValue(group.Text("handle") ?? "", out var team))
                foreach (var member in group.List("users"))
                    if (
                        member.GetString() is { } user
                        && await people.OfAsync(workspace, user, cancellation)
                            is { Standing: Standing.Member }
                    )
                        found[user] = [.. found.GetValueOrDefault(user, []), team.Key];
        await people.SaveTeamsAsync(together[0], found.ToImmutable(), cancellation);
    }

    private async Task<IReadOnlyList<System.Text.Json.JsonElement>> GroupsOrNoneAsync(
        SlackWorkspace workspace,
        CancellationToken cancellation
    )
    {
        try
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.UserGroups,
                workspace.Meant(new JsonObject { ["include_users"] = true }),
                cancellation
            );
            return [.. answer.List("usergroups")];
        }
        catch (SlackException without)
            when (without.Error is "plan_upgrade_required" or "paid_teams_only" or "missing_scope")
        {
            log.LogInformation(
                "There are no user groups to be had in {Workspace} ({Error}): teams are those of the policy",
                workspace.Token.Workspace,
                without.Error
            );
            return [];
        }
    }

    private async Task SleepAsync(TimeSpan pause, CancellationToken stopping)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var alarm = Task.Delay(pause, time, awake.Token);
        var call = _wanted.Reader.WaitToReadAsync(awake.Token).AsTask();
        await Task.WhenAny(alarm, call);
        await awake.CancelAsync();
        _wanted.Reader.TryRead(out _);
    }
}
