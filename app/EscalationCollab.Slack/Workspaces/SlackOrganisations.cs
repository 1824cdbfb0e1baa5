using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Time;
using EscalationCollab.Slack.WebApi;
using NodaTime;

namespace EscalationCollab.Slack.Workspaces;

/// <summary>
/// The workspaces of organisations for which the app was installed as a whole: one token for all of them, and an
/// administrator of the organisation says which ones take part.
/// </summary>
internal sealed class SlackOrganisations(SlackApi api, TimeProvider time)
{
    /// <summary>After how long Slack is asked again which workspaces take part.</summary>
    public static readonly Duration Memory = Duration.FromHours(1);

    private const int Page = 200;
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>The workspaces that take part, in Slack's order; none while the organisation has let none.</summary>
    /// <exception cref="SlackException">Slack was never asked before and does not answer.</exception>
    public async Task<IReadOnlyList<SlackWorkspace>> OfAsync(
        SlackWorkspace organisation,
        CancellationToken cancellation
    )
    {
        var known = _known.GetValueOrDefault(organisation.Token.Workspace);
        if (known is null || time.Moment() - known.At > Memory)
            known = await AskAsync(organisation, known, cancellation);
        return [.. known.Teams.Select(team => organisation with { Team = team })];
    }

    // While Slack is away, what it said before serves.
    private async Task<Known> AskAsync(
        SlackWorkspace organisation,
        Known? before,
        CancellationToken cancellation
    )
    {
        try
        {
            var teams = new List<string>();
            var cursor = "";
            do
            {
                var answer = await api.CallAsync(
                    organisation.Token,
                    SlackMethod.Teams,
                    cursor.Length == 0
                        ? new JsonObject { ["limit"] = Page }
                        : new JsonObject { ["limit"] = Page, ["cursor"] = cursor },
                    cancellation
                );
                teams.AddRange(
                    answer.List("teams").Select(team => team.Text("id")).OfType<string>()
                );
                cursor = answer.Text("response_metadata", "next_cursor") ?? "";
            } while (cursor.Length > 0);
            return _known[organisation.Token.Workspace] = new Known(time.Moment(), teams);
        }
        catch (SlackException) when (before is not null)
        {
            return before;
        }
    }

    private sealed record Known(Instant At, IReadOnlyList<string> Teams);
}
