using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.Voices;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;

namespace EscalationCollab.Slack.Receiving;

/// <summary>Somebody opens the app's Home. From then on it is kept up to date, through the outbox as everything.</summary>
internal sealed class SlackHomes(
    SlackApi api,
    SlackPeople people,
    SlackVoices voices,
    IStore store,
    TimeProvider time
)
{
    /// <summary>Handles <c>app_home_opened</c>.</summary>
    /// <exception cref="SlackException">Slack had to be asked and did not answer.</exception>
    public async Task OpenedAsync(SlackWorkspace workspace, JsonElement happened)
    {
        if (happened.Text("tab") != "home" || happened.Text("user") is not { } id)
            return;
        var user = await people.OfAsync(workspace, id, CancellationToken.None);
        if (user is { Standing: Standing.Member })
            await store.WriteAsync(
                connection =>
                {
                    var records = new Records(connection, workspace.Tenant);
                    var now = time.Moment();
                    records.OpenHome(user.Person, SlackPlatform.PlatformName, now);
                    records.AddEffects([new HomeNotice(user.Person)], null, now);
                    return true;
                },
                CancellationToken.None
            );
        else if (user is { Standing: Standing.Guest or Standing.Stranger })
            await RefuseAsync(workspace, id);
    }

    // An empty page would look broken.
    private async Task RefuseAsync(SlackWorkspace workspace, string user)
    {
        var view = await voices.ToPersonAsync(
            workspace,
            null,
            voice => Surfaces.Home([Card.Line(Phrase.Of("slack.guest-home"))], voice.Reader),
            CancellationToken.None
        );
        await api.CallAsync(
            workspace.Token,
            SlackMethod.PublishView,
            new JsonObject { ["user_id"] = user, ["view"] = view },
            CancellationToken.None
        );
    }
}
