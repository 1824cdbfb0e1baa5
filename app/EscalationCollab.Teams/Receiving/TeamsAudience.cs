using System.Collections.Concurrent;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Time;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Teams.Receiving;

/// <summary>Who reads along where something is shared: nothing but colleagues, or guests and people of other companies too.</summary>
internal sealed class TeamsAudience(
    ConnectorApi connector,
    TimeProvider time,
    ILogger<TeamsAudience> log
)
{
    // A guest who has just been added reads a card at most this long that they should not.
    private static readonly Duration Memory = Duration.FromMinutes(5);

    // Somebody waits for the answer: a larger room counts as one that strangers may be in.
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<(string, string), (bool Only, Instant At)> _known = [];

    /// <summary>Whether everybody there is of the company; false as well when it cannot be found out.</summary>
    public async Task<bool> IsColleaguesOnlyAsync(Meeting meeting, CancellationToken cancellation)
    {
        var activity = meeting.Activity;
        if (activity.Conversation == meeting.User.Direct)
            return true;
        var key = (meeting.Tenant.Entra, activity.Room);
        if (_known.TryGetValue(key, out var known) && time.Moment() - known.At < Memory)
            return known.Only;
        try
        {
            var members = await connector.MembersAsync(
                meeting.Tenant,
                activity.Room,
                Most,
                cancellation
            );
            var only =
                members is { Count: > 0 }
                && members.All(member =>
                    member.Text("id") == activity.Bot
                    || TeamsUser.Read(member, meeting.Tenant.Entra) is { Standing: Standing.Member }
                );
            _known[key] = (only, time.Moment());
            return only;
        }
        catch (TeamsException closed)
        {
            log.LogInformation("Who reads in a conversation is not known: {Error}", closed.Message);
            return false;
        }
    }
}
