using System.Text.Json;
using System.Text.Json.Serialization;
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
/// they came: nobody's click is lost or given up because many others clicked too. Whatever was waiting when the process died
/// is decided when it starts again.
/// </summary>
public sealed class InteractionInbox : BackgroundService
{
    // Those that are decided before they are acknowledged. More would only wait for each other.
    private const int AtOnce = 4;

    // What waits is kept in memory beside the database; who comes when there is this much waits for a decision.
    private const int MostWaiting = 50_000;

    // They share a commit.
    private const int Batch = 16;

    // Between two batches while more come: one that is not acknowledged in time is lost, one that is decided late is only late.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    // Before a store that could not be written to is tried again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly IStore _store;
    private readonly InteractionRouter _router;
    private readonly InteractionRouter _behind;
    private readonly Dictionary<string, ILateAnswers> _answers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<Accepted> _accepted = Channel.CreateUnbounded<Accepted>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private int _deciding;
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
        return await AcceptAsync(new Accepted(interaction, address));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Accepted>(Batch);
        try
        {
            foreach (var left in await LeftAsync(stoppingToken))
                await SettleAsync(left, stoppingToken);
            while (await _accepted.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < Batch && _accepted.Reader.TryRead(out var next))
                    batch.Add(next);
                // They queue up for the writer in this order.
                await Task.WhenAll(batch.Select(one => SettleAsync(one, stoppingToken)));
                Interlocked.Add(ref _waiting, -batch.Count);
                batch.Clear();
                // The real clock: it spares the machine.
                if (
                    TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastCame)) < Breath
                    && Waiting > 0
                )
                    await Task.Delay(Breath, TimeProvider.System, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is decided at the next start.
        }
    }

    private async Task<Reply?> AcceptAsync(Accepted accepted)
    {
        Interlocked.Increment(ref _waiting);
        Volatile.Write(ref _lastCame, TimeProvider.System.GetTimestamp());
        var queued = false;
        try
        {
            var pending = JsonSerializer.Serialize(accepted, Json.Options);
            var (interaction, now) = (accepted.Interaction, _time.Moment());
            var isNew = await _store.WriteAsync(
                connection =>
                    new Records(connection, interaction.Tenant).Accept(
                        interaction.Key,
                        now,
                        pending
                    ),
                CancellationToken.None
            );
            if (!isNew)
                return Reply.Say(Phrase.Of("router.already-done"));
            queued = _accepted.Writer.TryWrite(accepted);
            return null;
        }
        finally
        {
            if (!queued)
                Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task SettleAsync(Accepted accepted, CancellationToken stopping)
    {
        while (true)
            try
            {
                var (interaction, address) = (accepted.Interaction, accepted.Address);
                var reply = await _behind.SettleAsync(interaction);
                // A refusal wrote nothing, not even that it was looked at.
                if (reply is Reply.Refused)
                    await SettledAsync(interaction);
                if (
                    reply is not Reply.Nothing
                    && _answers.TryGetValue(interaction.Platform, out var answers)
                )
                    await answers.AnswerAsync(interaction, address, reply);
                return;
            }
            catch (StoreUnavailableException full)
            {
                _log.LogError(full, "An accepted {Route} waits for the store", accepted.Route);
                await Task.Delay(Pause, _time, stopping);
            }
            catch (Exception bug)
            {
                _log.LogError(bug, "An accepted {Route} failed", accepted.Route);
                return;
            }
    }

    private Task<bool> SettledAsync(Interaction interaction) =>
        _store.Behind.WriteAsync(
            connection =>
                new Records(connection, interaction.Tenant).Settle(interaction.Key, _time.Moment()),
            CancellationToken.None
        );

    private async Task<IReadOnlyList<Accepted>> LeftAsync(CancellationToken cancellation)
    {
        var rows = await _store.ReadAsync(
            connection =>
                connection
                    .Query<string>(
                        "SELECT pending FROM inbox WHERE pending IS NOT NULL ORDER BY at, tenant, key"
                    )
                    .AsList(),
            cancellation
        );
        if (rows.Count > 0)
            _log.LogInformation("{Count} acknowledged interactions are decided now", rows.Count);
        return [.. rows.Select(row => JsonSerializer.Deserialize<Accepted>(row, Json.Options)!)];
    }

    /// <summary>An interaction that was acknowledged, and where its answer goes.</summary>
    private sealed record Accepted(Interaction Interaction, string Address)
    {
        [JsonIgnore]
        public string Route => Interaction.Route;
    }
}
