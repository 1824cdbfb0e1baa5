using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.Platform;

/// <summary>Channels: opened under a free name, found again, filled with people, labelled, put away.</summary>
internal sealed partial class SlackRooms(
    SlackApi api,
    SlackOptions options,
    IStore store,
    ILogger<SlackRooms> log
)
{
    /// <summary>The kind of metadata our posts carry.</summary>
    public const string EffectEvent = "escalationcollab_effect";

    private const int MostNames = 30;
    private const int MostInvitedAtOnce = 100;
    private const int LongestTopic = 250;
    private const int PageOfChannels = 1_000;
    private const int PageOfMessages = 200;

    // What is wrong with one of those invited, not with the invitation.
    private static readonly FrozenSet<string> AboutSomebody = FrozenSet.Create(
        StringComparer.Ordinal,
        "already_in_channel",
        "cant_invite_self",
        "cant_invite",
        "user_not_found",
        "no_user",
        "user_disabled",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "ura_max_channels",
        "invitee_cant_see_channel",
        "org_user_not_in_team",
        "user_team_not_in_channel",
        "app_cannot_join_channel",
        "no_external_invite_permission"
    );

    // Clocks here and there are not the same.
    private static readonly Duration ClockDifference = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<string, string> _announcements = new(
        StringComparer.Ordinal
    );

    /// <summary>The channel of a workspace where new escalations are announced, or null when none is set or it has none of that name.</summary>
    /// <param name="alone">Whether there is no other workspace that a channel given by its id could be in.</param>
    public async Task<string?> AnnouncementsAsync(
        SlackWorkspace workspace,
        bool alone,
        CancellationToken cancellation
    )
    {
        var wanted = options.Announcements;
        if (wanted.Length == 0)
            return null;
        var isId = ChannelId().IsMatch(wanted);
        if (isId && alone)
            return wanted;
        if (_announcements.TryGetValue(workspace.Place, out var known))
            return known;
        var found = isId
            ? await IsThereAsync(workspace, wanted, cancellation)
                ? wanted
                : null
            : await NamedAsync(workspace, wanted, cancellation);
        return found is null ? null : _announcements[workspace.Place] = found;
    }

    /// <summary>Says that new escalations are announced nowhere, if they are to be.</summary>
    public void MissAnnouncements()
    {
        if (options.Announcements.Length > 0)
            log.LogWarning(
                "There is no channel {Channel} that the app can see: new escalations are not announced. Make it, or change Slack:Announcements; a private one needs the app as a member",
                options.Announcements
            );
    }

    private async Task<string?> NamedAsync(
        SlackWorkspace workspace,
        string name,
        CancellationToken cancellation
    )
    {
        await foreach (
            var channel in ChannelsAsync(workspace, "public_channel,private_channel", cancellation)
        )
            if (channel.Text("name") == name && channel.Text("id") is { } id)
                return id;
        return null;
    }

    private async Task<bool> IsThereAsync(
        SlackWorkspace workspace,
        string channel,
        CancellationToken cancellation
    )
    {
        try
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.Channel,
                new JsonObject { ["channel"] = channel },
                cancellation
            );
            // The token of an organisation sees the channels of all its workspaces.
            return !workspace.IsOfOrganisation
                || answer.Text("channel", "context_team_id") is null or ""
                || answer.Text("channel", "context_team_id") == workspace.Team;
        }
        catch (SlackException other) when (other.Failure is ChatFailure.Gone)
        {
            return false;
        }
    }

    /// <summary>Opens a channel under the name asked for, or the next free one.</summary>
    public async Task<(string Room, string Result)> CreateAsync(
        SlackWorkspace workspace,
        RoomSpec room,
        CancellationToken cancellation
    )
    {
        SlackException? last = null;
        foreach (var name in Names(room))
            try
            {
                var answer = await api.CallAsync(
                    workspace.Token,
                    SlackMethod.CreateChannel,
                    workspace.Meant(
                        new JsonObject { ["name"] = name, ["is_private"] = room.Restricted }
                    ),
                    cancellation
                );
                return (answer.Text("channel", "id") ?? "", answer.Text("channel", "name") ?? name);
            }
            catch (SlackException taken)
                when (taken.Error == "name_taken"
                    || taken.Error.StartsWith("invalid_name", StringComparison.Ordinal)
                )
            {
                last = taken;
            }
        throw last!;
    }

    /// <summary>
    /// The channel that an earlier attempt opened without learning of it: made by us, since then, under this name, and
    /// nobody's yet. Anybody else's channel of that name stays theirs.
    /// </summary>
    public async Task<(string Room, string Result)?> FindOursAsync(
        SlackWorkspace workspace,
        RoomSpec room,
        Instant since,
        CancellationToken cancellation
    )
    {
        var names = Names(room).ToHashSet(StringComparer.Ordinal);
        var kind = room.Restricted ? "private_channel" : "public_channel";
        await foreach (var channel in ChannelsAsync(workspace, kind, cancellation))
            if (
                channel.Text("id") is { } id
                && channel.Text("name") is { } name
                && names.Contains(name)
                && channel.Text("creator") == workspace.BotUser
                && CreatedAt(channel) >= since - ClockDifference
                && !await store.ReadAsync(
                    connection =>
                        new NotedCalls(connection, room.Tenant).IsTaken(
                            new RoomRef(SlackPlatform.PlatformName, id)
                        ),
                    cancellation
                )
            )
                return (id, name);
        return null;
    }

    /// <summary>The message that an effect posted, or null when there is none.</summary>
    /// <exception cref="SlackException">The channel cannot be read, so it stays unclear.</exception>
    public Task<string?> FindPostedAsync(
        SlackWorkspace workspace,
        string channel,
        string effect,
        Instant since,
        CancellationToken cancellation
    ) =>
        SearchAsync(
            workspace,
            channel,
            since,
            message =>
                message.Part("metadata") is { } metadata
                && metadata.Text("event_payload", "effect_id") == effect
                    ? message.Text("ts")
                    : null,
            cancellation
        );

    /// <summary>The file of a name that was shared in a channel, or null when there is none.</summary>
    /// <exception cref="SlackException">The channel cannot be read, so it stays unclear.</exception>
    public Task<string?> FindFileAsync(
        SlackWorkspace workspace,
        string channel,
        string name,
        Instant since,
        CancellationToken cancellation
    ) =>
        SearchAsync(
            workspace,
            channel,
            since,
            message =>
                message
                    .List("files")
                    .Where(file => file.Text("name") == name)
                    .Select(file => file.Text("id"))
                    .FirstOrDefault(),
            cancellation
        );

    /// <summary>Invites users. Those already in stay in.</summary>
    /// <returns>Those who cannot be invited.</returns>
    public async Task<IReadOnlyList<string>> InviteAsync(
        SlackWorkspace workspace,
        string channel,
        IReadOnlyList<string> users,
        CancellationToken cancellation
    )
    {
        var refused = new List<string>();
        foreach (var batch in users.Chunk(MostInvitedAtOnce))
            refused.AddRange(await InviteBatchAsync(workspace, channel, batch, cancellation));
        return refused;
    }

    /// <summary>Sets the topic.</summary>
    public Task SetTopicAsync(
        SlackWorkspace workspace,
        string channel,
        string topic,
        CancellationToken cancellation
    ) =>
        api.CallAsync(
            workspace.Token,
            SlackMethod.SetTopic,
            new JsonObject { ["channel"] = channel, ["topic"] = Cut(topic) },
            cancellation
        );

    /// <summary>Says what the channel is for. Nice to have: a workspace that does not allow it has its room all the same.</summary>
    public Task SetPurposeAsync(
        SlackWorkspace workspace,
        string channel,
        string purpose,
        CancellationToken cancellation
    ) =>
        NiceToHaveAsync(
            "the purpose of a channel",
            () =>
                api.CallAsync(
                    workspace.Token,
                    SlackMethod.SetPurpose,
                    new JsonObject { ["channel"] = channel, ["purpose"] = Cut(purpose) },
                    cancellation
                )
        );

    /// <summary>Puts the channel away.</summary>
    public async Task ArchiveAsync(
        SlackWorkspace workspace,
        string channel,
        CancellationToken cancellation
    )
    {
        try
        {
            await api.CallAsync(
                workspace.Token,
                SlackMethod.Archive,
                new JsonObject { ["channel"] = channel },
                cancellation
            );
        }
        catch (SlackException done) when (done.Error == "already_archived") { }
    }

    /// <summary>Pins a message, and bookmarks it at the top of its channel.</summary>
    public async Task PinAsync(
        SlackWorkspace workspace,
        MessageRef message,
        string title,
        CancellationToken cancellation
    )
    {
        var again = false;
        try
        {
            await api.CallAsync(
                workspace.Token,
                SlackMethod.AddPin,
                new JsonObject { ["channel"] = message.Room, ["timestamp"] = message.Id },
                cancellation
            );
        }
        catch (SlackException done) when (done.Error == "already_pinned")
        {
            again = true;
        }
        // Direct messages have no bookmarks.
        if (!message.Room.StartsWith('D'))
            await NiceToHaveAsync(
                "a bookmark",
                () => BookmarkAsync(workspace, message, title, again, cancellation)
            );
    }

    /// <summary>Leads to a message, made of what is known: no need to ask.</summary>
    public static Uri LinkTo(Uri workspace, string channel, string ts) =>
        new(workspace, $"archives/{channel}/p{ts.Replace(".", "", StringComparison.Ordinal)}");

    private async Task BookmarkAsync(
        SlackWorkspace workspace,
        MessageRef message,
        string title,
        bool again,
        CancellationToken cancellation
    )
    {
        var link = LinkTo(workspace.Url, message.Room, message.Id).AbsoluteUri;
        if (again)
        {
            var there = await api.CallAsync(
                workspace.Token,
                SlackMethod.ListBookmarks,
                new JsonObject { ["channel_id"] = message.Room },
                cancellation
            );
            if (there.List("bookmarks").Any(bookmark => bookmark.Text("link") == link))
                return;
        }
        await api.CallAsync(
            workspace.Token,
            SlackMethod.AddBookmark,
            new JsonObject
            {
                ["channel_id"] = message.Room,
                ["title"] = title,
                ["type"] = "link",
                ["link"] = link,
            },
            cancellation
        );
    }

    private async Task<List<string>> InviteBatchAsync(
        SlackWorkspace workspace,
        string channel,
        string[] users,
        CancellationToken cancellation
    )
    {
        if (users.Length == 0)
            return [];
        try
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.Invite,
                new JsonObject
                {
                    ["channel"] = channel,
                    ["users"] = string.Join(',', users),
                    ["force"] = users.Length > 1,
                },
                cancellation
            );
            return [.. Failed(answer).Where(user => users.Contains(user))];
        }
        catch (SlackException failed) when (AboutSomebody.Contains(failed.Error))
        {
            if (users is [var only])
                return IsIn(failed.Error) ? [] : [only];
            // One who cannot come must not keep the others out.
            var refused = new List<string>();
            foreach (var user in users)
                refused.AddRange(await InviteBatchAsync(workspace, channel, [user], cancellation));
            return refused;
        }
    }

    private static IEnumerable<string> Failed(JsonElement answer) =>
        from error in answer.List("errors")
        where !IsIn(error.Text("error") ?? "")
        select error.Text("user");

    private static bool IsIn(string error) => error is "already_in_channel" or "cant_invite_self";

    private async Task<string?> SearchAsync(
        SlackWorkspace workspace,
        string channel,
        Instant since,
        Func<JsonElement, string?> find,
        CancellationToken cancellation
    )
    {
        var oldest = (since - ClockDifference)
            .ToUnixTimeSeconds()
            .ToString(CultureInfo.InvariantCulture);
        var arguments = new JsonObject
        {
            ["channel"] = channel,
            ["oldest"] = $"{oldest}.000000",
            ["include_all_metadata"] = true,
            ["limit"] = PageOfMessages,
        };
        await foreach (
            var message in PagesAsync(
                workspace,
                SlackMethod.History,
                arguments,
                "messages",
                cancellation
            )
        )
            if (find(message) is { } found)
                return found;
        return null;
    }

    private IAsyncEnumerable<JsonElement> ChannelsAsync(
        SlackWorkspace workspace,
        string types,
        CancellationToken cancellation
    ) =>
        PagesAsync(
            workspace,
            SlackMethod.ListChannels,
            workspace.Meant(
                new JsonObject
                {
                    ["types"] = types,
                    ["exclude_archived"] = true,
                    ["limit"] = PageOfChannels,
                }
            ),
            "channels",
            cancellation
        );

    private async IAsyncEnumerable<JsonElement> PagesAsync(
        SlackWorkspace workspace,
        SlackMethod method,
        JsonObject arguments,
        string list,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        for (string? cursor = ""; cursor is not null; )
        {
            if (cursor.Length > 0)
                arguments["cursor"] = cursor;
            var page = await api.CallAsync(workspace.Token, method, arguments, cancellation);
            foreach (var item in page.List(list))
                yield return item;
            cursor = page.Text("response_metadata", "next_cursor") is { Length: > 0 } next
                ? next
                : null;
        }
    }

    private async Task NiceToHaveAsync(string what, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (SlackException refused) when (refused.Failure != ChatFailure.Gone)
        {
            log.LogWarning("Slack did without {What}: {Error}", what, refused.Message);
        }
    }

    private static IEnumerable<string> Names(RoomSpec room)
    {
        yield return room.Name;
        for (var number = 2; number <= MostNames; number++)
            yield return string.Create(CultureInfo.InvariantCulture, $"{room.Name}-{number}");
    }

    private static Instant CreatedAt(JsonElement channel) =>
        channel.Part("created") is { ValueKind: JsonValueKind.Number } created
        && created.TryGetInt64(out var seconds)
            ? Instant.FromUnixTimeSeconds(seconds)
            : Instant.MinValue;

    private static string Cut(string text) =>
        text.Length <= LongestTopic
            ? text
            : text[
                ..(
                    char.IsHighSurrogate(text[LongestTopic - 2])
                        ? LongestTopic - 2
                        : LongestTopic - 1
                )
            ] + "…";

    [GeneratedRegex("^[CG][A-Z0-9]{7,}$")]
    private static partial Regex ChannelId();
}
