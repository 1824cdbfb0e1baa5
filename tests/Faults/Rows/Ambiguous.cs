using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// The whole product opens war rooms while the first call of each effect goes wrong: three in four take effect and the
/// answer is lost (the line breaks, Slack says 500, Slack never answers), one in four does not happen.
/// </summary>
internal static class Ambiguous
{
    private const int Quick = 30;

    // As many as wait for Slack's rate at a time.
    private const int Waiting = 25;

    public static Task<Finding> CreateAsync(int count) =>
        RunAsync(
            "conversations.create",
            call => call["name"],
            count,
            (product, faults) => DeclareAsync(product, () => faults.Count < count)
        );

    public static Task<Finding> PostAsync(int count) =>
        RunAsync(
            "chat.postMessage",
            call => (string?)call.Arguments["metadata"]?["event_payload"]?["effect_id"],
            count,
            (product, faults) => DeclareAsync(product, () => faults.Count < count)
        );

    private static async Task DeclareAsync(Case product, Func<bool> goesOn)
    {
        while (goesOn())
        {
            await product.DeclareAsync();
            await Eventually.IsTrueAsync(
                () =>
                    product
                        .AskAsync<long>(
                            "SELECT COUNT(*) FROM escalation e WHERE NOT EXISTS (SELECT 1 FROM room r WHERE r.number = e.number)"
                        )
                        .GetAwaiter()
                        .GetResult() < Waiting,
                "earlier war rooms",
                seconds: 120
            );
        }
    }

    private static async Task<Finding> RunAsync(
        string method,
        Func<FakeCall, string?> keyOf,
        int count,
        Func<Case, ConcurrentDictionary<string, Fault>, Task> act
    )
    {
        await using var product = await Case.StartAsync(Quick);
        var faults = new ConcurrentDictionary<string, Fault>();
        product.Slack.Chooses = call =>
        {
            if (call.Method != method || keyOf(call) is not { } key)
                return null;
            var chosen = Choice(faults.Count);
            return faults.Count < count && faults.TryAdd(key, chosen) ? chosen : null;
        };
        await act(product, faults);
        await product.RestAsync();
        return await LookAsync(product, method, faults);
    }

    private static Fault Choice(int turn) =>
        (turn % 4) switch
        {
            0 => Fault.Break(afterDoing: true),
            1 => Fault.Status(500, afterDoing: true),
            2 => Fault.Hang(afterDoing: true),
            _ => Fault.Status(503),
        };

    private static async Task<Finding> LookAsync(
        Case product,
        string method,
        ConcurrentDictionary<string, Fault> faults
    )
    {
        var declared = await product.AskAsync<long>("SELECT COUNT(*) FROM escalation");
        var rooms = product.Slack.Channels.Values.Where(channel => channel.Id[0] == 'C').ToList();
        var posted = product
            .Slack.Channels.Values.SelectMany(channel =>
                channel.Messages.Select(message =>
                    (channel.Id, message.Ts, Effect: EffectOf(message))
                )
            )
            .Where(message => message.Effect is not null)
            .ToList();
        var known = (await product.AllAsync<string>("SELECT message FROM posted")).ToHashSet();
        var doubled =
            posted.Count
            - posted.DistinctBy(message => message.Effect).Count()
            + rooms.Count
            - rooms.DistinctBy(room => NumberIn(room.Name)).Count();
        var strays =
            posted.Count(message => !known.Contains(message.Ts))
            + Math.Abs(rooms.Count - (int)declared);
        var missing =
            rooms.Count(room => room.Pins.Count != 1)
            + known.Count(ts => posted.TrueForAll(message => message.Ts != ts))
            + (int)await product.AskAsync<long>("SELECT COUNT(*) FROM posting")
            + (int)
                await product.AskAsync<long>(
                    "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL"
                );
        var happened = faults.Values.Count(fault => fault.AfterDoing);
        return new Finding(
            $"{declared:N0} escalations; {faults.Count:N0} first calls of `{method}` unanswered, {happened:N0} of which took effect",
            $"{rooms.Count:N0} war rooms, {posted.Count:N0} messages: {doubled} doubled, {strays} strays, {missing} missing",
            "0 doubled, 0 missing"
        )
            .Must(doubled == 0, $"{doubled} are there twice")
            .Must(strays == 0, $"{strays} are in Slack and unknown to us")
            .Must(missing == 0, $"{missing} are missing or were given up");
    }

    private static string? EffectOf(FakeMessage message) =>
        (string?)(message.Metadata as JsonObject)?["event_payload"]?["effect_id"];

    private static string NumberIn(string room) => string.Join('-', room.Split('-').Take(2));
}
