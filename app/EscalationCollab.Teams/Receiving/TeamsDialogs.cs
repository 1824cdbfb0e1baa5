using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// Dialogs that people have open: Teams gives back what was filled in and not the form, which is shown again when
/// something in it was wrong. After a restart, a form is made anew instead.
/// </summary>
internal sealed class TeamsDialogs(TimeProvider time)
{
    private const string KeptName = "@kept";
    private const int Most = 5_000;
    private static readonly Duration Memory = Duration.FromHours(2);
    private readonly ConcurrentDictionary<string, (Dialog Dialog, Instant At)> _open = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentQueue<(string Key, Instant At)> _order = new();

    /// <summary>Remembers what somebody is shown.</summary>
    public void Keep(TenantId tenant, PersonId person, Dialog dialog)
    {
        var (key, now) = (KeyOf(tenant, person, dialog.Id, dialog.Data), time.Moment());
        _open[key] = (dialog, now);
        _order.Enqueue((key, now));
        while (
            _order.TryPeek(out var oldest)
            && (now - oldest.At > Memory || _order.Count > Most)
            && _order.TryDequeue(out oldest)
        )
            if (_open.TryGetValue(oldest.Key, out var kept) && kept.At == oldest.At)
                _open.TryRemove(oldest.Key, out _);
    }

    /// <summary>What somebody was shown, or null.</summary>
    public Dialog? Find(TenantId tenant, PersonId person, string route, ActionData data) =>
        _open.TryGetValue(KeyOf(tenant, person, route, data), out var kept)
        && time.Moment() - kept.At <= Memory
            ? kept.Dialog
            : null;

    /// <summary>The button that opens a dialog which was made already, with what was typed for it.</summary>
    public Opens Invitation(TenantId tenant, PersonId person, Dialog dialog)
    {
        Keep(tenant, person, dialog);
        return new Opens(dialog.Title, dialog.Id, dialog.Data.With(KeptName, "1"));
    }

    /// <summary>Whether a button opens what was kept, and the data without that mark.</summary>
    public static (bool IsKept, ActionData Data) Apart(ActionData data) =>
        data[KeptName] is null
            ? (false, data)
            : (true, new ActionData(data.Values.Where(value => value.Key != KeptName)));

    private static string KeyOf(TenantId tenant, PersonId person, string route, ActionData data) =>
        Repeats.Digest(
            new Carried(CarriedKind.Submits, $"{tenant}/{person}/{route}", data).Write()
        );
}
