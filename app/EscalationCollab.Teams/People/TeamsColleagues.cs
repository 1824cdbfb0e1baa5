using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Tenants;
using NodaTime;

namespace EscalationCollab.Teams.People;

/// <summary>
/// Finds the user of Teams that a person of the company is, by having met them or by their e-mail address in the team;
/// guests, people of other companies and those who left are no colleagues.
/// </summary>
internal sealed class TeamsColleagues(TeamsPeople people, IStore store, TimeProvider time)
{
    /// <summary>How long it is believed that nobody of an address is in the team.</summary>
    private static readonly Duration Memory = Duration.FromHours(1);

    private readonly ConcurrentDictionary<(TenantId, PersonId), Instant> _notThere = [];

    /// <summary>The user, or null when this person cannot be reached in Teams.</summary>
    /// <exception cref="TeamsException">Somebody not met yet, and Teams does not answer.</exception>
    public async Task<KnownUser?> FindAsync(
        TeamsTenant tenant,
        PersonId person,
        CancellationToken cancellation
    )
    {
        var known = await people.UserOfAsync(tenant.Tenant, person, cancellation);
        if (known is not null)
            return known.Standing == Standing.Member ? known : null;
        var key = (tenant.Tenant, person);
        if (_notThere.TryGetValue(key, out var since) && time.Moment() - since < Memory)
            return null;
        var email = await store.ReadAsync(
            connection =>
                new Records(connection, tenant.Tenant).LoadDirectory().Find(person)?.Email ?? "",
            cancellation
        );
        var found =
            email.Length > 0 ? await people.ByEmailAsync(tenant, email, cancellation) : null;
        if (found is { Standing: Standing.Member } && found.Person == person)
            return found;
        _notThere[key] = time.Moment();
        return null;
    }
}
