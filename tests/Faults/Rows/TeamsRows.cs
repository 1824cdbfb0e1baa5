using System.Collections.Immutable;

namespace EscalationCollab.Faults.Rows;

/// <summary>The rows of the fault matrix that Teams can cause.</summary>
internal static class TeamsRows
{
    public static readonly ImmutableArray<FaultRow> All =
    [
        new("teams-forged", "Teams: forged and foreign tokens", 10_000, 56, TeamsForged.RunAsync),
        new(
            "teams-strangers",
            "Teams: answers wanted at a stranger's address",
            2_000,
            46,
            TeamsStrangers.RunAsync
        ),
        new(
            "teams-duplicates",
            "Teams: every activity four times with new ids, across a restart",
            10_000,
            12,
            TeamsDuplicates.RunAsync
        ),
        new(
            "teams-hang",
            "Teams, Graph and Entra answer nothing while people click",
            5_000,
            30,
            TeamsHang.RunAsync
        ),
        new(
            "teams-throttle",
            "Teams and Graph ask to wait (429) or fail (412, 502, 504)",
            40,
            3,
            TeamsThrottle.RunAsync
        ),
        new(
            "teams-create",
            "Graph opens a channel and the answer is lost",
            1_000,
            4,
            TeamsAmbiguous.CreateAsync
        ),
        new(
            "teams-post",
            "a message is posted in Teams and the answer is lost",
            1_000,
            6,
            TeamsAmbiguous.PostAsync
        ),
        new(
            "teams-gone",
            "the channel's name is taken; it is archived, deleted; the bot is removed from it",
            200,
            4,
            TeamsGone.RunAsync
        ),
        new(
            "teams-removed",
            "the app is removed from the team, and added again",
            200,
            2,
            TeamsRemoved.RunAsync
        ),
    ];

    public static FaultRow Named(string name) => All.Single(row => row.Name == name);
}
