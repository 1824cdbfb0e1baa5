using System.Data;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Chat;

/// <summary>What performing an effect may use.</summary>
/// <param name="EffectId">The same for every attempt; the key that platforms and channels recognise a repeat by.</param>
/// <param name="Escalation">Its state as of now.</param>
/// <param name="Situation">As of now, acting as the product.</param>
/// <param name="Platforms">The chat platforms that are configured.</param>
/// <param name="Done">Ends the effect: what was decided is stored with "done" in one transaction, on the state of that moment.</param>
public sealed record Performing(
    string EffectId,
    Escalation Escalation,
    Situation Situation,
    IReadOnlyList<IChatPlatform> Platforms,
    Func<Func<Escalation, Situation, Decision>, Performed> Done
)
{
    /// <summary>
    /// Stores a decision at once, in a transaction of its own, before the outside world is touched: what is about to happen
    /// is on record even if the process dies while it happens. The decision may look at the tenant's rows. A refusal stores
    /// nothing. Answers what was decided.
    /// </summary>
    public Func<
        Func<Escalation, Situation, Records, Decision>,
        CancellationToken,
        Task<Decision>
    > FirstAsync { get; init; } =
        (_, _) => throw new InvalidOperationException("nothing can be stored here");

    /// <summary>The open war rooms on these platforms. On one that is no longer configured nothing can be done.</summary>
    public IEnumerable<WarRoom> Rooms =>
        Escalation.Rooms.Where(room =>
            !room.Archived && Platforms.Any(platform => platform.Name == room.Room.Platform)
        );

    /// <summary>The platform a reference is of.</summary>
    public IChatPlatform PlatformOf(string name) =>
        Platforms.First(platform => platform.Name == name);
}

/// <summary>What a timer that is about no escalation may use. It must not mind being rung twice.</summary>
/// <param name="Policy">The one in force now.</param>
/// <param name="Time">The clock.</param>
public sealed record Ringing(
    TenantId Tenant,
    IStore Store,
    Policy.EscalationPolicy Policy,
    TimeProvider Time
);

/// <summary>Performs what the outbox hands over: timers decide, notices are composed and sent, other effects are asked of their slice.</summary>
public sealed class EffectRunner : IEffectPerformer
{
    private readonly IStore _store;
    private readonly Slices _slices;
    private readonly List<IChatPlatform> _platforms;
    private readonly EffectDecisions _decisions;
    private readonly NoticeSender _notices;
    private readonly PersonalNoticeSender _personal;
    private readonly Situations _situations;
    private readonly HomeSender _homes;
    private readonly EachPlatform _each;

    /// <summary>A runner on one store.</summary>
    public EffectRunner(
        IStore store,
        Slices slices,
        Situations situations,
        IEnumerable<IChatPlatform> platforms
    )
    {
        // Nobody waits for what the outbox performs.
        store = store.Behind;
        _store = store;
        _slices = slices;
        _platforms = [.. platforms];
        _situations = situations;
        _decisions = new EffectDecisions(store, slices, situations);
        _notices = new NoticeSender(store, slices, _decisions, _platforms);
        _personal = new PersonalNoticeSender(store, _decisions, _platforms);
        _homes = new HomeSender(store, slices, _decisions, _platforms);
        _each = new EachPlatform(store, situations, _platforms, OnAsync);
    }

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(OutboxItem item, CancellationToken cancellation)
    {
        try
        {
            return item.Effect switch
            {
                SetAside aside => await _each.AgainAsync(item, aside, cancellation),
                Notice { To: Destination.Direct(var person) } => await _each.DirectAsync(
                    item,
                    person,
                    cancellation
                ),
                { IsPerPlatform: true } when _platforms.Count > 1 => await _each.OnAllAsync(
                    item,
                    cancellation
                ),
                TimerEffect timer => Performed.Done(connection => Ring(item, timer, connection)),
                Notice => await OnAsync(item, _platforms, cancellation),
                PersonalNotice notice => await _personal.SendAsync(item, notice, cancellation),
                TenantTimer timer => await RingAsync(item, timer, cancellation),
                HomeNotice notice => await _homes.SendAsync(item, notice, cancellation),
                PinMessage pin => await PinAsync(item, pin, cancellation),
                _ => await OnAsync(item, _platforms, cancellation),
            };
        }
        catch (ChatException failed)
        {
            return EachPlatform.OutcomeOf(failed);
        }
    }

    /// <summary>Performs an effect as if there were no other platforms than these.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    private Task<Performed> OnAsync(
        OutboxItem item,
        IReadOnlyList<IChatPlatform> platforms,
        CancellationToken cancellation
    ) =>
        item.Effect is Notice notice
            ? _notices.SendAsync(item, notice, platforms, cancellation)
            : AskSliceAsync(item, item.Effect, platforms, cancellation);

    private void Ring(OutboxItem item, TimerEffect timer, IDbConnection connection) =>
        _decisions.Decide(
            item,
            connection,
            (escalation, situation, _) => DecisionOf(timer, escalation, situation)
        );

    private async Task<Performed> RingAsync(
        OutboxItem item,
        TenantTimer timer,
        CancellationToken cancellation
    )
    {
        var perform =
            _slices.TenantTimerOf(timer.GetType())
            ?? throw new InvalidOperationException(
                $"no slice knows the timer {timer.GetType().Name}"
            );
        await perform(
            timer,
            new Ringing(item.Tenant, _store, _situations.Policy, _situations.Time),
            cancellation
        );
        return Performed.Done();
    }

    private Decision DecisionOf(TimerEffect timer, Escalation escalation, Situation situation) =>
        _slices.TimerOf(timer.GetType()) is { } decide
            ? decide(escalation, timer, situation)
            : throw new InvalidOperationException(
                $"no slice knows the timer {timer.GetType().Name}"
            );

    private async Task<Performed> AskSliceAsync(
        OutboxItem item,
        Effect effect,
        IReadOnlyList<IChatPlatform> platforms,
        CancellationToken cancellation
    )
    {
        var perform =
            _slices.PerformerOf(effect.GetType())
            ?? throw new InvalidOperationException($"no slice performs {effect.GetType().Name}");
        var (escalation, situation) = await _decisions.LookAsync(item, cancellation);
        var performing = new Performing(
            item.EffectId,
            escalation,
            situation,
            platforms,
            decide => Done(item, decide)
        )
        {
            FirstAsync = (decide, cancel) =>
                _store.WriteAsync(
                    connection => _decisions.Decide(item, connection, decide),
                    cancel
                ),
        };
        return await perform(effect, performing, cancellation);
    }

    private Performed Done(OutboxItem item, Func<Escalation, Situation, Decision> decide) =>
        Performed.Done(connection =>
            _decisions.Decide(
                item,
                connection,
                (escalation, situation, _) => decide(escalation, situation)
            )
        );

    // Pinning has an effect of its own: a platform that refuses it still gets its card, once.
    private async Task<Performed> PinAsync(
        OutboxItem item,
        PinMessage pin,
        CancellationToken cancellation
    )
    {
        try
        {
            if (_platforms.Find(known => known.Name == pin.Message.Platform) is { } platform)
                await platform.PinAsync(item.Tenant, pin.Message, cancellation);
        }
        catch (ChatException gone) when (gone.Failure is ChatFailure.Gone)
        {
            // Somebody took the message away meanwhile; the next change of the card posts it anew.
        }
        return Performed.Done();
    }
}

/// <summary>Keeps a posted message at hand at the top of its room.</summary>
[StoredAs("pin-message")]
public sealed record PinMessage(MessageRef Message) : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => $"pins:{Message.Platform}";
}
