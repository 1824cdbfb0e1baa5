using System.Text.Json;
using System.Threading.Channels;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Core.Chat;

/// <summary>Gives the answers to interactions of a platform that were acknowledged before they were decided.</summary>
public interface ILateAnswers
{
    /// <summary>As <see cref="IChatPlatform.Name"/>.</summary>
    string Platform { get; }

    /// <summary>Answers the person. What goes wrong is logged there: nothing else depends on it.</summary>
    /// <param name="address">As it was given when the interaction was taken in.</param>
    Task AnswerAsync(Interaction interaction, string address, Reply reply);
}

/// <summary>
/// Takes in what people do where the platform wants to be told "received" and nothing more. A few at a time are decided at
/// once. When more come than can be decided, they are only made durable, acknowledged, and decided one after the other as
/// they came: nobody's click is lost or given up because many others clicked too. What waits is in the database alone: a rush
/// fills no memory, and what was waiting when the process died is decided when it starts again.
/// </summary>
public sealed class InteractionInbox : BackgroundService
{
    // Those that are decided before they are acknowledged. More would only wait for each other.
    private const int AtOnce = 4;

    // Some minutes of work. Who comes when there is this much waits for a decision.
    private const int MostWaiting = 250_000;

    // They share a commit.
    private const int Batch = 16;

    // Between two batches while more come: one that is not acknowledged in time is lost, one that is decided late is only late.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    // As long as more wait to be acknowledged than are decided at once, up to so many breaths: however great the rush, what
    // was acknowledged gets on.
    private const int MostBreaths = 10;

    // Before a store that could not be used is tried again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly IStore _store;
    private readonly InteractionRouter _router;
    private readonly InteractionRouter _behind;
    private readonly Dictionary<string, ILateAnswers> _answers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<bool> _came = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private int _deciding;
    private int _accepting;
    private int _waiting;
    private long _lastCame;

    /// <summary>An inbox before a router.</summary>
    public InteractionInbox(
        IStore store,
        Slices slices,
        Situations situations,
        InteractionRouter router,
        IEnumerable<ILateAnswers> answers,
        TimeProvider time,
        ILogger<InteractionInbox> log,
        ILogger<InteractionRouter> routerLog
    )
    {
        _store = store;
        _router = router;
        _behind = new InteractionRouter(store.Behind, slices, situations, time, routerLog);
        _answers = answers.ToDictionary(known => known.Platform);
        _time = time;
        _log = log;
    }

    /// <summary>How many were acknowledged and are not decided yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes one in. When the task completes it is durable, decided or not.</summary>
    /// <param name="address">Where to answer when it is decided later; the platform reads it.</param>
    /// <returns>The reply, or null when it is decided and answered later.</returns>
    /// <exception cref="StoreUnavailableException">It could not be made durable: it is not accepted.</exception>
    public async Task<Reply?> TakeAsync(Interaction interaction, string address)
    {
        var deciding = Interlocked.Increment(ref _deciding);
        try
        {
            // As long as one waits, nobody passes it.
            if (
                (Waiting == 0 && deciding <= AtOnce)
                || Waiting >= MostWaiting
                || !_router.Writes(interaction)
                || !_answers.ContainsKey(interaction.Platform)
            )
                return await _router.HandleAsync(interaction, CancellationToken.None);
        }
        finally
        {
            Interlocked.Decrement(ref _deciding);
        }
        return await AcceptAsync(new Accepted(interaction, address))
            ? null
            : Reply.Say(Phrase.Of("router.already-done"));
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Nobody is served yet: whatever waits was left by the process before this one.
        _waiting = await LeftAsync(cancellationToken);
        if (_waiting > 0)
            _log.LogInformation("{Count} acknowledged interactions are decided now", _waiting);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var batch = await NextAsync(stoppingToken);
                if (batch.Count == 0)
                {
                    await _came.Reader.ReadAsync(stoppingToken);
                    continue;
                }
                // They queue up for the writer in this order.
                await Task.WhenAll(batch.Select(one => SettleAsync(one, stoppingToken)));
                if (Interlocked.Add(ref _waiting, -batch.Count) > 0)
                    await GiveWayAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is decided at the next start.
        }
    }

    // The real clock: it spares the machine.
    private async Task GiveWayAsync(CancellationToken stopping)
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastCame)) > Breath)
            return;
        var breaths = 0;
        do await Task.Delay(Breath, TimeProvider.System, stopping);
        while (++breaths < MostBreaths && Volatile.Read(ref _accepting) > AtOnce);
    }

    private async Task<bool> AcceptAsync(Accepted accepted)
    {
        Interlocked.Increment(ref _waiting);
        Interlocked.Increment(ref _accepting);
        Volatile.Write(ref _lastCame, TimeProvider.System.GetTimestamp());
        var isNew = false;
        try
        {
            var pending = JsonSerializer.Serialize(accepted, Json.Options);
            var (interaction, now) = (accepted.Interaction, _time.Moment());
            isNew = await _store.WriteAsync(
                connection =>
                    new Records(connection, interaction.Tenant).Accept(
                        interaction.Key,
                        now,
                        pending
                    ),
                CancellationToken.None
            );
            if (isNew)
                _came.Writer.TryWrite(true);
            return isNew;
        }
        finally
        {
            Interlocked.Decrement(ref _accepting);
            if (!isNew)
                Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task SettleAsync(Pending pending, CancellationToken stopping)
    {
        while (true)
            try
            {
                await DecideAsync(pending);
                return;
            }
            catch (StoreUnavailableException full)
            {
                _log.LogError(full, "An acknowledged interaction waits for the store");
                await Task.Delay(Pause, _time, stopping);
            }
    }

    private async Task DecideAsync(Pending pending)
    {
        var (accepted, reply) = await DecidedAsync(pending);
        // A refusal wrote nothing, not even that it was looked at.
        if (reply is null or Reply.Refused)
            await SettledAsync(pending);
        if (
            accepted is var (interaction, address)
            && reply is not (null or Reply.Nothing)
            && _answers.TryGetValue(interaction.Platform, out var answers)
        )
            await answers.AnswerAsync(interaction, address, reply);
    }

    // Without a reply where it cannot be decided: the others must not wait for it for ever.
    private async Task<(Accepted? Accepted, Reply? Reply)> DecidedAsync(Pending pending)
    {
        try
        {
            var accepted = JsonSerializer.Deserialize<Accepted>(pending.Text, Json.Options)!;
            return (accepted, await _behind.SettleAsync(accepted.Interaction));
        }
        catch (Exception bug) when (bug is not StoreUnavailableException)
        {
            _log.LogError(bug, "An acknowledged interaction could not be decided");
            return (null, null);
        }
    }

    private Task<bool> SettledAsync(Pending pending) =>
        _store.Behind.WriteAsync(
            connection =>
                new Records(connection, new TenantId(pending.Tenant)).Settle(
                    pending.Key,
                    _time.Moment()
                ),
            CancellationToken.None
        );

    private async Task<List<Pending>> NextAsync(CancellationToken stopping)
    {
        while (true)
            try
            {
                return await _store.ReadAsync(
                    connection =>
                        connection
                            .Query<Pending>(
                                """
                                SELECT tenant, key, pending AS text FROM inbox
                                WHERE pending IS NOT NULL ORDER BY at, tenant, key LIMIT @Batch
                                """,
                                new { Batch }
                            )
                            .AsList(),
                    stopping
                );
            }
            catch (StoreUnavailableException away)
            {
                _log.LogError(away, "Acknowledged interactions wait for the store");
                await Task.Delay(Pause, _time, stopping);
            }
    }

    private Task<int> LeftAsync(CancellationToken cancellation) =>
        _store.ReadAsync(
            connection =>
                connection.ExecuteScalar<int>(
                    "SELECT COUNT(*) FROM inbox WHERE pending IS NOT NULL"
                ),
            cancellation
        );

    /// <summary>An interaction that was acknowledged, and where its answer goes.</summary>
    private sealed record Accepted(Interaction Interaction, string Address);

    /// <summary>The same as it is kept.</summary>
    private sealed record Pending(string Tenant, string Key, string Text);
}
