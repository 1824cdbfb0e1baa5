using System.Collections.Concurrent;
using System.Text.Json;
using EscalationCollab.Core.Escalations;

namespace EscalationCollab.Core.Storage;

/// <summary>
/// The snapshots read or written last, with what they say, so that the same text is read once. An escalation never changes
/// once made, and the text itself is compared: what was rolled back, or written by somebody else, is never taken for it.
/// </summary>
internal static class SnapshotMemo
{
    // A snapshot has some kilobytes; more escalations than these are hardly worked on at the same time.
    private const int Most = 1024;

    private static readonly ConcurrentDictionary<
        (TenantId, EscalationNumber),
        (string Text, Escalation State)
    > Known = [];

    /// <summary>What a stored snapshot says.</summary>
    public static Escalation Read(TenantId tenant, EscalationNumber number, string text)
    {
        if (
            Known.TryGetValue((tenant, number), out var known)
            && string.Equals(known.Text, text, StringComparison.Ordinal)
        )
            return known.State;
        var state = JsonSerializer.Deserialize<Escalation>(text, Json.Options)!;
        Keep(tenant, number, text, state);
        return state;
    }

    /// <summary>Keeps a state with the snapshot written of it.</summary>
    public static void Keep(TenantId tenant, EscalationNumber number, string text, Escalation state)
    {
        if (Known.Count >= Most)
            Known.Clear();
        Known[(tenant, number)] = (text, state);
    }
}
