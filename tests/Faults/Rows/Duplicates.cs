using EscalationCollab.Core;
using EscalationCollab.Tests.Slack;

namespace EscalationCollab.Faults.Rows;

/// <summary>Clicks and events, each delivered four times: half of them at the same moment, half before and after a restart.</summary>
internal static class Duplicates
{
    private const int Escalations = 20;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync();
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < Math.Clamp(count / 20, 1, Escalations); i++)
            numbers.Add(await product.OwnedAsync());
        var parcels = Enumerable
            .Range(0, count)
            .Select(i =>
                i % 2 == 0
                    ? product.Click(numbers[i / 2 % numbers.Count])
                    : product.Message(numbers[i / 2 % numbers.Count])
            )
            .ToList();
        var together = parcels.Take(count / 2).SelectMany(parcel => Enumerable.Repeat(parcel, 4));
        var apart = parcels.Skip(count / 2).ToList();

        var answers = new List<SlackAnswer>();
        answers.AddRange(await product.AllAsync(together));
        answers.AddRange(await product.AllAsync(apart));
        answers.AddRange(await product.AllAsync(apart));
        await product.App.RestartAsync();
        answers.AddRange(await product.AllAsync(apart));
        answers.AddRange(await product.AllAsync(apart));

        var stored = await product.StoredAsync();
        var refused = answers.Count(answer => answer.Status != 200);
        return new Finding(
            $"{count:N0} signed clicks and events x 4 ({answers.Count:N0} deliveries), half at once, half across a restart",
            $"{stored:N0} decided, {Math.Max(0, stored - count):N0} extra, {Math.Max(0, count - stored):N0} missing, {refused} not acknowledged",
            "0 extra, 0 missing"
        )
            .Must(stored == count, $"{stored} were decided instead of {count}")
            .Must(refused == 0, $"{refused} were not acknowledged");
    }
}
