using System.Collections.Concurrent;
using EscalationCollab.Tests.Teams.Fake;
using Eventually = EscalationCollab.Tests.Slack.Fake.Eventually;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// The whole product opens war rooms in Teams while the first call of each effect goes wrong: three in four take effect and
/// the answer is lost (the line breaks, a proxy says 502, nobody ever answers), one in four does not happen.
/// </summary>
internal static class TeamsAmbiguous
{
    private const int Quick = 60;

    // As many as wait for the rate of Graph at a time.
    private const int Waiting = 25;

    public static Task<Finding> CreateAsync(int count) =>
        RunAsync(
            "opening a channel",
            call =>
                call.Name == "create channel" ? EffectIn((string?)call.Body?["description"]) : null,
            count
        );

    public static Task<Finding> PostAsync(int count) =>
        RunAsync(
            "posting a message",
            call => call.Name is "begin" or "post" ? TeamsCase.MarkOf(call.Body) : null,
            count
        );

    /// <summary>The mark of every message that carries one, wherever it stands.</summary>
    public static List<string> MarksIn(TeamsCase product) =>
        [
            .. product
                .Teams.Channels.Values.SelectMany(channel => channel.Messages)
                .Concat(product.Teams.Chats.Values.SelectMany(chat => chat.Messages))
                .Select(message => TeamsCase.MarkOf(message.Activity))
                .OfType<string>(),
        ];

    private static async Task<Finding> RunAsync(
        string what,
        Func<TeamsCall, string?> keyOf,
        int count
    )
    {
        await using var product = await TeamsCase.StartAsync(Quick);
        var faults = new ConcurrentDictionary<string, TeamsFault>();
        product.Teams.Chooses = call =>
        {
            if (keyOf(call) is not { } key)
                return null;
            var chosen = Choice(faults.Count);
            return faults.Count < count && faults.TryAdd(key, chosen) ? chosen : null;
        };
        while (faults.Count < count)
        {
            await product.DeclareAsync();
            await Eventually.IsTrueAsync(
                () =>
                    product
                        .AskAsync<long>(
                            "SELECT COUNT(*) FROM escalation e WHERE NOT EXISTS (SELECT 1 FROM room r WHERE r.number = e.number)"
                        )
                        .GetAwaiter()
                        .GetResult() < Math.Min(count, Waiting),
                "earlier war rooms",
                seconds: 120
            );
        }
        await product.RestAsync();
        return await LookAsync(product, what, faults);
    }

    private static TeamsFault Choice(int turn) =>
        (turn % 4) switch
        {
            0 => TeamsFault.Break(afterDoing: true),
            1 => TeamsFault.BadGateway(afterDoing: true),
            2 => TeamsFault.Hang(afterDoing: true),
            _ => TeamsFault.BadGateway(afterDoing: false),
        };

    private static async Task<Finding> LookAsync(
        TeamsCase product,
        string what,
        ConcurrentDictionary<string, TeamsFault> faults
    )
    {
        var declared = await product.AskAsync<long>("SELECT COUNT(*) FROM escalation");
        var rooms = product.Teams.Channels.Values.ToList();
        var marks = MarksIn(product);
        var known = await product.AskAsync<long>("SELECT COUNT(*) FROM posted");
        var doubled =
            marks.Count
            - marks.Distinct().Count()
            + rooms.Count
            - rooms.DistinctBy(room => string.Join('-', room.Name.Split('-').Take(2))).Count();
        var strays = Math.Abs(rooms.Count - (int)declared) + Math.Abs(marks.Count - (int)known);
        var missing =
            rooms.Count(room => room.Tabs.Count != 1)
            + (int)await product.AskAsync<long>("SELECT COUNT(*) FROM posting")
            + (int)
                await product.AskAsync<long>(
                    "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL"
                );
        var happened = faults.Values.Count(fault => fault.AfterDoing);
        return new Finding(
            $"{declared:N0} escalations; {faults.Count:N0} first calls of {what} unanswered, {happened:N0} of which took effect",
            $"{rooms.Count:N0} war rooms, {marks.Count:N0} messages: {doubled} doubled, {strays} strays, {missing} missing",
            "0 doubled, 0 missing"
        )
            .Must(doubled == 0, $"{doubled} are there twice")
            .Must(strays == 0, $"{strays} are in Teams and unknown to us, or the other way round")
            .Must(missing == 0, $"{missing} are missing or were given up");
    }

    private static string? EffectIn(string? description) =>
        description?.LastIndexOf('[') is >= 0 and var at ? description[at..] : null;
}
