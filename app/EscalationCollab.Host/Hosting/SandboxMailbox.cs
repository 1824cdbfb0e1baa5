using EscalationCollab.Core.People;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Web.Sandbox;

namespace EscalationCollab.Host.Hosting;

/// <summary>Shows the mail that is written to files in the mailboxes of the Sandbox.</summary>
internal sealed class SandboxMailbox(MailFolder folder) : ICustomerMailbox
{
    public event Action? Arrived
    {
        add => folder.Arrived += value;
        remove => folder.Arrived -= value;
    }

    public IReadOnlyList<CustomerMail> To(string address) =>
        [
            .. folder
                .List()
                .Where(mail =>
                    mail.To.Any(to =>
                        string.Equals(to.Email, address, StringComparison.OrdinalIgnoreCase)
                    )
                )
                .Select(mail => new CustomerMail(
                    mail.Id,
                    Shown(mail.From),
                    string.Join(", ", mail.To.Select(Shown)),
                    mail.Date,
                    mail.Subject,
                    mail.Text,
                    mail.Html.Length > 0 ? mail.Html : null
                )),
        ];

    private static string Shown(Contact contact) =>
        contact.Name.Length > 0 ? $"{contact.Name} <{contact.Email}>" : contact.Email;
}
