using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EscalationCollab.Core.Cards;

/// <summary>A button or menu entry.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Does), "does")]
[JsonDerivedType(typeof(Opens), "opens")]
[JsonDerivedType(typeof(Visits), "visits")]
public abstract record CardAction(Text Label)
{
    /// <summary>How much it stands out.</summary>
    public ActionStyle Style { get; init; } = ActionStyle.Default;

    /// <summary>Asked before it happens; null for no question.</summary>
    public Confirm? Confirm { get; init; }

    /// <summary>Applies a change to every text.</summary>
    public CardAction Map(Func<Text, Text> change) =>
        this with
        {
            Label = change(Label),
            Confirm = Confirm is null
                ? null
                : new Confirm(change(Confirm.Question), change(Confirm.Yes), change(Confirm.No)),
        };
}

/// <summary>Does something at once: handled by the action registered under <paramref name="ActionId"/>.</summary>
public sealed record Does(Text Label, string ActionId, ActionData Data) : CardAction(Label);

/// <summary>Opens the dialog registered under <paramref name="DialogId"/>.</summary>
public sealed record Opens(Text Label, string DialogId, ActionData Data) : CardAction(Label);

/// <summary>Leads to a page.</summary>
public sealed record Visits(Text Label, Uri Address) : CardAction(Label);

/// <summary>How much an action stands out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActionStyle>))]
public enum ActionStyle
{
    /// <summary>As the others.</summary>
    Default,

    /// <summary>The likeliest one.</summary>
    Primary,

    /// <summary>Destructive; confirm it.</summary>
    Danger,
}

/// <summary>A question before an action, saying what will happen.</summary>
public sealed record Confirm(Text Question, Text Yes, Text No);

/// <summary>The few strings that travel with an action and come back with the click, such as the escalation's number.</summary>
[JsonConverter(typeof(ActionDataConverter))]
public sealed class ActionData : IEquatable<ActionData>
{
    /// <summary>No data.</summary>
    public static readonly ActionData None = new(ImmutableSortedDictionary<string, string>.Empty);

    private readonly ImmutableSortedDictionary<string, string> _values;

    /// <summary>Data from a dictionary, as a platform hands it back.</summary>
    public ActionData(IEnumerable<KeyValuePair<string, string>> values) =>
        _values = values.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>All of it, in the order of the names.</summary>
    public ImmutableSortedDictionary<string, string> Values => _values;

    /// <summary>A value, or null.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The escalation it is about, under the name <c>esc</c>.</summary>
    public EscalationNumber? Escalation => EscalationNumber.Parse(this["esc"]);

    /// <summary>Data about an escalation.</summary>
    public static ActionData For(EscalationNumber number) =>
        None.With("esc", number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>With one more value.</summary>
    public ActionData With(string name, string value) => new(_values.SetItem(name, value));

    /// <inheritdoc/>
    public bool Equals(ActionData? other) =>
        other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActionData);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Count;
}

internal sealed class ActionDataConverter : JsonConverter<ActionData>
{
    public override ActionData Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => new(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options) ?? []);

    public override void Write(
        Utf8JsonWriter writer,
        ActionData value,
        JsonSerializerOptions options
    ) => JsonSerializer.Serialize(writer, value.Values, options);
}
