using System.Data;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

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
    /// <summary>How long what is done on one platform waits for another; then that one goes on by itself.</summary>
    internal static readonly Duration Courtesy = Duration.FromSeconds(1);

    private static readonly Duration FirstPause = Duration.FromSeconds(30);

    private readonly IStore _store;
    private readonly Slices _slices;
    private readonly List<IChatPlatform> _platforms;
    private readonly EffectDecisions _decisions;
    private readonly NoticeSender _notices;
    private readonly PersonalNoticeSender _personal;
    private readonly Situations _situations;
    private readonly HomeSender _homes;

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
    }

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(OutboxItem item, CancellationToken cancellation)
    {
        try
        {
            return item.Effect switch
            {
                SetAside aside => await AgainAsync(item, aside, cancellation),
                Notice { To: Destination.Direct(var person) } => await DirectAsync(
                    item,
                    person,
                    cancellation
                ),
                { IsPerPlatform: true } when _platforms.Count > 1 => await OnEachAsync(
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
            return OutcomeOf(failed);
        }
    }

    /// <summary>A platform that cannot be reached is waited for as long as it takes; only its refusals count as failures.</summary>
    private static Performed OutcomeOf(ChatException failed) =>
        IsAway(failed)
            ? Performed.Later(failed.After ?? Duration.FromSeconds(30), failed.Message)
            : Performed.Failed(failed.Message);

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

    // A platform that was taken out of the configuration meanwhile is not waited for any longer.
    private async Task<Performed> AgainAsync(
        OutboxItem item,
        SetAside aside,
        CancellationToken cancellation
    ) =>
        _platforms.Find(known => known.Name == aside.Platform) is { } platform
            ? await OnAsync(aside.Again(item), [platform], cancellation)
            : Performed.Done();

    /// <summary>
    /// Each platform by itself: what one cannot take now is set aside for it, what takes long there goes on by itself, and
    /// the others go on.
    /// </summary>
    private async Task<Performed> OnEachAsync(OutboxItem item, CancellationToken cancellation)
    {
        var works = _platforms
            .Select(platform => (platform, Work: TryAsync(item, platform, cancellation)))
            .ToList();
        var all = Task.WhenAll(works.Select(each => each.Work));
        if (!await IsInTimeAsync(all) && works.Exists(each => each.Work.IsFaulted))
            await all;
        var late = works.FindAll(each => !each.Work.IsCompleted);
        var parts = new List<Part>();
        foreach (var (_, work) in works.Except(late))
            parts.Add(await work);
        return Performed.Done(
            connection =>
            {
                foreach (var part in parts)
                    part.Commit?.Invoke(connection);
                PutAside(item, parts.Select(part => part.Aside).OfType<SetAside>(), connection);
            },
            [.. late.Select(each => GoesOn(item, each.platform, each.Work))]
        );
    }

    private async Task<bool> IsInTimeAsync(Task work)
    {
        if (work.IsCompleted)
            return true;
        using var over = new CancellationTokenSource();
        await Task.WhenAny(work, Task.Delay(Courtesy.ToTimeSpan(), _situations.Time, over.Token));
        await over.CancelAsync();
        return work.IsCompleted;
    }

    // Nothing coalesces with what has begun.
    private Remainder GoesOn(OutboxItem item, IChatPlatform platform, Task<Part> work) =>
        new(Aside(item, platform, Duration.Zero) with { Key = null }, OutcomeOfAsync(work));

    private async Task<Performed> OutcomeOfAsync(Task<Part> work)
    {
        var part = await work;
        return part switch
        {
            { Failed: { } failed } => OutcomeOf(failed),
            { Aside: { } aside } => Performed.Later(
                aside.Due - _situations.Time.Moment(),
                "it comes behind something that waits"
            ),
            _ => Performed.Done(part.Commit),
        };
    }

    /// <summary>
    /// Word to one person: on a platform that is known to be down only when there is no other on which they are reached.
    /// What cannot be said to one person now does not keep others waiting for theirs.
    /// </summary>
    private async Task<Performed> DirectAsync(
        OutboxItem item,
        PersonId person,
        CancellationToken cancellation
    )
    {
        IChatPlatform? waitedFor = null;
        foreach (var platform in _platforms)
        {
            if (
                await WaitingUntilAsync(item, platform, cancellation) is not null
                || await ReachesAsync(item, platform, person, cancellation) is not { } reaches
            )
            {
                waitedFor ??= platform;
                continue;
            }
            if (!reaches)
                continue;
            var work = AskAsync(item, platform, cancellation);
            return _platforms.Count == 1 || await IsInTimeAsync(work)
                ? Settled(item, await work)
                : Performed.Done(null, [GoesOn(item, platform, work)]);
        }
        return waitedFor is null
            ? await OnAsync(item, [], cancellation)
            : Settled(
                item,
                new Part(
                    null,
                    SetAside.Of(
                        item,
                        waitedFor.Name,
                        await WaitingUntilAsync(item, waitedFor, cancellation)
                            ?? _situations.Time.Moment() + FirstPause
                    )
                )
            );
    }

    // What a platform refuses, it refuses; only when it cannot be reached does the word wait.
    private async Task<Part> AskAsync(
        OutboxItem item,
        IChatPlatform platform,
        CancellationToken cancellation
    )
    {
        try
        {
            return Of(item, await OnAsync(item, [platform], cancellation));
        }
        catch (ChatException away) when (IsAway(away))
        {
            return Part.Not(away, Aside(item, platform, away.After ?? FirstPause));
        }
    }

    private Performed Settled(OutboxItem item, Part part) =>
        Performed.Done(connection =>
        {
            part.Commit?.Invoke(connection);
            PutAside(item, part.Aside is { } aside ? [aside] : [], connection);
        });

    /// <summary>Null when the platform cannot tell now, or not as soon as others wait for it.</summary>
    private async Task<bool?> ReachesAsync(
        OutboxItem item,
        IChatPlatform platform,
        PersonId person,
        CancellationToken cancellation
    )
    {
        using var over = new CancellationTokenSource(
            _platforms.Count == 1 ? Timeout.InfiniteTimeSpan : Courtesy.ToTimeSpan(),
            _situations.Time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            over.Token,
            cancellation
        );
        try
        {
            return await platform.ReachesAsync(item.Tenant, person, either.Token);
        }
        catch (Exception unknown)
            when (unknown is ChatException
                || unknown is OperationCanceledException && !cancellation.IsCancellationRequested
            )
        {
            return null;
        }
    }

    private async Task<Part> TryAsync(
        OutboxItem item,
        IChatPlatform platform,
        CancellationToken cancellation
    )
    {
        // What waits there already comes first, and tells when the platform is back: this one is due with it, behind it.
        if (await WaitingUntilAsync(item, platform, cancellation) is { } until)
            return new Part(null, SetAside.Of(item, platform.Name, until));
        try
        {
            return Of(item, await OnAsync(item, [platform], cancellation));
        }
        catch (ChatException failed)
        {
            return Part.Not(failed, Aside(item, platform, failed.After ?? FirstPause));
        }
    }

    private static Part Of(OutboxItem item, Performed performed) =>
        performed is Performed.Finished done
            ? new Part(done.Commit, null)
            : throw new InvalidOperationException(
                $"{item.Effect.GetType().Name} was not done and does not say why"
            );

    private static bool IsAway(ChatException failed) =>
        failed.Failure is ChatFailure.RateLimited or ChatFailure.Unavailable;

    private SetAside Aside(OutboxItem item, IChatPlatform platform, Duration after) =>
        SetAside.Of(item, platform.Name, _situations.Time.Moment() + after);

    private void PutAside(
        OutboxItem item,
        IEnumerable<SetAside> asides,
        IDbConnection connection
    ) =>
        new Records(connection, item.Tenant).AddEffects(
            asides,
            item.Number,
            _situations.Time.Moment()
        );

    private Task<Instant?> WaitingUntilAsync(
        OutboxItem item,
        IChatPlatform platform,
        CancellationToken cancellation
    ) =>
        _store.ReadAsync(
            connection =>
                new Records(connection, item.Tenant).WaitingUntil(
                    SetAside.LaneOf(item.Effect, platform.Name),
                    item.Number
                ),
            cancellation
        );

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

    /// <summary>What one platform did: it is done, or it is set aside for it.</summary>
    private sealed record Part(Action<IDbConnection>? Commit, SetAside? Aside)
    {
        public ChatException? Failed { get; private init; }

        public static Part Not(ChatException failed, SetAside aside) =>
            new(null, aside) { Failed = failed };
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
