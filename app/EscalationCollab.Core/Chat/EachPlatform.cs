using System.Data;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Lets an effect happen on several platforms without one waiting for another: what one cannot take now is set aside for it,
/// and what takes long there goes on by itself.
/// </summary>
/// <param name="perform">Performs an effect as if there were no other platforms than those it is given.</param>
internal sealed class EachPlatform(
    IStore store,
    Situations situations,
    IReadOnlyList<IChatPlatform> platforms,
    Func<OutboxItem, IReadOnlyList<IChatPlatform>, CancellationToken, Task<Performed>> perform
)
{
    /// <summary>How long what is done on one platform waits for another; then that one goes on by itself.</summary>
    public static readonly Duration Courtesy = Duration.FromSeconds(1);

    private static readonly Duration FirstPause = Duration.FromSeconds(30);

    /// <summary>
    /// What was set aside for a platform, once more. One that was taken out of the configuration meanwhile is not waited for any
    /// longer.
    /// </summary>
    public async Task<Performed> AgainAsync(
        OutboxItem item,
        SetAside aside,
        CancellationToken cancellation
    ) =>
        platforms.FirstOrDefault(known => known.Name == aside.Platform) is { } platform
            ? await perform(aside.Again(item), [platform], cancellation)
            : Performed.Done();

    /// <summary>
    /// Each platform by itself: what one cannot take now is set aside for it, what takes long there goes on by itself, and
    /// the others go on.
    /// </summary>
    public async Task<Performed> OnAllAsync(OutboxItem item, CancellationToken cancellation)
    {
        var works = platforms
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
        await Task.WhenAny(work, Task.Delay(Courtesy.ToTimeSpan(), situations.Time, over.Token));
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
                aside.Due - situations.Time.Moment(),
                "it comes behind something that waits"
            ),
            _ => Performed.Done(part.Commit),
        };
    }

    /// <summary>
    /// Word to one person: on a platform that is known to be down only when there is no other on which they are reached.
    /// What cannot be said to one person now does not keep others waiting for theirs.
    /// </summary>
    public async Task<Performed> DirectAsync(
        OutboxItem item,
        PersonId person,
        CancellationToken cancellation
    )
    {
        IChatPlatform? waitedFor = null;
        foreach (var platform in platforms)
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
            return platforms.Count == 1 || await IsInTimeAsync(work)
                ? Settled(item, await work)
                : Performed.Done(null, [GoesOn(item, platform, work)]);
        }
        return waitedFor is null
            ? await perform(item, [], cancellation)
            : Settled(
                item,
                new Part(
                    null,
                    SetAside.Of(
                        item,
                        waitedFor.Name,
                        await WaitingUntilAsync(item, waitedFor, cancellation)
                            ?? situations.Time.Moment() + FirstPause
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
            return Of(item, await perform(item, [platform], cancellation));
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
            platforms.Count == 1 ? Timeout.InfiniteTimeSpan : Courtesy.ToTimeSpan(),
            situations.Time
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
            return Of(item, await perform(item, [platform], cancellation));
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
        SetAside.Of(item, platform.Name, situations.Time.Moment() + after);

    private void PutAside(
        OutboxItem item,
        IEnumerable<SetAside> asides,
        IDbConnection connection
    ) =>
        new Records(connection, item.Tenant).AddEffects(
            asides,
            item.Number,
            situations.Time.Moment()
        );

    private Task<Instant?> WaitingUntilAsync(
        OutboxItem item,
        IChatPlatform platform,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
                new Records(connection, item.Tenant).WaitingUntil(
                    SetAside.LaneOf(item.Effect, platform.Name),
                    item.Number
                ),
            cancellation
        );

    /// <summary>A platform that cannot be reached is waited for as long as it takes; only its refusals count as failures.</summary>
    public static Performed OutcomeOf(ChatException failed) =>
        IsAway(failed)
            ? Performed.Later(failed.After ?? Duration.FromSeconds(30), failed.Message)
            : Performed.Failed(failed.Message);

    /// <summary>What one platform did: it is done, or it is set aside for it.</summary>
    private sealed record Part(Action<IDbConnection>? Commit, SetAside? Aside)
    {
        public ChatException? Failed { get; private init; }

        public static Part Not(ChatException failed, SetAside aside) =>
            new(null, aside) { Failed = failed };
    }
}
