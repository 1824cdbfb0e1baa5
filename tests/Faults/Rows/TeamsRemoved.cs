using EscalationCollab.Core;
using EscalationCollab.Core.StatusUpdates;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// Somebody removes the app from the team of the war rooms while escalations go on and new ones are declared, and adds it
/// again: nothing is called that can only fail, and afterwards everybody has a room with its card.
/// </summary>
internal static class TeamsRemoved
{
    private const int Quick = 60;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await TeamsCase.StartAsync(Quick);
        var numbers = new List<EscalationNumber>();
        var earlier = Math.Max(1, count / 10);
        for (var i = 0; i < earlier; i++)
            numbers.Add(await product.OwnedAsync());
        await product.RestAsync();
        foreach (var room in product.Teams.Channels.Values)
            room.HasBot = false;
        await product.SendAsync(product.Removed());
        var before = product.Teams.Calls.Count(call => call.Path.Contains("/teams/"));
        foreach (var number in numbers)
            await product.SendAsync(product.Press(NoChange.Id, number));
        for (var i = 0; i < count; i++)
            numbers.Add(await product.OwnedAsync());
        await product.RestAsync();
        var calls = product.Teams.Calls.Count(call => call.Path.Contains("/teams/")) - before;

        await product.SendAsync(product.Added());
        foreach (var number in numbers)
            await product.SendAsync(product.Press(NoChange.Id, number));
        await product.RestAsync();

        var ready = numbers.Count(number =>
            product.RoomsOf(number) is [{ Tabs.Count: 1, Messages.Count: > 0 }]
        );
        var dead = await product.AskAsync<long>(
            "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL"
        );
        return new Finding(
            $"{count:N0} escalations declared while the app was in no team, {earlier:N0} that had a channel before",
            $"{calls} calls to Graph meanwhile; afterwards {ready:N0} of {numbers.Count:N0} have one channel with its card and tab, {dead} given up",
            "0 calls meanwhile, 0 lost"
        )
            .Must(calls == 0, $"{calls} calls to a team the app was not in")
            .Must(ready == numbers.Count, $"{ready} of {numbers.Count} have their channel")
            .Must(dead == 0, $"{dead} were given up");
    }
}
