using EscalationCollab.Core;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Tests.Teams.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// What happens to war rooms without us: their name belongs to somebody else, they are archived or deleted, the bot is taken
/// out. Half of the time Teams tells us, half of the time we find out by the next call that fails.
/// </summary>
internal static class TeamsGone
{
    private const int Quick = 30;
    private const string Theirs = "Somebody else's";

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await TeamsCase.StartAsync(Quick);
        var (numbers, taken) = (new List<EscalationNumber>(), 0);
        for (var i = 0; i < count; i++)
        {
            if (i % 4 == 0)
            {
                product.Teams.AddChannel(NameOf(1001 + i), Theirs);
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
        // Whatever Teams did not tell is found out by the next change of the card.
        foreach (var number in numbers)
            await product.SendAsync(product.Press(NoChange.Id, number));
        await product.RestAsync();
        return Look(product, numbers, taken);
    }

    private static async Task HarmAsync(TeamsCase product, FakeChannel room, int turn)
    {
        var happened = "channelDeleted";
        switch (turn % 4)
        {
            case 1:
                room.Archived = true;
                happened = "channelArchived";
                break;
            case 2:
                product.Teams.Channels.TryRemove(room.Id, out _);
                break;
            default:
                room.HasBot = false;
                happened = "channelUnShared";
                break;
        }
        if (turn / 4 % 2 == 0)
            await product.SendAsync(product.Happened(room, happened));
    }

    private static Finding Look(TeamsCase product, List<EscalationNumber> numbers, int taken)
    {
        var converged = numbers.Count(number =>
            Ours(product, number) is [{ Tabs.Count: 1, Messages.Count: > 0 }]
        );
        var foreign = product.Teams.Channels.Values.Count(room =>
            room.Description == Theirs && (room.Messages.Count > 0 || room.Tabs.Count > 0)
        );
        var theirs = product.Teams.Channels.Values.Count(room => room.Description == Theirs);
        var alerts = product
            .Teams.Chats.Values.SelectMany(chat => chat.Messages)
            .Select(message => (string?)message.Activity["summary"] ?? "")
            .Count(words =>
                words.StartsWith("The room ", StringComparison.Ordinal)
                && words.Contains(" is gone", StringComparison.Ordinal)
            );
        var harmed = numbers.Count - taken;
        return new Finding(
            $"{taken:N0} names taken, {harmed:N0} channels archived, deleted or closed to the bot, half of them without an event",
            $"{converged:N0} of {numbers.Count:N0} have one channel with its card and tab; {alerts:N0} alerts for {harmed:N0} lost channels; {foreign} channels of others touched",
            "all converge, one alert each, 0 of others touched"
        )
            .Must(converged == numbers.Count, $"{converged} of {numbers.Count} converged")
            .Must(alerts == harmed, $"{alerts} alerts for {harmed} lost channels")
            .Must(foreign == 0 && theirs == taken, "channels of others were touched");
    }

    private static FakeChannel RoomOf(TeamsCase product, EscalationNumber number) =>
        Ours(product, number).Single();

    private static List<FakeChannel> Ours(TeamsCase product, EscalationNumber number) =>
        [.. product.RoomsOf(number).Where(room => room.Description != Theirs)];

    private static string NameOf(int number) => $"esc-{number}-acme-nobody-can-sign-in-since-this";
}
