using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Tests.Teams.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// While war rooms are opened, every third call to the connector and to Graph is turned away: asked to wait for 1 to 30 s,
/// or failed with 412, 502 or 504 without anything having happened.
/// </summary>
internal static class TeamsThrottle
{
    private const int Quick = 10;

    // What was on its way when Teams asked to wait is not early: by the machine's clock, six tenths of a second. With a
    // clock three times as fast, two cores need longer than that for what was begun, and it looks early.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(6);

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await TeamsCase.StartAsync(Quick);
        var storms = new Storms(product.Time);
        product.Teams.Chooses = storms.Next;
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < count; i++)
            numbers.Add(await product.OwnedAsync());
        await product.RestAsync(seconds: 1_800);

        var (ready, doubled) = (0, 0);
        foreach (var number in numbers)
        {
            var rooms = product.RoomsOf(number);
            doubled += Math.Max(0, rooms.Count - 1);
            ready += rooms is [{ Tabs.Count: 1, Messages.Count: > 0 }] ? 1 : 0;
        }
        var marks = TeamsAmbiguous.MarksIn(product);
        doubled += marks.Count - marks.Distinct().Count();
        var dead = await product.AskAsync<long>(
            "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL"
        );
        return new Finding(
            $"{count:N0} war rooms opened with {storms.Calls:N0} calls, {storms.Waits:N0} of them answered 429 with Retry-After 1 to 30 s, {storms.Failures:N0} with 412, 502 or 504",
            $"{ready:N0} ready with card and tab, {storms.Early} early calls, {doubled} doubled, {dead} given up",
            "0 early, 0 doubled, 0 lost"
        )
            .Must(ready == count, $"{ready} of {count} war rooms are ready")
            // By a quick clock, a machine that has no time for the answer looks like an early call.
            .Within(storms.Early == 0, $"{storms.Early} calls came before the pause was over")
            .Must(storms.Waits > 0 && storms.Failures > 0, "nothing was turned away")
            .Must(doubled == 0, $"{doubled} are there twice")
            .Must(dead == 0, $"{dead} were given up");
    }

    private sealed class Storms(TimeProvider clock)
    {
        private readonly ConcurrentDictionary<
            string,
            (DateTimeOffset From, DateTimeOffset Until)
        > _held = [];
        private readonly Random _random = new(1);
        private readonly Lock _gate = new();

        public int Calls { get; private set; }

        public int Waits { get; private set; }

        public int Failures { get; private set; }

        public int Early { get; private set; }

        public TeamsFault? Next(TeamsCall call)
        {
            lock (_gate)
            {
                Calls++;
                var lane = LaneOf(call);
                if (
                    _held.TryGetValue(lane, out var held)
                    && call.At > held.From + OnItsWay
                    && call.At < held.Until
                )
                    Early++;
                switch (_random.Next(12))
                {
                    case 0 or 1:
                        var seconds = _random.Next(1, 31);
                        var now = clock.GetUtcNow();
                        _held[lane] = (now, now + TimeSpan.FromSeconds(seconds));
                        Waits++;
                        return TeamsFault.TooMany(seconds);
                    case 2:
                        Failures++;
                        return new TeamsFault(412, "PreconditionFailed");
                    case 3:
                        Failures++;
                        return TeamsFault.BadGateway(afterDoing: false);
                    case 4:
                        Failures++;
                        return new TeamsFault(504, "GatewayTimeout");
                    default:
                        return null;
                }
            }
        }

        // Graph counts by team, the connector by conversation.
        private static string LaneOf(TeamsCall call) =>
            call.Path.StartsWith("/graph/", StringComparison.Ordinal) ? "graph"
            : call.Name == "begin"
                ? (string?)call.Body?["channelData"]?["channel"]?["id"]
                    ?? (string?)call.Body?["members"]?[0]?["id"]
                    ?? ""
            : call.Name == "member" ? "members of " + call.Path.Split('/')[4]
            : Uri.UnescapeDataString(call.Path.Split('/')[4]);
    }
}
