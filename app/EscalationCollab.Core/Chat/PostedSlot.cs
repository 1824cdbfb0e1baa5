using System.Data;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>A message that was found or posted for a slot.</summary>
/// <param name="Target">For whom, as the slot keeps it.</param>
/// <param name="EffectId">What it was posted with.</param>
internal sealed record SlotMessage(string Target, string EffectId, MessageRef Message);

/// <summary>
/// The messages of one slot of notices. That a message is about to be posted is kept before the platform is asked, so
/// that after a crash the message is looked for and edited, not posted a second time by whatever notice comes next.
/// </summary>
internal sealed class PostedSlot(
    IStore store,
    IReadOnlyList<IChatPlatform> platforms,
    TenantId tenant,
    EscalationNumber number,
    string slot
)
{
    /// <summary>The message that stands for a target, or null.</summary>
    public Task<MessageRef?> EarlierAsync(string target, CancellationToken cancellation) =>
        store.ReadAsync(
            connection => new Records(connection, tenant).Posted(number, slot, target),
            cancellation
        );

    /// <summary>Finds out what became of the posts that were begun and whose answer was not kept. Nothing is kept here.</summary>
    /// <param name="there">Whose posts; those of others stay as they are.</param>
    /// <returns>The messages that are there.</returns>
    /// <exception cref="ChatException">A platform could not tell now.</exception>
    public async Task<IReadOnlyList<SlotMessage>> FindAsync(
        IReadOnlyList<IChatPlatform> there,
        CancellationToken cancellation
    )
    {
        var begun = await store.ReadAsync(
            connection => new Records(connection, tenant).Postings(number, slot),
            cancellation
        );
        var found = new List<SlotMessage>();
        foreach (var (target, posting) in begun.Where(one => IsOf(one.Posting, there)))
            if (await FindAsync(posting, cancellation) is { } message)
                found.Add(new SlotMessage(target, posting.EffectId, message));
            else
                await ChangeAsync(
                    records => records.EndPosting(number, slot, target),
                    cancellation
                );
        return found;
    }

    /// <summary>Posts a card, having kept that it is about to.</summary>
    /// <exception cref="ChatException">It could not be posted, or may have been.</exception>
    public async Task<SlotMessage> PostAsync(
        IChatPlatform platform,
        string target,
        Outgoing outgoing,
        Instant now,
        CancellationToken cancellation
    )
    {
        var posting = new Posting(
            outgoing.EffectId,
            tenant,
            platform.Name,
            outgoing.Room,
            outgoing.Person,
            now
        );
        await ChangeAsync(
            records => records.BeginPosting(number, slot, target, posting),
            cancellation
        );
        var message = await platform.PostAsync(outgoing, cancellation);
        return new SlotMessage(target, outgoing.EffectId, message);
    }

    /// <summary>Keeps messages at once, when what they belong to cannot be finished yet.</summary>
    public Task KeepAsync(IReadOnlyList<SlotMessage> messages, CancellationToken cancellation) =>
        ChangeAsync(records => Keep(records, messages), cancellation);

    /// <summary>Keeps messages in a transaction.</summary>
    public void Keep(IDbConnection connection, IReadOnlyList<SlotMessage> messages) =>
        Keep(new Records(connection, tenant), messages);

    /// <summary>Forgets a message that is no longer there.</summary>
    public Task DropAsync(string target, CancellationToken cancellation) =>
        ChangeAsync(records => records.DropPosted(number, slot, target), cancellation);

    private void Keep(Records records, IReadOnlyList<SlotMessage> messages)
    {
        foreach (var message in messages)
        {
            records.SavePosted(number, slot, message.Target, message.Message);
            records.EndPosting(number, slot, message.Target);
        }
    }

    private async Task<MessageRef?> FindAsync(Posting posting, CancellationToken cancellation)
    {
        try
        {
            return platforms.FirstOrDefault(known => known.Name == posting.Platform) is { } platform
                ? await platform.FindAsync(posting, cancellation)
                : null;
        }
        catch (ChatException gone) when (gone.Failure is ChatFailure.Gone)
        {
            return null;
        }
    }

    // One of a platform that is gone is nobody's, and ended by whoever comes.
    private bool IsOf(Posting posting, IReadOnlyList<IChatPlatform> there) =>
        there.Any(platform => platform.Name == posting.Platform)
        || platforms.All(platform => platform.Name != posting.Platform);

    private Task<bool> ChangeAsync(Action<Records> change, CancellationToken cancellation) =>
        store.WriteAsync(
            connection =>
            {
                change(new Records(connection, tenant));
                return true;
            },
            cancellation
        );
}
