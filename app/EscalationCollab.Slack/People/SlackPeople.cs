using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.People;

/// <summary>
/// Who acts: the person behind a Slack user, matched by verified e-mail address. Known for the next time, so that Slack is
/// asked once and a click needs nothing but the database.
/// </summary>
/// <param name="welcomesGuests">Whether the policy lets guests and people of other companies act like everybody else.</param>
internal sealed class SlackPeople(
    SlackApi api,
    IStore store,
    Func<bool> welcomesGuests,
    TimeProvider time,
    ILogger<SlackPeople> log
)
{
    /// <summary>After how long Slack is asked again, beside the events that tell of changes.</summary>
    public static readonly Duration Memory = Duration.FromHours(12);

    private readonly ConcurrentDictionary<(TenantId, string), KnownUser> _known = [];
    private readonly ConcurrentDictionary<(TenantId, string), Lazy<Task<KnownUser?>>> _asked = [];

    /// <summary>A user of a workspace; null when Slack knows no such user.</summary>
    /// <exception cref="SlackException">A user met for the first time, and Slack does not answer.</exception>
    public async Task<KnownUser?> OfAsync(
        SlackWorkspace workspace,
        string user,
        CancellationToken cancellation
    )
    {
        var key = (workspace.Tenant, user);
        if (!_known.TryGetValue(key, out var known))
        {
            known = await store.ReadAsync(
                connection => new UserRows(connection, workspace.Tenant).Find(user),
                cancellation
            );
            if (known is not null)
                _known[key] = known;
        }
        // Guests are looked at anew when the policy has been changed in their favour.
        if (known is not null && !(welcomesGuests() && IsVisitor(known)))
        {
            if (time.Moment() - known.SeenAt > Memory)
                _ = RefreshAsync(workspace, user);
            return known;
        }
        return await AskOnceAsync(workspace, user).WaitAsync(cancellation);
    }

    /// <summary>The user that a person is in a workspace, or null when nobody has met them there.</summary>
    public Task<KnownUser?> UserOfAsync(
        SlackWorkspace workspace,
        PersonId person,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
                new UserRows(connection, workspace.Tenant).Of(person, workspace.Token.Workspace),
            cancellation
        );

    /// <summary>Keeps what an event told about a user.</summary>
    public async Task<KnownUser?> KeepAsync(
        SlackWorkspace workspace,
        JsonElement user,
        CancellationToken cancellation
    ) =>
        SlackUser.Read(user, workspace) is { } read
            ? await SaveAsync(workspace, read, cancellation)
            : null;

    /// <summary>Whether somebody of this e-mail address has been met in Slack.</summary>
    public Task<bool> IsMetAsync(
        SlackWorkspace workspace,
        string email,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
                new Records(connection, workspace.Tenant).LoadDirectory().ByEmail(email)
                    is { } person
                && new UserRows(connection, workspace.Tenant).Of(
                    person.Id,
                    workspace.Token.Workspace
                )
                    is not null,
            cancellation
        );

    /// <summary>Brings somebody of this e-mail address in, if there is such a user.</summary>
    public async Task<KnownUser?> ByEmailAsync(
        SlackWorkspace workspace,
        string email,
        CancellationToken cancellation
    )
    {
        try
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.UserByEmail,
                new JsonObject { ["email"] = email },
                cancellation
            );
            // This method tells neither locale nor, always, the zone: the user itself does.
            return answer.Text("user", "id") is { } id
                ? await OfAsync(workspace, id, cancellation)
                : null;
        }
        catch (SlackException unknown) when (unknown.Error is "users_not_found")
        {
            return null;
        }
    }

    /// <summary>Gives users the teams of the user groups they are in.</summary>
    public Task SaveTeamsAsync(
        SlackWorkspace workspace,
        ImmutableDictionary<string, ImmutableArray<string>> teams,
        CancellationToken cancellation
    ) =>
        store.WriteAsync(
            connection =>
            {
                var rows = new UserRows(connection, workspace.Tenant);
                foreach (var user in rows.In(workspace.Token.Workspace))
                    rows.SaveTeams(user.User, teams.GetValueOrDefault(user.User, []));
                return true;
            },
            cancellation
        );

    /// <summary>Remembers the channel of a user's direct messages.</summary>
    public async Task SaveDirectAsync(
        TenantId tenant,
        KnownUser user,
        string channel,
        CancellationToken cancellation
    )
    {
        await store.WriteAsync(
            connection =>
            {
                new UserRows(connection, tenant).SaveDirect(user.User, channel);
                return true;
            },
            cancellation
        );
        _known[(tenant, user.User)] = user with { Direct = channel };
    }

    private static bool IsVisitor(KnownUser user) =>
        user.Standing is Standing.Guest or Standing.Stranger;

    // Ten clicks of a new colleague ask Slack once. The asking outlives the click that began it: the next one profits.
    private async Task<KnownUser?> AskOnceAsync(SlackWorkspace workspace, string user)
    {
        var key = (workspace.Tenant, user);
        var asking = _asked.GetOrAdd(
            key,
            _ => new Lazy<Task<KnownUser?>>(() => AskAsync(workspace, user))
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

    private async Task<KnownUser?> AskAsync(SlackWorkspace workspace, string user)
    {
        try
        {
            var answer = await api.CallAsync(
                workspace.Token,
                SlackMethod.User,
                new JsonObject { ["user"] = user, ["include_locale"] = true },
                CancellationToken.None
            );
            return answer.Part("user") is { } found && SlackUser.Read(found, workspace) is { } read
                ? await SaveAsync(workspace, read, CancellationToken.None)
                : null;
        }
        catch (SlackException unknown)
            when (unknown.Error is "user_not_found" or "user_not_visible" or "users_not_found")
        {
            return null;
        }
    }

    private async Task<KnownUser> SaveAsync(
        SlackWorkspace workspace,
        SlackUser user,
        CancellationToken cancellation
    )
    {
        var known = await store.WriteAsync(
            connection =>
                new UserRows(connection, workspace.Tenant).Save(
                    user,
                    workspace.Token.Workspace,
                    welcomesGuests(),
                    time.Moment()
                ),
            cancellation
        );
        return _known[(workspace.Tenant, user.Id)] = known;
    }

    private async Task RefreshAsync(SlackWorkspace workspace, string user)
    {
        try
        {
            await AskOnceAsync(workspace, user);
        }
        catch (Exception away) when (away is SlackException or StoreUnavailableException)
        {
            // What is known serves until Slack can be asked.
            log.LogInformation(
                away,
                "A user of {Workspace} could not be looked up again",
                workspace.Token.Workspace
            );
        }
    }
}
