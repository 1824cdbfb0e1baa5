using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EscalationCollab.Core;

/// <summary>One organisation. Every stored row and every query carries it.</summary>
[JsonConverter(typeof(StringIdConverter<TenantId>))]
public readonly record struct TenantId(string Value) : IStringId<TenantId>
{
    /// <summary>The tenant of an installation that serves one organisation only.</summary>
    public static readonly TenantId Default = new("default");

    /// <inheritdoc/>
    public static TenantId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A person of the company, the same one on every chat platform.</summary>
[JsonConverter(typeof(StringIdConverter<PersonId>))]
public readonly record struct PersonId(string Value) : IStringId<PersonId>
{
    /// <summary>The product itself, as the author of what nobody asked for by hand (timers, triggers).</summary>
    public static readonly PersonId Product = new("escalationcollab");

    /// <inheritdoc/>
    public static PersonId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A customer (an organisation that buys), not a contact at it.</summary>
[JsonConverter(typeof(StringIdConverter<CustomerId>))]
public readonly record struct CustomerId(string Value) : IStringId<CustomerId>
{
    /// <inheritdoc/>
    public static CustomerId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The number of an escalation within its tenant, shown as <c>ESC-1042</c>.</summary>
[JsonConverter(typeof(EscalationNumberConverter))]
public readonly record struct EscalationNumber(long Value)
{
    /// <summary>The first number a tenant gets: four digits read as a case number, not as a count.</summary>
    public const long First = 1001;

    /// <summary>Reads <c>ESC-1042</c>, <c>esc 1042</c>, <c>#1042</c> or <c>1042</c>; null when it is none of them.</summary>
    public static EscalationNumber? Parse(string? text)
    {
        var digits = text?.Trim() ?? "";
        if (digits.StartsWith("esc", StringComparison.OrdinalIgnoreCase))
            digits = digits[3..];
        digits = digits.TrimStart('-', ' ', '#');
        return
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value > 0
            ? new EscalationNumber(value)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"ESC-{Value}");
}

/// <summary>An identifier that is a string on the wire and a type of its own in code.</summary>
public interface IStringId<TSelf>
    where TSelf : struct
{
    /// <summary>The text as stored.</summary>
    string Value { get; }

    /// <summary>Wraps a stored text.</summary>
    static abstract TSelf From(string value);
}

/// <summary>Writes an <see cref="IStringId{TSelf}"/> as a JSON string, also as a dictionary key.</summary>
public sealed class StringIdConverter<T> : JsonConverter<T>
    where T : struct, IStringId<T>
{
    /// <inheritdoc/>
    public override T Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => T.From(reader.GetString() ?? "");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    /// <inheritdoc/>
    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => T.From(reader.GetString() ?? "");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(
        Utf8JsonWriter writer,
        T value,
        JsonSerializerOptions options
    ) => writer.WritePropertyName(value.Value);
}

internal sealed class EscalationNumberConverter : JsonConverter<EscalationNumber>
{
    public override EscalationNumber Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => new(reader.GetInt64());

    public override void Write(
        Utf8JsonWriter writer,
        EscalationNumber value,
        JsonSerializerOptions options
    ) => writer.WriteNumberValue(value.Value);
}
