using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Receiving;

/// <summary>Answers clicks that were acknowledged before they were decided, also those of before a crash.</summary>
internal sealed class SlackLateAnswers(
    SlackWorkspaces workspaces,
    SlackPeople people,
    SlackAnswers answers,
    Errands errands,
    ILogger<SlackLateAnswers> log
) : ILateAnswers
{
    private static readonly JsonElement Nothing = JsonSerializer.SerializeToElement(
        new Dictionary<string, string>()
    );

    /// <inheritdoc/>
    public string Platform => SlackPlatform.PlatformName;

    /// <summary>Where the answer to a click goes.</summary>
    public static string AddressOf(Act act) =>
        JsonSerializer.Serialize(
            new Address(
                act.Team,
                act.Enterprise,
                act.User,
                act.Channel,
                act.Message,
                act.Trigger,
                act.ResponseUrl,
                act.View is not null
            ),
            Json.Options
        );

    /// <inheritdoc/>
    public Task AnswerAsync(Interaction interaction, string address, Reply reply)
    {
        // A slow answer is no reason to let the next click wait.
        errands.Run("a late answer to Slack", () => AnswerAsync(address, reply));
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(string address, Reply reply)
    {
        var where = JsonSerializer.Deserialize<Address>(address, Json.Options)!;
        var act = new Act(ActKind.Button, Nothing)
        {
            Team = where.Team,
            Enterprise = where.Enterprise,
            User = where.User,
            Channel = where.Channel,
            Message = where.Message,
            Trigger = where.Trigger,
            ResponseUrl = where.ResponseUrl,
            View = where.InView ? Nothing : null,
        };
        if (
            await workspaces.FindAsync(act.Team, act.Enterprise, CancellationToken.None)
            is not { } workspace
        )
        {
            log.LogWarning("A click was decided whose workspace is gone: it is not answered");
            return;
        }
        var user = await people.OfAsync(workspace, act.User, CancellationToken.None);
        await (await answers.OfAsync(act, workspace, user, reply)).Late();
    }

    private sealed record Address(
        string Team,
        string Enterprise,
        string User,
        string? Channel,
        string? Message,
        string? Trigger,
        string? ResponseUrl,
        bool InView
    );
}
