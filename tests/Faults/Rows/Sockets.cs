using EscalationCollab.Core;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// Envelopes by Socket Mode while sockets are renewed (<c>warning</c>, <c>refresh_requested</c>) and break. What is not
/// acknowledged comes again on the next socket, as Slack does it.
/// </summary>
internal static class Sockets
{
    private const int Quick = 20;
    private const int Each = 20;
    private static readonly TimeSpan Acknowledged = TimeSpan.FromSeconds(2);

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync(Quick, socket: true);
        var numbers = new List<EscalationNumber>();
        for (var i = 0; i < Math.Clamp(count / 20, 1, 20); i++)
            numbers.Add(await product.OwnedAsync());
        var (links, again) = (1, 0);
        var link = await product.Slack.LinkAsync(links);
        var (renewed, broken) = (0, 0);
        for (var sent = 0; sent < count; sent += Each)
        {
            var batch = Enumerable
                .Range(sent, Math.Min(Each, count - sent))
                .Select(i => (Id: $"env-{i}", Parcel: Parcel(product, numbers, i)))
                .ToList();
            var delivering = batch
                .Select(item => DeliverAsync(product, link, item.Id, item.Parcel))
                .ToList();
            // In the middle of it.
            switch (sent / Each % 3)
            {
                case 0:
                    await link.DisconnectAsync("warning");
                    renewed++;
                    break;
                case 1:
                    await link.DisconnectAsync("refresh_requested");
                    renewed++;
                    break;
                default:
                    link.Abort();
                    broken++;
                    break;
            }
            var done = await Task.WhenAll(delivering);
            link = await product.Slack.LinkAsync(++links);
            foreach (var (item, _) in batch.Zip(done).Where(pair => !pair.Second))
            {
                again++;
                await link.DeliverAsync(item.Parcel.Envelope, item.Parcel.Payload, item.Id);
            }
        }
        var stored = await product.StoredAsync();
        return new Finding(
            $"{count:N0} envelopes over {links:N0} sockets: {renewed} renewed, {broken} broken, {again:N0} envelopes delivered again",
            $"{stored:N0} decided: {Math.Max(0, stored - count)} extra, {Math.Max(0, count - stored)} missing",
            "0 extra, 0 missing"
        ).Must(stored == count, $"{stored} were decided instead of {count}");
    }

    private static Parcel Parcel(Case product, List<EscalationNumber> numbers, int turn) =>
        turn % 2 == 0
            ? product.Click(numbers[turn % numbers.Count])
            : product.Message(numbers[turn % numbers.Count]);

    /// <summary>Whether it was acknowledged on this socket.</summary>
    private static async Task<bool> DeliverAsync(
        Case product,
        FakeLink link,
        string id,
        Parcel parcel
    )
    {
        try
        {
            await link.DeliverAsync(parcel.Envelope, parcel.Payload, id)
                .WaitAsync(Acknowledged, TimeProvider.System);
            return true;
        }
        catch (Exception lost)
            when (lost
                    is TimeoutException
                        or System.Net.WebSockets.WebSocketException
                        or ObjectDisposedException
                        or OperationCanceledException
            )
        {
            return link.Acknowledged.ContainsKey(id);
        }
    }
}
