using System.Data;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Installation;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;

namespace EscalationCollab.Teams.Voices;

/// <summary>
/// Finds out in whose language and zone something is said, and looks up the users and channels that are named in it.
/// Saying happens within one read of the database.
/// </summary>
internal sealed class TeamsVoices(
    IStore store,
    Situations situations,
    Tools tools,
    LongCards longCards,
    TeamsOptions options,
    TimeProvider time
)
{
    // In Teams nobody types a slash: commands are said to the app.
    private readonly Wordbook _words = tools.Words.Turned(words =>
        words.Replace("/escalate ", $"@{TeamsManifest.AppName} ", StringComparison.Ordinal)
    );

    /// <summary>To one person, in their language; in the company's when they are not known.</summary>
    public Task<T> ToPersonAsync<T>(
        TeamsTenant tenant,
        PersonId? person,
        Func<TeamsVoice, T> say,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
            {
                var situation = SituationOf(connection, tenant);
                var reader = situation.ReaderOf(person);
                return say(VoiceOf(reader, situation, connection, tenant));
            },
            cancellation
        );

    /// <summary>To a room, in its language; in the company's unless given.</summary>
    /// <param name="rings">Whether it is a new message, whose mentions ring.</param>
    public Task<T> ToRoomAsync<T>(
        TeamsTenant tenant,
        Func<TeamsVoice, T> say,
        CancellationToken cancellation,
        string? language = null,
        string? zone = null,
        bool rings = false
    ) =>
        store.ReadAsync(
            connection =>
            {
                var situation = SituationOf(connection, tenant);
                var voice = VoiceOf(
                    situation.ReaderOf(language, zone),
                    situation,
                    connection,
                    tenant
                );
                return say(
                    new TeamsVoice(voice.Reader with { IsRoom = true, MentionsRing = rings })
                );
            },
            cancellation
        );

    /// <summary>A message; when it had to be shortened, the whole is kept for whoever asks for it.</summary>
    public async Task<TeamsMessage> KeepingAsync(
        TenantId tenant,
        Card card,
        Task<TeamsMessage> saying,
        CancellationToken cancellation
    )
    {
        var said = await saying;
        if (said.IsShortened)
            await longCards.KeepAsync(tenant, card, cancellation);
        return said;
    }

    /// <summary>To somebody of whom nothing is known, not even whose organisation they are of.</summary>
    /// <param name="says">What their client says of them.</param>
    public TeamsVoice ToAnybody(ClientSays? says = null)
    {
        var now = time.Moment();
        var policy = situations.Policy;
        return new TeamsVoice(
            new TeamsReader
            {
                Format = new ReaderFormat(
                    _words,
                    new Reader(
                        says is { Language.Length: > 0 } ? says.Language : policy.DefaultLanguage,
                        says is { Zone.Length: > 0 } ? says.Zone : policy.DefaultZone
                    ),
                    now
                ),
                Now = now,
            }
        );
    }

    private Situation SituationOf(IDbConnection connection, TeamsTenant tenant) =>
        situations.Of(new Records(connection, tenant.Tenant), PersonId.Product);

    private TeamsVoice VoiceOf(
        Reader reader,
        Situation situation,
        IDbConnection connection,
        TeamsTenant tenant
    )
    {
        var users = new UserRows(connection, tenant.Tenant);
        var records = new Records(connection, tenant.Tenant);
        return new TeamsVoice(
            new TeamsReader
            {
                Format = new ReaderFormat(_words, reader, situation.Now),
                Now = situation.Now,
                Directory = situation.Directory,
                TierName = situation.Policy.TierName,
                UserOf = person =>
                    users.Of(person) is { Standing: Standing.Member } user
                        ? new TeamsPerson(user.User, user.Name)
                        : null,
                RoomOf = number =>
                    records
                        .Load(number)
                        ?.Rooms.LastOrDefault(room =>
                            room.Room.Platform == TeamsPlatform.PlatformName
                        )
                        is { } room
                        ? TeamsLinks.Room(options.Cloud, tenant, room.Room.Id, room.Name)
                        : null,
                PublicUrl = tools.PublicAddress,
            }
        );
    }
}
