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
    public async Task RunAsync(ClaimedRow row, CancellationToken mustGo)
    {
        try
        {
            OutboxMetrics.Began(row, (time.Moment() - At(row.NextAt)).TotalSeconds);
            if (Read(row) is { } item)
                await SettleAsync(row, await PerformAsync(item, row, mustGo));
            else
                await BuryAsync(row, $"The kind '{row.Kind}' cannot be read by this version");
        }
        catch (OperationCanceledException) when (mustGo.IsCancellationRequested)
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

    private async Task<Performed> PerformAsync(
        OutboxItem item,
        ClaimedRow row,
        CancellationToken mustGo
    )
    {
        using var limit = new CancellationTokenSource(options.AttemptLimit.ToTimeSpan(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, mustGo);
        try
        {
            return await performer.PerformAsync(item, either.Token);
        }
        catch (Exception error)
            when (!mustGo.IsCancellationRequested || error is not OperationCanceledException)
        {
            logger.LogWarning(
                error,
                "Effect {Id} ({Kind}) failed at attempt {Attempt}",
                row.Id,
                row.Kind,
                row.Attempts
            );
            return Performed.Failed(
                limit.IsCancellationRequested
                    ? "It took longer than its time limit"
                    : $"{error.GetType().Name}: {error.Message}"
            );
        }
    }

    private async Task SettleAsync(ClaimedRow row, Performed outcome)
    {
        switch (outcome)
        {
            case Performed.Finished done:
                await FinishAsync(row, done.Commit);
                break;
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
    }

    private async Task FinishAsync(ClaimedRow row, Action<IDbConnection>? commit)
    {
        try
        {
            await Write(connection =>
            {
                if (!OutboxRows.Finish(connection, row, time.Moment()))
                    throw new LeaseLostException();
                commit?.Invoke(connection);
            });
            OutboxMetrics.Attempted(row, "done");
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
}
