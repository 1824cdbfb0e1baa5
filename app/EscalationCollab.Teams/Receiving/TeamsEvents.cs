using System.Text.Json;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Receiving;

/// <summary>What happens in Teams itself: the app comes and goes, people come and go, channels change.</summary>
internal sealed class TeamsEvents(
    TeamsTenants tenants,
    TeamsPeople people,
    RoomWatch rooms,
    TeamsWhispers whispers,
    Repeats repeats,
    ILogger<TeamsEvents> log
)
{
    /// <summary>Handles a <c>conversationUpdate</c> or <c>installationUpdate</c>.</summary>
    /// <exception cref="Core.Storage.StoreUnavailableException">It could not be stored: Teams sends it again.</exception>
    public async Task HandleAsync(Activity activity)
    {
        if (activity is not { Entra: { } entra, ServiceUrl: { } service })
        {
            log.LogWarning("An event of Teams does not say of which organisation it is");
            return;
        }
        var tenant = await tenants.MeetAsync(entra, service, activity.Bot, CancellationToken.None);
        if (activity.Type == "installationUpdate")
            await InstallationAsync(tenant, activity);
        else
            await ConversationAsync(tenant, activity);
    }

    private async Task InstallationAsync(TeamsTenant tenant, Activity activity)
    {
        var action = activity.Payload.Text("action") ?? "";
        log.LogInformation("The app was changed in Teams: {Action}", Known(action));
        switch (action)
        {
            case "add":
                await AddedAsync(tenant, activity);
                break;
            case "remove":
                await RemovedAsync(tenant, activity);
                break;
            // An upgrade brings nothing that anybody has to be told.
        }
    }

    private async Task ConversationAsync(TeamsTenant tenant, Activity activity)
    {
        if (activity.IsAboutUs("membersAdded"))
            await AddedAsync(tenant, activity);
        else if (activity.IsAboutUs("membersRemoved"))
            await RemovedAsync(tenant, activity);
        else
            foreach (var member in activity.Payload.List("membersRemoved"))
                await LeftAsync(tenant, activity, member);
        await ChannelAsync(tenant, activity);
    }

    private async Task AddedAsync(TeamsTenant tenant, Activity activity)
    {
        if (activity.Channel.Part("team") is { } team)
        {
            var general = team.Text("id") ?? activity.Room;
            if (team.Text("aadGroupId") is { Length: > 0 } group)
            {
                await tenants.AddedAsync(
                    tenant.Entra,
                    group.ToLowerInvariant(),
                    general,
                    team.Text("name") ?? "",
                    CancellationToken.None
                );
                if (
                    await tenants.FindAsync(tenant.Entra, CancellationToken.None) is
                    { HasTeam: true }
                )
                    await rooms.ServedAsync(
                        tenant.Tenant,
                        KeyOf(tenant, activity, "served"),
                        CancellationToken.None
                    );
            }
            if (OwnChannelOf(activity) is { } room)
                await rooms.LetInAsync(
                    tenant.Tenant,
                    room,
                    KeyOf(tenant, activity, "let-in"),
                    CancellationToken.None
                );
        }
        // Teams tells of one installation twice, as an installation and as a new member.
        if (!repeats.IsNew($"welcome/{tenant.Entra}/{activity.Conversation}"))
            return;
        await whispers.SimpleAsync(activity, Welcome(activity.Scope));
    }

    private async Task RemovedAsync(TeamsTenant tenant, Activity activity)
    {
        repeats.Forget($"welcome/{tenant.Entra}/{activity.Conversation}");
        // Out of one private channel only: its owner can put the app back.
        if (
            OwnChannelOf(activity) is { } room
            && await rooms.OwnerOfAsync(tenant.Tenant, room, CancellationToken.None) is not null
        )
            await rooms.ShutAsync(
                tenant.Tenant,
                room,
                null,
                ChatCards.ShutOut,
                KeyOf(tenant, activity, "shut"),
                CancellationToken.None
            );
        else if (activity.Channel.Text("team", "aadGroupId") is { Length: > 0 })
            await TeamGoneAsync(tenant, activity);
        else if (activity.Scope == Scope.Group)
            await rooms.LostAsync(
                tenant.Tenant,
                RoomOf(activity),
                KeyOf(tenant, activity, "lost"),
                CancellationToken.None
            );
        else if (activity is { Scope: Scope.Personal, User.Length: > 0 })
            await people.LeaveAsync(tenant.Tenant, activity.User, CancellationToken.None);
    }

    private async Task LeftAsync(TeamsTenant tenant, Activity activity, JsonElement member)
    {
        if (member.Text("aadObjectId") is not { Length: > 0 } user)
            return;
        var room = RoomOf(activity);
        if (
            await rooms.OwnerOfAsync(tenant.Tenant, room, CancellationToken.None) is not null
            && await people.KnownAsync(tenant.Tenant, user, CancellationToken.None) is { } known
        )
            await rooms.LeftAsync(
                tenant.Tenant,
                room,
                known.Person,
                KeyOf(tenant, activity, "left:" + known.User),
                CancellationToken.None
            );
        if (
            activity.Channel.Text("team", "id") is not { } team
            || team != tenant.General
            || OwnChannelOf(activity) is not null
        )
            return;
        if (await people.KnownAsync(tenant.Tenant, user, CancellationToken.None) is { } gone)
            await rooms.LeftAllAsync(
                tenant.Tenant,
                IsInATeam,
                gone.Person,
                KeyOf(tenant, activity, "left-team:" + gone.User),
                CancellationToken.None
            );
        // Whoever is no longer in the team of the war rooms may have left the company.
        await people.LeaveAsync(tenant.Tenant, user, CancellationToken.None);
    }

    // The team that is served is gone, put away, or without the app. Another one is none of ours.
    private async Task TeamGoneAsync(TeamsTenant tenant, Activity activity)
    {
        if (GroupOf(activity) is not { } group || group != tenant.Team)
            return;
        await tenants.RemovedAsync(tenant.Entra, group, CancellationToken.None);
        await rooms.UnservedAsync(
            tenant.Tenant,
            IsInATeam,
            KeyOf(tenant, activity, "unserved"),
            CancellationToken.None
        );
    }

    private async Task TeamBackAsync(TeamsTenant tenant, Activity activity)
    {
        if (GroupOf(activity) is not { } group)
            return;
        await tenants.AddedAsync(
            tenant.Entra,
            group,
            activity.Channel.Text("team", "id") ?? activity.Room,
            activity.Channel.Text("team", "name") ?? "",
            CancellationToken.None
        );
        if ((await tenants.FindAsync(tenant.Entra, CancellationToken.None))?.Team != group)
            return;
        await rooms.ServedAgainAsync(
            tenant.Tenant,
            IsInATeam,
            KeyOf(tenant, activity, "again"),
            CancellationToken.None
        );
        await rooms.ServedAsync(
            tenant.Tenant,
            KeyOf(tenant, activity, "served"),
            CancellationToken.None
        );
    }

    private async Task ChannelAsync(TeamsTenant tenant, Activity activity)
    {
        var happened = activity.Channel.Text("eventType") ?? "";
        var key = KeyOf(tenant, activity, Known(happened));
        var (owner, room) = (tenant.Tenant, RoomOf(activity));
        switch (happened)
        {
            case "channelRenamed":
                if (activity.Channel.Text("channel", "name") is { Length: > 0 } name)
                    await rooms.RenamedAsync(owner, room, name, key, CancellationToken.None);
                break;
            case "channelDeleted" or "channelUnShared":
                await rooms.LostAsync(owner, room, key, CancellationToken.None);
                break;
            case "channelArchived":
                await rooms.ArchivedAsync(owner, room, key, CancellationToken.None);
                break;
            case "channelRestored" or "channelUnarchived":
                await rooms.ReturnedAsync(owner, room, key, CancellationToken.None);
                break;
            case "teamDeleted" or "teamHardDeleted" or "teamArchived":
                await TeamGoneAsync(tenant, activity);
                break;
            case "teamUnarchived" or "teamRestored":
                await TeamBackAsync(tenant, activity);
                break;
            case "teamRenamed" when GroupOf(activity) == tenant.Team && tenant.HasTeam:
                await tenants.AddedAsync(
                    tenant.Entra,
                    tenant.Team,
                    tenant.General,
                    activity.Channel.Text("team", "name") ?? tenant.Name,
                    CancellationToken.None
                );
                break;
        }
    }

    private static Card Welcome(Scope scope)
    {
        var sentence = Phrase.Of(
            scope == Scope.Personal ? "teams-acts.welcome" : "teams-acts.welcome-room"
        );
        return Card.Of(
            sentence,
            new Paragraph(sentence),
            Actions.Of(
                new Opens(Phrase.Of("home.declare"), DeclareDialog.Id, ActionData.None)
                {
                    Style = ActionStyle.Primary,
                }
            )
        );
    }

    private static string? GroupOf(Activity activity) =>
        activity.Channel.Text("team", "aadGroupId") is { Length: > 0 } group
            ? group.ToLowerInvariant()
            : null;

    // What is about a whole team names none, or its first one.
    private static RoomRef? OwnChannelOf(Activity activity) =>
        activity.Channel.Text("channel", "id") is { Length: > 0 } channel
        && channel != activity.Channel.Text("team", "id")
            ? new RoomRef(TeamsPlatform.PlatformName, channel)
            : null;

    private static bool IsInATeam(RoomRef room) =>
        room.Platform == TeamsPlatform.PlatformName && Conversations.IsChannel(room.Id);

    private static RoomRef RoomOf(Activity activity) =>
        new(TeamsPlatform.PlatformName, activity.Room);

    private static string KeyOf(TeamsTenant tenant, Activity activity, string what) =>
        $"teams:{tenant.Entra}:event:{activity.Room}:{what}:{activity.Delivery}";

    // Into the log goes no text that somebody may have made up.
    private static string Known(string word) =>
        word.Length is > 0 and <= 40 && word.All(char.IsAsciiLetterOrDigit) ? word : "unknown";
}
