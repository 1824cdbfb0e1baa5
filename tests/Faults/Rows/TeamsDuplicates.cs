using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.StatusUpdates;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// Buttons, forms and messages, each delivered four times with other ids and times, as Teams repeats what it takes for
/// unanswered: twice at once, fifteen seconds later, and fifteen seconds after that to a product that was started anew.
/// </summary>
internal static class TeamsDuplicates
{
    private const int Escalations = 20;

    // The four of one act are to lie within the minute after which a button counts as pressed again, on a busy machine too.
    private const double Slow = 0.5;
    private const int AtATime = 2_000;

    private static readonly TimeSpan Repeats = TimeSpan.FromSeconds(15);

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await TeamsCase.StartAsync(Slow);
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < Math.Clamp(count / 20, 1, Escalations); i++)
            numbers.Add(await product.OwnedAsync());
        var before = await CountAsync(product);
        // What is said to one person in answer to so many messages keeps to Teams' pace; it is not what is counted here.
        product.Patience = NodaTime.Duration.FromMilliseconds(250);
        var answers = new List<TeamsReply>();
        foreach (var turns in Enumerable.Range(0, count).Chunk(AtATime))
            answers.AddRange(
                await DeliverAsync(
                    product,
                    [.. turns.Select(i => Act(product, numbers[i / 3 % numbers.Count], i))]
                )
            );

        await product.StoredAsync();
        var stored = await CountAsync(product) - before;
        var refused = answers.Count(answer => answer.Status != 200);
        return new Finding(
            $"{count:N0} buttons, forms and messages x 4 ({answers.Count:N0} deliveries, each with its own id and time), two at once, two apart with a restart between them",
            $"{stored:N0} decided, {Math.Max(0, stored - count):N0} extra, {Math.Max(0, count - stored):N0} missing, {refused} not answered",
            "0 extra, 0 missing"
        )
            .Must(stored == count, $"{stored} were decided instead of {count}")
            .Must(refused == 0, $"{refused} were not answered");
    }

    private static async Task<List<TeamsReply>> DeliverAsync(
        TeamsCase product,
        List<JsonObject> acts
    )
    {
        var clock = (QuickTime)product.Time;
        var answers = await Deliveries.AllAsync(
            acts.SelectMany(act => Twice(product, act)),
            product.SendAsync
        );
        clock.Leap(Repeats);
        answers.AddRange(await AgainAsync());
        await product.RestartAsync();
        clock.Leap(Repeats);
        answers.AddRange(await AgainAsync());
        return answers;

        Task<List<TeamsReply>> AgainAsync() =>
            Deliveries.AllAsync(acts.Select(product.Again), product.SendAsync);
    }

    private static JsonObject Act(TeamsCase product, EscalationNumber number, int turn) =>
        (turn % 3) switch
        {
            0 => product.Press(NoChange.Id, number),
            1 => product.Submit(
                PostStatus.Id,
                number,
                ("v:conditions", $"The login service answers 503, seen {turn} times"),
                ("v:actions", "Rolling back"),
                ("v:needs", ""),
                ("v:trend", "Same")
            ),
            _ => product.Message($"note {number.Value} Seen {turn} times"),
        };

    private static IEnumerable<JsonObject> Twice(TeamsCase product, JsonObject one) =>
        [one, product.Again(one)];

    private static Task<long> CountAsync(TeamsCase product) =>
        product.AskAsync<long>(
            "SELECT COUNT(*) FROM event WHERE kind IN ('status-unchanged', 'status-posted', 'note-added')"
        );
}
