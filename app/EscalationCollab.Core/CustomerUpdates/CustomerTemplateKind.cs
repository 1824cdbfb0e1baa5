using System.Text.Json.Serialization;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>The letters a customer may get; each has a template <c>words/{language}/customer/{kind}.hbs</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CustomerTemplateKind>))]
public enum CustomerTemplateKind
{
    /// <summary>We know, this is its priority, this is who has it.</summary>
    Receipt,

    /// <summary>What is happening now.</summary>
    Update,

    /// <summary>A way to go on until it is fixed.</summary>
    Workaround,

    /// <summary>Sorry, once, for a named thing, and what changes.</summary>
    Apology,

    /// <summary>It is fixed; please confirm.</summary>
    Resolution,

    /// <summary>What happened, why, and what we change.</summary>
    PostMortem,

    /// <summary>Asks how it was.</summary>
    Survey,

    /// <summary>Asks once more.</summary>
    SurveyReminder,
}
