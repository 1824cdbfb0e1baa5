using System.Collections.Concurrent;

namespace EscalationCollab.Faults;

/// <summary>Sending many, whatever they are.</summary>
internal static class Deliveries
{
    /// <summary>So many at a time.</summary>
    public static async Task<List<TAnswer>> AllAsync<T, TAnswer>(
        IEnumerable<T> parcels,
        Func<T, Task<TAnswer>> send,
        int callers = 32
    )
    {
        var answers = new ConcurrentQueue<TAnswer>();
        await Parallel.ForEachAsync(
            parcels,
            new ParallelOptions { MaxDegreeOfParallelism = callers },
            async (parcel, _) => answers.Enqueue(await send(parcel))
        );
        return [.. answers];
    }

    /// <summary>So many a second, whether or not earlier ones are answered.</summary>
    /// <returns>Each with the time from the moment it was to be sent.</returns>
    public static async Task<List<(TAnswer Answer, TimeSpan Took)>> AtRateAsync<T, TAnswer>(
        IReadOnlyList<T> parcels,
        Func<T, Task<TAnswer>> send,
        int perSecond
    )
    {
        var calls = new List<Task<(TAnswer, TimeSpan)>>(parcels.Count);
        var began = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (calls.Count < parcels.Count)
        {
            await ticks.WaitForNextTickAsync();
            var passed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var due = Math.Min((int)(passed * perSecond), parcels.Count);
            while (calls.Count < due)
                calls.Add(
                    TimedAsync(
                        parcels[calls.Count],
                        TimeSpan.FromSeconds((double)calls.Count / perSecond)
                    )
                );
        }
        return [.. await Task.WhenAll(calls)];

        async Task<(TAnswer, TimeSpan)> TimedAsync(T parcel, TimeSpan wanted)
        {
            var answer = await Task.Run(() => send(parcel));
            return (answer, TimeProvider.System.GetElapsedTime(began) - wanted);
        }
    }

    /// <summary>Milliseconds below which such a share of them lies.</summary>
    public static double At(IReadOnlyCollection<TimeSpan> lengths, double share)
    {
        var times = lengths.Select(length => length.TotalMilliseconds).Order().ToArray();
        return times[(int)((times.Length - 1) * share)];
    }
}
