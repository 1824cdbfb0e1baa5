using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Somebody marks a message of a war room with the reaction for that: it goes on the timeline. Any other reaction, and the
/// same one elsewhere, means what it means to people and nothing to us.
/// </summary>
internal sealed class SlackReactions(
    SlackOptions options,
    SlackApi api,
    SlackActs acts,
    RoomWatch rooms
)
{
    /// <summary>Handles <c>reaction_added</c>.</summary>
    public async Task AddedAsync(
        SlackWorkspace workspace,
        JsonElement payload,
        JsonElement happened,
        string id
    )
    {
        if (
            happened.Text("reaction") != options.PinReaction
            || happened.Text("item", "type") != "message"
            || happened.Text("item", "channel") is not { } channel
            || happened.Text("item", "ts") is not { } ts
            || happened.Text("user") is not { } user
            || user == workspace.BotUser
        )
            return;
        var room = new RoomRef(SlackPlatform.PlatformName, channel);
        if (await rooms.OwnerOfAsync(workspace.Tenant, room, CancellationToken.None) is null)
            return;
        var act = new Act(ActKind.Message, happened)
        {
            Team = payload.Text("team_id") ?? "",
            Enterprise = payload.Text("enterprise_id") ?? "",
            User = user,
            Channel = channel,
            Message = ts,
        };
        var answer = await acts.PinAsync(
            act,
            $"event:{id}",
            () =>
                api.CallAsync(
                    workspace.Token,
                    SlackMethod.Reactions,
                    new JsonObject { ["channel"] = channel, ["timestamp"] = ts },
                    CancellationToken.None
                )
        );
        answer.InTime();
    }
}
