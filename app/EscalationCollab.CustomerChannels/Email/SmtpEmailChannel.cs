using System.Collections.Concurrent;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Mail to customers through the configured mail server.</summary>
internal sealed class SmtpEmailChannel(
    EmailOptions options,
    Handovers handovers,
    TimeProvider time,
    ILogger<SmtpEmailChannel> log
) : ICustomerChannel
{
    private readonly BackOff backOff = new();
    private readonly ConcurrentDictionary<string, byte> underWay = new();

    public string Name => "email";

    public async Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
    {
        var key = ComposeMail.Key(message);
        if (!underWay.TryAdd(key, 0))
            return new Delivery.Later(
                Duration.FromMinutes(1),
                "The message is being sent at this moment."
            );
        try
        {
            var delivery = await DeliverAsync(message, key, cancellation);
            Log(message, delivery);
            return delivery;
        }
        finally
        {
            underWay.TryRemove(key, out _);
        }
    }

    private async Task<Delivery> DeliverAsync(
        CustomerMessage message,
        string key,
        CancellationToken cancellation
    )
    {
        var attempt = new Attempt(message, Recipients.Of(message), key);
        try
        {
            if (await EarlierAsync(key, cancellation) is { } known)
                return known;
            if (attempt.Recipients.Usable.Count == 0)
                return new Delivery.Refused(attempt.Recipients.Nobody);
            return await ConverseAsync(attempt, cancellation);
        }
        catch (SmtpFailure e) when (attempt.HandedOver)
        {
            Tidy(() => handovers.Forget(key));
            return new Delivery.Unclear(e.Message);
        }
        catch (SmtpFailure e) when (e.Kind == SmtpFailureKind.Permanent)
        {
            backOff.Forget(key);
            return new Delivery.Refused(e.Message);
        }
        catch (SmtpFailure e)
        {
            if (e.Kind == SmtpFailureKind.Setup)
                log.LogError(
                    "Mail cannot be sent until the section Email is corrected: {Why}",
                    e.Message
                );
            return new Delivery.Later(backOff.Next(key), e.Message);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException && !attempt.HandedOver)
        {
            // Without the note on disk a crash could mail twice; so first the disk, then the mail.
            return new Delivery.Later(
                backOff.Next(key),
                $"The mail folder cannot be used: {e.Message}"
            );
        }
    }

    /// <summary>What is known of an earlier attempt that this program may not have lived to report.</summary>
    private async Task<Delivery?> EarlierAsync(string key, CancellationToken cancellation)
    {
        var found = await handovers.FindAsync(key, cancellation);
        if (found is null)
            return null;
        if (found.Length > 0)
            return new Delivery.Accepted(found);
        // Told once; after that a person who repeats it means it.
        handovers.Forget(key);
        return new Delivery.Unclear(
            "The program stopped while the mail server was taking the message."
        );
    }

    private async Task<Delivery> ConverseAsync(Attempt attempt, CancellationToken cancellation)
    {
        await using var session = await SmtpSession.OpenAsync(options, time, cancellation);
        var usable = attempt
            .Recipients.Usable.Where(m => session.CarriesUtf8 || !m.NeedsUtf8)
            .ToList();
        var missed = attempt.Recipients.Unusable.ToList();
        missed.AddRange(
            attempt
                .Recipients.Usable.Except(usable)
                .Select(m => $"{m.Address}: the mail server cannot carry this address")
        );
        if (usable.Count == 0)
            return new Delivery.Refused(string.Join("; ", missed));
        var draft = ComposeMail.Compose(attempt.Message, options.Sender, usable, time.Moment());
        if (!await AnnounceAsync(session, draft, usable, missed, cancellation))
        {
            await session.QuitAsync();
            backOff.Forget(attempt.Key);
            return new Delivery.Refused(string.Join("; ", missed));
        }
        var delivery = await HandOverAsync(session, draft, attempt, missed, cancellation);
        await session.QuitAsync();
        return delivery;
    }

    /// <summary>
    /// Names sender and recipients. False when all of them are refused for good. One that is refused for now holds the
    /// message back for all: sent to the others, it could not be repeated for that one without writing to them twice.
    /// </summary>
    private async Task<bool> AnnounceAsync(
        SmtpSession session,
        MailDraft draft,
        List<Mailbox> usable,
        List<string> missed,
        CancellationToken cancellation
    )
    {
        var reply = await session.MailFromAsync(
            options.Sender.From,
            draft.Bytes.Length,
            usable.Any(m => m.NeedsUtf8),
            cancellation
        );
        if (!reply.IsYes)
            throw SmtpFailure.Of("MAIL", reply);
        var taken = 0;
        foreach (var mailbox in usable)
        {
            reply = await session.RecipientAsync(mailbox, cancellation);
            if (reply.IsYes)
                taken++;
            else if (SmtpFailure.KindOf(reply) == SmtpFailureKind.Permanent)
                missed.Add($"{mailbox.Address}: {reply}");
            else
                throw SmtpFailure.Of("RCPT", reply);
        }
        return taken > 0;
    }

    private async Task<Delivery> HandOverAsync(
        SmtpSession session,
        MailDraft draft,
        Attempt attempt,
        List<string> missed,
        CancellationToken cancellation
    )
    {
        await session.BeginDataAsync(draft.Bytes, cancellation);
        await handovers.BeginAsync(attempt.Key, cancellation);
        attempt.HandedOver = true;
        var reply = await session.EndAsync(cancellation);
        // A plain answer, whichever it is, ends the doubt.
        attempt.HandedOver = false;
        if (!reply.IsYes)
        {
            Tidy(() => handovers.Forget(attempt.Key));
            throw SmtpFailure.Of("end of DATA", reply);
        }
        await NoteAcceptedAsync(attempt.Key, draft.MessageId);
        backOff.Forget(attempt.Key);
        return new Delivery.Accepted(draft.MessageId) { Missed = missed };
    }

    private async Task NoteAcceptedAsync(string key, string messageId)
    {
        try
        {
            await handovers.AcceptedAsync(key, messageId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The mail is out: that must be reported whatever the disk says.
            log.LogError(e, "The mail folder cannot be written");
        }
    }

    private void Tidy(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(e, "The mail folder cannot be written");
        }
    }

    // Answers of a server often quote the address, so only their kind is logged; the words go to the person.
    private void Log(CustomerMessage message, Delivery delivery) =>
        log.Log(
            delivery is Delivery.Accepted ? LogLevel.Information : LogLevel.Warning,
            "Mail {EffectId} of {Escalation}: {Delivery}",
            message.EffectId,
            message.Escalation,
            delivery.GetType().Name
        );

    private sealed class Attempt(CustomerMessage message, Recipients recipients, string key)
    {
        public CustomerMessage Message { get; } = message;

        public Recipients Recipients { get; } = recipients;

        public string Key { get; } = key;

        /// <summary>The last bytes are on their way and the answer is not here.</summary>
        public bool HandedOver { get; set; }
    }
}
