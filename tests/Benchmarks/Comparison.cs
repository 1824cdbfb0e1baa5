using System.Collections.Concurrent;
using System.Diagnostics;
using EscalationCollab.Core.Chat;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Clicks to us and to the smallest app of a platform's own framework in turns: so many a second, then as many as go through.
/// What a rush leaves to be decided after its acknowledgement is printed with how long that took.
/// </summary>
/// <param name="Peer">As it is called in the table.</param>
/// <param name="PerSecond">The even rate, for <see cref="RateSeconds"/>.</param>
/// <param name="Least">The limit of the ratio.</param>
internal sealed record Comparison(string Peer, int PerSecond, double Least)
{
    private const int RateSeconds = 10;
    private const int FullSeconds = 6;
    private const int Rounds = 3;
    private const int MostMilliseconds = 50;

    /// <summary>Runs it, printing.</summary>
    /// <returns>Whether both limits are kept.</returns>
    public async Task<bool> RunAsync(Target ours, Target theirs, InteractionInbox inbox)
    {
        foreach (var target in new[] { ours, theirs })
            await target.AtRateAsync(PerSecond, RateSeconds);
        await DecidedAsync(inbox);
        var p99 = Print("ours", "", await ours.AtRateAsync(PerSecond, RateSeconds));
        Print(Peer, "", await theirs.AtRateAsync(PerSecond, RateSeconds));
        foreach (var target in new[] { ours, theirs })
            await target.FullAsync(TimeSpan.FromSeconds(3));
        await DecidedAsync(inbox);
        Console.WriteLine();
        Console.WriteLine(
            $"| round | ours, clicks/s | {Peer}, clicks/s | ratio | ours, CPU ms a click with its sender | acknowledged, not yet decided | decided, s later |"
        );
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        var ratios = new List<double>();
        for (var round = 1; round <= Rounds; round++)
            ratios.Add(await RoundAsync(round, ours, theirs, inbox));
        ratios.Sort();
        var ratio = ratios[ratios.Count / 2];
        Console.WriteLine(
            FormattableString.Invariant($"Median ratio: {ratio:F2} (at least {Least})")
        );
        // With the cards, words and calls that these rounds have left to be sent: no limit, but worth knowing.
        Print("ours", " after that rush", await ours.AtRateAsync(PerSecond, RateSeconds));
        Print(Peer, " after that rush", await theirs.AtRateAsync(PerSecond, RateSeconds));
        await DecidedAsync(inbox);
        return ratio >= Least && p99 <= MostMilliseconds;
    }

    private static async Task<double> RoundAsync(
        int round,
        Target ours,
        Target theirs,
        InteractionInbox inbox
    )
    {
        var (used, sent) = (Environment.CpuUsage.TotalTime, ours.Sent);
        var we = await ours.FullAsync(TimeSpan.FromSeconds(FullSeconds));
        var each = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / (ours.Sent - sent);
        var waiting = inbox.Waiting;
        // What we have put off is worked off before the other one's turn, not during it.
        var later = await DecidedAsync(inbox);
        var they = await theirs.FullAsync(TimeSpan.FromSeconds(FullSeconds));
        Console.WriteLine(
            FormattableString.Invariant(
                $"| {round} | {we:N0} | {they:N0} | {we / they:F2} | {each:F2} | {waiting:N0} | {later.TotalSeconds:F1} |"
            )
        );
        return we / they;
    }

    private static async Task<TimeSpan> DecidedAsync(InteractionInbox inbox)
    {
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (inbox.Waiting > 0)
            await ticks.WaitForNextTickAsync();
        return clock.Elapsed;
    }

    private double Print(string who, string when, double[] times)
    {
        Array.Sort(times);
        double At(double share) => times[(int)((times.Length - 1) * share)];
        Console.WriteLine(
            FormattableString.Invariant(
                $"{who} at {PerSecond}/s for {RateSeconds} s{when}: p50 {At(0.5):F1} ms, p95 {At(0.95):F1} ms, p99 {At(0.99):F1} ms, max {times[^1]:F1} ms"
            )
        );
        return At(0.99);
    }
}

/// <summary>Where clicks go.</summary>
/// <param name="request">The bytes of the request with this number.</param>
internal sealed class Target(Uri address, Func<int, byte[]> request)
{
    private const int Callers = 32;
    private static int _next;
    private readonly ConcurrentBag<Line> _free = [];
    private int _sent;

    /// <summary>How many clicks were sent here and acknowledged.</summary>
    public int Sent => _sent;

    /// <summary>Clicks a second with all callers busy.</summary>
    public async Task<double> FullAsync(TimeSpan length)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var count = 0;
                        for (; clock.Elapsed < length; count++)
                            await ClickAsync();
                        return count;
                    })
                )
        );
        var rate = counts.Sum() / clock.Elapsed.TotalSeconds;
        HangUp();
        return rate;
    }

    /// <summary>Milliseconds from the moment a click was due to its acknowledgement, whether or not earlier ones were answered.</summary>
    public async Task<double[]> AtRateAsync(int perSecond, int seconds)
    {
        var calls = new List<Task<double>>(perSecond * seconds);
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (calls.Count < perSecond * seconds)
        {
            await ticks.WaitForNextTickAsync();
            var due = Math.Min((int)(clock.Elapsed.TotalSeconds * perSecond), perSecond * seconds);
            while (calls.Count < due)
                calls.Add(
                    MeasureAsync(clock, TimeSpan.FromSeconds((double)calls.Count / perSecond))
                );
        }
        var times = await Task.WhenAll(calls);
        HangUp();
        return times;
    }

    // An idle connection is closed by its server sooner or later.
    private void HangUp()
    {
        while (_free.TryTake(out var line))
            line.Dispose();
    }

    private async Task<double> MeasureAsync(Stopwatch clock, TimeSpan wanted)
    {
        await ClickAsync();
        return (clock.Elapsed - wanted).TotalMilliseconds;
    }

    private async Task ClickAsync()
    {
        if (!_free.TryTake(out var line))
            line = await Line.OpenAsync(address);
        var status = await line.SendAsync(request(Interlocked.Increment(ref _next)));
        if (status != 200)
            throw new InvalidOperationException($"A click was answered {status}");
        _free.Add(line);
        Interlocked.Increment(ref _sent);
    }
}
