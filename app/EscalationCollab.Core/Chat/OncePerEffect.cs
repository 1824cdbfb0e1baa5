using System.Collections.Concurrent;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Makes a call that a platform would do twice if asked twice, once: it is noted before it is made and looked up before it
/// is repeated. The platforms themselves have no key for that.
/// </summary>
/// <param name="store">Keeps what was begun and what came of it.</param>
/// <param name="time">The product's clock.</param>
/// <param name="didNothing">Whether an exception of the platform says that the call certainly had no effect.</param>
public sealed class OncePerEffect(IStore store, TimeProvider time, Func<Exception, bool> didNothing)
{
    private readonly ConcurrentDictionary<(TenantId, string), Lazy<Task<NotedCall>>> _running = [];

    /// <summary>Does it, or answers what came of it before.</summary>
    /// <param name="make">Makes the call.</param>
    /// <param name="find">Looks for what an earlier attempt may have done; null when it has done nothing.</param>
    /// <remarks>What the platform throws comes through: it did not happen, or it is not clear whether it did.</remarks>
    public async Task<NotedCall> RunAsync(
        TenantId tenant,
        string effect,
        Func<Task<(string Room, string Result)>> make,
        Func<NotedCall, Task<(string Room, string Result)?>> find
    )
    {
        var key = (tenant, effect);
        var run = _running.GetOrAdd(
            key,
            _ => new Lazy<Task<NotedCall>>(() => AttemptAsync(tenant, effect, make, find))
        );
        try
        {
            return await run.Value;
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(key, run));
        }
    }

    private async Task<NotedCall> AttemptAsync(
        TenantId tenant,
        string effect,
        Func<Task<(string Room, string Result)>> make,
        Func<NotedCall, Task<(string Room, string Result)?>> find
    )
    {
        var began = time.Moment();
        var earlier = await WriteAsync(
            tenant,
            rows =>
            {
                var noted = rows.Find(effect);
                if (noted is null)
                    rows.Begin(effect, began);
                return noted;
            }
        );
        if (earlier is { Room: not null })
            return earlier;
        if (earlier is not null && await find(earlier) is var (foundRoom, foundResult))
            return await FinishAsync(tenant, effect, earlier.BegunAt, foundRoom, foundResult);
        try
        {
            var (room, result) = await make();
            return await FinishAsync(tenant, effect, began, room, result);
        }
        catch (Exception nothing) when (earlier is null && didNothing(nothing))
        {
            // It certainly did not happen, so the next attempt need not look.
            await WriteAsync(
                tenant,
                rows =>
                {
                    rows.Forget(effect);
                    return true;
                }
            );
            throw;
        }
    }

    private Task<NotedCall> FinishAsync(
        TenantId tenant,
        string effect,
        NodaTime.Instant began,
        string room,
        string result
    ) =>
        WriteAsync(
            tenant,
            rows =>
            {
                rows.Finish(effect, room, result);
                return new NotedCall(began, room, result);
            }
        );

    // What was done must be noted even when the caller gives up: never cancelled.
    private Task<T> WriteAsync<T>(TenantId tenant, Func<NotedCalls, T> work) =>
        store.WriteAsync(
            connection => work(new NotedCalls(connection, tenant)),
            CancellationToken.None
        );
}
