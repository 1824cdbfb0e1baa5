using System.Collections.Immutable;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Web.Cards;

/// <summary>
/// Everything that rendering a card as HTML needs to know and the card does not say: who reads it, where its forms go
/// and what travels with them. Public, as are the view models, because Razor components are public classes.
/// </summary>
public sealed record CardContext
{
    /// <summary>Who reads.</summary>
    public required PersonId Reader { get; init; }

    /// <summary>Says phrases, moments, lengths and numbers in the reader's language and time zone, as of <see cref="Now"/>.</summary>
    public required ReaderFormat Format { get; init; }

    /// <summary>The moment that relative times and clocks are shown for.</summary>
    public required Instant Now { get; init; }

    /// <summary>Makes the one-time key of a form: the same form sent twice acts once.</summary>
    public required Func<string> NewKey { get; init; }

    /// <summary>The hidden field that proves a form came from our own page.</summary>
    public required HiddenField AntiForgery { get; init; }

    /// <summary>Where forms are posted: <c>{BasePath}/act</c>, <c>/open</c>, <c>/submit</c>. No slash at the end.</summary>
    public string BasePath { get; init; } = "/sandbox";

    /// <summary>Where the card stands (its room and message); comes back with every form.</summary>
    public ImmutableArray<HiddenField> Origin { get; init; } = [];

    /// <summary>Gives mentioned people their names, and pickers their entries.</summary>
    public CompanyDirectory Directory { get; init; } = CompanyDirectory.Empty;

    /// <summary>What people call a customer tier, by its key.</summary>
    public Func<string, Text> TierName { get; init; } = tier => tier;

    /// <summary>Whether dark colours were chosen for the page, or light ones; null for those of the machine.</summary>
    public bool? Dark { get; init; }

    /// <summary>The address of an escalation's war room; null when there is none or the reader may not see it.</summary>
    public Func<EscalationNumber, string?> RoomAddress { get; init; } = _ => null;
}

/// <summary>A hidden field of a form.</summary>
public sealed record HiddenField(string Name, string Value);

/// <summary>The names of the fields that forms of cards and dialogs post.</summary>
public static class FormFields
{
    /// <summary>The one-time key.</summary>
    public const string Key = "key";

    /// <summary>The id of the action done.</summary>
    public const string Action = "action";

    /// <summary>The id of the dialog opened or submitted.</summary>
    public const string Dialog = "dialog";

    /// <summary>Before the name of a value of the action's or dialog's data.</summary>
    public const string DataPrefix = "data.";

    /// <summary>Before the id of an input.</summary>
    public const string InputPrefix = "in.";

    /// <summary>The room in which it happened.</summary>
    public const string Room = "room";

    /// <summary>The message on which it happened.</summary>
    public const string Message = "message";
}
