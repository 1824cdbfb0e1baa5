using System.Data;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Teams.People;

/// <summary>Who the users of an organisation's Teams are here, inside one transaction.</summary>
internal sealed class UserRows(IDbConnection connection, TenantId tenant)
{
    private const string Columns =
        "id AS User, teams_id AS TeamsId, person AS Person, name AS Name, standing AS Standing, direct AS Direct, seen_at AS SeenAt";

    private readonly Acquaintances _people = new(new Records(connection, tenant));

    /// <summary>A user by their Entra object id, or null when nobody has met them yet.</summary>
    public KnownUser? Find(string user) =>
        connection
            .QueryFirstOrDefault<UserRow>(
                $"SELECT {Columns} FROM teams_user WHERE tenant = @tenant AND id = @user",
                new { tenant = tenant.Value, user }
            )
            ?.ToUser();

    /// <summary>The user that a person is, or null. Of several the one who can be reached.</summary>
    public KnownUser? Of(PersonId person) =>
        connection
            .Query<UserRow>(
                $"SELECT {Columns} FROM teams_user WHERE tenant = @tenant AND person = @person",
                new { tenant = tenant.Value, person = person.Value }
            )
            .Select(row => row.ToUser())
            .OrderBy(user => user.Standing)
            .ThenByDescending(user => user.SeenAt)
            .FirstOrDefault();

    /// <summary>
    /// Keeps what Teams says of a user. Members of the organisation come into the directory, others only where the policy
    /// welcomes them.
    /// </summary>
    /// <param name="says">What their client says of them.</param>
    /// <param name="welcome">Whether guests are treated as members of the organisation.</param>
    public KnownUser Save(TeamsUser user, ClientSays says, bool welcome, Instant now)
    {
        var earlier = Find(user.Id);
        var visits = user.Standing is Standing.Guest or Standing.Stranger;
        var belongs = user.Standing == Standing.Member || welcome && visits;
        var person =
            earlier?.Person
            ?? _people.PersonOf(
                belongs ? user.VerifiedEmail : "",
                new PersonId($"teams-{user.Id}")
            );
        if (belongs)
            _people.Save(
                person,
                new Acquaintance(
                    user.Name,
                    user.VerifiedEmail,
                    "",
                    says.Language,
                    says.Zone,
                    visits
                ),
                []
            );
        var known = new KnownUser(
            user.Id,
            user.TeamsId,
            person,
            user.Name,
            belongs ? Standing.Member : user.Standing,
            earlier?.Direct,
            now
        );
        Save(known);
        return known;
    }

    /// <summary>Keeps what a client says of somebody known.</summary>
    public void Hear(KnownUser user, ClientSays says) =>
        _people.Hear(user.Person, says.Language, says.Zone);

    /// <summary>Somebody known is not in the organisation any more.</summary>
    public void Leave(string user) =>
        connection.Execute(
            "UPDATE teams_user SET standing = @gone, direct = NULL WHERE tenant = @tenant AND id = @user",
            new
            {
                tenant = tenant.Value,
                user,
                gone = nameof(Standing.Gone),
            }
        );

    /// <summary>Remembers the conversation with a user, or forgets it.</summary>
    public void SaveDirect(string user, string? conversation) =>
        connection.Execute(
            "UPDATE teams_user SET direct = @conversation WHERE tenant = @tenant AND id = @user",
            new
            {
                tenant = tenant.Value,
                user,
                conversation,
            }
        );

    private void Save(KnownUser user) =>
        connection.Execute(
            """
            INSERT INTO teams_user (tenant, id, teams_id, person, name, standing, seen_at)
            VALUES (@tenant, @id, @teamsId, @person, @name, @standing, @now)
            ON CONFLICT (tenant, id) DO UPDATE
            SET teams_id = excluded.teams_id, person = excluded.person, name = excluded.name,
                standing = excluded.standing, seen_at = excluded.seen_at
            """,
            new
            {
                tenant = tenant.Value,
                id = user.User,
                teamsId = user.TeamsId,
                person = user.Person.Value,
                name = user.Name,
                standing = user.Standing.ToString(),
                now = user.SeenAt.ToUnixTimeMilliseconds(),
            }
        );

    private sealed record UserRow
    {
        public required string User { get; init; }
        public required string TeamsId { get; init; }
        public required string Person { get; init; }
        public required string Name { get; init; }
        public required string Standing { get; init; }
        public string? Direct { get; init; }
        public required long SeenAt { get; init; }

        public KnownUser ToUser() =>
            new(
                User,
                TeamsId,
                new PersonId(Person),
                Name,
                Enum.Parse<Standing>(Standing),
                Direct,
                Instant.FromUnixTimeMilliseconds(SeenAt)
            );
    }
}
