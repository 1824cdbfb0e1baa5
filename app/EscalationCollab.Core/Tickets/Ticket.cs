using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>
/// A support request of the help desk as of its latest known update: what the rates are counted of and what the triggers
/// look at.
/// </summary>
public sealed record Ticket
{
    /// <summary>The help desk it comes from, as the mapping names it.</summary>
    public required string Source { get; init; }

    /// <summary>Its number there.</summary>
    public required string Number { get; init; }

    /// <summary>When it was opened; figures count it in this period.</summary>
    public required Instant OpenedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required Instant UpdatedAt { get; init; }

    /// <summary>Orders updates of the same moment, or 0.</summary>
    public long Revision { get; init; }

    /// <summary>When it was resolved; null while it is open.</summary>
    public Instant? ResolvedAt { get; init; }

    /// <summary>When a person first answered, or null when that is not known.</summary>
    public Instant? FirstReplyAt { get; init; }

    /// <summary>The help desk's own word for where it is.</summary>
    public string State { get; init; } = "";

    /// <summary>The help desk's own word for how urgent it is, or empty.</summary>
    public string Priority { get; init; } = "";

    /// <summary>Whose it is, as the help desk writes it, or empty.</summary>
    public string Customer { get; init; } = "";

    /// <summary>What it is about, in a line, or empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What was written in it, to listen for words, or empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it is resolved; one that is not is open.</summary>
    public bool Resolved { get; init; }

    /// <summary>Whether it was escalated, by the mapping's rule.</summary>
    public bool Escalated { get; init; }

    /// <summary>Whether it was resolved at first contact: without reassignment and without reopening.</summary>
    public bool FirstContact { get; init; }

    /// <summary>Whether its service level was met; null when the help desk does not say.</summary>
    public bool? SlaMet { get; init; }

    /// <summary>How often it went to another group, at least 0.</summary>
    public int Reassigned { get; init; }

    /// <summary>How often it was opened again, at least 0.</summary>
    public int Reopened { get; init; }

    /// <summary>The same for the same content on every machine: tells whether an import changes anything.</summary>
    internal long Fingerprint()
    {
        var hash = new ContentHash();
        hash.Add(OpenedAt.ToUnixTimeMilliseconds());
        hash.Add(ResolvedAt?.ToUnixTimeMilliseconds() ?? long.MinValue);
        hash.Add(FirstReplyAt?.ToUnixTimeMilliseconds() ?? long.MinValue);
        hash.Add(State);
        hash.Add(Priority);
        hash.Add(Customer);
        hash.Add(Summary);
        hash.Add(Text);
        hash.Add((Resolved ? 1 : 0) | (Escalated ? 2 : 0) | (FirstContact ? 4 : 0));
        hash.Add(
            SlaMet switch
            {
                null => 0,
                false => 1,
                true => 2,
            }
        );
        hash.Add(Reassigned);
        hash.Add(Reopened);
        return hash.Value;
    }

    /// <summary>FNV-1a over 64 bits: stable across processes, which <see cref="HashCode"/> is not.</summary>
    private struct ContentHash()
    {
        private ulong _value = 14695981039346656037;

        public readonly long Value => unchecked((long)_value);

        public void Add(string text)
        {
            foreach (var c in text)
                Mix(c);
            Mix(0x1_0000);
        }

        public void Add(long number)
        {
            Mix((uint)number);
            Mix((ulong)number >> 32);
        }

        private void Mix(ulong part) => _value = unchecked((_value ^ part) * 1099511628211);
    }
}
