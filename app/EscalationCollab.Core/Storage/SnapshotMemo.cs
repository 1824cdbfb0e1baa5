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
    private const int Places = 1024;

    // Each number has one place, and the newcomer takes it: nothing is counted, sorted out or locked.
    private static readonly Entry?[] Known = new Entry?[Places];

    /// <summary>What a stored snapshot says.</summary>
    public static Escalation Read(TenantId tenant, EscalationNumber number, string text)
    {
        if (
            Volatile.Read(ref Known[PlaceOf(tenant, number)]) is { } known
            && known.Number == number
            && known.Tenant == tenant
            && string.Equals(known.Text, text, StringComparison.Ordinal)
        )
            return known.State;
        var state = JsonSerializer.Deserialize<Escalation>(text, Json.Options)!;
        Keep(tenant, number, text, state);
        return state;
    }

    /// <summary>Keeps a state with the snapshot written of it.</summary>
    public static void Keep(
        TenantId tenant,
        EscalationNumber number,
        string text,
        Escalation state
    ) => Volatile.Write(ref Known[PlaceOf(tenant, number)], new Entry(tenant, number, text, state));

    private static int PlaceOf(TenantId tenant, EscalationNumber number) =>
        (int)(((ulong)number.Value + (uint)tenant.GetHashCode()) % Places);

    private sealed record Entry(
        TenantId Tenant,
        EscalationNumber Number,
        string Text,
        Escalation State
    );
}
