using System.Collections.Concurrent;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Time;
using EscalationCollab.CustomerChannels.Email;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Microsoft365;

/// <summary>
/// Mail to customers from a shared mailbox of Microsoft 365. A mail is put among the drafts under a key of its own and then
/// sent, so that a second attempt finds what became of the first one, and colleagues find in the mailbox what was written.
/// </summary>
internal sealed class Microsoft365Channel(
    EmailOptions options,
    Microsoft365Mailbox mailbox,
    TimeProvider time,
    ILogger<Microsoft365Channel> log
) : ICustomerChannel
{
    // What is handed over leaves the drafts within seconds.
    private const int Looks = 3;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly BackOff _backOff = new();
    private readonly ConcurrentDictionary<string, byte> _underWay = new();
    private readonly Lock _gate = new();
    private Instant _heldUntil = Instant.MinValue;

    public string Name => "email";

    public async Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
    {
        var key = ComposeMail.Key(message);
        if (!_underWay.TryAdd(key, 0))
            return new Delivery.Later(
                Duration.FromMinutes(1),
                "The message is being sent at this moment."
            );
        try
        {
            var delivery = await DeliverAsync(message, key, cancellation);
            log.Log(
                delivery is Delivery.Accepted ? LogLevel.Information : LogLevel.Warning,
                "Mail {EffectId} of {Escalation}: {Delivery}",
                message.EffectId,
                message.Escalation,
                delivery.GetType().Name
            );
            return delivery;
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }

    private async Task<Delivery> DeliverAsync(
        CustomerMessage message,
        string key,
        CancellationToken cancellation
    )
    {
        var recipients = Recipients.Of(message);
        if (recipients.Usable.Count == 0)
            return new Delivery.Refused(recipients.Nobody);
        if (Held() is { } wait)
            return new Delivery.Later(wait, "Microsoft 365 has asked to wait.");
        try
        {
            var sent = await SendOnceAsync(message, recipients, key, cancellation);
            _backOff.Forget(key);
            return sent;
        }
        catch (Microsoft365Failure e) when (e.Kind == Microsoft365FailureKind.Permanent)
        {
            _backOff.Forget(key);
            return new Delivery.Refused(e.Message);
        }
        catch (Microsoft365Failure e) when (e.Kind == Microsoft365FailureKind.Unclear)
        {
            return await AfterwardsAsync(message, recipients, key, e, cancellation);
        }
        catch (Microsoft365Failure e)
        {
            if (e.Kind == Microsoft365FailureKind.Setup)
                log.LogError("Mail cannot be sent from Microsoft 365: {Why}", e.Message);
            return Later(key, e);
        }
    }

    private async Task<Delivery> SendOnceAsync(
        CustomerMessage message,
        Recipients recipients,
        string key,
        CancellationToken cancellation
    )
    {
        var id = ComposeMail.MessageId(message, options.Sender);
        var mail = await mailbox.FindAsync(key, id, cancellation);
        if (mail is not { IsDraft: false })
        {
            mail ??= await mailbox.DraftAsync(
                ComposeMail
                    .Compose(message, options.Sender, recipients.Usable, time.Moment())
                    .Bytes,
                key,
                cancellation
            );
            await mailbox.SendAsync(mail, cancellation);
        }
        return Accepted(mail, id, recipients);
    }

    /// <summary>Whether it was sent, looked up where it must be; unclear only while it cannot be looked up.</summary>
    private async Task<Delivery> AfterwardsAsync(
        CustomerMessage message,
        Recipients recipients,
        string key,
        Microsoft365Failure failure,
        CancellationToken cancellation
    )
    {
        var id = ComposeMail.MessageId(message, options.Sender);
        try
        {
            for (var look = 1; ; look++)
            {
                var mail = await mailbox.FindAsync(key, id, cancellation);
                if (mail is { IsDraft: false })
                    return Accepted(mail, id, recipients);
                if (look == Looks)
                    return mail is null
                        ? new Delivery.Unclear(failure.Message)
                        : Later(key, failure);
                await Task.Delay(BetweenLooks, time, cancellation);
            }
        }
        catch (Microsoft365Failure)
        {
            return new Delivery.Unclear(failure.Message);
        }
    }

    private static Delivery.Accepted Accepted(KeptMail mail, string id, Recipients recipients) =>
        new(mail.MessageId.Length > 0 ? mail.MessageId : id) { Missed = recipients.Unusable };

    private Delivery.Later Later(string key, Microsoft365Failure failure)
    {
        var wait = _backOff.Next(key);
        if (failure.After is not { } after)
            return new Delivery.Later(wait, failure.Message);
        // It is the mailbox that is to rest, not this message alone.
        lock (_gate)
            _heldUntil = Instant.Max(_heldUntil, time.Moment() + after);
        return new Delivery.Later(after, failure.Message);
    }

    private Duration? Held()
    {
        lock (_gate)
            return _heldUntil - time.Moment() is var wait && wait > Duration.Zero ? wait : null;
    }
}
