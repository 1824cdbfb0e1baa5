using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Mail to customers as files, while no mail server is configured: nothing leaves this machine.</summary>
internal sealed class FileEmailChannel(
    EmailOptions options,
    MailFolder folder,
    TimeProvider time,
    ILogger<FileEmailChannel> log
) : ICustomerChannel, IDisposable
{
    private readonly BackOff backOff = new();
    private readonly SemaphoreSlim one = new(1);

    public string Name => "email";

    public async Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
    {
        var recipients = Recipients.Of(message);
        if (recipients.Usable.Count == 0)
            return new Delivery.Refused(recipients.Nobody);
        // One at a time, so that two attempts at one message cannot both find it missing.
        await one.WaitAsync(cancellation);
        try
        {
            return await WriteAsync(message, recipients, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(e, "The mail folder cannot be written");
            return new Delivery.Later(
                backOff.Next(message.EffectId),
                $"The mail folder cannot be written: {e.Message}"
            );
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<Delivery> WriteAsync(
        CustomerMessage message,
        Recipients recipients,
        CancellationToken cancellation
    )
    {
        var now = time.Moment();
        var key = ComposeMail.Key(message);
        var draft = ComposeMail.Compose(message, options.Sender, recipients.Usable, now);
        if (!folder.Holds(key))
        {
            await AtomicFile.WriteAsync(
                folder.PathOf(MailFolder.IdOf(now, message.Escalation, key)),
                draft.Bytes,
                overwrite: false,
                cancellation
            );
            folder.Announce();
        }
        backOff.Forget(message.EffectId);
        return new Delivery.Accepted(draft.MessageId) { Missed = recipients.Unusable };
    }
}
