using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>
/// Performs what waits in the outbox when it is due: lanes and escalations side by side, the effects of one escalation
/// within a lane one after the other. Sleeps until something is added or due. When the host stops it begins nothing
/// new and finishes what runs.
/// </summary>
public sealed class OutboxWorker : BackgroundService
{
    private readonly IStore _store;
    private readonly TimeProvider _time;
    private readonly OutboxOptions _options;
    private readonly ILogger _logger;
    private readonly OutboxAttempt _attempt;
    private readonly CancellationTokenSource _mustGo = new();
    private readonly ConcurrentDictionary<long, Task> _running = new();

    // What goes on after its row was settled takes nobody's place: it mostly waits for a platform that hangs.
    private readonly ConcurrentDictionary<long, Task> _goingOn = new();
    private readonly ConcurrentDictionary<LaneKey, int> _busy = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    // Half of the processors at most: effects wait for others most of the time, and nobody waits for them as people wait
    // for an answer.
    private readonly TaskScheduler _behind = new ConcurrentExclusiveSchedulerPair(
        TaskScheduler.Default,
        Math.Max(1, Environment.ProcessorCount / 2),
        maxItemsPerTask: 1
    ).ConcurrentScheduler;
    private readonly string _name = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid().ToString("N")[..8]}"
    );
    private long _claims;

    /// <summary>A worker on one store.</summary>
    /// <param name="random">Spreads repeated attempts; used under a lock.</param>
    /// <param name="options">The usual ones when null.</param>
    public OutboxWorker(
        IStore store,
        IEffectPerformer performer,
        TimeProvider time,
        Random random,
        ILogger<OutboxWorker> logger,
        OutboxOptions? options = null
    )
        : this(store, performer, time, random, logger, options, StoredTypes<Effect>.Known) { }

    internal OutboxWorker(
        IStore store,
        IEffectPerformer performer,
        TimeProvider time,
        Random random,
        ILogger<OutboxWorker> logger,
        OutboxOptions? options,
        StoredTypes<Effect> types
    )
    {
        _store = store.Behind;
        _time = time;
        _options = options ?? new OutboxOptions();
        _logger = logger;
        _attempt = new OutboxAttempt(_store, performer, time, random, logger, _options, types);
        _store.OutboxChanged += Wake;
    }

    /// <summary>Performs everything that is due, until nothing is. For tests and tools; the host runs the service.</summary>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> RunDueAsync(CancellationToken cancellation)
    {
        var attempts = 0;
        while (true)
        {
            var claim = await ClaimAsync(cancellation);
            if (claim.Rows.Count == 0)
                return attempts;
            attempts += claim.Rows.Count;
            await Task.WhenAll(claim.Rows.Select(Begin));
        }
    }

    /// <summary>Begins nothing new and waits for what runs; what still runs when the token fires is given back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static worker => ((OutboxWorker)worker!)._mustGo.Cancel(),
            this
        );
        await base.StopAsync(cancellationToken);
        // The base gives up waiting at the token; the leases are still to be given back, which is quick.
        await EndAsync();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _store.OutboxChanged -= Wake;
        _mustGo.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                // The database may be full or locked for a while; the rows are still there afterwards.
                _logger.LogError(error, "The outbox could not be read");
                await SleepAsync(_options.LongestSleep / 6, stoppingToken);
            }
        }
        await EndAsync();
    }

    // What goes on is known before what it comes from has ended.
    private async Task EndAsync()
    {
        await Task.WhenAll(_running.Values);
        await Task.WhenAll(_goingOn.Values);
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        var claim = await ClaimAsync(stopping);
        foreach (var row in claim.Rows)
            _ = Begin(row);
        if (claim.Rows.Count > 0)
        {
            // The real clock: it spares the machine, and has nothing to do with when effects are due.
            await Task.Delay(_options.Breath, TimeProvider.System, stopping);
            return;
        }
        var untilNext = claim.NextDue - _time.Moment() ?? _options.LongestSleep;
        await SleepAsync(Duration.Min(untilNext, _options.LongestSleep), stopping);
    }

    private Task<Claim> ClaimAsync(CancellationToken cancellation)
    {
        var turn = Interlocked.Increment(ref _claims);
        var lease = string.Create(CultureInfo.InvariantCulture, $"{_name}#{turn}");
        var now = _time.Moment();
        return _store.WriteAsync(
            connection =>
            {
                var left = _options.AtOnce - _running.Count;
                return OutboxRows.Take(connection, Room, turn, lease, now, now + _options.Lease);

                int Room(LaneKey lane)
                {
                    var room = Math.Min(left, _options.PerLane - _busy.GetValueOrDefault(lane));
                    left -= Math.Max(room, 0);
                    return room;
                }
            },
            cancellation
        );
    }

    private Task Begin(ClaimedRow row)
    {
        var lane = new LaneKey(row.Tenant, row.Lane);
        _busy.AddOrUpdate(lane, 1, (_, count) => count + 1);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[row.Id] = begun.Task;
        return Task
            .Factory.StartNew(
                RunAsync,
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                _behind
            )
            .Unwrap();

        async Task RunAsync()
        {
            try
            {
                var goesOn = await _attempt.RunAsync(row, _mustGo.Token);
                _goingOn[row.Id] = goesOn;
                _ = ForgetAsync(row.Id, goesOn);
            }
            finally
            {
                _running.TryRemove(row.Id, out _);
                _busy.AddOrUpdate(lane, 0, (_, count) => count - 1);
                begun.SetResult();
                Wake();
            }
        }
    }

    private async Task ForgetAsync(long id, Task goesOn)
    {
        if (!goesOn.IsCompleted)
        {
            await goesOn;
            Wake();
        }
        _goingOn.TryRemove(id, out _);
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task SleepAsync(Duration length, CancellationToken stopping)
    {
        if (length <= Duration.Zero)
            return;
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var alarm = Task.Delay(length.ToTimeSpan(), _time, awake.Token);
        var call = _wake.Reader.WaitToReadAsync(awake.Token).AsTask();
        await Task.WhenAny(alarm, call);
        await awake.CancelAsync();
        _wake.Reader.TryRead(out _);
    }
}
