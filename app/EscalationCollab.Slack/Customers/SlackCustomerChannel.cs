using System.Collections.Frozen;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using NodaTime;

namespace EscalationCollab.Slack.Customers;

/// <summary>
/// Messages to customers in a channel shared with them (Slack Connect). Nothing is posted where nobody of the customer would
/// read it, and an attempt whose answer was lost is looked for before it is repeated.
/// </summary>
/// <param name="welcomesGuests">Whether the policy counts guests as colleagues; then who reads a channel cannot tell them apart.</param>
internal sealed class SlackCustomerChannel(
    SlackWorkspaces workspaces,
    SlackApi api,
    SlackRooms rooms,
    Audience audience,
    Wordbook words,
    Func<bool> welcomesGuests,
    IStore store,
    TimeProvider time
) : ICustomerChannel
{
    // Our own word: Slack lets us post where only colleagues read.
    private const string NobodyThere = "nobody_of_the_customer";
    private static readonly Duration Soon = Duration.FromSeconds(15);

    private static readonly FrozenDictionary<string, RefusalCause> Causes = new Dictionary<
        string,
        RefusalCause
    >
    {
        ["channel_not_found"] = RefusalCause.RoomMissing,
        ["is_inactive"] = RefusalCause.RoomMissing,
        ["not_in_channel"] = RefusalCause.NotInside,
        ["is_archived"] = RefusalCause.PutAway,
        ["restricted_action"] = RefusalCause.NotAllowed,
        ["restricted_action_read_only_channel"] = RefusalCause.NotAllowed,
        ["restricted_action_thread_only_channel"] = RefusalCause.NotAllowed,
        ["restricted_action_non_threadable_channel"] = RefusalCause.NotAllowed,
        ["restricted_action_thread_locked"] = RefusalCause.NotAllowed,
        ["channel_is_limited_access"] = RefusalCause.NotAllowed,
        ["no_permission"] = RefusalCause.NotAllowed,
        ["access_denied"] = RefusalCause.NotAllowed,
        ["ekm_access_denied"] = RefusalCause.NotAllowed,
        ["team_access_not_granted"] = RefusalCause.NotAllowed,
        ["missing_scope"] = RefusalCause.NotAllowed,
        [NobodyThere] = RefusalCause.NobodyThere,
        ["msg_too_long"] = RefusalCause.TooLong,
        ["msg_blocks_too_long"] = RefusalCause.TooLong,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly OncePerEffect _once = new(store, time, SlackException.DidNothing);

    /// <inheritdoc/>
    public string Name => SlackPlatform.PlatformName;

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        try
        {
            return
                await workspaces.InAsync(message.Tenant, message.Place, cancellation)
                    is { } workspace
                ? await SendAsync(workspace, message, cancellation)
                : new Delivery.Refused("Slack: the app is in no workspace of this organisation");
        }
        catch (SlackException failed)
        {
            return Meaning(failed);
        }
        catch (StoreUnavailableException busy)
        {
            return new Delivery.Later(Soon, busy.Message);
        }
    }

    private async Task<Delivery> SendAsync(
        SlackWorkspace workspace,
        CustomerMessage message,
        CancellationToken cancellation
    )
    {
        var said = Say(message);
        if (said.IsShortened)
            return Refused("too long", RefusalCause.TooLong);
        var looking = false;
        try
        {
            var posted = await _once.RunAsync(
                message.Tenant,
                $"customer:{message.EffectId}",
                async () =>
                {
                    looking = false;
                    await CheckAsync(workspace, message.Place, cancellation);
                    return await PostAsync(workspace, message, said, cancellation);
                },
                async earlier =>
                {
                    looking = true;
                    return
                        await rooms.FindPostedAsync(
                            workspace,
                            message.Place,
                            message.EffectId,
                            earlier.BegunAt,
                            cancellation
                        )
                            is { } ts
                        ? (message.Place, ts)
                        : null;
                }
            );
            return new Delivery.Accepted($"slack:{posted.Room}/{posted.Result}");
        }
        catch (SlackException lost)
            when (looking && lost.Failure is (ChatFailure.Gone or ChatFailure.Refused))
        {
            // An attempt may have reached the channel, and it cannot be read any more.
            return new Delivery.Unclear(lost.Message);
        }
    }

    /// <summary>Nothing is posted where it is refused anyway, or where nobody of the customer would read it.</summary>
    /// <exception cref="SlackException">In Slack's own words, as if the post had been tried.</exception>
    private async Task CheckAsync(
        SlackWorkspace workspace,
        string channel,
        CancellationToken cancellation
    )
    {
        var answer = await api.CallAsync(
            workspace.Token,
            SlackMethod.Channel,
            new JsonObject { ["channel"] = channel },
            cancellation
        );
        var about = answer.Part("channel");
        if (about?.Flag("is_archived") is true)
            throw Barred("is_archived");
        if (about?.Flag("is_member") is not true)
            throw Barred("not_in_channel");
        if (
            about?.Flag("is_ext_shared") is not true
            && !welcomesGuests()
            && await audience.IsColleaguesOnlyAsync(workspace, channel, cancellation)
        )
            throw Barred(NobodyThere);
    }

    private static SlackException Barred(string error) =>
        new(SlackMethod.PostMessage, error, ChatFailure.Refused);

    private async Task<(string Room, string Result)> PostAsync(
        SlackWorkspace workspace,
        CustomerMessage message,
        SlackMessage said,
        CancellationToken cancellation
    )
    {
        var answer = await api.CallAsync(
            workspace.Token,
            SlackMethod.PostMessage,
            new JsonObject
            {
                ["channel"] = message.Place,
                ["text"] = said.Text,
                ["blocks"] = said.Blocks,
                ["unfurl_links"] = false,
                ["unfurl_media"] = false,
                // The customer's people can read it: the id of an effect is a number and says nothing.
                ["metadata"] = new JsonObject
                {
                    ["event_type"] = SlackRooms.EffectEvent,
                    ["event_payload"] = new JsonObject { ["effect_id"] = message.EffectId },
                },
            },
            cancellation
        );
        return (answer.Text("channel") ?? message.Place, answer.Text("ts") ?? "");
    }

    // Everything in it is literal text: no mention, link or mark can come of what anybody wrote.
    private SlackMessage Say(CustomerMessage message)
    {
        var now = time.Moment();
        return Surfaces.Message(
            Card.Of(
                message.Subject,
                new Paragraph(new Bold(message.Subject)),
                new Paragraph(message.PlainBody.Trim())
            ),
            new SlackReader
            {
                Format = new ReaderFormat(words, new Reader(message.Language, "Etc/UTC"), now),
                Now = now,
            },
            ""
        );
    }

    private static Delivery Meaning(SlackException failed) =>
        Causes.TryGetValue(failed.Error, out var cause)
            ? Refused(failed.Message, cause)
            : failed.Failure switch
            {
                ChatFailure.RateLimited or ChatFailure.Unavailable => new Delivery.Later(
                    failed.After ?? Soon,
                    failed.Message
                ),
                // The next attempt looks for it before it repeats it.
                ChatFailure.Unclear => new Delivery.Later(Soon, failed.Message),
                _ => new Delivery.Refused(failed.Message),
            };

    private static Delivery.Refused Refused(string why, RefusalCause cause) =>
        new(why) { Cause = cause };
}
