using EscalationCollab.Core;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tenants;

namespace EscalationCollab.Teams.Receiving;

/// <summary>Who does what, in whose organisation.</summary>
internal sealed record Meeting(Activity Activity, Way Way, TeamsTenant Tenant, KnownUser User)
{
    /// <summary>Who it is here.</summary>
    public PersonId Person => User.Person;
}
