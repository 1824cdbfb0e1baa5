using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EscalationCollab.Core.Cards;

/// <summary>Writes a <see cref="Text"/> as the array of its parts, and a wholly plain one as a string.</summary>
internal sealed class TextConverter : JsonConverter<Text>
{
    public override Text Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : new Text(JsonSerializer.Deserialize<ImmutableArray<Inline>>(ref reader, options));

    public override void Write(Utf8JsonWriter writer, Text value, JsonSerializerOptions options)
    {
        if (value.Parts is [Plain plain])
            writer.WriteStringValue(plain.Value);
        else
            JsonSerializer.Serialize(writer, value.Parts, options);
    }
}
