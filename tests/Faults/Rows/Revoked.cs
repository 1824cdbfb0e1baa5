using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>Slack refuses the token while escalations are declared, and takes it again a quarter of an hour later.</summary>
internal static class Revoked
{
    private const int Quick = 60;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync(Quick);
        await product.DeclareAsync();
        await product.RestAsync();
        product.Slack.Revoked = true;
        var before = product.Slack.Calls.Count;
        var began = product.App.Clock.GetUtcNow();
        for (var i = 0; i < count; i++)
            await product.DeclareAsync();
        var length = TimeSpan.FromMinutes(count < 50 ? 6 : 16);
        await Eventually.IsTrueAsync(
            () => product.App.Clock.GetUtcNow() - began > length,
            "some pauses",
            seconds: 120
        );
        var minutes = (product.App.Clock.GetUtcNow() - began).TotalMinutes;
        var calls = product.Slack.Calls.Count - before;
        product.Slack.Revoked = false;
        await product.RestAsync();

        var rooms = product.Slack.Channels.Values.Count(room => room.Pins.Count == 1);
        var dead = await product.AskAsync<long>(
            "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL"
        );
        var told = product.App.Log.Count(line =>
            line.Contains("no longer takes the token", StringComparison.Ordinal)
        );
        // One after each pause of five minutes, and what was on its way at the same moment.
        var most = (int)(minutes / 5 + 1) * 16;
        return new Finding(
            $"{count:N0} escalations declared during {minutes:F0} minutes of a revoked token",
            $"{calls} calls meanwhile, said {told} time(s); afterwards {rooms - 1:N0} of {count:N0} war rooms with their card, {dead} given up",
            $"said once, at most {most} calls, 0 lost"
        )
            .Must(rooms == count + 1, $"{rooms - 1} of {count} war rooms are there")
            .Must(dead == 0, $"{dead} effects were given up")
            .Must(told == 1, $"it was said {told} times")
            .Must(calls <= most, $"{calls} calls with a token that Slack had refused");
    }
}
