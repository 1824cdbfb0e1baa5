using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;

namespace EscalationCollab.Slack.Receiving;

/// <summary>What people do to channels in Slack itself. What the app did is known already.</summary>
internal sealed class SlackRoomEvents(RoomWatch rooms, SlackPeople people, SlackApi api)
{
    /// <summary>Handles an event about a channel. Channels that are no war rooms change nothing.</summary>
    /// <param name="key">The same for every delivery of it: across a restart, too, it counts once.</param>
    /// <exception cref="SlackException">Slack had to be asked and did not answer.</exception>
    public async Task HandleAsync(SlackWorkspace workspace, JsonElement happened, string key)
    {
        var type = happened.Text("type") ?? "";
        if ((happened.Text("channel") ?? happened.Text("channel", "id")) is not { } channel)
            return;
        var (tenant, room) = (workspace.Tenant, new RoomRef(SlackPlatform.PlatformName, channel));
        var byUs = happened.Text("user") == workspace.BotUser;
        switch (type)
        {
            case "channel_rename" or "group_rename":
                if (happened.Text("channel", "name") is { Length: > 0 } name)
                    await rooms.RenamedAsync(tenant, room, name, key, CancellationToken.None);
                break;
            case "channel_archive" or "group_archive" when !byUs:
                await rooms.ArchivedAsync(tenant, room, key, CancellationToken.None);
                break;
            case "channel_unarchive" or "group_unarchive":
                await ReturnedAsync(workspace, room, key);
                break;
            case "channel_deleted" or "group_deleted" or "channel_left" or "group_left":
                await rooms.LostAsync(tenant, room, key, CancellationToken.None);
                break;
            case "member_left_channel" when byUs:
                await rooms.LostAsync(tenant, room, key, CancellationToken.None);
                break;
            case "member_left_channel":
                await LeftAsync(workspace, room, happened.Text("user"), key);
                break;
        }
    }

    /// <summary>The app can no longer reach a channel.</summary>
    /// <param name="key">The same for every delivery of what happened.</param>
    public Task LostAsync(SlackWorkspace workspace, string channel, string key) =>
        rooms.LostAsync(
            workspace.Tenant,
            new RoomRef(SlackPlatform.PlatformName, channel),
            $"{key}:{channel}",
            CancellationToken.None
        );

    // Whoever opens a channel again does not bring the app back into it, and without us in it it is no war room.
    private async Task ReturnedAsync(SlackWorkspace workspace, RoomRef room, string key)
    {
        if (
            await rooms.OwnerOfAsync(workspace.Tenant, room, CancellationToken.None) is null
            || !await IsInAsync(workspace, room)
        )
            return;
        await rooms.ReturnedAsync(workspace.Tenant, room, key, CancellationToken.None);
    }

    private async Task<bool> IsInAsync(SlackWorkspace workspace, RoomRef room)
    {
        try
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.Channel,
                new JsonObject { ["channel"] = room.Id },
                CancellationToken.None
            );
            return answer.Part("channel")?.Flag("is_member") is true;
        }
        catch (SlackException gone) when (gone.Failure is ChatFailure.Gone)
        {
            return false;
        }
    }

    private async Task LeftAsync(SlackWorkspace workspace, RoomRef room, string? user, string key)
    {
        if (
            user is null
            || await rooms.OwnerOfAsync(workspace.Tenant, room, CancellationToken.None) is null
            || await people.OfAsync(workspace, user, CancellationToken.None) is not { } known
        )
            return;
        await rooms.LeftAsync(workspace.Tenant, room, known.Person, key, CancellationToken.None);
    }
}
