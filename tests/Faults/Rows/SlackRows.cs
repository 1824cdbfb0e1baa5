using System.Collections.Immutable;

namespace EscalationCollab.Faults.Rows;

/// <summary>The rows of the fault matrix that Slack can cause.</summary>
internal static class SlackRows
{
    public static readonly ImmutableArray<FaultRow> All =
    [
        new(
            "duplicates",
            "every delivery four times, across a restart",
            10_000,
            60,
            Duplicates.RunAsync
        ),
        new(
            "storm",
            "a burst of repetitions, fifty times the usual rate",
            5_000,
            150,
            Storm.RunAsync
        ),
        new("hang", "Slack answers nothing while people click", 5_000, 100, Hang.RunAsync),
        new("limits", "Slack asks to wait (429)", 200, 20, Limits.RunAsync),
        new(
            "create",
            "`conversations.create`: the answer is lost",
            1_000,
            12,
            Ambiguous.CreateAsync
        ),
        new("post", "`chat.postMessage`: the answer is lost", 1_000, 20, Ambiguous.PostAsync),
        new("forged", "forged and replayed signatures", 10_000, 300, Forged.RunAsync),
        new("trigger", "the trigger has expired", 500, 10, Trigger.RunAsync),
        new("revoked", "the token is revoked, and given again", 200, 5, Revoked.RunAsync),
        new(
            "gone",
            "the channel's name is taken; it is archived, deleted; the app is removed",
            200,
            8,
            Gone.RunAsync
        ),
        new(
            "sockets",
            "Socket Mode: sockets close, break, are asked to be renewed",
            2_000,
            60,
            Sockets.RunAsync
        ),
    ];

    public static FaultRow Named(string name) => All.Single(row => row.Name == name);
}
