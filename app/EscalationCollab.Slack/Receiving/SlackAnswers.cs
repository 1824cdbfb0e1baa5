using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Voices;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.Receiving;

/// <summary>Turns replies into what Slack takes: the body of the acknowledgement, a dialog, or a private message.</summary>
internal sealed class SlackAnswers(
    SlackApi api,
    SlackVoices voices,
    SlackWhispers whispers,
    Errands errands,
    ILogger<SlackAnswers> log
)
{
    /// <summary>A dialog that has not opened by then cannot be opened any more.</summary>
    private static readonly Duration TriggerWindow = Duration.FromSeconds(3);

    /// <summary>The answer to an act.</summary>
    public Task<Answer> OfAsync(Act act, SlackWorkspace workspace, KnownUser? user, Reply reply) =>
        reply switch
        {
            Reply.Show(var dialog) => ShowAsync(act, workspace, user, dialog),
            Reply.Private(var card) => SayAsync(act, workspace, user, card),
            Reply.Refused refused when act is { Kind: ActKind.Submission, View: { } view } =>
                RefuseAsync(act, workspace, user, refused, view),
            Reply.Refused refused => SayAsync(act, workspace, user, SlackVoice.Told(refused)),
            _ => Task.FromResult(Done(act)),
        };

    /// <summary>A sentence where nothing more can be found out, in the company's language.</summary>
    public Answer Simple(Act act, string phrase)
    {
        var voice = voices.ToAnybody();
        Text sentence = Phrase.Of(phrase);
        var message = voice.Message(Card.Line(sentence));
        return new Answer(
            () =>
                act.Kind switch
                {
                    ActKind.Command => new Acknowledgement(Ephemeral(message)),
                    ActKind.Submission when act.View is { } view => new Acknowledgement(
                        DialogAnswers.Refuse(
                            view,
                            (Reply.Refused)Turn.Refuse(Phrase.Of(phrase)),
                            voice.Reader
                        )
                    ),
                    ActKind.Suggestion => NoSuggestions(),
                    _ => Begin(() => whispers.SendAsync(act, null, null, message)),
                },
            () => whispers.SendAsync(act, null, null, message)
        );
    }

    /// <summary>The whole of a card that was shortened.</summary>
    public async Task<Answer> ShowWholeAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser user,
        Card card
    )
    {
        var view = await voices.ToPersonAsync(
            workspace,
            user.Person,
            voice => Surfaces.Whole(card, voice.Reader),
            CancellationToken.None
        );
        return Opening(act, workspace, user, view);
    }

    /// <summary>The customers that fit what somebody types.</summary>
    public async Task<Answer> SuggestAsync(Act act, SlackWorkspace workspace, KnownUser user)
    {
        if (act.Payload.Text("action_id") != Inputs.Customers)
            return new Answer(NoSuggestions, () => Task.CompletedTask);
        var options = await voices.ToPersonAsync(
            workspace,
            user.Person,
            voice => new Inputs(voice.Reader).CustomerOptions(act.Payload.Text("value") ?? ""),
            CancellationToken.None
        );
        return new Answer(() => new Acknowledgement(options), () => Task.CompletedTask);
    }

    private async Task<Answer> SayAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser? user,
        Card card
    )
    {
        async Task Whisper() =>
            await whispers.SendAsync(
                act,
                workspace,
                user,
                await MessageAsync(workspace, user, card)
            );
        // Only to a command is the answer itself the acknowledgement; otherwise that does not wait for its words.
        if (act.Kind == ActKind.Command)
        {
            var message = await MessageAsync(workspace, user, card);
            return new Answer(
                () => new Acknowledgement(Ephemeral(message)),
                () => whispers.SendAsync(act, workspace, user, message)
            );
        }
        return new Answer(
            () =>
                act.Kind switch
                {
                    ActKind.Submission => Begin(Whisper) with { Body = DialogAnswers.Close() },
                    ActKind.Suggestion => NoSuggestions(),
                    _ => Begin(Whisper),
                },
            Whisper
        );
    }

    private Task<SlackMessage> MessageAsync(SlackWorkspace workspace, KnownUser? user, Card card) =>
        voices.KeepingAsync(
            workspace.Tenant,
            card,
            voices.ToPersonAsync(
                workspace,
                user?.Person,
                voice => voice.Message(card),
                CancellationToken.None
            ),
            CancellationToken.None
        );

    private async Task<Answer> RefuseAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser? user,
        Reply.Refused refused,
        System.Text.Json.JsonElement view
    )
    {
        var (beside, message) = await voices.ToPersonAsync(
            workspace,
            user?.Person,
            voice =>
                (
                    DialogAnswers.Refuse(view, refused, voice.Reader),
                    voice.Message(SlackVoice.Told(refused))
                ),
            CancellationToken.None
        );
        return new Answer(
            () => new Acknowledgement(beside),
            () => whispers.SendAsync(act, workspace, user, message)
        );
    }

    private async Task<Answer> ShowAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser? user,
        Dialog dialog
    )
    {
        // A message has no trigger: it is answered with a button, which has one.
        if (act.Kind == ActKind.Message)
            return await SayAsync(act, workspace, user, Invitation(dialog));
        var view = await voices.ToPersonAsync(
            workspace,
            user?.Person,
            voice => Surfaces.Modal(dialog, voice.Reader, act.Origin),
            CancellationToken.None
        );
        return act.Kind == ActKind.Submission
            ? new Answer(
                () => new Acknowledgement(DialogAnswers.Replace(view)),
                () => TooSlowAsync(act, workspace, user)
            )
            : Opening(act, workspace, user, view);
    }

    private Answer Opening(Act act, SlackWorkspace workspace, KnownUser? user, JsonObject view) =>
        new(
            () => Begin(() => OpenAsync(act, workspace, user, view)),
            () => OpenAsync(act, workspace, user, view)
        );

    private async Task OpenAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser? user,
        JsonObject view
    )
    {
        try
        {
            await api.CallAsync(
                workspace.Token,
                act.View is null ? SlackMethod.OpenView : SlackMethod.PushView,
                new JsonObject { ["trigger_id"] = act.Trigger, ["view"] = view },
                CancellationToken.None,
                TriggerWindow
            );
        }
        catch (SlackException late)
        {
            log.LogWarning("A dialog could not be opened: {Error}", late.Message);
            await TooSlowAsync(act, workspace, user);
        }
    }

    private async Task TooSlowAsync(Act act, SlackWorkspace workspace, KnownUser? user)
    {
        var message = await voices.ToPersonAsync(
            workspace,
            user?.Person,
            voice => voice.Message(Card.Line(Phrase.Of("slack.too-slow"))),
            CancellationToken.None
        );
        await whispers.SendAsync(act, workspace, user, message);
    }

    private Acknowledgement Begin(Func<Task> errand)
    {
        errands.Run("an answer to Slack", errand);
        return Acknowledgement.Plain;
    }

    private static Card Invitation(Dialog dialog) =>
        Card.Of(
            Phrase.Of("slack.needs-form"),
            new Paragraph(Phrase.Of("slack.needs-form")),
            Actions.Of(new Opens(dialog.Title, dialog.Id, dialog.Data))
        );

    // Every view of ours is closed: what lay below it shows the state of before.
    private static Answer Done(Act act) =>
        act.Kind switch
        {
            ActKind.Submission => new Answer(
                () => new Acknowledgement(DialogAnswers.Close()),
                () => Task.CompletedTask
            ),
            ActKind.Suggestion => new Answer(NoSuggestions, () => Task.CompletedTask),
            _ => Answer.None,
        };

    private static Acknowledgement NoSuggestions() =>
        new(new JsonObject { ["options"] = new JsonArray() });

    private static JsonObject Ephemeral(SlackMessage message) =>
        new()
        {
            ["response_type"] = "ephemeral",
            ["text"] = message.Text,
            ["blocks"] = message.Blocks.DeepClone(),
        };
}
