using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;
using EscalationCollab.Teams.Voices;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// Says things to one person. Teams has no message that one person of several sees: what not everybody may read goes into
/// the app's chat with that person.
/// </summary>
internal sealed class TeamsWhispers(
    ConnectorApi connector,
    TeamsPeople people,
    TeamsVoices voices,
    ILogger<TeamsWhispers> log
)
{
    /// <summary>Says something to whoever acted.</summary>
    /// <param name="inPlace">Whether everybody may read it where they acted.</param>
    public async Task SayAsync(Meeting meeting, Card card, bool inPlace)
    {
        var activity = Activities.Of(
            await voices.KeepingAsync(
                meeting.Tenant.Tenant,
                card,
                voices.ToPersonAsync(
                    meeting.Tenant,
                    meeting.Person,
                    voice => voice.Message(card),
                    CancellationToken.None
                ),
                CancellationToken.None
            )
        );
        if (inPlace || meeting.Activity is { Scope: Scope.Personal, Type: "message" })
        {
            await PostAsync(meeting.Tenant, meeting.Activity.Conversation, activity);
            return;
        }
        try
        {
            await PostAsync(meeting.Tenant, await DirectAsync(meeting), activity);
        }
        catch (TeamsException gone) when (gone.Failure is ChatFailure.Gone or ChatFailure.Refused)
        {
            log.LogInformation("Somebody cannot be written to privately: {Error}", gone.Message);
            await people.SaveDirectAsync(
                meeting.Tenant.Tenant,
                meeting.User,
                null,
                CancellationToken.None
            );
            // To a command nothing at all would look as if nobody were there.
            if (meeting.Way == Way.Message)
                await SimpleAsync(
                    meeting.Activity,
                    Card.Line(Phrase.Of("teams-acts.no-private-chat"))
                );
        }
    }

    /// <summary>Says something where it was asked, when nothing is known of who asked.</summary>
    public async Task SimpleAsync(Activity activity, Card card)
    {
        // What all of a room read is in the company's language, not in that of whoever happened to act.
        var says = activity.Scope == Scope.Personal ? activity.Says : null;
        if (activity.ServiceUrl is not { } service || activity.Conversation.Length == 0)
        {
            log.LogWarning("An activity of Teams names no place to answer it");
            return;
        }
        var nobodys = new TeamsTenant(
            TenantId.Default,
            activity.Entra ?? "",
            service,
            "",
            "",
            "",
            activity.Bot
        );
        await PostAsync(
            nobodys,
            activity.Conversation,
            Activities.Of(voices.ToAnybody(says).Message(card))
        );
    }

    private Task<string> PostAsync(
        TeamsTenant tenant,
        string conversation,
        System.Text.Json.Nodes.JsonObject activity
    ) => connector.PostAsync(tenant, conversation, activity, CancellationToken.None);

    private async Task<string> DirectAsync(Meeting meeting)
    {
        if (meeting.User.Direct is { } known)
            return known;
        var conversation = await connector.OpenDirectAsync(
            meeting.Tenant,
            meeting.User.TeamsId,
            CancellationToken.None
        );
        await people.SaveDirectAsync(
            meeting.Tenant.Tenant,
            meeting.User,
            conversation,
            CancellationToken.None
        );
        return conversation;
    }
}
