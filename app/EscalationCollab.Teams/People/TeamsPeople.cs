using System.Collections.Concurrent;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Teams.People;

/// <summary>
/// Who acts: the person behind a user of Teams, matched by the e-mail address of the organisation's directory. Known for
/// the next time, so that Teams is asked once and a click needs nothing but the database.
/// </summary>
/// <param name="welcomesGuests">Whether the policy lets guests and people of other companies act like everybody else.</param>
internal sealed class TeamsPeople(
    ConnectorApi connector,
    IStore store,
    Func<bool> welcomesGuests,
    TimeProvider time,
    ILogger<TeamsPeople> log
)
{
    /// <summary>After how long Teams is asked again: no event tells of a new name or role.</summary>
    public static readonly Duration Memory = Duration.FromHours(12);

    private static readonly ClientSays Nothing = new("", "");

    private readonly ConcurrentDictionary<(TenantId, string), KnownUser> _known = [];
    private readonly ConcurrentDictionary<(TenantId, string), ClientSays> _said = [];
    private readonly ConcurrentDictionary<(TenantId, string), Lazy<Task<KnownUser?>>> _asked = [];

    /// <summary>
    /// Whoever sent an activity; null when Teams does not know them in that conversation nor in the team. Whether they may
    /// act is in their <see cref="KnownUser.Standing"/>: only a <see cref="Standing.Member"/> may.
    /// </summary>
    /// <param name="conversation">The activity's conversation.</param>
    /// <param name="user">The Entra object id of the activity's sender.</param>
    /// <param name="says">What the activity says of them.</param>
    /// <exception cref="TeamsException">Somebody met for the first time, and Teams does not answer.</exception>
    public Task<KnownUser?> OfAsync(
        TeamsTenant tenant,
        string conversation,
        string user,
        ClientSays says,
        CancellationToken cancellation
    ) => OfAsync(tenant, conversation, user, user.ToLowerInvariant(), says, cancellation);

    /// <summary>The same, asked for by the id that Teams itself named them by.</summary>
    /// <param name="teamsId">The activity's sender, such as <c>29:…</c>.</param>
    /// <exception cref="TeamsException">Somebody met for the first time, and Teams does not answer.</exception>
    public async Task<KnownUser?> OfAsync(
        TeamsTenant tenant,
        string conversation,
        string user,
        string teamsId,
        ClientSays says,
        CancellationToken cancellation
    )
    {
        user = user.ToLowerInvariant();
        var key = (tenant.Tenant, user);
        if (!_known.TryGetValue(key, out var known))
        {
            known = await store.ReadAsync(
                connection => new UserRows(connection, tenant.Tenant).Find(user),
                cancellation
            );
            if (known is not null)
                _known[key] = known;
        }
        // Guests are looked at anew when the policy has been changed in their favour; whoever was gone is back.
        if (known is null || known.Standing == Standing.Gone || welcomesGuests() && Visits(known))
            return await AskOnceAsync(tenant, conversation, user, teamsId, says)
                .WaitAsync(cancellation);
        if (time.Moment() - known.SeenAt > Memory)
            _ = RefreshAsync(tenant, conversation, user, teamsId, says);
        else
            await HearAsync(tenant.Tenant, known, says, cancellation);
        return known;
    }

    /// <summary>The user that a person is, or null when nobody has met them in Teams.</summary>
    public Task<KnownUser?> UserOfAsync(
        TenantId tenant,
        PersonId person,
        CancellationToken cancellation
    ) => store.ReadAsync(connection => new UserRows(connection, tenant).Of(person), cancellation);

    /// <summary>Somebody met before, by their Entra object id, or null: Teams is not asked.</summary>
    public Task<KnownUser?> KnownAsync(
        TenantId tenant,
        string user,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection => new UserRows(connection, tenant).Find(user.ToLowerInvariant()),
            cancellation
        );

    /// <summary>Brings in somebody of this e-mail address, if there is one in the team.</summary>
    /// <exception cref="TeamsException">Teams does not answer.</exception>
    public async Task<KnownUser?> ByEmailAsync(
        TeamsTenant tenant,
        string email,
        CancellationToken cancellation
    )
    {
        if (tenant.General.Length == 0)
            return null;
        var member = await connector.MemberAsync(tenant, tenant.General, email, cancellation);
        return TeamsUser.Read(member, tenant.Entra) is { } read
            ? await SaveAsync(tenant.Tenant, read, Nothing, cancellation)
            : null;
    }

    /// <summary>Remembers the conversation of the bot with a user: every personal activity names it. Null forgets it.</summary>
    public async Task SaveDirectAsync(
        TenantId tenant,
        KnownUser user,
        string? conversation,
        CancellationToken cancellation
    )
    {
        if (user.Direct == conversation)
            return;
        await store.WriteAsync(
            connection =>
            {
                new UserRows(connection, tenant).SaveDirect(user.User, conversation);
                return true;
            },
            cancellation
        );
        _known[(tenant, user.User)] = user with { Direct = conversation };
    }

    /// <summary>Somebody left the organisation or its team: they are asked about again when they act.</summary>
    /// <param name="user">The Entra object id.</param>
    public async Task LeaveAsync(TenantId tenant, string user, CancellationToken cancellation)
    {
        user = user.ToLowerInvariant();
        await store.WriteAsync(
            connection =>
            {
                new UserRows(connection, tenant).Leave(user);
                return true;
            },
            cancellation
        );
        _known.TryRemove((tenant, user), out _);
    }

    private static bool Visits(KnownUser user) =>
        user.Standing is Standing.Guest or Standing.Stranger;

    // A client says the same with nearly every activity.
    private async Task HearAsync(
        TenantId tenant,
        KnownUser known,
        ClientSays says,
        CancellationToken cancellation
    )
    {
        var key = (tenant, known.User);
        if (
            says == Nothing
            || known.Standing != Standing.Member
            || _said.TryGetValue(key, out var before) && before == says
        )
            return;
        await store.WriteAsync(
            connection =>
            {
                new UserRows(connection, tenant).Hear(known, says);
                return true;
            },
            cancellation
        );
        _said[key] = says;
    }

    // Ten clicks of a new colleague ask Teams once. The asking outlives the click that began it: the next one profits.
    private async Task<KnownUser?> AskOnceAsync(
        TeamsTenant tenant,
        string conversation,
        string user,
        string teamsId,
        ClientSays says
    )
    {
        var key = (tenant.Tenant, user);
        var asking = _asked.GetOrAdd(
            key,
            _ => new Lazy<Task<KnownUser?>>(() =>
                AskAsync(tenant, conversation, user, teamsId, says)
            )
        );
        try
        {
            return await asking.Value;
        }
        finally
        {
            _asked.TryRemove(KeyValuePair.Create(key, asking));
        }
    }

    private async Task<KnownUser?> AskAsync(
        TeamsTenant tenant,
        string conversation,
        string user,
        string teamsId,
        ClientSays says
    )
    {
        // A reply in a channel is in a conversation of its own, whose members are those of the channel.
        var room = conversation.Split(";messageid=")[0];
        var member = await connector.MemberAsync(tenant, room, teamsId, CancellationToken.None);
        // A message extension is used in chats that the bot is not in.
        if (
            member.ValueKind != JsonValueKind.Object
            && tenant.General.Length > 0
            && tenant.General != room
        )
            member = await connector.MemberAsync(
                tenant,
                tenant.General,
                teamsId,
                CancellationToken.None
            );
        // Teams must answer about whom it was asked.
        return TeamsUser.Read(member, tenant.Entra) is { } read && read.Id == user
            ? await SaveAsync(tenant.Tenant, read, says, CancellationToken.None)
            : null;
    }

    private async Task<KnownUser> SaveAsync(
        TenantId tenant,
        TeamsUser user,
        ClientSays says,
        CancellationToken cancellation
    )
    {
        var known = await store.WriteAsync(
            connection =>
                new UserRows(connection, tenant).Save(user, says, welcomesGuests(), time.Moment()),
            cancellation
        );
        if (says != Nothing)
            _said[(tenant, user.Id)] = says;
        return _known[(tenant, user.Id)] = known;
    }

    private async Task RefreshAsync(
        TeamsTenant tenant,
        string conversation,
        string user,
        string teamsId,
        ClientSays says
    )
    {
        try
        {
            await AskOnceAsync(tenant, conversation, user, teamsId, says);
        }
        catch (Exception away) when (away is TeamsException or StoreUnavailableException)
        {
            // What is known serves until Teams can be asked.
            log.LogInformation(
                away,
                "A user of {Tenant} could not be looked up again",
                tenant.Entra
            );
        }
    }
}
