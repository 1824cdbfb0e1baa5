using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// What happens to war rooms without us: their name belongs to somebody else, they are archived or deleted, the app is taken
/// out. Half of the time Slack tells us, half of the time we find out by the next call that fails.
/// </summary>
internal static class Gone
{
    private const int Quick = 30;
    private const string Stranger = "U0SOMEBODY";

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync(Quick);
        var (numbers, taken) = (new List<EscalationNumber>(), 0);
        for (var i = 0; i < count; i++)
        {
            if (i % 4 == 0)
            {
                product.Slack.AddChannel(NameOf(1001 + i), Stranger);
                taken++;
            }
            numbers.Add(await product.OwnedAsync());
            if (i % 20 == 19)
                await product.RestAsync();
        }
        await product.RestAsync();
        for (var i = 0; i < count; i++)
            if (i % 4 != 0)
                await HarmAsync(product, RoomOf(product, numbers[i]), i);
        // Whatever Slack did not tell is found out by the next change of the card.
        for (var i = 0; i < count; i++)
            await product.SendAsync(product.Click(numbers[i]));
        await product.RestAsync();
        return Look(product, numbers, taken);
    }

    private static async Task HarmAsync(Case product, FakeChannel room, int turn)
    {
        var harm = (turn % 4) switch
        {
            1 => "channel_archive",
            2 => "channel_deleted",
            _ => "channel_left",
        };
        switch (harm)
        {
            case "channel_archive":
                room.Archived = true;
                break;
            default:
                // Deleted, or closed to us: either way Slack no longer finds it for the app.
                product.Slack.Channels.TryRemove(room.Id, out _);
                break;
        }
        if (turn / 4 % 2 == 0)
            await product.App.EventAsync(
                new JsonObject
                {
                    ["type"] = harm,
                    ["channel"] = room.Id,
                    ["user"] = Stranger,
                },
                $"EvGone{turn}"
            );
    }

    private static Finding Look(Case product, List<EscalationNumber> numbers, int taken)
    {
        var (converged, foreign) = (0, 0);
        foreach (var number in numbers)
        {
            var live = product
                .Slack.Channels.Values.Where(room =>
                    room is { Archived: false, Creator: FakeSlack.BotUser }
                    && room.Name.StartsWith($"esc-{number.Value}-", StringComparison.Ordinal)
                )
                .ToList();
            if (live is [{ Pins.Count: 1 } room] && room.Members.Contains(Case.Marco))
                converged++;
        }
        foreign += product.Slack.Channels.Values.Count(room =>
            room.Creator == Stranger && (room.Messages.Count > 0 || room.Members.Count > 0)
        );
        var alerts = product
            .Slack.Channels.Values.Where(room => room.Id == "D" + Case.Marco)
            .SelectMany(room => room.Messages)
            .Count(message =>
                message.Text.StartsWith("The room ", StringComparison.Ordinal)
                && message.Text.Contains(" is gone", StringComparison.Ordinal)
            );
        var harmed = numbers.Count - taken;
        return new Finding(
            $"{taken:N0} names taken, {harmed:N0} rooms archived, deleted or closed to the app, half of them without an event",
            $"{converged:N0} of {numbers.Count:N0} have one room with its people and its pinned card; {alerts:N0} alerts for {harmed:N0} lost rooms; {foreign} rooms of others touched",
            "all converge, one alert each, 0 of others touched"
        )
            .Must(converged == numbers.Count, $"{converged} of {numbers.Count} converged")
            .Must(alerts == harmed, $"{alerts} alerts for {harmed} lost rooms")
            .Must(foreign == 0, $"{foreign} rooms of others were touched");
    }

    private static FakeChannel RoomOf(Case product, EscalationNumber number) =>
        product.Slack.Channels.Values.Single(room =>
            room.Creator == FakeSlack.BotUser
            && room.Name.StartsWith($"esc-{number.Value}-", StringComparison.Ordinal)
        );

    private static string NameOf(int number) => $"esc-{number}-acme-nobody-can-sign-in-since-this";
}
