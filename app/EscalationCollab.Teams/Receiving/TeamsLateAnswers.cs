using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Receiving;

/// <summary>Answers clicks that were acknowledged before they were decided, also those of before a crash.</summary>
internal sealed class TeamsLateAnswers(
    TeamsTenants tenants,
    TeamsPeople people,
    TeamsAnswers answers,
    Errands errands,
    ILogger<TeamsLateAnswers> log
) : ILateAnswers
{
    // What an answer needs of an activity.
    private static readonly string[] Kept =
    [
        "type",
        "name",
        "serviceUrl",
        "from",
        "recipient",
        "conversation",
        "channelData",
        "replyToId",
        "locale",
    ];

    /// <inheritdoc/>
    public string Platform => TeamsPlatform.PlatformName;

    /// <summary>Where the answer to a click goes.</summary>
    public static string AddressOf(Activity activity)
    {
        var address = new JsonObject();
        foreach (var name in Kept)
            if (activity.Payload.Part(name) is { } part)
                address[name] = JsonNode.Parse(part.GetRawText());
        return address.ToJsonString(Payload.Writing);
    }

    /// <inheritdoc/>
    public Task AnswerAsync(Interaction interaction, string address, Reply reply)
    {
        // A slow answer is no reason to let the next click wait.
        errands.Run("a late answer to Teams", () => AnswerAsync(address, reply));
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(string address, Reply reply)
    {
        using var document = JsonDocument.Parse(address, Payload.Reading);
        var activity = new Activity(document.RootElement.Clone());
        if (await tenants.FindAsync(activity.Entra, CancellationToken.None) is not { } tenant)
        {
            log.LogWarning("A click was decided whose organisation is gone: it is not answered");
            return;
        }
        var user = await people.OfAsync(
            tenant,
            activity.Conversation,
            activity.User,
            activity.TeamsId.Length > 0 ? activity.TeamsId : activity.User,
            activity.Says,
            CancellationToken.None
        );
        if (user is not null)
            await (
                await answers.OfAsync(new Meeting(activity, Way.Message, tenant, user), reply)
            ).Late();
    }
}
