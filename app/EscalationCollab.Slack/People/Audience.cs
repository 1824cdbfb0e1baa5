using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;

namespace EscalationCollab.Slack.People;

/// <summary>Who reads a channel.</summary>
internal sealed class Audience(SlackApi api, SlackPeople people, IStore store)
{
    private const int PageOfMembers = 1_000;
    private const int MostPages = 5;

    // More people whom nobody has met are not worth a call each.
    private const int MostAsked = 20;

    /// <summary>
    /// Whether everybody who reads a channel is a colleague: no guest, nobody of another company. No when that cannot be
    /// found out with few calls.
    /// </summary>
    /// <exception cref="SlackException">Slack did not answer, or the app may not look.</exception>
    public async Task<bool> IsColleaguesOnlyAsync(
        SlackWorkspace workspace,
        string channel,
        CancellationToken cancellation
    )
    {
        var info = await api.CallAsync(
            workspace.Token,
            SlackMethod.Channel,
            new JsonObject { ["channel"] = channel },
            cancellation
        );
        if (
            info.Part("channel") is not { } about
            || about.Flag("is_ext_shared")
            || about.Flag("is_pending_ext_shared")
            || await MembersAsync(workspace, channel, cancellation) is not { } members
        )
            return false;
        var known = await store.ReadAsync(
            connection =>
                new UserRows(connection, workspace.Tenant)
                    .All()
                    .ToDictionary(user => user.User, user => user.Standing, StringComparer.Ordinal),
            cancellation
        );
        var asked = 0;
        foreach (var member in members.Where(member => member != workspace.BotUser))
        {
            if (!known.TryGetValue(member, out var standing))
                standing =
                    ++asked <= MostAsked
                    && await people.OfAsync(workspace, member, cancellation) is { } met
                        ? met.Standing
                        : Standing.Stranger;
            if (standing is Standing.Guest or Standing.Stranger)
                return false;
        }
        return true;
    }

    private async Task<List<string>?> MembersAsync(
        SlackWorkspace workspace,
        string channel,
        CancellationToken cancellation
    )
    {
        var members = new List<string>();
        var arguments = new JsonObject { ["channel"] = channel, ["limit"] = PageOfMembers };
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.Members,
                arguments,
                cancellation
            );
            members.AddRange(
                answer
                    .List("members")
                    .Where(member => member.ValueKind == JsonValueKind.String)
                    .Select(member => member.GetString()!)
            );
            if (answer.Text("response_metadata", "next_cursor") is not { Length: > 0 } next)
                return members;
            arguments["cursor"] = next;
        }
        return null;
    }
}
