using Dapper;
using NodaTime;

namespace EscalationCollab.Core.Storage;

/// <content>Whose page in a chat platform is kept up to date.</content>
public sealed partial class Records
{
    /// <summary>Remembers that a person has opened their page on a platform: from now on it is kept up to date.</summary>
    public void OpenHome(PersonId person, string platform, Instant now) =>
        _connection.Execute(
            """
            INSERT INTO home (tenant, person, platform, opened_at) VALUES (@tenant, @person, @platform, @now)
            ON CONFLICT (tenant, person, platform) DO UPDATE SET opened_at = excluded.opened_at
            """,
            new
            {
                tenant = Tenant.Value,
                person = person.Value,
                platform,
                now = now.ToUnixTimeMilliseconds(),
            }
        );

    /// <summary>Forgets the page of a person who is no longer on a platform.</summary>
    public void CloseHome(PersonId person, string platform) =>
        _connection.Execute(
            "DELETE FROM home WHERE tenant = @tenant AND person = @person AND platform = @platform",
            new
            {
                tenant = Tenant.Value,
                person = person.Value,
                platform,
            }
        );

    /// <summary>The platforms on which a person has a page.</summary>
    public IReadOnlyList<string> HomesOf(PersonId person) =>
        [
            .. _connection.Query<string>(
                "SELECT platform FROM home WHERE tenant = @tenant AND person = @person ORDER BY platform",
                new { tenant = Tenant.Value, person = person.Value }
            ),
        ];

    /// <summary>Those of some people who have a page anywhere.</summary>
    public IReadOnlyList<PersonId> WithHome(IReadOnlyCollection<PersonId> people) =>
        people.Count == 0
            ? []
            :
            [
                .. _connection
                    .Query<string>(
                        "SELECT DISTINCT person FROM home WHERE tenant = @tenant AND person IN @people ORDER BY person",
                        new
                        {
                            tenant = Tenant.Value,
                            people = people.Select(person => person.Value),
                        }
                    )
                    .Select(person => new PersonId(person)),
            ];
}
