using System.Collections.Concurrent;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Makes the <see cref="Situation"/> a decision is taken in. The directory of a tenant is read again only when it has changed.
/// </summary>
public sealed class Situations(Func<EscalationPolicy> policyInForce, TimeProvider time)
{
    private readonly ConcurrentDictionary<
        TenantId,
        (long Version, CompanyDirectory Directory)
    > _directories = [];

    /// <summary>The policy in force now.</summary>
    public EscalationPolicy Policy => policyInForce();

    /// <summary>The clock that situations are of.</summary>
    public TimeProvider Time => time;

    /// <summary>The situation of a person acting now.</summary>
    public Situation Of(Records records, PersonId actor) =>
        new(records.Tenant, time.Moment(), actor, policyInForce(), DirectoryOf(records));

    private CompanyDirectory DirectoryOf(Records records)
    {
        var version = records.DirectoryVersion();
        if (_directories.TryGetValue(records.Tenant, out var known) && known.Version == version)
            return known.Directory;
        var directory = records.LoadDirectory();
        _directories[records.Tenant] = (version, directory);
        return directory;
    }
}
