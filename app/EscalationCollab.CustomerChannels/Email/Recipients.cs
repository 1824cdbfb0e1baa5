using EscalationCollab.Core.CustomerUpdates;

namespace EscalationCollab.CustomerChannels.Email;

/// <summary>Who of a message's contacts can be mailed, and who cannot.</summary>
internal sealed record Recipients(IReadOnlyList<Mailbox> Usable, IReadOnlyList<string> Unusable)
{
    /// <summary>Sorts the contacts; one address is written to once.</summary>
    public static Recipients Of(CustomerMessage message)
    {
        var read = message
            .To.Select(c => (c.Email, Mailbox: Mailbox.From(c.Name, c.Email)))
            .ToList();
        return new Recipients(
            [
                .. read.Select(r => r.Mailbox)
                    .OfType<Mailbox>()
                    .DistinctBy(m => m.Address, StringComparer.OrdinalIgnoreCase),
            ],
            [
                .. read.Where(r => r.Mailbox is null)
                    .Select(r => $"\"{HeaderText.Line(r.Email, 100)}\": not a mail address"),
            ]
        );
    }

    /// <summary>Why nobody can be written to.</summary>
    public string Nobody =>
        Unusable.Count == 0 ? "The message has no recipient." : string.Join("; ", Unusable);
}
