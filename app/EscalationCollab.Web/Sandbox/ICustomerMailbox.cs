using NodaTime;

namespace EscalationCollab.Web.Sandbox;

/// <summary>Where the Sandbox finds the mail that was sent to customers. Filled by whoever knows how mail is kept.</summary>
public interface ICustomerMailbox
{
    /// <summary>The newest mail to an address, newest first.</summary>
    IReadOnlyList<CustomerMail> To(string address);

    /// <summary>A mail has arrived in some mailbox. May come from any thread.</summary>
    event Action? Arrived;
}

/// <summary>A mail to a customer.</summary>
/// <param name="Id">Letters, digits and hyphens.</param>
/// <param name="From">Name and address, as shown.</param>
/// <param name="To">Names and addresses, as shown.</param>
/// <param name="At">When it was sent.</param>
/// <param name="Subject">One line.</param>
/// <param name="Plain">The text version.</param>
/// <param name="Html">The HTML version, a whole document; null when there is none.</param>
public sealed record CustomerMail(
    string Id,
    string From,
    string To,
    Instant At,
    string Subject,
    string Plain,
    string? Html
);

/// <summary>No mail, where no channel keeps any.</summary>
internal sealed class NoMail : ICustomerMailbox
{
    public event Action? Arrived
    {
        add { }
        remove { }
    }

    public IReadOnlyList<CustomerMail> To(string address) => [];
}
