using System.Collections.Concurrent;
using System.Text.Json;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Receiving;

/// <summary>What happens in the workspace: messages to the app, changes of people and groups, the app being removed.</summary>
internal sealed class SlackEvents(
    SlackWorkspaces workspaces,
    SlackPeople people,
    SlackActs acts,
    Roster roster,
    SlackHomes homes,
    SlackReactions reactions,
    SlackLinks links,
    SlackRoomEvents rooms,
    RecentKeys recent,
    ILogger<SlackEvents> log
)
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _running = new(
        StringComparer.Ordinal
    );

    /// <summary>
    /// Handles an event. A repetition of one that was handled does nothing; one that comes while the first is at work waits
    /// for it and ends as it does.
    /// </summary>
    /// <exception cref="SlackException">Slack had to be asked and did not answer: its repetition is handled anew.</exception>
    public async Task HandleAsync(JsonElement payload)
    {
        if (payload.Text("type") == "app_rate_limited")
        {
            log.LogWarning(
                "Slack drops events of this workspace for now: more than 30,000 in an hour"
            );
            return;
        }
        if (payload.Part("event") is not { } happened)
            return;
        var id = payload.Text("event_id") ?? "";
        if (id.Length == 0)
        {
            await HandleAsync(payload, happened, id);
            return;
        }
        var run = _running.GetOrAdd(
            id,
            _ => new Lazy<Task>(() => HandleOnceAsync(payload, happened, id))
        );
        try
        {
            await run.Value;
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(id, run));
        }
    }

    private async Task HandleOnceAsync(JsonElement payload, JsonElement happened, string id)
    {
        if (!recent.Add(id))
            return;
        try
        {
            await HandleAsync(payload, happened, id);
        }
        catch
        {
            recent.Forget(id);
            throw;
        }
    }

    private async Task HandleAsync(JsonElement payload, JsonElement happened, string id)
    {
        var (team, enterprise) = (payload.Text("team_id"), payload.Text("enterprise_id"));
        if (
            await workspaces.FindAsync(team, enterprise, CancellationToken.None)
            is not { } workspace
        )
            return;
        switch (happened.Text("type"))
        {
            case "message" when IsForUs(happened):
                await CommandAsync(payload, happened, id, happened.Text("text") ?? "");
                break;
            case "app_mention" when happened.Part("bot_id") is null:
                await CommandAsync(
                    payload,
                    happened,
                    id,
                    WithoutUs(happened.Text("text") ?? "", workspace)
                );
                break;
            case "user_change" or "team_join":
                if (happened.Part("user") is { } user)
                    await people.KeepAsync(workspace, user, CancellationToken.None);
                break;
            case "subteam_members_changed" or "subteam_updated" or "subteam_created":
                roster.Refresh();
                break;
            case "app_home_opened":
                await homes.OpenedAsync(workspace, happened);
                break;
            case "reaction_added":
                await reactions.AddedAsync(workspace, payload, happened, id);
                break;
            case "link_shared":
                await links.SharedAsync(workspace, happened);
                break;
            case { } type
                when type == "member_left_channel"
                    || type.StartsWith("channel_", StringComparison.Ordinal)
                    || type.StartsWith("group_", StringComparison.Ordinal):
                await rooms.HandleAsync(workspace, happened, $"slack:{workspace.Team}:event:{id}");
                break;
            case "app_uninstalled":
                await RemovedAsync(workspace, "app_uninstalled", id);
                break;
            case "tokens_revoked"
                when happened.Part("tokens") is { } tokens && tokens.List("bot").Any():
                await RemovedAsync(workspace, "tokens_revoked", id);
                break;
        }
    }

    // War rooms that went with the workspace go on in another one, and who answers for them is told once.
    private async Task RemovedAsync(SlackWorkspace workspace, string why, string id)
    {
        var first = await workspaces.OfAsync(workspace.Tenant, CancellationToken.None) == workspace;
        var lost = await workspaces.LostWithAsync(workspace, first, CancellationToken.None);
        await workspaces.RemovedAsync(workspace, why, CancellationToken.None);
        // One that is configured stays: nothing is sent there until its token is mended.
        var left = await workspaces.AllOfAsync(workspace.Tenant, CancellationToken.None);
        if (left.Any(other => other.Token.Workspace == workspace.Token.Workspace))
            return;
        foreach (var room in lost)
            await rooms.LostAsync(workspace, room, $"slack:{workspace.Team}:removed:{id}");
    }

    // Direct messages of people; not what we wrote ourselves, nor edits and other traces.
    private static bool IsForUs(JsonElement message) =>
        message.Text("channel_type") == "im"
        && message.Part("bot_id") is null
        && message.Part("subtype") is null
        && message.Text("user") is not null;

    private static string WithoutUs(string text, SlackWorkspace workspace)
    {
        var us = $"<@{workspace.BotUser}";
        var start = text.IndexOf(us, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('>', start);
        return end < 0 ? text : string.Concat(text.AsSpan(0, start), text.AsSpan(end + 1));
    }

    private async Task CommandAsync(
        JsonElement payload,
        JsonElement message,
        string id,
        string text
    )
    {
        var act = new Act(ActKind.Message, message)
        {
            Team = payload.Text("team_id") ?? "",
            Enterprise = payload.Text("enterprise_id") ?? "",
            User = message.Text("user") ?? "",
            Channel = message.Text("channel"),
        };
        var command = SlashCommand.Plain(Unmarked.Of(text, _ => null));
        (await acts.HandleAsync(act, new SlackCommandText($"event:{id}", command))).InTime();
    }
}
