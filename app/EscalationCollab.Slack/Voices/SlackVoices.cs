using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Platform;
using EscalationCollab.Slack.Workspaces;

namespace EscalationCollab.Slack.Voices;

/// <summary>
/// Finds out in whose language and zone something is said, and looks up the users and channels that are named in it.
/// Saying happens within one read of the database.
/// </summary>
internal sealed class SlackVoices(
    IStore store,
    Situations situations,
    Tools tools,
    LongCards longCards,
    TimeProvider time
)
{
    /// <summary>To one person, in their language; in the company's when they are not known.</summary>
    public Task<T> ToPersonAsync<T>(
        SlackWorkspace workspace,
        PersonId? person,
        Func<SlackVoice, T> say,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
            {
                var situation = situations.Of(
                    new Records(connection, workspace.Tenant),
                    PersonId.Product
                );
                var reader = situation.ReaderOf(person);
                return say(VoiceOf(reader, situation, workspace, connection, rings: false));
            },
            cancellation
        );

    /// <summary>To a room, in its language; in the company's unless given.</summary>
    /// <param name="rings">Whether it is a new message, whose mentions ring.</param>
    public Task<T> ToRoomAsync<T>(
        SlackWorkspace workspace,
        Func<SlackVoice, T> say,
        CancellationToken cancellation,
        string? language = null,
        string? zone = null,
        bool rings = false
    ) =>
        store.ReadAsync(
            connection =>
            {
                var situation = situations.Of(
                    new Records(connection, workspace.Tenant),
                    PersonId.Product
                );
                var reader = situation.ReaderOf(language, zone);
                return say(VoiceOf(reader, situation, workspace, connection, rings));
            },
            cancellation
        );

    /// <summary>A message; when it had to be shortened, the whole is kept for whoever asks for it.</summary>
    public async Task<SlackMessage> KeepingAsync(
        TenantId tenant,
        Card card,
        Task<SlackMessage> saying,
        CancellationToken cancellation
    )
    {
        var said = await saying;
        if (said.IsShortened)
            await longCards.KeepAsync(tenant, card, cancellation);
        return said;
    }

    /// <summary>To somebody of whom nothing is known, not even whose workspace they are in.</summary>
    public SlackVoice ToAnybody()
    {
        var now = time.Moment();
        var policy = situations.Policy;
        return new SlackVoice(
            new SlackReader
            {
                Format = new ReaderFormat(
                    tools.Words,
                    new Reader(policy.DefaultLanguage, policy.DefaultZone),
                    now
                ),
                Now = now,
            }
        );
    }

    private SlackVoice VoiceOf(
        Reader reader,
        Situation situation,
        SlackWorkspace workspace,
        System.Data.IDbConnection connection,
        bool rings
    )
    {
        var users = new UserRows(connection, situation.Tenant);
        var records = new Records(connection, situation.Tenant);
        return new SlackVoice(
            new SlackReader
            {
                Format = new ReaderFormat(tools.Words, reader, situation.Now),
                Now = situation.Now,
                Directory = situation.Directory,
                TierName = situation.Policy.TierName,
                UserOf = person =>
                    users.Of(person, workspace.Token.Workspace)
                        is { Standing: Standing.Member } user
                        ? user.User
                        : null,
                ChannelOf = number =>
                    records
                        .Load(number)
                        ?.Rooms.LastOrDefault(room =>
                            room.Room.Platform == SlackPlatform.PlatformName
                        )
                        ?.Room.Id
                        is { } channel
                    && IsHere(connection, workspace, channel)
                        ? channel
                        : null,
                PublicUrl = tools.PublicAddress,
                MentionsRing = rings,
            }
        );
    }

    // Nobody can follow a link to a channel of another workspace.
    private static bool IsHere(
        System.Data.IDbConnection connection,
        SlackWorkspace workspace,
        string channel
    ) =>
        SlackPlaces.Find(connection, workspace.Tenant, channel) is not { } place
        || place == workspace.Place;
}
