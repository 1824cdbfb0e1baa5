using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Chat;

/// <summary>Sends notices about no escalation. A new one takes the place of the earlier one of its slot, which then points to it.</summary>
internal sealed class PersonalNoticeSender(
    IStore store,
    EffectDecisions decisions,
    IReadOnlyList<IChatPlatform> platforms
)
{
    /// <summary>Sends one notice.</summary>
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    public async Task<Performed> SendAsync(
        OutboxItem item,
        PersonalNotice notice,
        CancellationToken cancellation
    )
    {
        var slot = new PostedSlot(
            store,
            platforms,
            item.Tenant,
            PersonalNotice.NoEscalation,
            notice.Slot
        );
        var (card, situation) = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, item.Tenant);
                var now = decisions.Of(records);
                return (notice.Compose(records, now), now);
            },
            cancellation
        );
        var round = new Round(item, notice, slot, situation);
        var posted = await FindAsync(round, cancellation);
        if (card is null)
            return Performed.Done();
        var outgoing = Outgoing(round, card);
        // What this very effect posted before a crash is its message; it is only brought up to date.
        if (notice.OnlyEdits || posted.Any(found => found.EffectId == item.EffectId))
        {
            if (await slot.EarlierAsync(notice.Person.Value, cancellation) is { } earlier)
                await EditAsync(earlier, outgoing, cancellation);
            return Performed.Done();
        }
        foreach (var platform in platforms)
            if (
                platform.Name != notice.NotOn
                && await platform.ReachesAsync(item.Tenant, notice.Person, cancellation)
            )
                return await ReplaceAsync(round, platform, outgoing, cancellation);
        return Performed.Done();
    }

    private static Outgoing Outgoing(Round round, Card card) =>
        new(round.Item.EffectId, round.Item.Tenant, card, null, round.Notice.Person)
        {
            Language = round.Situation.Policy.DefaultLanguage,
            Zone = round.Situation.Policy.DefaultZone,
        };

    private async Task<IReadOnlyList<SlotMessage>> FindAsync(
        Round round,
        CancellationToken cancellation
    )
    {
        var found = await round.Slot.FindAsync(platforms, cancellation);
        foreach (var message in found)
            await PointToAsync(round, message, cancellation);
        if (found.Count > 0)
            await round.Slot.KeepAsync(found, cancellation);
        return found;
    }

    private async Task<Performed> ReplaceAsync(
        Round round,
        IChatPlatform platform,
        Outgoing outgoing,
        CancellationToken cancellation
    )
    {
        var posted = await round.Slot.PostAsync(
            platform,
            round.Notice.Person.Value,
            outgoing,
            round.Situation.Now,
            cancellation
        );
        await PointToAsync(round, posted, cancellation);
        return Performed.Done(connection => round.Slot.Keep(connection, [posted]));
    }

    /// <summary>The earlier message of the slot points to the one that stands now.</summary>
    private async Task PointToAsync(Round round, SlotMessage posted, CancellationToken cancellation)
    {
        var earlier = await round.Slot.EarlierAsync(posted.Target, cancellation);
        if (earlier is not null && earlier != posted.Message)
            await EditAsync(earlier, Outgoing(round, round.Notice.Replaced), cancellation);
    }

    private async Task EditAsync(
        MessageRef message,
        Outgoing outgoing,
        CancellationToken cancellation
    )
    {
        try
        {
            if (platforms.FirstOrDefault(known => known.Name == message.Platform) is { } platform)
                await platform.EditAsync(message, outgoing, cancellation);
        }
        catch (ChatException gone) when (gone.Failure is ChatFailure.Gone)
        {
            // The person took the message away: nothing is left to bring up to date.
        }
    }

    /// <summary>One attempt to send a notice.</summary>
    private sealed record Round(
        OutboxItem Item,
        PersonalNotice Notice,
        PostedSlot Slot,
        Situation Situation
    );
}
