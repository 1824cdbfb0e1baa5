using System.Collections.Immutable;
using System.Data;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Slack.People;

/// <summary>Who the users of a tenant's Slack workspace are here, inside one transaction.</summary>
internal sealed class UserRows(IDbConnection connection, TenantId tenant)
{
    private const string Columns =
        "id AS User, person AS Person, name AS Name, standing AS Standing, teams AS Teams, direct AS Direct, seen_at AS SeenAt, workspace AS Workspace";

    private readonly Records _records = new(connection, tenant);
    private readonly Acquaintances _people = new(new Records(connection, tenant));

    /// <summary>A user, or null when nobody has met them yet.</summary>
    public KnownUser? Find(string user) => RowOf(user)?.ToUser();

    /// <summary>The user that a person is, or null. Of several the one who can be reached.</summary>
    public KnownUser? Of(PersonId person) =>
        connection
            .Query<UserRow>(
                $"SELECT {Columns} FROM slack_user WHERE tenant = @tenant AND person = @person",
                new { tenant = tenant.Value, person = person.Value }
            )
            .Select(row => row.ToUser())
            .OrderBy(user => user.Standing)
            .ThenByDescending(user => user.SeenAt)
            .FirstOrDefault();

    /// <summary>The user that a person is in one workspace, or null.</summary>
    public KnownUser? Of(PersonId person, string workspace) =>
        connection
            .Query<UserRow>(
                $"SELECT {Columns} FROM slack_user WHERE tenant = @tenant AND person = @person AND workspace IN (@workspace, '')",
                new
                {
                    tenant = tenant.Value,
                    person = person.Value,
                    workspace,
                }
            )
            .Select(row => row.ToUser())
            .OrderBy(user => user.Standing)
            .ThenByDescending(user => user.SeenAt)
            .FirstOrDefault();

    /// <summary>Everybody met in one workspace.</summary>
    public IReadOnlyList<KnownUser> In(string workspace) =>
        [
            .. connection
                .Query<UserRow>(
                    $"SELECT {Columns} FROM slack_user WHERE tenant = @tenant AND workspace IN (@workspace, '')",
                    new { tenant = tenant.Value, workspace }
                )
                .Select(row => row.ToUser()),
        ];

    /// <summary>Everybody met so far.</summary>
    public IReadOnlyList<KnownUser> All() =>
        [
            .. connection
                .Query<UserRow>(
                    $"SELECT {Columns} FROM slack_user WHERE tenant = @tenant",
                    new { tenant = tenant.Value }
                )
                .Select(row => row.ToUser()),
        ];

    /// <summary>
    /// Keeps what Slack says of a user. Somebody with the same verified e-mail address is the same person, from whichever
    /// platform they are known; members of the company come into the directory, others do not.
    /// </summary>
    /// <param name="workspace">Where they were met.</param>
    /// <param name="welcome">Whether guests are treated as members of the company.</param>
    public KnownUser Save(SlackUser user, string workspace, bool welcome, Instant now)
    {
        var earlier = RowOf(user.Id);
        // Whoever is at home in one of our workspaces is no stranger in a channel shared with another one.
        if (
            user.Standing == Standing.Stranger
            && earlier is not null
            && earlier.Workspace != workspace
            && earlier.ToUser() is { Standing: Standing.Member } atHome
        )
            return atHome with { SeenAt = now };
        var belongs = user.Standing == Standing.Member || welcome && IsVisitor(user.Standing);
        var person = earlier is not null
            ? new PersonId(earlier.Person)
            : _people.PersonOf(
                belongs ? user.VerifiedEmail : "",
                new PersonId($"slack-{user.Id.ToLowerInvariant()}")
            );
        var standing = belongs ? Standing.Member : user.Standing;
        if (belongs)
            _people.Save(
                person,
                new Acquaintance(
                    user.Name,
                    user.VerifiedEmail,
                    user.Title,
                    user.Language,
                    user.Zone,
                    IsVisitor(user.Standing)
                ),
                earlier?.TeamNames() ?? []
            );
        connection.Execute(
            """
            INSERT INTO slack_user (tenant, id, person, name, standing, teams, seen_at, workspace)
            VALUES (@tenant, @id, @person, @name, @standing, '[]', @now, @workspace)
            ON CONFLICT (tenant, id) DO UPDATE
            SET person = excluded.person, name = excluded.name, standing = excluded.standing, seen_at = excluded.seen_at,
                workspace = CASE WHEN excluded.standing = 'Member' OR slack_user.workspace = '' THEN excluded.workspace
                    ELSE slack_user.workspace END
            """,
            new
            {
                tenant = tenant.Value,
                id = user.Id,
                person = person.Value,
                name = user.Name,
                standing = standing.ToString(),
                workspace,
                now = now.ToUnixTimeMilliseconds(),
            }
        );
        return new KnownUser(user.Id, person, user.Name, standing, earlier?.Direct, now);
    }

    /// <summary>Gives a user exactly these teams, beside those that do not come from Slack.</summary>
    public void SaveTeams(string user, ImmutableArray<string> teams)
    {
        if (RowOf(user) is not { } row || row.TeamNames().SequenceEqual(teams))
            return;
        connection.Execute(
            "UPDATE slack_user SET teams = @teams WHERE tenant = @tenant AND id = @user",
            new
            {
                tenant = tenant.Value,
                user,
                teams = JsonSerializer.Serialize(teams),
            }
        );
        if (_records.LoadDirectory().Find(new PersonId(row.Person)) is { } person)
            _people.Keep(
                person,
                person with
                {
                    Teams = [.. person.Teams.Except(row.TeamNames()).Union(teams)],
                }
            );
    }

    /// <summary>Remembers the channel of a user's direct messages.</summary>
    public void SaveDirect(string user, string channel) =>
        connection.Execute(
            "UPDATE slack_user SET direct = @channel WHERE tenant = @tenant AND id = @user",
            new
            {
                tenant = tenant.Value,
                user,
                channel,
            }
        );

    private static bool IsVisitor(Standing standing) =>
        standing is Standing.Guest or Standing.Stranger;

    private UserRow? RowOf(string user) =>
        connection.QueryFirstOrDefault<UserRow>(
            $"SELECT {Columns} FROM slack_user WHERE tenant = @tenant AND id = @user",
            new { tenant = tenant.Value, user }
        );

    private sealed record UserRow
    {
        public required string User { get; init; }
        public required string Person { get; init; }
        public required string Name { get; init; }
        public required string Standing { get; init; }
        public required string Teams { get; init; }
        public string? Direct { get; init; }
        public required long SeenAt { get; init; }
        public required string Workspace { get; init; }

        public ImmutableArray<string> TeamNames() =>
            JsonSerializer.Deserialize<ImmutableArray<string>>(Teams);

        public KnownUser ToUser() =>
            new(
                User,
                new PersonId(Person),
                Name,
                Enum.Parse<Standing>(Standing),
                Direct,
                Instant.FromUnixTimeMilliseconds(SeenAt)
            );
    }
}
