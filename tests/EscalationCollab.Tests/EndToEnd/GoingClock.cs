using System.Diagnostics;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>Lets a manual clock go on like a real one, so that it can still be put forward by hand.</summary>
internal sealed class GoingClock : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _going;

    public GoingClock(ManualTime time) => _going = GoAsync(time);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _going;
        _over.Dispose();
    }

    private async Task GoAsync(ManualTime time)
    {
        using var ticks = new PeriodicTimer(Tick);
        var watch = Stopwatch.StartNew();
        var shown = TimeSpan.Zero;
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await ticks.WaitForNextTickAsync(_over.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var passed = watch.Elapsed;
            time.Advance(passed - shown);
            shown = passed;
        }
    }
}
