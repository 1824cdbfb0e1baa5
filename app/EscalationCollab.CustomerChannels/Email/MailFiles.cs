using EscalationCollab.Core.CustomerUpdates;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Mail as files under another clock than the host's, for letters that belong to another time.</summary>
public sealed class MailFiles(EmailOptions options, MailFolder folder, ILoggerFactory logs)
{
    /// <summary>A channel that dates its letters by <paramref name="clock"/>. Nothing leaves this machine.</summary>
    public ICustomerChannel At(TimeProvider clock) =>
        new FileEmailChannel(options, folder, clock, logs.CreateLogger<FileEmailChannel>());
}
