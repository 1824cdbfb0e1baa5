using System.Collections.Frozen;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Outbox;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Core;

/// <summary>How records are written as JSON: camel case, moments as ISO 8601 with milliseconds, days as yyyy-MM-dd.</summary>
public static class Json
{
    /// <summary>The one set of options for everything stored.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new PatternConverter<Instant>(InstantPattern.ExtendedIso),
            new PatternConverter<Duration>(DurationPattern.Roundtrip),
            new PatternConverter<LocalDate>(LocalDatePattern.Iso),
            new PatternConverter<LocalTime>(LocalTimePattern.ExtendedIso),
        },
    };

    private sealed class PatternConverter<T>(IPattern<T> pattern) : JsonConverter<T>
    {
        public override T Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            var parsed = pattern.Parse(reader.GetString() ?? "");
            return parsed.Success
                ? parsed.Value
                : throw new JsonException(parsed.Exception.Message, parsed.Exception);
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(pattern.Format(value));
    }
}

/// <summary>The stored names of a family of records (events, effects), found once by reflection.</summary>
public sealed class StoredTypes<TBase>
    where TBase : class
{
    /// <summary>The family as found in the product's own assembly.</summary>
    public static readonly StoredTypes<TBase> Known = new([typeof(TBase).Assembly]);

    private readonly FrozenDictionary<string, Type> _types;
    private readonly FrozenDictionary<Type, string> _names;

    /// <summary>The family as found in some assemblies; the product itself uses <see cref="Known"/>.</summary>
    internal StoredTypes(IEnumerable<Assembly> assemblies)
    {
        var named = assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(TBase)) && !type.IsAbstract)
            .Select(type => (type, name: NameOf(type)))
            .ToList();
        _types = named.ToFrozenDictionary(pair => pair.name, pair => pair.type);
        _names = named.ToFrozenDictionary(pair => pair.type, pair => pair.name);
    }

    /// <summary>The names, for tests and documentation.</summary>
    public IEnumerable<KeyValuePair<string, Type>> All => _types;

    /// <summary>The stored name of a record.</summary>
    public string Name(TBase value) => _names[value.GetType()];

    /// <summary>Writes a record as JSON.</summary>
    public string Write(TBase value) =>
        JsonSerializer.Serialize(value, value.GetType(), Json.Options);

    /// <summary>Reads a record back.</summary>
    /// <exception cref="JsonException">The name is unknown (written by a newer version) or the JSON does not fit.</exception>
    public TBase Read(string name, string json) =>
        _types.TryGetValue(name, out var type)
            ? (TBase)JsonSerializer.Deserialize(json, type, Json.Options)!
            : throw new JsonException(
                $"{typeof(TBase).Name} '{name}' is not known to this version"
            );

    private static string NameOf(Type type) =>
        type.GetCustomAttribute<StoredAsAttribute>()?.Name
        ?? throw new InvalidOperationException($"{type.FullName} needs [StoredAs(\"...\")]");
}
