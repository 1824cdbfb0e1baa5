using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Slack.Workspaces;
using NodaTime;

namespace EscalationCollab.Slack.People;

/// <summary>
/// Finds the Slack user that a person of the company is, by having met them or by their e-mail address; guests, people of
/// other companies and deactivated users are no colleagues.
/// </summary>
internal sealed class Colleagues(SlackPeople people, IStore store, TimeProvider time)
{
    /// <summary>How long it is believed that there is no user of an address.</summary>
    private static readonly Duration Memory = Duration.FromHours(1);

    private readonly ConcurrentDictionary<(string, PersonId), Instant> _notThere = [];

    /// <summary>The user, or null when this person cannot be reached in Slack.</summary>
    /// <exception cref="WebApi.SlackException">Somebody not met yet, and Slack does not answer.</exception>
    public async Task<KnownUser?> FindAsync(
        SlackWorkspace workspace,
        PersonId person,
        CancellationToken cancellation
    )
    {
        var known = await people.UserOfAsync(workspace, person, cancellation);
        if (known is not null)
            return known.Standing == Standing.Member ? known : null;
        var key = (workspace.Token.Workspace, person);
        if (_notThere.TryGetValue(key, out var since) && time.Moment() - since < Memory)
            return null;
        var email = await store.ReadAsync(
            connection =>
                new Records(connection, workspace.Tenant).LoadDirectory().Find(person)?.Email ?? "",
            cancellation
        );
        var found =
            email.Length > 0 ? await people.ByEmailAsync(workspace, email, cancellation) : null;
        if (found is { Standing: Standing.Member } && found.Person == person)
            return found;
        _notThere[key] = time.Moment();
        return null;
    }
}
