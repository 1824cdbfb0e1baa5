using EscalationCollab.Core;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// After 10 a second come 500 a second, each click five times: what piled up somewhere arrives at once and again.
/// </summary>
internal static class Storm
{
    private const int Usual = 10;
    private const int Burst = 50 * Usual;
    private const int Times = 5;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync();
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < Math.Clamp(count / 40, 2, 20); i++)
            numbers.Add(await product.OwnedAsync());
        var calm = Enumerable
            .Range(0, 2 * Usual)
            .Select(i => product.Click(numbers[i % numbers.Count]))
            .ToList();
        var clicks = Enumerable
            .Range(0, count / Times)
            .Select(i => product.Click(numbers[i % numbers.Count]))
            .ToList();
        // Each again and again, the next ones in between.
        var burst = Enumerable
            .Range(0, clicks.Count * Times)
            .Select(i => clicks[i / (Times * 10) * 10 + i % Math.Min(10, clicks.Count)])
            .ToList();

        await product.AtRateAsync(calm, Usual);
        var answers = await product.AtRateAsync(burst, Burst);

        var sent = burst.Distinct().Count() + calm.Count;
        var stored = await product.StoredAsync();
        var (refused, p99) = (answers.Count(a => a.Status != 200), answers.At(0.99));
        return new Finding(
            $"{burst.Count:N0} deliveries of {burst.Distinct().Count():N0} clicks at {Burst}/s",
            FormattableString.Invariant(
                $"acknowledged p50 {answers.At(0.5):F0} ms, p99 {p99:F0} ms; {stored - sent} extra or missing, {refused} not acknowledged"
            ),
            "p99 below 500 ms, 0 lost"
        )
            .Must(stored == sent, $"{stored} were decided instead of {sent}")
            .Must(refused == 0, $"{refused} were not acknowledged")
            .Within(p99 < 500, "the acknowledgements took too long");
    }
}
