using System.Data;
using System.Globalization;
using System.Text.Json;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Core.Outbox;

/// <summary>One attempt at one effect, and what becomes of its row.</summary>
internal sealed class OutboxAttempt(
    IStore store,
    IEffectPerformer performer,
    TimeProvider time,
    Random random,
    ILogger logger,
    OutboxOptions options,
    StoredTypes<Effect> types
)
{
    private const int LongestReason = 1000;
    private readonly Lock _dice = new();

    /// <summary>Performs the effect and settles its row. Never throws: what fails here is tried again.</summary>
    /// <param name="mustGo">Stops the attempt and gives the row back uncounted.</param>
    /// <returns>What goes on by itself after the row was settled; it never throws either.</returns>
    public async Task<Task> RunAsync(ClaimedRow row, CancellationToken mustGo)
    {
        OutboxMetrics.Began(row, (time.Moment() - At(row.NextAt)).TotalSeconds);
        var limits = new Limits(options.AttemptLimit, time, mustGo);
        var goesOn = Task.CompletedTask;
        await GuardAsync(
            row,
            limits,
            async () =>
            {
                if (Read(row) is not { } item)
                    await BuryAsync(row, $"The kind '{row.Kind}' cannot be read by this version");
                else
                    goesOn = await SettleAsync(
                        row,
                        await OutcomeAsync(
                            row,
                            limits,
                            () => performer.PerformAsync(item, limits.Token)
                        ),
                        limits
                    );
            }
        );
        return EndAsync(goesOn, limits);
    }

    private static async Task EndAsync(Task goesOn, Limits limits)
    {
        await goesOn;
        limits.Dispose();
    }

    private async Task GuardAsync(ClaimedRow row, Limits limits, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (limits.MustGo)
        {
            await GiveBackAsync(row);
        }
        catch (Exception error)
        {
            // The row keeps its lease and is taken up again when that has run out.
            logger.LogError(error, "Effect {Id} ({Kind}) could not be settled", row.Id, row.Kind);
        }
    }

    private OutboxItem? Read(ClaimedRow row)
    {
        try
        {
            return new OutboxItem(
                row.Id.ToString(CultureInfo.InvariantCulture),
                new TenantId(row.Tenant),
                row.Number is { } number ? new EscalationNumber(number) : null,
                types.Read(row.Kind, row.Payload)
            )
            {
                Due = At(row.DueAt),
                Attempt = row.Attempts,
            };
        }
        catch (JsonException error)
        {
            logger.LogError(error, "Effect {Id} ({Kind}) cannot be read", row.Id, row.Kind);
            return null;
        }
    }

    private async Task<Performed> OutcomeAsync(
        ClaimedRow row,
        Limits limits,
        Func<Task<Performed>> work
    )
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (!limits.MustGo || error is not OperationCanceledException)
        {
            logger.LogWarning(
                error,
                "Effect {Id} ({Kind}) failed at attempt {Attempt}",
                row.Id,
                row.Kind,
                row.Attempts
            );
            return Performed.Failed(
                limits.IsOver
                    ? "It took longer than its time limit"
                    : $"{error.GetType().Name}: {error.Message}"
            );
        }
    }

    private async Task<Task> SettleAsync(ClaimedRow row, Performed outcome, Limits limits)
    {
        switch (outcome)
        {
            case Performed.Finished done:
                return await FinishAsync(row, done, limits);
            case Performed.Postponed later:
                OutboxMetrics.Attempted(row, "later");
                await DeferAsync(
                    row,
                    Duration.Max(later.After, Duration.FromMilliseconds(1)),
                    later.Why,
                    counts: false
                );
                break;
            case Performed.Failure failed:
                await FailAsync(row, failed.Why);
                break;
        }
        return Task.CompletedTask;
    }

    private async Task<Task> FinishAsync(ClaimedRow row, Performed.Finished done, Limits limits)
    {
        Task? goesOn = null;
        try
        {
            IReadOnlyList<ClaimedRow> rows = [];
            await Write(connection =>
            {
                if (!OutboxRows.Finish(connection, row, time.Moment()))
                    throw new LeaseLostException();
                done.Commit?.Invoke(connection);
                rows = [.. done.Remainders.Select(part => GoOn(connection, row, part.Stored))];
            });
            OutboxMetrics.Attempted(row, "done");
            goesOn = Task.WhenAll(
                rows.Zip(done.Remainders, (added, part) => GoOnAsync(added, part, limits))
            );
        }
        catch (LeaseLostException)
        {
            logger.LogWarning("Effect {Id} ({Kind}) was taken over", row.Id, row.Kind);
        }
        catch (Exception error) when (error is not StoreUnavailableException)
        {
            logger.LogError(error, "What effect {Id} ({Kind}) caused failed", row.Id, row.Kind);
            await FailAsync(row, $"{error.GetType().Name}: {error.Message}");
        }
        finally
        {
            if (goesOn is null)
                await StopAsync(done.Remainders, limits);
        }
        return goesOn ?? Task.CompletedTask;
    }

    private ClaimedRow GoOn(IDbConnection connection, ClaimedRow row, Effect effect)
    {
        var now = time.Moment();
        return OutboxRows.GoOn(
            connection,
            row,
            effect.Lane,
            types.Name(effect),
            types.Write(effect),
            now,
            now + options.Lease
        );
    }

    private Task GoOnAsync(ClaimedRow row, Remainder part, Limits limits) =>
        GuardAsync(
            row,
            limits,
            async () =>
                await SettleAsync(row, await OutcomeAsync(row, limits, () => part.Outcome), limits)
        );

    // What is not on record must not go on: the whole effect is tried again.
    private static async Task StopAsync(IReadOnlyList<Remainder> parts, Limits limits)
    {
        if (parts.Count == 0)
            return;
        await limits.StopAsync();
        await Task.WhenAll(parts.Select(Task (part) => part.Outcome))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FailAsync(ClaimedRow row, string why)
    {
        OutboxMetrics.Attempted(row, "failed");
        if (row.Attempts >= options.Attempts)
            await BuryAsync(row, why);
        else
            await DeferAsync(row, options.Pause(row.Attempts, Chance()), why, counts: true);
    }

    private async Task BuryAsync(ClaimedRow row, string why)
    {
        OutboxMetrics.Died(row);
        logger.LogError(
            "Effect {Id} ({Kind}) was given up after {Attempts} attempts",
            row.Id,
            row.Kind,
            row.Attempts
        );
        await Write(connection => OutboxRows.Bury(connection, row, time.Moment(), Short(why)));
    }

    private Task<bool> DeferAsync(ClaimedRow row, Duration after, string why, bool counts) =>
        Write(connection =>
            OutboxRows.Defer(connection, row, time.Moment() + after, Short(why), counts)
        );

    private async Task GiveBackAsync(ClaimedRow row)
    {
        try
        {
            await Write(connection =>
                OutboxRows.Defer(connection, row, At(row.NextAt), null, counts: false)
            );
        }
        catch (StoreUnavailableException error)
        {
            logger.LogWarning(error, "The lease of effect {Id} is left to run out", row.Id);
        }
    }

    // What was performed must be noted also when the host is stopping: never cancelled.
    private Task<bool> Write(Action<IDbConnection> work) =>
        store.WriteAsync(
            connection =>
            {
                work(connection);
                return true;
            },
            CancellationToken.None
        );

    private double Chance()
    {
        lock (_dice)
            return random.NextDouble();
    }

    private static string Short(string why) =>
        why.Length > LongestReason ? why[..LongestReason] : why;

    private static Instant At(long milliseconds) => Instant.FromUnixTimeMilliseconds(milliseconds);

    private sealed class LeaseLostException : Exception;

    /// <summary>How long an attempt may take, with all that goes on after its row was settled.</summary>
    private sealed class Limits : IDisposable
    {
        private readonly CancellationToken _mustGo;
        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenSource _either;

        public Limits(Duration length, TimeProvider time, CancellationToken mustGo)
        {
            _mustGo = mustGo;
            _limit = new CancellationTokenSource(length.ToTimeSpan(), time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, mustGo);
        }

        public CancellationToken Token => _either.Token;

        public bool IsOver => _limit.IsCancellationRequested;

        public bool MustGo => _mustGo.IsCancellationRequested;

        public Task StopAsync() => _either.CancelAsync();

        public void Dispose()
        {
            _either.Dispose();
            _limit.Dispose();
        }
    }
}
