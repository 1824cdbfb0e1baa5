using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.Voices;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Links to us that somebody shares get a short card, where everybody who reads it may know what it says. Elsewhere they
/// stay bare, without a word: that there is something to hide would be told by saying so.
/// </summary>
internal sealed class SlackLinks(
    SlackApi api,
    SlackVoices voices,
    Audience audience,
    IStore store,
    Situations situations,
    Tools tools,
    ILogger<SlackLinks> log
)
{
    private const int MostLinks = 5;

    /// <summary>Handles <c>link_shared</c>.</summary>
    public async Task SharedAsync(SlackWorkspace workspace, JsonElement happened)
    {
        // While a message is being written nobody knows where it will be read.
        if (
            happened.Text("channel") is not { } channel
            || channel == "COMPOSER"
            || happened.Text("message_ts") is not { } ts
        )
            return;
        var links = happened
            .List("links")
            .Select(link => link.Text("url"))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Take(MostLinks)
            .ToList();
        var room = new RoomRef(SlackPlatform.PlatformName, channel);
        // Those that nobody but colleagues may see are asked for first: only then is it worth asking who reads here.
        var cards = await CardsAsync(workspace, links, room, onlyColleagues: true);
        if (cards.Count == 0)
            return;
        try
        {
            if (!await audience.IsColleaguesOnlyAsync(workspace, channel, CancellationToken.None))
                cards = await CardsAsync(workspace, links, room, onlyColleagues: false);
            if (cards.Count > 0)
                await ShowAsync(workspace, channel, ts, cards);
        }
        catch (SlackException refused)
        {
            log.LogInformation("A link stayed without its card: {Error}", refused.Message);
        }
    }

    private Task<Dictionary<string, Card>> CardsAsync(
        SlackWorkspace workspace,
        List<string> links,
        RoomRef room,
        bool onlyColleagues
    ) =>
        store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, workspace.Tenant);
                var situation = situations.Of(records, PersonId.Product);
                var cards = new Dictionary<string, Card>(StringComparer.Ordinal);
                foreach (var link in links)
                    if (
                        Uri.TryCreate(link, UriKind.Absolute, out var address)
                        && LinkPreview.Read(address, records, situation, tools.PublicAddress)
                            is { } to
                        && LinkPreview.Of(to, room, onlyColleagues, records) is { } card
                    )
                        cards[link] = card;
                return cards;
            },
            CancellationToken.None
        );

    private async Task ShowAsync(
        SlackWorkspace workspace,
        string channel,
        string ts,
        Dictionary<string, Card> cards
    )
    {
        var unfurls = await voices.ToRoomAsync(
            workspace,
            voice =>
            {
                var all = new JsonObject();
                foreach (var (link, card) in cards)
                    all[link] = new JsonObject { ["blocks"] = voice.Message(card).Blocks };
                return all;
            },
            CancellationToken.None
        );
        await api.CallAsync(
            workspace.Token,
            SlackMethod.Unfurl,
            new JsonObject
            {
                ["channel"] = channel,
                ["ts"] = ts,
                ["unfurls"] = unfurls,
            },
            CancellationToken.None
        );
    }
}
