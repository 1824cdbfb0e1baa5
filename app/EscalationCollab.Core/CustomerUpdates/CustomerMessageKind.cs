using System.Text.Json.Serialization;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>What a message to the customer is for; each kind has its template.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CustomerMessageKind>))]
public enum CustomerMessageKind
{
    /// <summary>We know, who owns it, which priority and targets apply.</summary>
    Receipt,

    /// <summary>Where it stands.</summary>
    Update,

    /// <summary>What the customer can do meanwhile.</summary>
    Workaround,

    /// <summary>Sorry, for a named thing.</summary>
    Apology,

    /// <summary>Fixed; please confirm.</summary>
    Resolution,

    /// <summary>What happened, why, and what changes.</summary>
    PostMortemSummary,
}
