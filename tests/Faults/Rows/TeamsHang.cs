using EscalationCollab.Core;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Tests.Teams.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>The connector, Graph and Entra hang, and people go on pressing.</summary>
internal static class TeamsHang
{
    private const int PerSecond = 500;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await TeamsCase.StartAsync();
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < Math.Clamp(count / 40, 2, 50); i++)
            numbers.Add(await product.OwnedAsync());
        // The first presses teach the just-in-time compiler, not the product.
        await Deliveries.AllAsync(Presses(Math.Min(count, 1_000)), product.SendAsync);
        var before = await product.StoredAsync();
        product.Teams.Chooses = _ => TeamsFault.Hang(afterDoing: false);

        var answers = await Deliveries.AtRateAsync(Presses(count), product.SendAsync, PerSecond);

        var times = answers.Select(answer => answer.Took).ToList();
        var stored = await product.StoredAsync() - before;
        var refused = answers.Count(one => one.Answer is not { Status: 200, Body.Length: > 0 });
        var (p99, most) = (Deliveries.At(times, 0.99), Deliveries.At(times, 1));
        return new Finding(
            $"{count:N0} presses at {PerSecond}/s while every call to Teams, Graph and Entra hangs",
            FormattableString.Invariant(
                $"{answers.Count - refused:N0} answered with the card as it is then: p50 {Deliveries.At(times, 0.5):F0} ms, p99 {p99:F0} ms, longest {most:F0} ms; {stored:N0} stored"
            ),
            "every one within 5 s, p99 below 50 ms, all stored"
        )
            .Must(refused == 0, $"{refused} were not answered")
            .Must(stored == count, $"{stored} of {count} are stored")
            .Within(most < 5_000, "an answer took 5 s or more")
            .Within(p99 < 50, "p99 of the answers is 50 ms or more");

        List<System.Text.Json.Nodes.JsonObject> Presses(int presses) =>
            [
                .. Enumerable
                    .Range(0, presses)
                    .Select(i => product.Press(NoChange.Id, numbers[i % numbers.Count])),
            ];
    }
}
