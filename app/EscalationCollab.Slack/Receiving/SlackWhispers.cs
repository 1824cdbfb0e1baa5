using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Says something to one person only: by the address that came with the act, else in the channel where only they see it,
/// else as a direct message.
/// </summary>
internal sealed class SlackWhispers(
    HttpClient http,
    SlackApi api,
    SlackOptions options,
    TimeProvider time,
    ILogger<SlackWhispers> log
)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Says it. When no way is left, that is logged: nothing else depends on it.</summary>
    public async Task SendAsync(
        Act act,
        SlackWorkspace? workspace,
        KnownUser? user,
        SlackMessage message
    )
    {
        if (act.ResponseUrl is { } url && await RespondAsync(url, message))
            return;
        if (workspace is null || act.User.Length == 0)
        {
            log.LogWarning("An answer could not be given: nobody knows where to");
            return;
        }
        // In direct messages too: what only says that it was done need not stay there, nor ring.
        if (act.Channel is { } channel && await InChannelAsync(act, workspace, channel, message))
            return;
        await DirectlyAsync(
            act,
            workspace,
            user,
            act.Channel is ['D', ..] ? act.Channel : user?.Direct,
            message
        );
    }

    /// <summary>Whether an address is Slack's: an answer must not be sent to a stranger's host.</summary>
    internal bool IsSlacks(string address, out Uri url) =>
        SlackHosts.AreSlacks(address, options, out url);

    private async Task<bool> RespondAsync(string address, SlackMessage message)
    {
        if (!IsSlacks(address, out var url))
        {
            SlackMetrics.Refuse("response_url");
            log.LogWarning("An answer was not sent to an address that is not Slack's");
            return false;
        }
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var content = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(
                    new JsonObject
                    {
                        ["response_type"] = "ephemeral",
                        ["replace_original"] = false,
                        ["text"] = message.Text,
                        ["blocks"] = message.Blocks.DeepClone(),
                    },
                    Payload.Writing
                )
            );
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync(url, content, limit.Token);
            if (response.IsSuccessStatusCode)
                return true;
            log.LogInformation(
                "Slack did not take a private answer ({Status})",
                (int)response.StatusCode
            );
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            log.LogInformation("A private answer did not reach Slack: {Error}", away.Message);
        }
        return false;
    }

    private async Task<bool> InChannelAsync(
        Act act,
        SlackWorkspace workspace,
        string channel,
        SlackMessage message
    )
    {
        try
        {
            await api.CallAsync(
                workspace.Token,
                SlackMethod.PostEphemeral,
                new JsonObject
                {
                    ["channel"] = channel,
                    ["user"] = act.User,
                    ["text"] = message.Text,
                    ["blocks"] = message.Blocks.DeepClone(),
                },
                CancellationToken.None
            );
            return true;
        }
        catch (SlackException refused)
        {
            log.LogInformation(
                "A private answer in a channel was refused: {Error}",
                refused.Message
            );
            return false;
        }
    }

    private async Task DirectlyAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser? user,
        string? direct,
        SlackMessage message
    )
    {
        try
        {
            await api.CallAsync(
                workspace.Token,
                SlackMethod.PostMessage,
                new JsonObject
                {
                    // Slack takes a user's id for the conversation with them.
                    ["channel"] = direct ?? user?.User ?? act.User,
                    ["text"] = message.Text,
                    ["blocks"] = message.Blocks.DeepClone(),
                    ["unfurl_links"] = false,
                    ["unfurl_media"] = false,
                },
                CancellationToken.None
            );
        }
        catch (SlackException refused)
        {
            log.LogWarning("Somebody could not be answered: {Error}", refused.Message);
        }
    }
}
