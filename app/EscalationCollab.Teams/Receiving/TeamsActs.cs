using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// What people do in Teams: each activity becomes an <see cref="Interaction"/>, and its reply a <see cref="TeamsAnswer"/>.
/// Whatever stands in the way of that is said to the person in plain words.
/// </summary>
internal sealed class TeamsActs(
    TeamsTenants tenants,
    TeamsPeople people,
    InteractionRouter router,
    InteractionInbox inbox,
    TeamsAnswers answers,
    TeamsExtension extension,
    TeamsDialogs dialogs,
    Repeats repeats,
    ILogger<TeamsActs> log
)
{
    /// <summary>How an activity can be answered.</summary>
    public static Way WayOf(Activity activity) =>
        activity.Name switch
        {
            "adaptiveCard/action" => Way.Card,
            "task/fetch" or "composeExtension/fetchTask" => Way.Opening,
            "task/submit" or "composeExtension/submitAction" => Way.Form,
            ['c', 'o', 'm', 'p', 'o', 's', 'e', ..] => Way.Search,
            _ when activity.Type == "message" => Way.Message,
            _ => Way.Card,
        };

    /// <summary>What an activity is called in the log: nothing that somebody may have made up.</summary>
    public static string Named(Activity activity) =>
        activity.Type == "message" ? "A message"
        : activity.Name.Length is > 0 and <= 40 && activity.Name.All(IsPlain) ? activity.Name
        : "An invoke";

    /// <summary>Handles an invoke. Never throws.</summary>
    public Task<TeamsAnswer> InvokeAsync(Activity activity)
    {
        var way = WayOf(activity);
        return activity.Name switch
        {
            "adaptiveCard/action" or "task/fetch" => MeetingAsync(activity, way, PressAsync),
            "task/submit" or "composeExtension/submitAction" => MeetingAsync(
                activity,
                way,
                SubmitAsync
            ),
            "composeExtension/fetchTask" => MeetingAsync(activity, way, CommandOfExtensionAsync),
            "composeExtension/query" => MeetingAsync(activity, way, extension.SearchAsync),
            "composeExtension/queryLink" => MeetingAsync(activity, way, extension.LinkAsync),
            // Somebody who does not have the app: they learn nothing from it.
            "composeExtension/anonymousQueryLink" => Task.FromResult(TeamsExtension.NothingFound),
            "application/search" => MeetingAsync(activity, way, answers.SuggestAsync),
            _ => Task.FromResult(Unknown(activity)),
        };
    }

    /// <summary>Handles a message, which is answered by messages. Never throws.</summary>
    public Task<TeamsAnswer> MessageAsync(Activity activity)
    {
        var pressed = activity.Value.ValueKind == JsonValueKind.Object;
        if (!pressed && !IsForUs(activity))
            return Task.FromResult(TeamsAnswer.Nothing);
        if (
            !repeats.IsNew(
                $"{activity.Entra}/{activity.Conversation}/{activity.User}/{activity.Delivery}"
            )
        )
            return Task.FromResult(TeamsAnswer.Nothing);
        return MeetingAsync(activity, Way.Message, pressed ? PressAsync : CommandAsync);
    }

    // Where the app may read a whole channel, it is sent what people say to each other.
    private static bool IsForUs(Activity activity) =>
        activity.Scope == Scope.Personal
        || activity
            .Payload.List("entities")
            .Any(entity =>
                entity.Text("type") == "mention"
                && entity.Text("mentioned", "id") is { Length: > 0 } id
                && id == activity.Bot
            );

    private async Task<TeamsAnswer> MeetingAsync(
        Activity activity,
        Way way,
        Func<Meeting, Task<TeamsAnswer>> handle
    )
    {
        try
        {
            var (meeting, refusal) = await MeetAsync(activity, way);
            return meeting is null
                ? answers.Simple(activity, way, refusal ?? "teams-acts.unreadable")
                : await handle(meeting);
        }
        catch (TeamsException away)
        {
            log.LogWarning(
                "{What} could not be handled: Teams did not answer ({Error})",
                Named(activity),
                away.Message
            );
            return answers.Simple(activity, way, "teams-acts.away");
        }
        catch (StoreUnavailableException busy)
        {
            log.LogError(
                busy,
                "{What} could not be handled: the store is not available",
                Named(activity)
            );
            return answers.Simple(activity, way, "router.try-again");
        }
        catch (Exception bug)
        {
            log.LogError(bug, "{What} of Teams failed", Named(activity));
            return answers.Simple(activity, way, "router.our-mistake");
        }
    }

    /// <summary>Whose organisation it is and who acts; otherwise why nothing can be done.</summary>
    private async Task<(Meeting? Meeting, string? Refusal)> MeetAsync(Activity activity, Way way)
    {
        if (
            activity.Entra is not { } entra
            || activity.ServiceUrl is not { } service
            || activity.User.Length == 0
            || activity.Conversation.Length == 0
        )
            return (null, "teams-acts.unreadable");
        var tenant = await tenants.MeetAsync(entra, service, activity.Bot, CancellationToken.None);
        var user = await people.OfAsync(
            tenant,
            activity.Conversation,
            activity.User,
            activity.TeamsId.Length > 0 ? activity.TeamsId : activity.User,
            activity.Says,
            CancellationToken.None
        );
        if (user is null or { Standing: Standing.Gone })
            return (null, "teams-acts.unknown-user");
        if (user.Standing != Standing.Member)
            return (null, "teams-acts.guest");
        // In the compose box of a chat with a colleague it is a personal conversation too, but not ours.
        if (activity is { Scope: Scope.Personal, Type: "message" })
            await people.SaveDirectAsync(
                tenant.Tenant,
                user,
                activity.Conversation,
                CancellationToken.None
            );
        return (new Meeting(activity, way, tenant, user), null);
    }

    private Task<TeamsAnswer> CommandAsync(Meeting meeting)
    {
        var text = TeamsText.Command(meeting.Activity);
        var command = SlashCommand.Read(text) ?? SlashCommand.Plain(text);
        return OnceAsync(
            meeting,
            InteractionKind.Command,
            $"say:{meeting.Activity.Conversation}:{Repeats.Digest(text)}",
            Repeats.OfButtons,
            command.Word,
            interaction => interaction with { Argument = command.Argument }
        );
    }

    private async Task<TeamsAnswer> PressAsync(Meeting meeting)
    {
        var pressed = CardReading.Of(meeting.Activity.Value);
        if (pressed is null)
            return await RefuseAsync(meeting, "router.out-of-date");
        if (pressed.Act is not { } act)
            return await answers.OfAsync(
                meeting,
                new Reply.Refused(AdaptiveCards.Answers.OutOfDate, [])
            );
        return act.Kind switch
        {
            CarriedKind.Does => await OnceAsync(
                meeting,
                InteractionKind.Action,
                $"do:{meeting.Activity.Conversation}:{meeting.Activity.Message}:{Repeats.Digest(act.Write())}",
                Repeats.OfButtons,
                act.Route,
                interaction => interaction with { Data = act.Data }
            ),
            CarriedKind.Opens => await OpenAsync(meeting, act),
            CarriedKind.ShowsWhole => await answers.WholeAsync(meeting, act.Route),
            CarriedKind.Refreshes => await answers.RefreshAsync(meeting, act.Route),
            CarriedKind.Submits => await SubmitAsync(meeting),
            _ => TeamsAnswer.Nothing,
        };
    }

    private async Task<TeamsAnswer> OpenAsync(Meeting meeting, Carried act)
    {
        var (isKept, data) = TeamsDialogs.Apart(act.Data);
        if (
            isKept
            && dialogs.Find(meeting.Tenant.Tenant, meeting.Person, act.Route, data) is { } kept
        )
            return await answers.OfAsync(meeting, new Reply.Show(kept));
        return await answers.OfAsync(meeting, await OpenAsync(meeting, act.Route, data));
    }

    private async Task<Reply> OpenAsync(Meeting meeting, string route, ActionData data) =>
        await router.HandleAsync(
            New(meeting, InteractionKind.OpenDialog, Looking(meeting), route) with
            {
                Data = data,
            },
            CancellationToken.None
        );

    private async Task<TeamsAnswer> CommandOfExtensionAsync(Meeting meeting)
    {
        var value = meeting.Activity.Value;
        var source = TeamsExtension.SourceOf(meeting);
        return await answers.OfAsync(
            meeting,
            await router.HandleAsync(
                New(
                    meeting,
                    InteractionKind.Shortcut,
                    Looking(meeting),
                    value.Text("commandId") ?? ""
                ) with
                {
                    Source = source,
                },
                CancellationToken.None
            )
        );
    }

    private async Task<TeamsAnswer> SubmitAsync(Meeting meeting)
    {
        var value = meeting.Activity.Value;
        var pressed = CardReading.Of(value);
        if (pressed is { Act: null })
            return await answers.OfAsync(
                meeting,
                new Reply.Refused(AdaptiveCards.Answers.OutOfDate, [])
            );
        if (pressed?.Act is { Kind: CarriedKind.Cancels })
            return TeamsAnswer.Nothing;
        // A button of a card that is read in a dialog.
        if (pressed?.Act is { Kind: CarriedKind.Does or CarriedKind.Opens })
            return await PressAsync(meeting);
        if (await ReadAsync(meeting, value) is not { } dialog)
            return await RefuseAsync(meeting, "router.out-of-date");
        return await repeats.OnceAsync(
            meeting.Tenant.Tenant,
            KeyOf(meeting, $"form:{Repeats.Digest(CardReading.DataOf(value).GetRawText())}"),
            Repeats.OfForms,
            async key =>
            {
                var reply = await router.HandleAsync(
                    New(meeting, InteractionKind.SubmitDialog, key, dialog.Route) with
                    {
                        Data = dialog.Data,
                        Inputs = dialog.Inputs,
                    },
                    CancellationToken.None
                );
                return reply is Reply.Refused refused
                    ? await AgainAsync(meeting, dialog, refused)
                    : await answers.OfAsync(meeting, reply) with
                    {
                        Happened = true,
                    };
            }
        );
    }

    // The same form, with what was typed and with what is wrong beside it.
    private async Task<TeamsAnswer> AgainAsync(
        Meeting meeting,
        SubmittedDialog submitted,
        Reply.Refused refused
    )
    {
        var shown = dialogs.Find(
            meeting.Tenant.Tenant,
            meeting.Person,
            submitted.Route,
            submitted.Data
        );
        if (
            shown is null
            && await OpenAsync(meeting, submitted.Route, submitted.Data) is Reply.Show(var anew)
            && anew.Id == submitted.Route
        )
            shown = anew with { Data = submitted.Data };
        return shown is null
            ? await answers.OfAsync(meeting, refused)
            : await answers.AgainAsync(meeting, shown, submitted, refused);
    }

    private async Task<SubmittedDialog?> ReadAsync(Meeting meeting, JsonElement value)
    {
        var chosen = new Dictionary<string, PersonId>(StringComparer.OrdinalIgnoreCase);
        foreach (var id in DialogReading.Users(value).Take(100))
            if (
                await people.OfAsync(
                    meeting.Tenant,
                    meeting.Activity.Conversation,
                    id,
                    new ClientSays("", ""),
                    CancellationToken.None
                ) is
                { Standing: Standing.Member } known
            )
                chosen[id] = known.Person;
        return DialogReading.Of(value, id => chosen.TryGetValue(id, out var one) ? one : null);
    }

    private Task<TeamsAnswer> OnceAsync(
        Meeting meeting,
        InteractionKind kind,
        string key,
        Duration window,
        string route,
        Func<Interaction, Interaction> fill
    ) =>
        repeats.OnceAsync(
            meeting.Tenant.Tenant,
            KeyOf(meeting, key),
            window,
            async inboxKey =>
            {
                var interaction = fill(New(meeting, kind, inboxKey, route));
                // What was accepted is finished, whoever stops waiting for it.
                var reply =
                    meeting.Way == Way.Card
                        ? await inbox.TakeAsync(
                            interaction,
                            TeamsLateAnswers.AddressOf(meeting.Activity)
                        )
                        : await router.HandleAsync(interaction, CancellationToken.None);
                var answer = reply is null
                    ? answers.Simple(meeting.Activity, meeting.Way, "teams-acts.taken")
                    : await answers.OfAsync(meeting, reply, interaction);
                return answer with
                {
                    // A message is answered by another one, each time anew.
                    Happened = reply is not Reply.Refused && meeting.Way != Way.Message,
                };
            }
        );

    private static Interaction New(
        Meeting meeting,
        InteractionKind kind,
        string key,
        string route
    ) =>
        new()
        {
            Key = key,
            Tenant = meeting.Tenant.Tenant,
            Actor = meeting.Person,
            Platform = TeamsPlatform.PlatformName,
            Kind = kind,
            Route = route,
            Room = meeting.Activity.Room is { Length: > 0 } room
                ? new RoomRef(TeamsPlatform.PlatformName, room)
                : null,
        };

    private static string KeyOf(Meeting meeting, string key) =>
        $"teams:{meeting.Tenant.Entra}:{meeting.User.User}:{key}";

    // Reading changes nothing, as often as it is asked for.
    private static string Looking(Meeting meeting) => KeyOf(meeting, $"look:{meeting.Activity.Id}");

    private Task<TeamsAnswer> RefuseAsync(Meeting meeting, string phrase) =>
        answers.OfAsync(meeting, Turn.Refuse(Phrase.Of(phrase)));

    private TeamsAnswer Unknown(Activity activity)
    {
        log.LogWarning("Teams sent an invoke of an unknown name: {Name}", Named(activity));
        return answers.Simple(activity, WayOf(activity), "router.out-of-date");
    }

    private static bool IsPlain(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-';
}
