using System.Data;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
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

    /// <summary>The platform a reference is of.</summary>
    public IChatPlatform PlatformOf(string name) =>
        Platforms.First(platform => platform.Name == name);
}

/// <summary>Performs what the outbox hands over: timers decide, notices are composed and sent, other effects are asked of their slice.</summary>
public sealed class EffectRunner(
    IStore store,
    Slices slices,
    Situations situations,
    IEnumerable<IChatPlatform> platforms
) : IEffectPerformer
{
    private readonly List<IChatPlatform> _platforms = [.. platforms];

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(OutboxItem item, CancellationToken cancellation)
    {
        try
        {
            return item.Effect switch
            {
                TimerEffect timer => Performed.Done(connection => Ring(item, timer, connection)),
                Notice notice => await SendAsync(item, notice, cancellation),
                PersonalNotice notice => await TellAsync(item, notice, cancellation),
                var effect => await AskSliceAsync(item, effect, cancellation),
            };
        }
        catch (ChatException failed)
        {
            return OutcomeOf(failed);
        }
    }

    /// <summary>A platform that cannot be reached is waited for as long as it takes; only its refusals count as failures.</summary>
    private static Performed OutcomeOf(ChatException failed) =>
        failed.Failure is ChatFailure.RateLimited or ChatFailure.Unavailable
            ? Performed.Later(failed.After ?? Duration.FromSeconds(30), failed.Message)
            : Performed.Failed(failed.Message);

    private void Ring(OutboxItem item, TimerEffect timer, IDbConnection connection) =>
        Decide(
            item,
            connection,
            (escalation, situation, _) => DecisionOf(timer, escalation, situation)
        );

    private Decision DecisionOf(TimerEffect timer, Escalation escalation, Situation situation) =>
        slices.TimerOf(timer.GetType()) is { } decide
            ? decide(escalation, timer, situation)
            : throw new InvalidOperationException(
                $"no slice knows the timer {timer.GetType().Name}"
            );

    private async Task<Performed> AskSliceAsync(
        OutboxItem item,
        Effect effect,
        CancellationToken cancellation
    )
    {
        var perform =
            slices.PerformerOf(effect.GetType())
            ?? throw new InvalidOperationException($"no slice performs {effect.GetType().Name}");
        var (escalation, situation) = await LookAsync(item, cancellation);
        var performing = new Performing(
            item.EffectId,
            escalation,
            situation,
            _platforms,
            decide => Done(item, decide)
        )
        {
            FirstAsync = (decide, cancel) =>
                store.WriteAsync(connection => Decide(item, connection, decide), cancel),
        };
        return await perform(effect, performing, cancellation);
    }

    private Performed Done(OutboxItem item, Func<Escalation, Situation, Decision> decide) =>
        Performed.Done(connection =>
            Decide(item, connection, (escalation, situation, _) => decide(escalation, situation))
        );

    private Decision Decide(
        OutboxItem item,
        IDbConnection connection,
        Func<Escalation, Situation, Records, Decision> decide
    )
    {
        var records = new Records(connection, item.Tenant);
        var situation = situations.Of(records, PersonId.Product);
        if (item.Number is not { } number || records.Load(number) is not { } escalation)
            return Decision.Nothing;
        var decision = decide(escalation, situation, records);
        if (!decision.IsRefused)
            Commit.Write(escalation, decision, situation, records, slices);
        return decision;
    }

    private Task<(Escalation, Situation)> LookAsync(
        OutboxItem item,
        CancellationToken cancellation
    ) =>
        store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, item.Tenant);
                var number =
                    item.Number
                    ?? throw new InvalidOperationException("the effect names no escalation");
                var escalation =
                    records.Load(number)
                    ?? throw new InvalidOperationException($"{number} is not in the store");
                return (escalation, situations.Of(records, PersonId.Product));
            },
            cancellation
        );

    private async Task<Performed> SendAsync(
        OutboxItem item,
        Notice notice,
        CancellationToken cancellation
    )
    {
        var (escalation, situation) = await LookAsync(item, cancellation);
        var card =
            notice is WarRooms.CardNotice
                ? WarRooms.EscalationCard.Compose(escalation, situation, slices)
                : notice.Compose(escalation, situation);
        if (card is null)
            return Performed.Done();
        var posted = new List<(string Target, MessageRef Message)>();
        foreach (
            var (platform, room, person) in await TargetsAsync(
                notice,
                escalation,
                situation,
                cancellation
            )
        )
        {
            var outgoing = new Outgoing(
                $"{item.EffectId}/{platform.Name}",
                item.Tenant,
                card,
                room,
                person
            )
            {
                Language = situation.Policy.DefaultLanguage,
                Zone = situation.Policy.DefaultZone,
            };
            var target = person?.Value ?? $"{platform.Name}:{room?.Id}";
            var earlier = await EarlierAsync(item, notice, target, cancellation);
            if (earlier is not null)
                await platform.EditAsync(earlier, outgoing, cancellation);
            else if (!notice.OnlyEdits)
                posted.Add((target, await PostAsync(platform, notice, outgoing, cancellation)));
        }
        return Performed.Done(connection => Keep(item, notice, posted, connection));
    }

    /// <summary>A card about no escalation. A new one takes the place of the earlier one of its slot, which then points to it.</summary>
    private async Task<Performed> TellAsync(
        OutboxItem item,
        PersonalNotice notice,
        CancellationToken cancellation
    )
    {
        var (card, earlier, situation) = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, item.Tenant);
                var situation = situations.Of(records, PersonId.Product);
                return (
                    notice.Compose(records, situation),
                    records.Posted(PersonalNotice.NoEscalation, notice.Slot, notice.Person.Value),
                    situation
                );
            },
            cancellation
        );
        if (card is null || notice.OnlyEdits && earlier is null)
            return Performed.Done();
        var target = new Outgoing(item.EffectId, item.Tenant, card, null, notice.Person)
        {
            Language = situation.Policy.DefaultLanguage,
            Zone = situation.Policy.DefaultZone,
        };
        if (notice.OnlyEdits)
        {
            if (PlatformOf(earlier!) is { } platform)
                await platform.EditAsync(earlier!, target, cancellation);
            return Performed.Done();
        }
        foreach (var reached in _platforms)
            if (await reached.ReachesAsync(item.Tenant, notice.Person, cancellation))
                return await ReplaceAsync(item, notice, reached, target, earlier, cancellation);
        return Performed.Done();
    }

    private async Task<Performed> ReplaceAsync(
        OutboxItem item,
        PersonalNotice notice,
        IChatPlatform platform,
        Outgoing target,
        MessageRef? earlier,
        CancellationToken cancellation
    )
    {
        var message = await platform.PostAsync(target, cancellation);
        if (earlier is not null && earlier != message && PlatformOf(earlier) is { } before)
            await before.EditAsync(earlier, target with { Card = notice.Replaced }, cancellation);
        return Performed.Done(connection =>
            new Records(connection, item.Tenant).SavePosted(
                PersonalNotice.NoEscalation,
                notice.Slot,
                notice.Person.Value,
                message
            )
        );
    }

    private IChatPlatform? PlatformOf(MessageRef message) =>
        _platforms.FirstOrDefault(platform => platform.Name == message.Platform);

    private static async Task<MessageRef> PostAsync(
        IChatPlatform platform,
        Notice notice,
        Outgoing outgoing,
        CancellationToken cancellation
    )
    {
        var message = await platform.PostAsync(outgoing, cancellation);
        if (notice.Pinned)
            await platform.PinAsync(outgoing.Tenant, message, cancellation);
        return message;
    }

    private async Task<
        List<(IChatPlatform Platform, RoomRef? Room, PersonId? Person)>
    > TargetsAsync(
        Notice notice,
        Escalation escalation,
        Situation situation,
        CancellationToken cancellation
    )
    {
        var targets = new List<(IChatPlatform, RoomRef?, PersonId?)>();
        switch (notice.To)
        {
            case Destination.Room:
                targets.AddRange(
                    from room in escalation.Rooms
                    where !room.Archived
                    from platform in _platforms
                    where platform.Name == room.Room.Platform
                    select (platform, (RoomRef?)room.Room, (PersonId?)null)
                );
                break;
            case Destination.Announcement when !escalation.Restricted:
                foreach (var platform in _platforms)
                    if (
                        await platform.AnnouncementsAsync(situation.Tenant, cancellation) is
                        { } room
                    )
                        targets.Add((platform, room, null));
                break;
            case Destination.Direct(var person):
                foreach (var platform in _platforms)
                    if (await platform.ReachesAsync(situation.Tenant, person, cancellation))
                        return [(platform, null, person)];
                break;
        }
        return targets;
    }

    private Task<MessageRef?> EarlierAsync(
        OutboxItem item,
        Notice notice,
        string target,
        CancellationToken cancellation
    ) =>
        notice.Slot is null
            ? Task.FromResult<MessageRef?>(null)
            : store.ReadAsync(
                connection =>
                    new Records(connection, item.Tenant).Posted(
                        item.Number!.Value,
                        notice.Slot,
                        target
                    ),
                cancellation
            );

    private static void Keep(
        OutboxItem item,
        Notice notice,
        List<(string Target, MessageRef Message)> posted,
        IDbConnection connection
    )
    {
        var records = new Records(connection, item.Tenant);
        foreach (var (target, message) in posted)
            records.SavePosted(
                item.Number!.Value,
                notice.Slot ?? $"effect:{item.EffectId}",
                target,
                message
            );
    }
}
