using System.Globalization;
using System.Net;
using System.Text;

namespace EscalationCollab.Core.Cards;

/// <summary>
/// What travels with a button, a menu entry or a dialog and comes back with the click: what kind of act, its route and its
/// data. Written as lengths and texts without escaping, so that its size is known whatever the data holds.
/// </summary>
public sealed record Carried(CarriedKind Kind, string Route, ActionData Data)
{
    /// <summary>The act of a button; null for one that only leads to a page.</summary>
    public static Carried? By(CardAction action) =>
        action switch
        {
            Does does => new Carried(CarriedKind.Does, does.ActionId, does.Data),
            Opens opens => new Carried(CarriedKind.Opens, opens.DialogId, opens.Data),
            _ => null,
        };

    /// <summary>As text. The mark at the end keeps blanks of the last value.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        text.Append((char)Kind);
        Put(text, Route);
        foreach (var (name, value) in Data.Values)
        {
            Put(text, name);
            Put(text, value);
        }
        return text.Append('.').ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is something else.</summary>
    public static Carried? Read(string? text) =>
        text is null ? null : Parse(text) ?? Parse(WebUtility.HtmlDecode(text));

    private static Carried? Parse(string text)
    {
        if (text.Length < 4 || !Enum.IsDefined((CarriedKind)text[0]))
            return null;
        var parts = new List<string>();
        var at = 1;
        while (at < text.Length && text[at] != '.')
        {
            var colon = text.IndexOf(':', at);
            if (
                colon < 0
                || !int.TryParse(
                    text.AsSpan(at, colon - at),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var length
                )
                || length > text.Length - colon - 1
            )
                return null;
            parts.Add(text.Substring(colon + 1, length));
            at = colon + 1 + length;
        }
        if (at != text.Length - 1 || parts.Count % 2 == 0)
            return null;
        var data = Enumerable
            .Range(0, parts.Count / 2)
            .Select(i => KeyValuePair.Create(parts[1 + (2 * i)], parts[2 + (2 * i)]))
            .ToList();
        return data.DistinctBy(d => d.Key).Count() == data.Count
            ? new Carried((CarriedKind)text[0], parts[0], new ActionData(data))
            : null;
    }

    private static void Put(StringBuilder text, string value) =>
        text.Append(value.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(value);
}

/// <summary>What kind of act <see cref="Carried"/> is.</summary>
public enum CarriedKind
{
    /// <summary>Does something at once.</summary>
    Does = 'd',

    /// <summary>Opens a dialog.</summary>
    Opens = 'o',

    /// <summary>Submits a dialog.</summary>
    Submits = 's',

    /// <summary>Shows the whole of a message that was shortened; the route is its key.</summary>
    ShowsWhole = 'w',

    /// <summary>Leaves a dialog as it is, without submitting it.</summary>
    Cancels = 'c',

    /// <summary>Asks for a message as the person who looks at it sees it; the route is its key.</summary>
    Refreshes = 'r',
}
