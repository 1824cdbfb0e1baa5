using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace EscalationCollab.Core.Payloads;

/// <summary>JSON to and from a chat platform. In what it sends, anything may be missing or of another kind than expected.</summary>
public static class Payload
{
    /// <summary>
    /// How it is written: letters of every language as they are, for it stands on no page and its size is counted in bytes.
    /// </summary>
    public static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How it is read: nothing that a platform sends is deeper.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = 32 };

    /// <summary>What was sent as JSON; null when it is none, is too deep, or has texts that are no texts.</summary>
    public static JsonElement? Parse(byte[] sent)
    {
        if (!Utf8.IsValid(sent))
            return null;
        try
        {
            var element = JsonElement.Parse(sent, Reading);
            return IsReadable(element, sent) ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The JSON of an answer; an empty element when it has none.</summary>
    public static async Task<JsonElement> ReadAsync(
        HttpContent content,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        // Proxies answer with pages of their own: the status says enough.
        return Parse(await content.ReadAsByteArrayAsync(cancellation)) ?? default;
    }

    /// <summary>A property, or null when there is none, it is null, or this is no object.</summary>
    public static JsonElement? Part(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    /// <summary>A text, or null when there is none.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A text further inside, or null.</summary>
    public static string? Text(this JsonElement element, string outer, string name) =>
        element.Part(outer)?.Text(name);

    /// <summary>Whether a property is true.</summary>
    public static bool Flag(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The entries of a list, none when there is no such list.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    // Half of a pair of characters, written as an escape, is found out only when the text is read.
    private static bool IsReadable(JsonElement element, ReadOnlySpan<byte> sent)
    {
        if (sent.IndexOf("\\ud"u8) < 0 && sent.IndexOf("\\uD"u8) < 0)
            return true;
        try
        {
            Read(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Read(item);
                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }
}
