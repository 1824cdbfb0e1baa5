using System.Collections.Immutable;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// What people do in Slack: each payload becomes an <see cref="Interaction"/>, and its reply an <see cref="Answer"/>.
/// Whatever stands in the way of that is said to the person, privately and in plain words.
/// </summary>
internal sealed class SlackActs(
    SlackWorkspaces workspaces,
    SlackPeople people,
    InteractionRouter router,
    InteractionInbox inbox,
    SlackAnswers answers,
    LongCards longCards,
    ILogger<SlackActs> log
)
{
    /// <summary>The action that keeps a message, as the core names it.</summary>
    private const string PinRoute = "timeline.pin";

    /// <summary>Handles a slash command or an interaction. Never throws.</summary>
    public async Task<Answer> HandleAsync(Delivery delivery)
    {
        var act =
            delivery.Kind == DeliveryKind.Command
                ? Act.OfCommand(delivery.Payload)
                : Act.OfInteraction(delivery.Payload);
        if (act is null)
            return Unknown(delivery);
        return await GuardedAsync(act, () => HandleAsync(act));
    }

    /// <summary>
    /// What Slack is told while a delivery is still being handled. A form stays open with what was typed: it may be sent again,
    /// and the same form happens once.
    /// </summary>
    public Acknowledgement NotYet(Delivery delivery) =>
        delivery.Kind == DeliveryKind.Interaction
        && Act.OfInteraction(delivery.Payload) is { Kind: ActKind.Submission } form
            ? answers.Simple(form, "slack.not-yet").InTime()
            : Acknowledgement.Plain;

    /// <summary>Handles a message to the app, which is read as a command.</summary>
    public Task<Answer> HandleAsync(Act message, SlackCommandText text) =>
        GuardedAsync(
            message,
            async () =>
                await MeetAsync(message) is var (workspace, user, refusal)
                && refusal is null
                && workspace is not null
                && user is not null
                    ? await RouteAsync(
                        message,
                        workspace,
                        user,
                        InteractionKind.Command,
                        text.Key,
                        text.Command.Word,
                        interaction => interaction with { Argument = text.Command.Argument }
                    )
                    : Answer.None
        );

    /// <summary>Puts a message on the timeline of the war room it stands in.</summary>
    /// <param name="read">Asks Slack for it: an object whose <c>message</c> it is.</param>
    public Task<Answer> PinAsync(Act act, string key, Func<Task<JsonElement>> read) =>
        GuardedAsync(
            act,
            async () =>
            {
                var (workspace, user, refusal) = await MeetAsync(act);
                if (workspace is null || user is null || refusal is not null)
                    return refusal ?? Answer.None;
                var marked = act with { Payload = await read() };
                var source = await SourceAsync(marked, workspace);
                return await RouteAsync(
                    marked,
                    workspace,
                    user,
                    InteractionKind.Action,
                    key,
                    PinRoute,
                    interaction => interaction with { Source = source }
                );
            }
        );

    private async Task<Answer> GuardedAsync(Act act, Func<Task<Answer>> handle)
    {
        try
        {
            return await handle();
        }
        catch (SlackException away)
        {
            log.LogWarning(
                away,
                "{What} could not be handled: Slack did not answer",
                act.Kind.Named()
            );
            return answers.Simple(act, "slack.away");
        }
        catch (StoreUnavailableException busy)
        {
            log.LogError(
                busy,
                "{What} could not be handled: the store is not available",
                act.Kind.Named()
            );
            return answers.Simple(act, "router.try-again");
        }
        catch (Exception bug)
        {
            log.LogError(bug, "{What} of Slack failed", act.Kind.Named());
            return answers.Simple(act, "router.our-mistake");
        }
    }

    private async Task<Answer> HandleAsync(Act act)
    {
        var (workspace, user, refusal) = await MeetAsync(act);
        if (workspace is null || user is null || refusal is not null)
            return refusal ?? Answer.None;
        return act.Kind switch
        {
            ActKind.Command => await CommandAsync(act, workspace, user),
            ActKind.Button => await ButtonAsync(act, workspace, user),
            ActKind.Shortcut => await ShortcutAsync(act, workspace, user),
            ActKind.Submission => await SubmitAsync(act, workspace, user),
            _ => await answers.SuggestAsync(act, workspace, user),
        };
    }

    /// <summary>Whose workspace it is and who acts; otherwise why nothing can be done.</summary>
    private async Task<(SlackWorkspace? Workspace, KnownUser? User, Answer? Refusal)> MeetAsync(
        Act act
    )
    {
        if (act.User.Length == 0)
            return (null, null, answers.Simple(act, "slack.unreadable"));
        if (
            await workspaces.FindAsync(act.Team, act.Enterprise, CancellationToken.None)
            is not { } workspace
        )
            return (null, null, answers.Simple(act, "slack.not-installed"));
        var user = await people.OfAsync(workspace, act.User, CancellationToken.None);
        var problem = user?.Standing switch
        {
            Standing.Member => null,
            Standing.Guest or Standing.Stranger => "slack.guest",
            _ => "slack.unknown-user",
        };
        return problem is null
            ? (workspace, user, null)
            : (
                workspace,
                user,
                await answers.OfAsync(act, workspace, user, Turn.Refuse(Phrase.Of(problem)))
            );
    }

    private async Task<Answer> CommandAsync(Act act, SlackWorkspace workspace, KnownUser user)
    {
        var text = await ReadableAsync(workspace, act.Payload.Text("text") ?? "");
        var command = SlashCommand.Plain(text);
        return await RouteAsync(
            act,
            workspace,
            user,
            InteractionKind.Command,
            $"command:{act.Trigger}",
            command.Word,
            interaction => interaction with { Argument = command.Argument }
        );
    }

    private async Task<Answer> ButtonAsync(Act act, SlackWorkspace workspace, KnownUser user)
    {
        var pressed = act.Payload.List("actions").FirstOrDefault();
        if (IsNoButton(pressed))
            return Answer.None;
        if (ActionReading.Of(pressed) is not { } carried)
            return await answers.OfAsync(
                act,
                workspace,
                user,
                Turn.Refuse(Phrase.Of("router.out-of-date"))
            );
        if (carried.Kind == CarriedKind.ShowsWhole)
            return
                await longCards.FindAsync(workspace.Tenant, carried.Route, CancellationToken.None)
                    is { } card
                ? await answers.ShowWholeAsync(act, workspace, user, card)
                : await answers.OfAsync(
                    act,
                    workspace,
                    user,
                    Turn.Refuse(Phrase.Of("router.out-of-date"))
                );
        return await RouteAsync(
            act,
            workspace,
            user,
            carried.Kind == CarriedKind.Does ? InteractionKind.Action : InteractionKind.OpenDialog,
            $"action:{act.User}:{pressed.Text("action_ts") ?? act.Trigger}:{pressed.Text("block_id")}:{pressed.Text("action_id")}",
            carried.Route,
            interaction => interaction with { Data = carried.Data }
        );
    }

    // A link leads to its page by itself, and what is chosen in a form is read when the form is sent.
    private static bool IsNoButton(JsonElement pressed) =>
        pressed.ValueKind != JsonValueKind.Object
        || pressed.Text("type") is not ("button" or "overflow")
        || pressed.Text("action_id") is ['v', 'i', 's', 'i', 't', 's', ..]
        || pressed.Text("selected_option", "value") == "visit";

    private async Task<Answer> ShortcutAsync(Act act, SlackWorkspace workspace, KnownUser user)
    {
        var id = act.Payload.Text("callback_id") ?? "";
        var source =
            act.Payload.Text("type") == "message_action" ? await SourceAsync(act, workspace) : null;
        return await RouteAsync(
            act,
            workspace,
            user,
            // One that is used on nothing opens the form of its name.
            source is null
                ? InteractionKind.OpenDialog
                : InteractionKind.Shortcut,
            $"shortcut:{act.Trigger}",
            id,
            interaction => interaction with { Source = source }
        );
    }

    private async Task<Answer> SubmitAsync(Act act, SlackWorkspace workspace, KnownUser user)
    {
        var view = act.View!.Value;
        var chosen = new Dictionary<string, PersonId>(StringComparer.Ordinal);
        foreach (var id in ViewReading.Users(view))
            if (
                await people.OfAsync(workspace, id, CancellationToken.None) is
                { Standing: Standing.Member } known
            )
                chosen[id] = known.Person;
        if (
            ViewReading.Of(view, id => chosen.TryGetValue(id, out var person) ? person : null)
            is not { } dialog
        )
            return await answers.OfAsync(
                act,
                workspace,
                user,
                Turn.Refuse(Phrase.Of("router.out-of-date"))
            );
        return await RouteAsync(
            act,
            workspace,
            user,
            InteractionKind.SubmitDialog,
            $"view:{view.Text("id")}:{view.Text("hash")}",
            dialog.Route,
            interaction => interaction with { Data = dialog.Data, Inputs = dialog.Inputs }
        );
    }

    private async Task<Answer> RouteAsync(
        Act act,
        SlackWorkspace workspace,
        KnownUser user,
        InteractionKind kind,
        string key,
        string route,
        Func<Interaction, Interaction> fill
    )
    {
        var interaction = fill(
            new Interaction
            {
                Key = $"slack:{workspace.Team}:{key}",
                Tenant = workspace.Tenant,
                Actor = user.Person,
                Platform = SlackPlatform.PlatformName,
                Kind = kind,
                Route = route,
                Room = act.Channel is { } channel
                    ? new RoomRef(SlackPlatform.PlatformName, channel)
                    : null,
            }
        );
        if (act.Channel is { Length: > 0 } place)
            await workspaces.NoteAsync(workspace, place, CancellationToken.None);
        // What was accepted is finished, whoever stops waiting for it. A button wants no other answer than that it was.
        var reply =
            act is { Kind: ActKind.Button } && kind == InteractionKind.Action
                ? await inbox.TakeAsync(interaction, SlackLateAnswers.AddressOf(act))
                : await router.HandleAsync(interaction, CancellationToken.None);
        return reply is null ? Answer.None : await answers.OfAsync(act, workspace, user, reply);
    }

    private async Task<SourceMessage> SourceAsync(Act act, SlackWorkspace workspace)
    {
        var message = act.Payload.Part("message") ?? default;
        var (channel, ts) = (act.Channel ?? "", act.Message ?? "");
        return new SourceMessage(
            new MessageRef(SlackPlatform.PlatformName, channel, ts),
            await AuthorAsync(workspace, message),
            await ReadableAsync(workspace, TextOf(message)),
            SlackRooms.LinkTo(workspace.Url, channel, ts)
        );
    }

    // A picture without a word goes by the name of its file.
    private static string TextOf(JsonElement message) =>
        message.Text("text") is { Length: > 0 } text
            ? text
            : string.Join(
                ", ",
                message.List("files").Select(file => file.Text("title") ?? file.Text("name"))
            );

    private async Task<string> AuthorAsync(SlackWorkspace workspace, JsonElement message) =>
        message.Text("user") is { } author && await KnownOrNullAsync(workspace, author) is { } known
            ? known.Name
            : message.Text("username") ?? message.Text("bot_profile", "name") ?? "";

    /// <summary>A text with people by name.</summary>
    private async Task<string> ReadableAsync(SlackWorkspace workspace, string text)
    {
        var names = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var user in Unmarked.Mentioned(text).Take(20))
            if (await KnownOrNullAsync(workspace, user) is { } known)
                names[user] = known.Name;
        return Unmarked.Of(text, user => names.GetValueOrDefault(user));
    }

    // A name is nice to have: without it, the one Slack sent along is shown.
    private async Task<KnownUser?> KnownOrNullAsync(SlackWorkspace workspace, string user)
    {
        try
        {
            return await people.OfAsync(workspace, user, CancellationToken.None);
        }
        catch (SlackException away)
        {
            log.LogInformation(away, "The name of a user could not be asked for");
            return null;
        }
    }

    private Answer Unknown(Delivery delivery)
    {
        // Closing a modal is told too; anything else is newer than this version.
        if (delivery.Payload.Text("type") is not "view_closed")
            log.LogWarning("Slack delivered an interaction of an unknown type");
        return Answer.None;
    }
}

/// <summary>A message to the app, read as a command.</summary>
/// <param name="Key">The same for every delivery of it.</param>
internal sealed record SlackCommandText(string Key, SlashCommand Command);
