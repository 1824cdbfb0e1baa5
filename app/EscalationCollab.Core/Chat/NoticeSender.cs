using System.Data;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Sends notices about an escalation: composes the card as of now and edits the message of its slot, or posts one. Each
/// target is tried by itself: what fails for one does not keep the card from the others.
/// </summary>
internal sealed class NoticeSender(
    IStore store,
    Slices slices,
    EffectDecisions decisions,
    IReadOnlyList<IChatPlatform> platforms
)
{
    /// <summary>Sends one notice.</summary>
    /// <param name="there">Where it is posted.</param>
    /// <exception cref="ChatException">For at least one target it could not be done now or at all; what was posted is kept.</exception>
    public async Task<Performed> SendAsync(
        OutboxItem item,
        Notice notice,
        IReadOnlyList<IChatPlatform> there,
        CancellationToken cancellation
    )
    {
        var (escalation, situation) = await decisions.LookAsync(item, cancellation);
        var slot = new PostedSlot(
            store,
            platforms,
            item.Tenant,
            escalation.Number,
            notice.Slot ?? $"effect:{item.EffectId}"
        );
        var round = new Round(item, notice, slot, situation)
        {
            Viewers = notice is CardNotice ? InvitePeople.Wanted(escalation) : [],
        };
        await FindAsync(round, there, cancellation);
        if (Compose(notice, escalation, situation) is { } card)
            foreach (
                var target in await TargetsAsync(notice, there, escalation, situation, cancellation)
            )
                await TryAsync(round, target, card, cancellation);
        if (round.Failed is null)
            return Performed.Done(connection => Finish(round, connection));
        await store.WriteAsync(
            connection =>
            {
                Finish(round, connection);
                return true;
            },
            cancellation
        );
        throw round.Failed;
    }

    private Card? Compose(Notice notice, Escalation escalation, Situation situation) =>
        notice is CardNotice
            ? EscalationCard.Compose(escalation, situation, slices)
            : notice.Compose(escalation, situation);

    /// <summary>What was posted before a crash counts as posted, whether or not it would be composed again.</summary>
    private async Task FindAsync(
        Round round,
        IReadOnlyList<IChatPlatform> there,
        CancellationToken cancellation
    )
    {
        var found = await round.Slot.FindAsync(there, cancellation);
        if (found.Count > 0)
            await store.WriteAsync(
                connection =>
                {
                    Keep(round, found, connection);
                    return true;
                },
                cancellation
            );
    }

    private async Task TryAsync(
        Round round,
        Target target,
        Card card,
        CancellationToken cancellation
    )
    {
        try
        {
            await SendAsync(round, target, card, cancellation);
        }
        catch (ChatException gone)
            when (gone.Failure is ChatFailure.Gone
                && round.Notice.To is Destination.Room
                && target.Room is not null
            )
        {
            round.Lost.Add(target.Room);
        }
        catch (ChatException failed)
        {
            round.Failed ??= failed;
        }
    }

    private async Task SendAsync(
        Round round,
        Target target,
        Card card,
        CancellationToken cancellation
    )
    {
        var outgoing = new Outgoing(
            $"{round.Item.EffectId}/{target.Platform.Name}",
            round.Item.Tenant,
            card,
            target.Room,
            target.Person
        )
        {
            Language = round.Situation.Policy.DefaultLanguage,
            Zone = round.Situation.Policy.DefaultZone,
            Viewers = target.Room is null ? [] : round.Viewers,
        };
        if (await EditAsync(round, target, outgoing, cancellation) || round.Notice.OnlyEdits)
            return;
        var posted = await round.Slot.PostAsync(
            target.Platform,
            target.Key,
            outgoing,
            round.Situation.Now,
            cancellation
        );
        round.Posted.Add(posted);
    }

    /// <summary>Edits the message that stands. False when there is none any more: somebody may have taken it away.</summary>
    private async Task<bool> EditAsync(
        Round round,
        Target target,
        Outgoing outgoing,
        CancellationToken cancellation
    )
    {
        if (
            await round.Slot.EarlierAsync(target.Key, cancellation) is not { } earlier
            || platforms.FirstOrDefault(known => known.Name == earlier.Platform) is not { } platform
        )
            return false;
        try
        {
            await platform.EditAsync(earlier, outgoing, cancellation);
            return true;
        }
        catch (ChatException gone) when (gone.Failure is ChatFailure.Gone)
        {
            await round.Slot.DropAsync(target.Key, cancellation);
            return false;
        }
    }

    private static async Task<List<Target>> TargetsAsync(
        Notice notice,
        IReadOnlyList<IChatPlatform> there,
        Escalation escalation,
        Situation situation,
        CancellationToken cancellation
    )
    {
        var targets = new List<Target>();
        switch (notice.To)
        {
            case Destination.Room:
                targets.AddRange(
                    from room in escalation.Rooms
                    where !room.Archived
                    from platform in there
                    where platform.Name == room.Room.Platform
                    select new Target(platform, room.Room, null)
                );
                break;
            case Destination.Announcement when !escalation.Restricted:
                foreach (var platform in there)
                    targets.AddRange(
                        from room in await platform.AnnouncementsAsync(
                            situation.Tenant,
                            cancellation
                        )
                        select new Target(platform, room, null)
                    );
                break;
            case Destination.Direct(var person):
                foreach (var platform in there)
                    if (await platform.ReachesAsync(situation.Tenant, person, cancellation))
                        return [new Target(platform, null, person)];
                break;
        }
        return targets;
    }

    /// <summary>A message and that it is to be pinned are kept together: no crash comes between them.</summary>
    private static void Keep(
        Round round,
        IReadOnlyList<SlotMessage> messages,
        IDbConnection connection
    )
    {
        round.Slot.Keep(connection, messages);
        if (round.Notice.Pinned)
            new Records(connection, round.Item.Tenant).AddEffects(
                messages.Select(message => new PinMessage(message.Message)),
                round.Item.Number,
                round.Situation.Now
            );
    }

    private void Finish(Round round, IDbConnection connection)
    {
        Keep(round, round.Posted, connection);
        if (round.Lost.Count > 0)
            decisions.Decide(
                round.Item,
                connection,
                (escalation, _, _) => WarRoomLost.Decide(escalation, [.. round.Lost])
            );
    }

    /// <summary>Where a card goes; of room and person one is set.</summary>
    private sealed record Target(IChatPlatform Platform, RoomRef? Room, PersonId? Person)
    {
        public string Key => Person?.Value ?? $"{Platform.Name}:{Room?.Id}";
    }

    /// <summary>One attempt to send a notice, and what came of it.</summary>
    private sealed record Round(
        OutboxItem Item,
        Notice Notice,
        PostedSlot Slot,
        Situation Situation
    )
    {
        public IReadOnlyList<PersonId> Viewers { get; init; } = [];
        public List<SlotMessage> Posted { get; } = [];
        public List<RoomRef> Lost { get; } = [];
        public ChatException? Failed { get; set; }
    }
}
