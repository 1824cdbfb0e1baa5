using EscalationCollab.Core;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>Every method and every response address of Slack hangs, and people go on clicking.</summary>
internal static class Hang
{
    private const int PerSecond = 500;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync();
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < Math.Clamp(count / 40, 2, 50); i++)
            numbers.Add(await product.OwnedAsync());
        // The first clicks teach the just-in-time compiler, not the product.
        var before = (await product.AllAsync(Clicks(Math.Min(count, 500)))).Count;
        product.BeImpatient();
        product.Slack.RespondsNever = true;
        product.Slack.Chooses = _ => Fault.Hang();

        var answers = await product.AtRateAsync(Clicks(count), PerSecond);

        var stored = await product.StoredAsync() - before;
        var refused = answers.Count(answer => answer.Status != 200);
        var (p99, most) = (answers.At(0.99), answers.At(1));
        return new Finding(
            $"{count:N0} clicks at {PerSecond}/s while every call to Slack hangs",
            FormattableString.Invariant(
                $"{answers.Count - refused:N0} answered 200: p50 {answers.At(0.5):F0} ms, p99 {p99:F0} ms, longest {most:F0} ms; {stored:N0} stored"
            ),
            "every 200 within 3 s, p99 below 50 ms, all stored"
        )
            .Must(refused == 0, $"{refused} were not acknowledged")
            .Must(stored == count, $"{stored} of {count} are stored")
            .Within(most < 3_000, "an acknowledgement took 3 s or more")
            .Within(p99 < 50, "p99 of the acknowledgements is 50 ms or more");

        List<Parcel> Clicks(int clicks) =>
            [.. Enumerable.Range(0, clicks).Select(i => product.Click(numbers[i % numbers.Count]))];
    }
}
